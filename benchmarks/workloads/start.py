"""What a start costs: the import of the package, and the command line's time to its first request.

All in fresh interpreters, in turn, with modules compiled before, as an installer leaves them. The command line is set
beside the smallest aiohttp program that sends one request.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from tempfile import TemporaryDirectory

from ..measure import ROOT, Spread
from ..server import Server
from .row import Bench, Result, Row

IMPORTS = {
    "interpreter": "pass",
    "aiohttp": "import aiohttp",
    "stringee_async": "import stringee_async",
    "stringee_async with its client": "from stringee_async import StringeeClient",
}
ONE_REQUEST = """
import asyncio, sys, aiohttp
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.get(sys.argv[1] + "/v1/agent?page=1&limit=50") as response:
            await response.json()
asyncio.run(main())
"""


def _seconds(*arguments: str, compiled: str, environment: Mapping[str, str] | None = None) -> float:
    """Run Python with these arguments; return the seconds that it took. `compiled` is where compiled modules are kept."""
    everything = {**os.environ, **(environment or {}), "PYTHONPYCACHEPREFIX": compiled}
    everything.pop("PYTHONDONTWRITEBYTECODE", None)
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, check=True, timeout=60, capture_output=True, env=everything,
    )  # fmt: skip
    return time.perf_counter() - started


async def imports(bench: Bench) -> Result:
    """Measure imports, less the interpreter's own start, as a share of aiohttp's."""
    seconds: dict[str, list[float]] = {name: [] for name in IMPORTS}
    with TemporaryDirectory() as compiled:
        for turn in range(bench.rounds + 1):
            for name, code in IMPORTS.items():
                took = _seconds("-c", code, compiled=compiled)
                if turn:
                    seconds[name].append(took)
    result = Result()
    for name in ("stringee_async", "stringee_async with its client"):
        rounds = zip(seconds[name], seconds["interpreter"], seconds["aiohttp"], strict=True)
        shares = [(mine - empty) / (theirs - empty) for mine, empty, theirs in rounds]
        result.add(f"import {name}, aiohttp's = 1", Spread.of(shares), "x")
    return result


def _to_first_request(server: Server, *arguments: str, compiled: str) -> float:
    server.set(rows=50)
    environment = {
        "STRINGEE_KEY_SID": "SKbench", "STRINGEE_KEY_SECRET": "k" * 40,
        "STRINGEE_ICC_URL": server.url, "STRINGEE_API_URL": server.url,
    }  # fmt: skip
    started = time.monotonic()
    _seconds(*arguments, compiled=compiled, environment=environment)
    first = server.counts().first
    assert first is not None, "no request came"
    return first - started


async def first_request(bench: Bench) -> Result:
    """Measure the time from starting a process until its request arrives."""
    ratios: list[float] = []
    with TemporaryDirectory() as compiled:
        for turn in range(bench.rounds + 1):
            bare = _to_first_request(bench.server, "-c", ONE_REQUEST, bench.server.url, compiled=compiled)
            ours = _to_first_request(
                bench.server, "-m", "stringee_async", "agents", "list", compiled=compiled
            )
            if turn:
                ratios.append(ours / bare)
    result = Result()
    result.add("command line's first request, a bare aiohttp program's = 1", Spread.of(ratios), "x")
    return result


ROWS = [
    Row("start-import", "import time, in fresh interpreters", imports),
    Row("start-first-request", "`stringee-async agents list`: time to the first request", first_request),
]
