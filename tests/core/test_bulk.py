"""Many calls at once: one outcome for each item, bounded, and nothing left running."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from stringee_async.core.bulk import Bulk, bulk
from stringee_async.core.errors import (
    AuthError,
    ClosedError,
    ConfigError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    ServerError,
)
from tests.kit import ScriptedTransport, answer, client_over, virtual

from .rig import without_collector


class Source:
    """Numbers that count how many of them were pulled."""

    def __init__(self, count: int) -> None:
        self.count, self.pulled = count, 0

    def __iter__(self) -> Iterator[int]:
        for number in range(self.count):
            self.pulled += 1
            yield number


class AsyncSource(Source):
    async def __aiter__(self) -> AsyncIterator[int]:
        for number in range(self.count):
            if number % 7 == 0:
                await asyncio.sleep(0.001)
            self.pulled += 1
            yield number

    __iter__ = None  # type: ignore[assignment]


class Work:
    """A function that takes time and counts how often it is at work."""

    def __init__(self, seconds: float = 0.1) -> None:
        self.seconds = seconds
        self.begun: list[int] = []
        self.running = self.peak = 0

    async def __call__(self, number: int) -> int:
        self.begun.append(number)
        self.running += 1
        self.peak = max(self.peak, self.running)
        try:
            await asyncio.sleep(self.seconds * (1 + number % 3))
            return number * 10
        finally:
            self.running -= 1


def sdk_tasks() -> int:
    return len(asyncio.all_tasks()) - 1


# one outcome for each item


@pytest.mark.parametrize("ordered", [False, True])
@virtual
async def test_one_outcome_for_each_item(ordered: bool) -> None:
    kinds = [
        InvalidRequestError("no"),
        NotSentError("no connection"),
        OutcomeUnknownError("lost"),
        ServerError("500"),
    ]

    async def work(number: int) -> int:
        await asyncio.sleep(0.001 * (number % 5))
        if number % 100 < 7:
            raise kinds[number % 4]
        return number + 1

    outcomes = [outcome async for outcome in bulk(work, range(1000), concurrency=16, ordered=ordered)]
    assert sorted(outcome.index for outcome in outcomes) == list(range(1000))
    if ordered:
        assert [outcome.index for outcome in outcomes] == list(range(1000))
    for outcome in outcomes:
        assert outcome.item == outcome.index
        if outcome.index % 100 < 7:
            assert outcome.error is kinds[outcome.index % 4]
            assert outcome.state == ("unknown" if outcome.index % 4 >= 2 else "failed")
            assert outcome.result is None
        else:
            assert (outcome.state, outcome.result, outcome.error) == ("done", outcome.index + 1, None)
    states = Counter(outcome.state for outcome in outcomes)
    assert sum(states.values()) == 1000
    assert states["done"] == 930
    again = [outcome.item for outcome in outcomes if outcome.state == "failed"]
    assert len([outcome async for outcome in bulk(work, again)]) == states["failed"]


@virtual
async def test_attempts_are_counted_for_each_item() -> None:
    fails = {"u1": 1, "u2": 2}

    def vendor(request: Any) -> Any:
        name = next(user for user in ("u0", "u1", "u2") if user.encode() in request.body)
        if fails.get(name, 0):
            fails[name] -= 1
            return answer({"r": 1, "message": "slow down"}, 429)
        return answer({"r": 0, "agentID": name})

    async with client_over(ScriptedTransport(default=vendor)) as client:
        run = bulk(
            lambda user: client.agents.create(name="An", stringee_user_id=user),
            ["u0", "u1", "u2"],
            ordered=True,
        )
        outcomes = [outcome async for outcome in run]
    assert [(outcome.state, outcome.attempts) for outcome in outcomes] == [
        ("done", 1),
        ("done", 2),
        ("done", 3),
    ]


@virtual
async def test_a_failure_that_concerns_everybody_stops_the_run() -> None:
    """After an AuthError no further item starts, and every item left comes out as not started."""
    begun = []

    async def work(number: int) -> None:
        begun.append(number)
        await asyncio.sleep(0.01)
        if number == 5:
            raise AuthError("refused")

    outcomes = [outcome async for outcome in bulk(work, range(100), concurrency=2, ordered=True)]
    states = Counter(outcome.state for outcome in outcomes)
    assert len(outcomes) == 100
    assert states["failed"] == 1
    assert states["not_started"] == 100 - len(begun)
    assert len(begun) <= 7
    last = outcomes[-1]
    assert (last.state, last.attempts) == ("not_started", 0)
    assert isinstance(last.error, AuthError)


@virtual
async def test_what_stops_a_run_is_the_callers_choice() -> None:
    """`stop_on` replaces the errors that concern everybody."""

    async def work(number: int) -> None:
        raise ClosedError if number else LookupError

    found = [one async for one in bulk(work, range(4), concurrency=1, stop_on=(LookupError,))]
    assert [one.state for one in found] == ["failed", "not_started", "not_started", "not_started"]
    found = [one async for one in bulk(work, range(4), concurrency=1, stop_on=())]
    assert [one.state for one in found] == ["failed"] * 4


@pytest.mark.parametrize("ordered", [False, True])
@virtual
async def test_work_that_is_cancelled_from_within_is_an_outcome(ordered: bool) -> None:
    async def work(number: int) -> int:
        inner = asyncio.ensure_future(asyncio.sleep(1))
        if number % 10 == 3:
            asyncio.get_running_loop().call_soon(inner.cancel)
        await inner
        return number

    async with asyncio.timeout(1000):
        run = bulk(work, range(40), concurrency=2, ordered=ordered)
        outcomes = {outcome.index: outcome async for outcome in run}
    assert len(outcomes) == 40
    assert {index for index, one in outcomes.items() if one.state == "unknown"} == {3, 13, 23, 33}
    error = outcomes[3].error
    assert isinstance(error.__cause__, asyncio.CancelledError)


# bounded


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("source", [Source, AsyncSource])
@virtual
async def test_the_source_is_pulled_no_further_than_the_window(source: type[Source], ordered: bool) -> None:
    """20,000 rows: never more than twice the concurrency is pulled ahead of what was handed out."""
    rows, work = source(20_000), Work(0.001)
    taken = ahead = 0
    run = bulk(work, rows, concurrency=10, ordered=ordered)
    async for _ in run:
        taken += 1
        ahead = max(ahead, rows.pulled - taken)
        if taken % 1000 == 0:
            await asyncio.sleep(5)
    assert taken == rows.pulled == 20_000
    assert ahead <= 20
    assert work.peak == 10


@pytest.mark.parametrize("concurrency", [1, 3, 64])
@virtual
async def test_no_more_than_the_concurrency_runs_at_once(concurrency: int) -> None:
    work = Work()
    assert len([one async for one in bulk(work, range(200), concurrency=concurrency)]) == 200
    assert work.peak == concurrency


@virtual
async def test_a_slow_first_item_does_not_pile_up_the_others() -> None:
    rows = Source(1000)

    async def work(number: int) -> int:
        await asyncio.sleep(100 if number == 0 else 0.001)
        return number

    run = bulk(work, rows, concurrency=5, ordered=True)
    assert (await anext(run)).index == 0
    assert rows.pulled <= 11
    assert [one.index async for one in run] == list(range(1, 1000))


@virtual
async def test_nothing_is_read_before_the_first_outcome_is_asked_for() -> None:
    rows = Source(3)
    run = bulk(Work(), rows)
    await asyncio.sleep(0)
    assert (rows.pulled, sdk_tasks()) == (0, 0)
    assert len([one async for one in run]) == rows.pulled == 3


# The source


def _raising() -> Iterator[int]:
    yield 1
    yield 2
    raise LookupError("torn")


async def _raising_later() -> AsyncIterator[int]:
    yield 1
    yield 2
    raise LookupError("torn")


async def _cancelled_within() -> AsyncIterator[int]:
    yield 1
    yield 2
    raise asyncio.CancelledError


@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("source", [_raising, _raising_later, _cancelled_within])
@virtual
async def test_a_source_that_fails_is_heard_of_after_what_it_gave(
    source: Callable[[], Any], ordered: bool
) -> None:
    """What the source gave is worked off; then its error is raised; it never looks like an ordinary end."""
    run = bulk(Work(), source(), concurrency=4, ordered=ordered)
    seen = []
    with pytest.raises((LookupError, asyncio.CancelledError)):
        async for outcome in run:
            seen.append(outcome.item)
    assert sorted(seen) == [1, 2]
    with pytest.raises(StopAsyncIteration):
        await anext(run)


@virtual
async def test_an_empty_source_ends_at_once() -> None:
    """No rows, no outcomes."""
    assert [one async for one in bulk(Work(), [])] == []


@pytest.mark.parametrize("concurrency", [0, -1, True, 1.5, "4", None])
def test_a_wrong_concurrency_is_refused(concurrency: Any) -> None:
    with pytest.raises(ConfigError, match="concurrency"):
        bulk(Work(), [], concurrency=concurrency)


# leaving


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
