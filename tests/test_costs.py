"""What a call costs, counted instead of timed: the same numbers on every machine, and a jump fails.

Counted per unit of work, as the difference between a long and a short run, so that setting up costs nothing: callbacks
and timers of the loop, tasks, futures, Python calls inside the package, what stays allocated, and how often the
limiter (with several processes, a store across the network) is asked. A limit that fails here is raised only together
with the reason.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import tracemalloc
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

import attrs
import pytest

import stringee_async
from stringee_async import RateLimit, StringeeClient, bulk
from stringee_async.core.messages import Request, Response
from stringee_async.core.options import Timeouts
from stringee_async.core.ratelimit import LocalRateLimiter

from .core.rig import CountingLoop
from .kit import ICC, KEY_SECRET, KEY_SID, answer

PACKAGE = str(Path(stringee_async.__file__).parent)
INLINED = {"<listcomp>", "<dictcomp>", "<setcomp>"}
"""Calls in Python 3.11, none from 3.12 on."""

CREATED = answer({"r": 0, "project": 1, "agentID": "AG_1", "message": "ok"})
SIZE = 50


class CostLoop(CountingLoop):
    """Counts its own turns, each of which is a system call on a real loop, and tasks and futures too."""

    turns = 0
    tasks = 0
    futures = 0

    def _run_once(self) -> None:
        self.turns += 1
        super()._run_once()

    def create_task(self, *args: Any, **kwargs: Any) -> Any:
        self.tasks += 1
        return super().create_task(*args, **kwargs)

    def create_future(self) -> asyncio.Future[Any]:
        self.futures += 1
        return super().create_future()


class Memory:
    """A transport with its responses ready; keeps nothing.

    Args:
        pages: Pages of the listing, of `SIZE` rows each.
        turn: Let a create take one turn of the loop, so that callers queue for slots.
    """

    def __init__(self, pages: int = 1, *, turn: bool = False) -> None:
        self._pages = pages
        self._turn = turn

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        if request.method == "POST":
            if self._turn:
                await asyncio.sleep(0)
            return CREATED
        number = int(request.url.partition("page=")[2].partition("&")[0])
        rows = [{"id": f"AG_{number}_{index}", "name": "An", "project": 1} for index in range(SIZE)]
        counts = {"totalPages": self._pages, "currentPage": number, "totalAgents": str(self._pages * SIZE)}
        return answer({"r": 0, "data": {**counts, "limit": SIZE, "agents": rows}})

    async def aclose(self) -> None:
        pass


class Store:
    """A limiter that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def acquire(self, operation: str, lane: str) -> None:
        self.asked += 1

    def pause(self, seconds: float) -> None:
        self.asked += 1


@attrs.frozen
class Counts:
    """What some work cost."""

    turns: float
    callbacks: float
    timers: float
    tasks: float
    futures: float
    calls: float
    kept: float


Work = Callable[[int], Awaitable[object]]


