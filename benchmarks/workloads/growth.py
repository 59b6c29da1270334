"""Whether costs grow: per call with more coroutines waiting, per row with more rows, per permit with more waiters.

In this process, without a socket, so that the code and not the network is what grows. Each curve is the CPU per unit
as a multiple of that at its first point; a flat curve stays at 1. Python's garbage collector walks all that is alive,
so with 50,000 tasks alive it makes everything dearer, whatever the code: the curves of the SDK's own cost are drawn
with the collector off, those with it on stand beside them, and so does what asyncio alone then pays for as many tasks.
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
from ..peers.sdk import FREE
from ..server import page_body
from .parts import ANSWER
from .row import Bench, Curve, Result, Row

CALLERS = (100, 300, 1_000, 3_000, 10_000, 50_000)
WAITERS = (10, 100, 1_000, 10_000, 50_000)
LISTED = (1_000, 10_000, 100_000, 1_000_000)
ASYNCIO = "asyncio alone"
COLLECTED = "collector on"

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


async def _costs(
    work: Work, units: tuple[int, ...], rounds: int, least: int, collector: bool
) -> list[list[float]]:
    """Return CPU seconds per unit: for each size, one for each round; small sizes are repeated up to `least` units."""
    costs: list[list[float]] = [[] for _ in units]
    await work(units[0])
    for _ in range(rounds):
        for place, size in enumerate(units):
            repeats = max(1, least // size)
            gc.collect()
            if not collector:
                gc.disable()
            before = time.process_time()
            for _ in range(repeats):
                await work(size)
            costs[place].append((time.process_time() - before) / (repeats * size))
            gc.enable()
    return costs


async def _grow(
    result: Result,
    bench: Bench,
    name: str,
    work: Work,
    units: tuple[int, ...],
    x: str,
    *,
    least: int = 20_000,
) -> None:
    """Add one curve, and its last point as a figure; the name says whether the collector is on."""
    least = least // 10 if bench.quick else least
    costs = await _costs(work, units, bench.waiting_rounds, least, COLLECTED in name)
    points = [
        (float(size), Spread.of([here / first for here, first in zip(costs[place], costs[0], strict=True)]))
        for place, size in enumerate(units)
    ]
    result.curves[name] = Curve(x=x, y=f"CPU per unit, at {units[0]:,} = 1", points=points)
    result.add(f"{name}: {units[-1]:,} against {units[0]:,}", points[-1][1], "x")


def _callers(client: StringeeClient) -> Work:
    async def work(size: int) -> None:
        await asyncio.gather(*(client.agents.create(**AGENT) for _ in range(size)))

    return work


async def _semaphore(size: int) -> None:
    gate = asyncio.Semaphore(64)

    async def one() -> None:
        async with gate:
            await asyncio.sleep(0)

    await asyncio.gather(*(one() for _ in range(size)))


async def calls(bench: Bench) -> Result:
    """CPU per call with so many callers at once over 64 slots."""
    units = CALLERS[:3] if bench.quick else CALLERS
    result = Result()
    async with (
        StringeeClient("SK", "k" * 40, transport=Yielding()) as free,
        StringeeClient("SK", "k" * 40, transport=Yielding(), rate_limit=FREE) as limited,
    ):
        for name, work in {
            "cost per call": _callers(free),
            "cost per call, a limiter without pressure": _callers(limited),
            f"cost per call, {COLLECTED}": _callers(free),
            f"{ASYNCIO}, a semaphore, {COLLECTED}": _semaphore,
        }.items():
            await _grow(result, bench, name, work, units, "callers")
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

    await _grow(result, bench, "cost per row", ours, units, "rows", least=10_000)
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

    for name, work in {
        "cost per permit": ours,
        f"cost per permit, {COLLECTED}": ours,
        f"{ASYNCIO}, a future each, {COLLECTED}": bare,
    }.items():
        await _grow(result, bench, name, work, units, "waiters")
    return result


ROWS = [
    Row("growth-calls", "CPU per call, 100 to 50,000 callers", calls),
    Row("growth-rows", "CPU per row, 1,000 to 1,000,000 rows", rows),
    Row("growth-permits", "CPU per permit, 10 to 50,000 waiters", permits),
]
