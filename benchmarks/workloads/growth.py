"""Whether costs grow: per call with more coroutines waiting, per row with more rows, per permit with more waiters.

In this process, without a socket, so that the code and not the network is what grows. Each curve is the CPU per unit
as a multiple of that at its first point; a flat curve stays at 1. Beside each stands what asyncio alone does with as
many tasks, because the garbage collector and the caches of a machine make that grow too.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable

from stringee_async import RateLimit, StringeeClient
from stringee_async.core.ratelimit import LocalRateLimiter
from stringee_async.core.wire import Request, Response, Timeouts

from ..measure import Spread
from ..peers.peer import AGENT
from ..server import page_body
from .parts import ANSWER
from .row import Bench, Curve, Result, Row

CALLERS = (100, 300, 1_000, 3_000, 10_000, 50_000)
WAITERS = (10, 100, 1_000, 10_000, 50_000)
LISTED = (1_000, 10_000, 100_000, 1_000_000)
ASYNCIO = "asyncio alone"

Work = Callable[[int], Awaitable[None]]


class Yielding:
    """A transport whose answer comes one turn of the loop later, so that callers do queue."""

    async def send(self, request: Request, timeouts: Timeouts) -> Response:  # noqa: ARG002 - the seam
        await asyncio.sleep(0)
        return ANSWER

    async def aclose(self) -> None:
        pass


class Rows:
    """A transport that serves a listing of so many rows, made from one page."""

    def __init__(self, rows: int, size: int) -> None:
        self._body = page_body(1, size, rows).replace(b"AG_00000000", b"AG_########")
        self._head = b'"currentPage": 1'

    async def send(self, request: Request, timeouts: Timeouts) -> Response:  # noqa: ARG002 - the seam
        number = int(request.url.split("page=")[1].split("&")[0])
        body = self._body.replace(b"########", b"%08d" % number)
        body = body.replace(self._head, b'"currentPage": %d' % number)
        return Response(status=200, headers=ANSWER.headers, body=body)

    async def aclose(self) -> None:
        pass


async def _costs(work: Work, units: tuple[int, ...], rounds: int, least: int) -> list[list[float]]:
    """Return CPU seconds per unit: for each size, one for each round; small sizes are repeated up to `least` units."""
    costs: list[list[float]] = [[] for _ in units]
    await work(units[0])
    for _ in range(rounds):
        for place, size in enumerate(units):
            repeats = max(1, least // size)
            gc.collect()
            before = time.process_time()
            for _ in range(repeats):
                await work(size)
            costs[place].append((time.process_time() - before) / (repeats * size))
    return costs


async def _grow(
    result: Result, name: str, work: Work, units: tuple[int, ...], x: str, bench: Bench, least: int = 20_000
) -> None:
    """Add one curve, and its last point as a figure."""
    costs = await _costs(work, units, bench.waiting_rounds, least // 10 if bench.quick else least)
    points = [
        (float(size), Spread.of([here / first for here, first in zip(costs[place], costs[0], strict=True)]))
        for place, size in enumerate(units)
    ]
    result.curves[name] = Curve(x=x, y=f"CPU per unit, at {units[0]:,} = 1", points=points)
    result.add(f"{name}: {units[-1]:,} against {units[0]:,}", points[-1][1], "x")


async def calls(bench: Bench) -> Result:
    """CPU per call with so many callers at once over 64 slots."""
    units = CALLERS[:3] if bench.quick else CALLERS
    result = Result()
    async with StringeeClient("SK", "k" * 40, transport=Yielding()) as client:

        async def ours(size: int) -> None:
            await asyncio.gather(*(client.agents.create(**AGENT) for _ in range(size)))

        async def bare(size: int) -> None:
            gate = asyncio.Semaphore(64)

            async def one() -> None:
                async with gate:
                    await asyncio.sleep(0)

            await asyncio.gather(*(one() for _ in range(size)))

        await _grow(result, "cost per call", ours, units, "callers", bench)
        await _grow(result, f"{ASYNCIO}, a semaphore", bare, units, "callers", bench)
    return result


async def rows(bench: Bench) -> Result:
    """CPU per row of a listing with so many rows."""
    units = LISTED[:2] if bench.quick else LISTED
    result = Result()

    async def ours(size: int) -> None:
        async with StringeeClient("SK", "k" * 40, transport=Rows(size, 100)) as client:
            read = 0
            async for _ in client.agents.list(page_size=100):
                read += 1
            assert read == size

    await _grow(result, "cost per row", ours, units, "rows", bench, least=10_000)
    return result


async def permits(bench: Bench) -> Result:
    """CPU per permit with so many waiters, from their queueing to their leaving."""
    units = WAITERS[:3] if bench.quick else WAITERS
    result = Result()

    async def ours(size: int) -> None:
        limiter = LocalRateLimiter(RateLimit(50_000_000, 1.0, burst=1))
        limiter.pause(0.000001)
        await asyncio.gather(*(limiter.acquire("agents.create", "interactive") for _ in range(size)))

    async def bare(size: int) -> None:
        loop = asyncio.get_running_loop()
        waiting: list[asyncio.Future[None]] = []

        async def one() -> None:
            waiting.append(loop.create_future())
            await waiting[-1]

        def grant() -> None:
            for future in waiting:
                future.set_result(None)

        loop.call_soon(loop.call_soon, grant)
        await asyncio.gather(*(one() for _ in range(size)))

    await _grow(result, "cost per permit", ours, units, "waiters", bench)
    await _grow(result, f"{ASYNCIO}, a future each", bare, units, "waiters", bench)
    return result


ROWS = [
    Row("growth-calls", "CPU per call, 100 to 50,000 callers", calls),
    Row("growth-rows", "CPU per row, 1,000 to 1,000,000 rows", rows),
    Row("growth-permits", "CPU per permit, 10 to 50,000 waiters", permits),
]
