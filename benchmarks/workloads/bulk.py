"""10,000 creates through `bulk`, 64 at once at 20 ms: the share of what is possible, with and without a rate limit."""

from __future__ import annotations

import asyncio
import time

from stringee_async import RateLimit, StringeeClient, bulk

from ..measure import Spread
from ..peers.peer import AGENT, BARE, SDK, opener
from .row import Bench, Result, Row

LATENCY = 0.02
WIDTH = 64
LIMIT = 2000
"""Requests per second that the server permits."""
BURST = LIMIT // 10
"""What may leave at once at the start; it is not counted, so that the share is that of the steady rate."""


async def _through_bulk(client: StringeeClient, items: int) -> tuple[float, float]:
    """Return the seconds to the first outcome and to the last."""
    started = time.perf_counter()
    first = None
    async for outcome in bulk(lambda _: client.agents.create(**AGENT), range(items), concurrency=WIDTH):
        assert outcome.state == "done", outcome.error
        first = first or time.perf_counter() - started
    return first or 0.0, time.perf_counter() - started


async def _through_gather(url: str, items: int) -> float:
    """Return the seconds to the first result, which comes with the last."""
    gate = asyncio.Semaphore(WIDTH)
    async with opener(BARE)(url, WIDTH) as peer:

        async def one() -> object:
            async with gate:
                return await peer.create(AGENT)

        started = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(items)))
        return time.perf_counter() - started


async def free(bench: Bench) -> Result:
    """Measure the share of the ideal N x latency / width, beside gather with a semaphore over bare aiohttp."""
    items = 640 if bench.quick else 10_000
    ideal = items * LATENCY / WIDTH
    shares: dict[str, list[float]] = {SDK: [], BARE: []}
    firsts: dict[str, list[float]] = {SDK: [], BARE: []}
    for _ in range(1 if bench.quick else 3):
        bench.server.set(latency=LATENCY)
        async with StringeeClient("SK", "k" * 40, icc_url=bench.server.url) as client:
            first, last = await _through_bulk(client, items)
        shares[SDK].append(ideal / last)
        firsts[SDK].append(first / LATENCY)
        last = await _through_gather(bench.server.url, items)
        shares[BARE].append(ideal / last)
        firsts[BARE].append(last / LATENCY)
    result = Result()
    for name in (SDK, BARE):
        result.add(f"{name}: of the ideal", Spread.of(shares[name]), "share")
        result.add(f"{name}: first result after", Spread.of(firsts[name]), "latencies")
    return result


async def limited(bench: Bench) -> Result:
    """Measure the share of the permitted rate that is used, and the refusals received."""
    items = LIMIT if bench.quick else 10_000
    result = Result()
    shares: list[float] = []
    refusals: list[float] = []
    for _ in range(1 if bench.quick else 3):
        bench.server.set(latency=LATENCY, limit=LIMIT)
        async with StringeeClient(
            "SK", "k" * 40, icc_url=bench.server.url, rate_limit=RateLimit(LIMIT, 1.0, BURST)
        ) as client:
            _, last = await _through_bulk(client, items)
        shares.append((items - BURST) / LIMIT / last)
        refusals.append(bench.server.counts().refusals)
    result.add(f"{SDK}: of the permitted rate", Spread.of(shares), "share")
    result.add(f"{SDK}: refusals", Spread.of(refusals), "count")
    bench.server.set(latency=LATENCY, limit=LIMIT)
    await _through_gather(bench.server.url, items)
    result.add(f"{BARE} without a limiter: refusals", bench.server.counts().refusals, "count")
    return result


ROWS = [
    Row("bulk", "10,000 creates through bulk at 20 ms, 64 at once", free),
    Row("bulk-limit", f"10,000 creates through bulk under a limit of {LIMIT} a second", limited),
]
