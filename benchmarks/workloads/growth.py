"""Whether costs grow: per call with more coroutines waiting, per row with more rows, per permit with more waiters.

In this process, without a socket, so that the code and not the network is what grows. Each curve is the CPU per unit
as a multiple of that at its first point; a flat curve stays at 1. Python's garbage collector walks all that is alive
whenever many objects are created, so making 50,000 tasks makes everything dearer, whatever the code: the curve per call is
drawn with the collector off, one with it on stands beside it, and so does what asyncio alone then pays for as many
tasks. Permits are measured while the tasks are there and wait, with the collector on.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from stringee_async import RateLimit, StringeeClient
from stringee_async.core.messages import Request, Response
from stringee_async.core.options import Timeouts
from stringee_async.core.ratelimit import LocalRateLimiter

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
RATE = 10_000
"""Permits a second; so few that somebody always waits. An event loop's timers go by milliseconds, so ten at once."""

Work = Callable[[int], Awaitable[None]]


class Yielding:
    """A transport whose response comes one turn of the loop later, so that callers do queue."""

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
    """Measure one curve; the name says whether the collector is on."""
    least = least // 10 if bench.quick else least
    _curve(result, name, units, await _costs(work, units, bench.waiting_rounds, least, COLLECTED in name), x)


def _curve(result: Result, name: str, units: Sequence[int], costs: Sequence[Sequence[float]], x: str) -> None:
    """Add a curve, each point as a multiple of the first, round by round, and its last point as a figure."""
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


class Crowd:
    """So many tasks that take a permit again and again, so that the queue is always as long as there are tasks.

    Args:
        size: How many tasks.
        permits: How many permits are counted.
    """

    def __init__(self, size: int, permits: int) -> None:
        self._size = size
        self._permits = permits
        self._granted = 0
        self._begun = 0.0
        self._spent: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    async def cost(self, take: Callable[[], Awaitable[object]]) -> float:
        """Return the CPU seconds per permit.

        Args:
            take: Waits for a permit; none is granted before all tasks wait.
        """
        tasks = [asyncio.create_task(self._again(take)) for _ in range(self._size)]
        await asyncio.sleep(0)
        gc.collect()
        assert not self._granted
        try:
            return await self._spent / self._permits
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _again(self, take: Callable[[], Awaitable[object]]) -> None:
        while True:
            await take()
            if not self._granted:
                self._begun = time.process_time()
            self._granted += 1
            if self._granted > self._permits and not self._spent.done():
                self._spent.set_result(time.process_time() - self._begun)


async def _limiter(size: int, permits: int) -> float:
    limiter = LocalRateLimiter(RateLimit(RATE, 1.0))
    limiter.pause(_gathering(size))
    return await Crowd(size, permits).cost(lambda: limiter.acquire("agents.create", "interactive"))


def _gathering(size: int) -> float:
    """Return seconds in which so many tasks begin to wait, on a slow machine too."""
    return 0.5 + size * 60e-6


async def _futures(size: int, permits: int) -> float:
    loop = asyncio.get_running_loop()
    waiting: deque[asyncio.Future[None]] = deque()

    def take() -> asyncio.Future[None]:
        waiting.append(loop.create_future())
        return waiting[-1]

    def grant() -> None:
        nonlocal timer
        timer = loop.call_later(0.001, grant)
        for _ in range(min(len(waiting), RATE // 1000)):
            future = waiting.popleft()
            if not future.done():
                future.set_result(None)

    timer = loop.call_later(_gathering(size), grant)
    try:
        return await Crowd(size, permits).cost(take)
    finally:
        timer.cancel()


async def permits(bench: Bench) -> Result:
    """CPU per permit while always so many tasks wait for one."""
    units = WAITERS[:3] if bench.quick else WAITERS
    count = 1_000 if bench.quick else 3_000
    result = Result()
    for name, take in {"cost per permit": _limiter, f"{ASYNCIO}, a deque of futures": _futures}.items():
        costs = [[await take(size, count) for size in units] for _ in range(bench.waiting_rounds)]
        _curve(result, name, units, list(zip(*costs, strict=True)), "waiters")
    return result


ROWS = [
    Row("growth-calls", "CPU per call, 100 to 50,000 callers", calls),
    Row("growth-rows", "CPU per row, 1,000 to 1,000,000 rows", rows),
    Row("growth-permits", "CPU per permit, 10 to 50,000 waiters", permits),
]
