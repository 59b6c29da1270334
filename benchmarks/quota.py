"""One process that shares a quota, for the benchmarks and the soak runs: coroutines that take permits one after another.

Prints the moments of its permits (seconds of the machine's monotonic clock, the same in all processes), the waits and how
many commands it sent to the store, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stringee_async.core.unset import Lane
from stringee_async.shared_quota import RedisRateLimiter

ROOT = Path(__file__).parent.parent


def shift_clocks(seconds: float) -> None:
    """Set this process's clocks, that of the event loop as well."""
    wall, loops = time.time, asyncio.BaseEventLoop.time
    time.time = lambda: wall() + seconds
    asyncio.BaseEventLoop.time = lambda self: loops(self) + seconds  # type: ignore[method-assign]


async def share(url: str, lane: Lane, coroutines: int, seconds: float) -> dict[str, Any]:
    """Say `ready`, read from standard input at what moment to begin, and take permits for some seconds."""
    times: list[float] = []
    waits: list[float] = []

    async def work() -> None:
        while (began := time.monotonic()) < start + seconds:
            await limiter.acquire("x", lane)
            times.append(time.monotonic())
            waits.append(times[-1] - began)

    async with RedisRateLimiter(url) as limiter:
        await limiter.state()
        print("ready", flush=True)
        start = float(await asyncio.to_thread(sys.stdin.readline))
        await asyncio.sleep(max(0.0, start - time.monotonic()))
        work_done = asyncio.gather(*(work() for _ in range(coroutines)))
        await asyncio.wait({work_done}, timeout=start + seconds - time.monotonic())
        calls = limiter.store_calls
        work_done.cancel()
        await asyncio.gather(work_done, return_exceptions=True)
    return {"times": times, "waits": waits, "calls": calls}


def most_in_any_window(times: list[float], per: float) -> int:
    """Return the largest number of moments in any window of this length."""
    times, most, first = sorted(times), 0, 0
    for last, moment in enumerate(times):
        while moment - times[first] >= per:
            first += 1
        most = max(most, last - first + 1)
    return most


async def together(processes: Sequence[Sequence[object]]) -> list[dict[str, Any]]:
    """Run processes with these arguments that begin at one moment, and return what each of them saw."""
    command = (sys.executable, "-m", "benchmarks.quota")
    pipe = asyncio.subprocess.PIPE
    started = [
        await asyncio.create_subprocess_exec(
            *command, *map(str, words), cwd=ROOT, stdin=pipe, stdout=pipe, limit=2**26
        )
        for words in processes
    ]
    for one in started:
        assert one.stdout is not None
        assert (await one.stdout.readline()).strip() == b"ready"
    start = f"{time.monotonic() + 0.1}\n".encode()
    outputs = await asyncio.gather(*(one.communicate(start) for one in started))
    return [json.loads(output) for output, _ in outputs]


if __name__ == "__main__":
    _, url, lane, coroutines, seconds, skew = sys.argv
    shift_clocks(float(skew))
    found = asyncio.run(share(url, lane, int(coroutines), float(seconds)))  # type: ignore[arg-type]
    print(json.dumps(found))
