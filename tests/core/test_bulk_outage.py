"""A bulk run in an outage: it is held, probes, puts items back, goes on, and never creates twice."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from stringee_async.core.bulk import bulk
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import NotSentError, OutcomeUnknownError
from stringee_async.core.messages import Request, Response
from tests.kit import ScriptedTransport, client_over, virtual

from ..kit.bulk_runs import Vendor, _all, now, states


@pytest.mark.parametrize("concurrency", [1, 2, 3, 5, 8, 64])
@pytest.mark.parametrize("ordered", [False, True])
@virtual
async def test_a_run_survives_an_outage(ordered: bool, concurrency: int) -> None:
    vendor = Vendor(begins=1.0, ends=20.0)
    outcomes = [one async for one in bulk(vendor, range(300), concurrency=concurrency, ordered=ordered)]
    assert states(outcomes) == {"done": 300}
    assert sorted(one.index for one in outcomes) == list(range(300))
    if ordered:
        assert [one.index for one in outcomes] == list(range(300))
    assert all(one.result == one.item and one.error is None for one in outcomes)


@virtual
async def test_one_probe_at_a_time_and_the_items_in_turn() -> None:
    vendor = Vendor(begins=0.0, ends=100.0)
    outcomes = [one async for one in bulk(vendor, range(200), concurrency=8)]
    assert states(outcomes) == {"done": 200}
    # When the fifth fails, four others have begun in the place of the first four.
    assert sorted(vendor.between(0.0, 0.3)) == list(range(12))
    probes = [(when, item) for when, item in vendor.calls if 0.3 < when < 100.0]
    assert len({item for _, item in probes}) == len(probes)
    assert {item for _, item in probes} < set(range(12))
    gaps = [round(later - earlier, 1) for (earlier, _), (later, _) in itertools.pairwise(probes)]
    assert gaps == [1.1, 2.1, 4.1, 8.1, 16.1, 30.1, 30.1]


@virtual
async def test_a_run_goes_on_with_a_ramp() -> None:
    """After the first success there is one item at once, then two, four, eight, and not all at once."""
    vendor = Vendor(begins=0.0, ends=0.5)
    await asyncio.wait_for(_all(bulk(vendor, range(100), concurrency=16)), 100)
    times = Counter(round(when, 2) for when, _ in vendor.calls if when > 0.3)
    assert list(times.values())[:6] == [1, 2, 4, 8, 16, 16]


@virtual
async def test_fewer_than_five_failures_are_outcomes_as_ever() -> None:
    """Four items that fail between others that succeed are failed, run once, and hold no one up."""

    async def work(item: int) -> int:
        await asyncio.sleep(0.1)
        if item in {10, 11, 12, 13, 30}:
            raise NotSentError
        return item

    started = now()
    outcomes = await _all(bulk(work, range(40), concurrency=2))
    assert {one.index for one in outcomes if one.state == "failed"} == {10, 11, 12, 13, 30}
    assert states(outcomes)["done"] == 35
    assert now() - started == pytest.approx(2.0)


@virtual
async def test_a_few_items_that_all_fail_do_not_wait_for_patience() -> None:
    vendor = Vendor(ends=None)
    outcomes = await _all(bulk(vendor, range(4), concurrency=64))
    assert states(outcomes) == {"failed": 4}
    assert now() - vendor.started == pytest.approx(0.1)


@virtual
async def test_a_failure_is_reported_although_the_source_gives_nothing_more() -> None:
    """An item that failed alone is heard of a moment later, while the source keeps its readers waiting."""

    async def source() -> AsyncIterator[int]:
        yield 1
        await asyncio.sleep(1000)
        yield 2

    vendor = Vendor(ends=50.0)
    async with bulk(vendor, source(), concurrency=4) as run:
        first = await anext(run)
        assert (first.state, first.item) == ("failed", 1)
        assert now() - vendor.started < 3
        assert [one.state async for one in run] == ["done"]


@virtual
async def test_a_failure_waits_while_others_are_under_way() -> None:
    async def work(item: int) -> int:
        await asyncio.sleep(5.0 * item)
        if not item:
            raise NotSentError
        return item

    outcomes = await _all(bulk(work, range(2), concurrency=2))
    assert [(one.item, one.state) for one in outcomes] == [(1, "done"), (0, "failed")]


@virtual
async def test_without_patience_nothing_waits_and_nothing_runs_again() -> None:
    vendor = Vendor(ends=None)
    outcomes = await _all(bulk(vendor, range(100), concurrency=8, patience=0))
    assert states(outcomes) == {"failed": 100}
    assert len(vendor.calls) == 100
    assert now() - vendor.started == pytest.approx(1.3)


@pytest.mark.parametrize("ordered", [False, True])
@virtual
async def test_an_outage_for_ever_ends_the_run_after_patience(ordered: bool) -> None:
    vendor = Vendor(begins=1.0, ends=None)
    outcomes = await _all(bulk(vendor, range(500), concurrency=8, patience=60.0, ordered=ordered))
    assert 60.0 <= now() - vendor.started <= 62.0
    assert sorted(one.index for one in outcomes) == list(range(500))
    assert states(outcomes) == {"done": 80, "not_started": 420}
    left = next(one for one in outcomes if one.state == "not_started")
    assert isinstance(left.error, NotSentError)
    assert "60 s" in str(left.error)
    assert isinstance(left.error.__cause__, NotSentError)


@virtual
async def test_what_is_under_way_when_patience_ends_is_cancelled_and_reported() -> None:
    cancelled = []

    async def work(item: int) -> int:
        if item == 3:
            try:
                await asyncio.sleep(10_000)
            except asyncio.CancelledError:
                cancelled.append(item)
                raise
        await asyncio.sleep(0.1)
        raise OutcomeUnknownError

    started = now()
    outcomes = await _all(bulk(work, range(20), concurrency=4, patience=30.0))
    assert 30.0 <= now() - started <= 31.0
    assert cancelled == [3]
    found = {one.index: one.state for one in outcomes}
    assert len(found) == len(outcomes) == 20
    assert found.pop(3) == "failed"
    assert set(found.values()) == {"not_started"}


@pytest.mark.parametrize("ending", ["value", "error"])
@virtual
async def test_an_item_that_swallows_its_cancellation_has_its_own_outcome(ending: str) -> None:
    """A function that catches the cancellation when patience ends is taken at its word, and its worker goes on."""

    async def work(item: int) -> str:
        if item == 3:
            try:
                await asyncio.sleep(10_000)
            except asyncio.CancelledError:
                if ending == "error":
                    raise LookupError from None
                return "swallowed"
        await asyncio.sleep(0.1)
        raise NotSentError

    outcomes = await _all(bulk(work, range(20), concurrency=4, patience=30.0))
    third = next(one for one in outcomes if one.index == 3)
    assert len(outcomes) == 20
    assert (third.state, third.result) == (("done", "swallowed") if ending == "value" else ("failed", None))


@virtual
async def test_patience_ends_on_time_although_no_call_ends() -> None:
    """Calls that retry for longer than patience do not outlast it by more than one attempt."""

    async def silent(_: Request) -> Response:
        await asyncio.sleep(2.0)
        raise OutcomeUnknownError("no response in time")

    async with client_over(ScriptedTransport(default=silent)) as client:
        started = now()
        run = bulk(lambda _: client.agents.find(stringee_user_id="u"), range(50), concurrency=8, patience=3.0)
        outcomes = await _all(run)
        assert now() - started <= 5.0
    assert states(outcomes) == {"failed": 8, "not_started": 42}


class Recorder(RealClock):
    """A clock on which waits take no time."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.ahead += seconds
        await asyncio.sleep(0)


@virtual
async def test_the_clock_of_a_run_governs_its_waits() -> None:
    clock = Recorder()
    vendor = Vendor(ends=None)
    outcomes = await _all(bulk(vendor, range(100), concurrency=8, patience=100.0, clock=clock))
    assert states(outcomes) == {"not_started": 100}
    assert [round(seconds) for seconds in clock.slept[1:6]] == [1, 2, 4, 8, 16]
    assert sum(clock.slept) == pytest.approx(100.0, abs=2.0)
    assert now() - vendor.started < 2.0
