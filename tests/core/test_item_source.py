"""A bulk run that is left early closes its source, and nothing that is not its own."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from stringee_async import bulk


async def plain(item: int) -> int:
    await asyncio.sleep(0)
    return item


class Source:
    """Generators that note when they are closed."""

    def __init__(self, *, failing: bool = False) -> None:
        self.closed = False
        self.failing = failing

    async def rows(self) -> AsyncIterator[int]:
        try:
            for number in range(1000):
                yield number
        finally:
            await asyncio.sleep(0)
            self._end()

    def steps(self) -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            self._end()

    def _end(self) -> None:
        self.closed = True
        if self.failing:
            raise OSError("the file is gone")


@pytest.mark.parametrize("kind", ["rows", "steps"])
async def test_a_run_that_is_left_closes_its_generator(kind: str) -> None:
    source = Source()
    async with bulk(plain, getattr(source, kind)(), concurrency=2) as outcomes:
        async for _ in outcomes:
            break
    assert source.closed


@pytest.mark.parametrize("kind", ["rows", "steps"])
async def test_a_run_that_is_dropped_closes_its_generator(kind: str) -> None:
    source = Source()
    rows = getattr(source, kind)()
    async for _ in bulk(plain, rows, concurrency=2):
        break
    gc.collect()
    for _ in range(20):
        await asyncio.sleep(0)
    assert source.closed
    del rows


@pytest.mark.parametrize("kind", ["rows", "steps"])
async def test_a_run_that_never_began_closes_its_generator(kind: str) -> None:
    source = Source()
    rows = getattr(source, kind)()
    async with bulk(plain, rows, concurrency=2):
        pass
    assert not source.closed  # its body never ran
    with pytest.raises((StopIteration, StopAsyncIteration)):
        next(rows) if kind == "steps" else await anext(rows)


async def test_sources_of_the_caller_stay_open() -> None:
    """What is no generator is the caller's to close: an iterator over a file, or one with `aclose`."""

    class Theirs:
        closed = False

        def __aiter__(self) -> Theirs:
            return self

        async def __anext__(self) -> int:
            return 1

        async def aclose(self) -> None:
            self.closed = True

    theirs, steps = Theirs(), iter(range(1000))
    sources: tuple[Any, ...] = (theirs, steps)
    for source in sources:
        async with bulk(plain, source, concurrency=2) as outcomes:
            async for _ in outcomes:
                break
    assert not theirs.closed
    assert next(steps) > 0


async def test_an_iterator_that_the_run_made_is_closed() -> None:
    """Of an iterable the run makes the iterator itself, so it closes it, whether it can be closed or not."""
    closed: list[bool] = []

    class Rows:
        def __init__(self, *, closable: bool) -> None:
            self.closable = closable

        def __aiter__(self) -> AsyncIterator[int]:
            return Steps() if self.closable else Bare()

    class Bare:
        def __aiter__(self) -> AsyncIterator[int]:
            return self

        async def __anext__(self) -> int:
            return 1

    class Steps(Bare):
        async def aclose(self) -> None:
            closed.append(True)

    for closable in (True, False):
        async with bulk(plain, Rows(closable=closable), concurrency=2) as outcomes:
            async for _ in outcomes:
                break
    assert closed == [True]


async def test_a_failing_cleanup_is_raised() -> None:
    for kind in ("rows", "steps"):
        outcomes = bulk(plain, getattr(Source(failing=True), kind)(), concurrency=2)
        async for _ in outcomes:
            break
        with pytest.raises(OSError, match="the file is gone"):
            await outcomes.aclose()
        await outcomes.aclose()