def _counted(work: Work, units: int) -> Counts:
    """Run `work` once to warm up and once counted, on a loop with virtual time."""
    calls = 0

    def profile(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        if event == "call":
            code = frame.f_code
            ours = code.co_filename.startswith((PACKAGE, "<attrs generated"))
            calls += ours and code.co_name not in INLINED

    with asyncio.Runner(loop_factory=CostLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, CostLoop)
        runner.run(_once(work, units))
        names = ("turns", "callbacks", "timers", "tasks", "futures")
        before = [getattr(loop, name) for name in names]
        gc.collect()
        blocks = sys.getallocatedblocks()
        sys.setprofile(profile)
        try:
            runner.run(_once(work, units))
        finally:
            sys.setprofile(None)
        gc.collect()
        kept = sys.getallocatedblocks() - blocks
        after = [getattr(loop, name) for name in names]
    loops = {name: after[place] - before[place] for place, name in enumerate(names)}
    return Counts(**loops, calls=calls, kept=kept)


async def _once(work: Work, units: int) -> None:
    await work(units)


def per_unit(work: Work, units: int = 100) -> Counts:
    """Return the cost of one unit: that of four times as many, less that of as many, shared out."""
    short, long = attrs.astuple(_counted(work, units)), attrs.astuple(_counted(work, 4 * units))
    return Counts(*((more - less) / (3 * units) for more, less in zip(long, short, strict=True)))


def client(pages: int = 1, *, turn: bool = False, **options: Any) -> StringeeClient:
    """Make a client with everything on, over memory."""
    options.setdefault("rate_limit", RateLimit(100_000, 1.0))
    return StringeeClient(KEY_SID, KEY_SECRET, icc_url=ICC, transport=Memory(pages, turn=turn), **options)


async def creates(units: int, pause_after: int = 0) -> None:
    async with client() as ours:
        for number in range(units):
            await ours.agents.create(name="An", stringee_user_id=f"u.{number}")
            if pause_after and number % pause_after == 0:
                await asyncio.sleep(Timeouts().settle)


async def settled_creates(units: int) -> None:
    await creates(units, pause_after=20)


async def queued_creates(units: int, limit: RateLimit | None = None) -> None:
    async with client(turn=True, max_connections=8, rate_limit=limit) as ours:
        calls = [ours.agents.create(name="An", stringee_user_id=f"u.{number}") for number in range(units)]
        await asyncio.gather(*calls)


async def queued_limited_creates(units: int) -> None:
    await queued_creates(units, RateLimit(100_000, 1.0))


async def pages(units: int) -> None:
    async with client(units) as ours:
        async for _ in ours.agents.list(page_size=SIZE):
            pass


async def pages_ahead(units: int) -> None:
    async with client(units) as ours:
        async for _ in ours.agents.list(page_size=SIZE, read_ahead=4):
            pass


async def free_permits(units: int) -> None:
    limiter = LocalRateLimiter(RateLimit(100_000, 1.0))
    for _ in range(units):
        await limiter.acquire("agents.create", "interactive")


async def short_permits(units: int) -> None:
    limiter = LocalRateLimiter(RateLimit(100, 1.0, burst=1))
    await asyncio.gather(*(limiter.acquire("agents.create", "interactive") for _ in range(units)))


async def _nothing(item: int) -> int:
    return item


async def items(units: int) -> None:
    async for outcome in bulk(_nothing, range(units), concurrency=16):
        assert outcome.state == "done"


LIMITS: Iterable[tuple[Work, Counts]] = (
    (creates, Counts(turns=0, callbacks=0, timers=0, tasks=0, futures=0, calls=50, kept=0.5)),
    # One task and one future are the caller's and the slot's.
    (queued_creates, Counts(turns=0.26, callbacks=4, timers=0, tasks=1, futures=1, calls=82, kept=0.5)),
    # While there is a limit, calls leave the queue one by one: a turn each.
    (queued_limited_creates, Counts(turns=1, callbacks=4, timers=0, tasks=1, futures=1, calls=82, kept=0.5)),
    (pages, Counts(turns=0, callbacks=0, timers=0, tasks=0, futures=0, calls=100, kept=0.5)),
    (pages_ahead, Counts(turns=0.8, callbacks=3, timers=0, tasks=1, futures=0.3, calls=105, kept=0.5)),
    (free_permits, Counts(turns=0, callbacks=0, timers=0, tasks=0, futures=0, calls=4, kept=0.5)),
    (short_permits, Counts(turns=3, callbacks=3, timers=1, tasks=1, futures=1, calls=10.5, kept=0.5)),
    (items, Counts(turns=0.1, callbacks=1.1, timers=0, tasks=0, futures=1.1, calls=9.5, kept=0.5)),
)


@pytest.mark.parametrize(("work", "most"), LIMITS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_unit_of_work_costs_no_more_than_it_did(work: Work, most: Counts) -> None:
    """Neither the loop nor the interpreter is given more to do for a create, a page, a permit or an item of bulk."""
    # What else the process does, such as measuring coverage, is counted too, but not every time.
    for _ in range(3):
        found = per_unit(work)
        dearer = {
            field.name: f"{getattr(found, field.name):.2f}, at most {getattr(most, field.name):g}"
            for field in attrs.fields(Counts)
            if getattr(found, field.name) > getattr(most, field.name)
        }
        if not dearer:
            return
    raise AssertionError(f"{dearer}; all: {found}")


class Chain:
    """The Python calls of this package on the way of one page, from the listing to the transport and back."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.files: set[str] = set()

    def note(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        ours = code.co_filename.startswith(PACKAGE)
        if event == "call" and (ours or code.co_filename.startswith("<attrs generated")):
            if code.co_name not in INLINED:
                self.names.append(code.co_qualname)
            if ours:
                self.files.add(code.co_filename)


async def test_a_page_takes_a_short_way() -> None:
    """One page of a listing passes through few calls in few files, and through no lambda."""
    chain = Chain()
    async with client(4) as ours:
        rows = aiter(ours.agents.list(page_size=SIZE))
        for _ in range(2 * SIZE):
            await anext(rows)
        sys.setprofile(chain.note)
        try:
            await anext(rows)
        finally:
            sys.setprofile(None)
    assert len(chain.names) <= 46, chain.names
    assert len(chain.files) <= 16, sorted(chain.files)
    assert not [name for name in chain.names if name.endswith("<lambda>")]


async def _ask(store: Store, units: int) -> None:
    async with client(units, rate_limit=store) as ours:
        for _ in range(units):
            await ours.agents.create(name="An", stringee_user_id="u.an")
        await ours.agents.list(page_size=SIZE).collect()


def test_a_shared_limiter_is_asked_once_for_each_request() -> None:
    """A store across the network is asked once for a create and once for a page, and never besides."""
    store = Store()
    with asyncio.Runner(loop_factory=CostLoop) as runner:
        runner.run(_ask(store, 20))
    assert store.asked == 40


def _peak(work: Work, units: int) -> int:
    """Return the bytes that `work` had allocated at most, beyond the start."""
    with asyncio.Runner(loop_factory=CostLoop) as runner:
        runner.run(_once(work, units))
        gc.collect()
        tracemalloc.start()
        try:
            start, _ = tracemalloc.get_traced_memory()
            runner.run(_once(work, units))
            return tracemalloc.get_traced_memory()[1] - start
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize(
    ("work", "most"),
    [(pages, 200 * SIZE), (pages_ahead, 200 * SIZE), (creates, 400), (settled_creates, 16), (items, 16)],
)
@pytest.mark.skipif(
    "PYTHONASYNCIODEBUG" in os.environ, reason="in debug mode each task keeps where it was made"
)
def test_memory_does_not_grow_with_the_work(work: Work, most: int) -> None:
    """A listing keeps a hash for each row, a create its key until it is settled; a settled one and bulk keep nothing."""
    growth = (_peak(work, 400) - _peak(work, 100)) / 300
    assert growth <= most
