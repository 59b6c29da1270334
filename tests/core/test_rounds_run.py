"""Runs in rounds: what asks for a later look is put aside, waited for once, and worked on again."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from stringee_async.core.bulk import STOP_ON, Bulk
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import AuthError, OutcomeUnknownError
from stringee_async.core.rounds_run import RoundsRun, cause_of
from stringee_async.core.shared_listings import Later

from ..kit import virtual
from ..kit.bulk_runs import now


class Looks(RoundsRun[int, int]):
    """A run over numbers that keeps when it was renewed and for how long it said that it waits."""

    def __init__(self, func: Any, rows: Any, *, concurrency: int = 4) -> None:
        super().__init__(func, rows, concurrency, STOP_ON, 300.0, RealClock(), 3.0)
        self.looks: list[float] = []
        self.said: list[float] = []

    def renew(self) -> None:
        self.looks.append(now())

    def waits(self, seconds: float) -> None:
        self.said.append(seconds)


def doubtful_until(round_: int, begun: list[tuple[float, int]]) -> Any:
    """Return a function of an item that asks for another look until so many were given; odd items need none."""
    seen: Counter[int] = Counter()

    async def work(item: int) -> int:
        begun.append((now(), item))
        seen[item] += 1
        await asyncio.sleep(0.1 * item)
        if item % 2 == 0 and seen[item] < round_:
            raise Later from OutcomeUnknownError(f"item {item}")
        return seen[item]

    return work


@virtual
async def test_what_is_put_aside_is_worked_on_again_after_one_wait_for_all() -> None:
    began, begun = now(), list[tuple[float, int]]()
    run = Looks(doubtful_until(2, begun), range(1, 9))
    outcomes = [outcome async for outcome in Bulk(run)]
    assert sorted((one.index, one.state, one.result) for one in outcomes) == [
        (index, "done", 1 + index % 2) for index in range(8)
    ]
    again = [when for when, item in begun[8:]]
    assert len(begun) == 12
    assert len(run.looks) == 1  # one look for the four of them
    assert min(again) - began == pytest.approx(
        3.0 + max(when for when, _ in begun[:8]) + 0.8 - began, abs=0.01
    )
    assert run.said == [pytest.approx(3.0, abs=0.01)]


@virtual
async def test_the_wait_counts_from_the_youngest_that_was_put_aside_and_not_from_the_end_of_the_round() -> (
    None
):
    async def work(item: int) -> int:
        if item == 0 and run.round == 1:
            raise Later
        await asyncio.sleep(2.0 if item else 0.0)
        return item

    began = now()
    run = Looks(work, range(2))
    assert [outcome.item async for outcome in Bulk(run)] == [1, 0]
    assert now() - began == pytest.approx(3.0, abs=0.01)
    assert run.said == [pytest.approx(1.0, abs=0.01)]


@virtual
async def test_every_round_waits_and_looks_once() -> None:
    run = Looks(doubtful_until(4, []), range(1, 5))
    outcomes = [outcome async for outcome in Bulk(run)]
    assert {one.state for one in outcomes} == {"done"}
    assert (run.round, len(run.looks), len(run.said)) == (4, 3, 3)


@virtual
async def test_rejected_credentials_end_the_run_and_what_was_put_aside_is_reported() -> None:
    async def work(item: int) -> int:
        if item == 1:
            await asyncio.sleep(1.0)
            raise AuthError
        raise Later

    run = Looks(work, range(3))
    outcomes = [outcome async for outcome in Bulk(run)]
    assert sorted((one.item, one.state) for one in outcomes) == [
        (0, "not_started"),
        (1, "failed"),
        (2, "not_started"),
    ]
    assert run.looks == []


@virtual
async def test_leaving_the_run_while_it_waits_ends_it() -> None:
    run = Looks(doubtful_until(2, []), [2, 1])
    async with Bulk(run) as bulk:
        assert (await anext(bulk)).item == 1
        await asyncio.sleep(1.0)
    assert run.looks == []


def test_the_cause_of_a_later_look_is_the_error_behind_it() -> None:
    later = Later()
    assert cause_of(later) is None
    later.__cause__ = error = OutcomeUnknownError()
    assert cause_of(later) is error
