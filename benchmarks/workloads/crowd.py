"""5,000 callers over 20 connections, a server that takes 100 ms, and 1 s for an attempt."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp

from stringee_async import SdkError, StringeeClient, Timeouts

from ..peers.bare_aiohttp import HEADERS
from ..peers.peer import AGENT, BARE, SDK
from .row import Bench, Result, Row

CONNECTIONS = 20
LATENCY = 0.1
ATTEMPT = 1.0


async def _all(one: Callable[[], Awaitable[object]], callers: int) -> tuple[float, int]:
    """Let everybody call at once; return the seconds to the last response and how many failed."""

    async def call() -> bool:
        try:
            await one()
        except (SdkError, TimeoutError):
            return False
        return True

    started = time.perf_counter()
    done = await asyncio.gather(*(call() for _ in range(callers)))
    return time.perf_counter() - started, done.count(False)


async def measure(bench: Bench) -> Result:
    """Count who times out, and compare the time with the ideal."""
    callers = 400 if bench.quick else 5_000
    ideal = callers * LATENCY / CONNECTIONS
    url = bench.server.url
    result = Result()
    bench.server.set(latency=LATENCY)
    async with StringeeClient(
        "SK", "k" * 40, icc_url=url, max_connections=CONNECTIONS, timeouts=Timeouts(attempt=ATTEMPT)
    ) as client:
        seconds, failed = await _all(lambda: client.agents.create(**AGENT), callers)
    result.add(f"{SDK}: timeouts", failed, "count")
    result.add(f"{SDK}: of the ideal", ideal / seconds, "share")
    result.add(f"{SDK}: requests for each call", bench.server.counts().requests / callers, "x")
    timeout = aiohttp.ClientTimeout(total=ATTEMPT)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS), timeout=timeout
    ) as session:

        async def bare() -> object:
            async with session.post(f"{url}/v1/agent", json=AGENT, headers=HEADERS) as response:
                return await response.json()

        _, failed = await _all(bare, callers)
    result.add(f"{BARE}: timeouts", failed, "count")
    return result


ROWS = [Row("crowd", "5,000 callers over 20 connections at 100 ms, 1 s for an attempt", measure)]
