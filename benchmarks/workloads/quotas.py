"""One quota shared by eight processes of fifty coroutines each, over Redis: is it held, is it used, who waits how long.

The processes are `benchmarks.quota`. All coroutines take one permit after another for two minutes, so that in the ideal
case each waits as long as all others together take: their number divided by the rate.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from stringee_async import RateLimit
from stringee_async.shared_quota.shares import rate_of

from ..measure import Spread
from ..peers.peer import SDK
from ..quota import most_in_any_window, together
from .row import Bench, Result, Row, Unit

PROCESSES, COROUTINES = 8, 50


@contextmanager
def _store() -> Generator[str]:
    """Run Redis or Valkey on a free loopback port; yields its URL."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise RuntimeError("install redis-server or valkey-server to measure a shared quota")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with TemporaryDirectory() as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
            try:
                for _ in range(200):
                    try:
                        socket.create_connection(("127.0.0.1", port)).close()
                        break
                    except OSError:
                        time.sleep(0.05)
                yield f"redis://127.0.0.1:{port}/0"
            finally:
                server.kill()


async def shared(bench: Bench) -> Result:
    """Measure one quota, after the first tenth of the time, in which the burst is used up."""
    limit, seconds = (RateLimit(400, 1.0), 3.0) if bench.quick else (RateLimit(1000, 10.0), 120.0)
    with _store() as url:
        url += f"?limit={limit.requests}/{limit.per}&processes={PROCESSES}"
        found = await together([(url, "bulk", COROUTINES, seconds, 0.0)] * PROCESSES)
    times = sorted(moment for one in found for moment in one["times"])
    ideal = PROCESSES * COROUTINES / rate_of(limit)
    begun = times[0] + max(seconds / 10, min(2 * ideal, seconds / 2))
    span = times[0] + seconds - begun
    settled = [moment for moment in times if begun <= moment <= begun + span]
    waits = sorted(
        wait
        for one in found
        for moment, wait in zip(one["times"], one["waits"], strict=True)
        if moment >= begun
    )
    result = Result()
    figures: list[tuple[str, float, Unit]] = [
        ("most permits in any window, the limit = 1", most_in_any_window(times, limit.per) / limit.requests, "share"),
        ("share of the rate that is used", len(settled) / (rate_of(limit) * span), "share"),
        ("p99 of the wait, ideal queueing = 1", waits[int(0.99 * (len(waits) - 1))] / ideal, "x"),
        ("store calls for each permit", sum(one["calls"] for one in found) / len(times), "x"),
    ]  # fmt: skip
    for label, value, unit in figures:
        result.add(f"{SDK}: {label}", Spread.of([value]), unit)
    return result


ROWS = [Row("quota-8x50", "one quota over Redis, 8 processes of 50 coroutines, 2 minutes", shared)]
