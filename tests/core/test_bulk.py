"""The iterator of a bulk run: checked arguments, nothing done before it is read, and nothing left running."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from stringee_async.core.bulk import Bulk, bulk
from stringee_async.core.errors import (
    ConfigError,
)
from tests.kit import virtual
from tests.kit.bulk_runs import Source, Work

from .rig import sdk_tasks, without_collector


@virtual
async def test_nothing_is_read_before_the_first_outcome_is_asked_for() -> None:
    rows = Source(3)
    run = bulk(Work(), rows)
    await asyncio.sleep(0)
    assert (rows.pulled, sdk_tasks()) == (0, 0)
    assert len([one async for one in run]) == rows.pulled == 3


async def one(item: Any) -> None:
    """Do nothing."""


WRONG: list[tuple[Any, Any, dict[str, Any], str]] = [
    (5, [], {}, "func"),
    (one, 5, {}, "rows"),
    (one, None, {}, "rows"),
    (one, [], {"stop_on": 5}, "stop_on"),
    (one, [], {"stop_on": (ValueError, "x")}, "stop_on"),
    *((one, [], {"concurrency": value}, "concurrency") for value in (0, -1, True, 1.5, "4", None)),
    *((one, [], {"patience": value}, "patience") for value in (-1, math.nan, math.inf, "300", True, None)),
    (one, [], {"clock": "x"}, "clock"),
]


@pytest.mark.parametrize(("func", "rows", "options", "name"), WRONG)
def test_a_wrong_argument_is_refused_before_anything_starts(
    func: Any, rows: Any, options: dict[str, Any], name: str
) -> None:
    """Found out while the run is on, it would end the workers, and items would have no outcome."""
    with pytest.raises(ConfigError, match=f"{name} must be"):
        bulk(func, rows, **options)


async def _break(run: Bulk[int, int]) -> None:
    async for outcome in run:
        if outcome.index > 20:
            break


async def _raise(run: Bulk[int, int]) -> None:
    async for outcome in run:
        if outcome.index > 20:
            raise LookupError


async def _cancelled_while_waiting(run: Bulk[int, int]) -> None:
    task = asyncio.current_task()
    asyncio.get_running_loop().call_later(1.05, task.cancel)
    async for _ in run:
        pass


async def _cancelled_in_the_body(run: Bulk[int, int]) -> None:
    async for outcome in run:
        if outcome.index > 20:
            task = asyncio.current_task()
            task.cancel()
            await asyncio.sleep(9)


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("leave", [_break, _raise, _cancelled_while_waiting, _cancelled_in_the_body])
@virtual
async def test_leaving_the_loop_stops_the_work(leave: Callable[[Any], Any], ordered: bool) -> None:
    work = Work()
    with without_collector():
        task = asyncio.ensure_future(_leave(leave, work, ordered))
        # `asyncio.wait` keeps the task and with it the error and its traceback, as a caller may.
        await asyncio.wait([task])
        await asyncio.sleep(0)
        assert sdk_tasks() == 0
        assert work.running == 0
        begun = len(work.begun)
        await asyncio.sleep(60)
        assert len(work.begun) == begun < 80
        assert task.cancelled() or task.exception() is None or isinstance(task.exception(), LookupError)


async def _leave(leave: Callable[[Any], Any], work: Work, ordered: bool) -> None:
    if leave is _break:
        await leave(bulk(work, range(1000), concurrency=8, ordered=ordered))
        return
    # A run that is kept in a variable, as here, is ended with `async with`.
    async with bulk(work, range(1000), concurrency=8, ordered=ordered) as run:
        await leave(run)


@pytest.mark.parametrize("ordered", [False, True])
@virtual
async def test_a_break_takes_one_cycle_of_the_loop(ordered: bool) -> None:
    work = Work()
    async for outcome in bulk(work, range(1000), concurrency=8, ordered=ordered):
        if outcome.index > 20:
            break
    assert work.running > 0
    await asyncio.sleep(0)
    assert (work.running, sdk_tasks()) == (0, 0)


@virtual
async def test_cancelling_a_plain_loop_stops_the_work() -> None:
    work = Work()

    async def user() -> None:
        async for _ in bulk(work, range(1000), concurrency=8):
            pass

    task = asyncio.ensure_future(user())
    await asyncio.sleep(1.05)
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert task.cancelled()
    assert sdk_tasks() == 0
    assert work.running == 0


@virtual
async def test_a_source_that_is_waited_for_is_left_too() -> None:
    ended = []

    async def source() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.sleep(1000)
        finally:
            ended.append(True)

    async with bulk(Work(), source(), concurrency=2) as run:
        assert (await anext(run)).index == 0
    assert ended == [True]
    assert sdk_tasks() == 0


@virtual
async def test_a_wait_with_a_time_limit_loses_nothing() -> None:
    run = bulk(Work(1.0), range(30), concurrency=4)
    seen: list[int] = []
    late = 0
    while True:
        try:
            async with asyncio.timeout(0.3):
                seen.append((await anext(run)).index)
        except TimeoutError:
            late += 1
        except StopAsyncIteration:
            break
    assert sorted(seen) == list(range(30))
    assert late > 5


@virtual
async def test_closing_waits_until_the_workers_have_stopped() -> None:
    """`aclose` and `async with` return when nothing runs any more; closing twice is fine."""
    work = Work()
    async with bulk(work, range(1000), concurrency=8) as run:
        await anext(run)
        assert work.running == 8
    assert (work.running, sdk_tasks()) == (0, 0)
    await run.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(run)


@pytest.mark.parametrize("ordered", [False, True])
@virtual
async def test_a_run_closed_before_it_began_never_begins(ordered: bool) -> None:
    rows = Source(5)
    run = bulk(Work(), rows, ordered=ordered)
    await run.aclose()
    assert [one async for one in run] == []
    assert rows.pulled == 0


@virtual
async def test_closing_wakes_a_reader_that_waits_for_an_outcome() -> None:
    run = bulk(Work(50.0), range(5))
    waiting = asyncio.ensure_future(anext(run))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    await run.aclose()
    await asyncio.wait([waiting], timeout=1)
    assert waiting.done()
    assert isinstance(waiting.exception(), (StopAsyncIteration, RuntimeError))


@virtual
async def test_a_run_dropped_in_another_thread_is_stopped() -> None:
    runs = [bulk(Work(), range(1000), concurrency=8)]
    await anext(runs[0])
    assert sdk_tasks() == 8
    thread = threading.Thread(target=runs.clear)
    thread.start()
    thread.join()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sdk_tasks() == 0
