"""The workers of a bulk run: one outcome for each item, no more at once than asked for, and a source read no further than the window."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from stringee_async.core.bulk import bulk
from stringee_async.core.errors import (
    AuthError,
    ClosedError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    ServerError,
)
from tests.kit import ScriptedTransport, answer, client_over, virtual
from tests.kit.bulk_runs import Source, Work


class AsyncSource(Source):
    async def __aiter__(self) -> AsyncIterator[int]:
        for number in range(self.count):
            if number % 7 == 0:
                await asyncio.sleep(0.001)
            self.pulled += 1
            yield number

    __iter__ = None  # type: ignore[assignment]


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
