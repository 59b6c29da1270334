"""A bulk run in an outage: it is held, probes, puts items back, goes on, and never creates twice."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from stringee_async import RetryPolicy, Timeouts
from stringee_async.core.bulk import ItemOutcome, bulk
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import (
    AuthError,
    ClosedError,
    ConfigError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
)
from stringee_async.core.messages import Request, Response
from stringee_async.emulator import Emulator
from stringee_async.stringee import StringeeClient
from tests.kit import Forwarder, ScriptedTransport, Weather, answer, client_over, virtual

Outcomes = list[ItemOutcome[Any, Any]]


def now() -> float:
    return asyncio.get_running_loop().time()


def states(outcomes: Outcomes) -> dict[str, int]:
    return dict(Counter(outcome.state for outcome in outcomes))


class Vendor:
    """A function that fails while there is an outage, and says when it was called.

    Args:
        begins: When the outage begins, in seconds from now.
        ends: When it ends, likewise; None: never.
        error: What it raises in the outage.
    """

    def __init__(
        self,
        begins: float = 0.0,
        ends: float | None = 10.0,
        error: Callable[[], Exception] = NotSentError,
    ) -> None:
        self.started = now()
        self.begins, self.ends, self.error = begins, ends, error
        self.calls: list[tuple[float, int]] = []

    async def __call__(self, item: int) -> int:
        since = now() - self.started
        self.calls.append((since, item))
        await asyncio.sleep(0.1)
        if self.begins <= since and (self.ends is None or since < self.ends):
            raise self.error()
        return item

    def between(self, first: float, last: float) -> list[int]:
        """Return the items that were started in this span of time, in seconds from the start."""
        return [item for when, item in self.calls if first <= when < last]


# Hold, probe, go on


@pytest.mark.parametrize("concurrency", [1, 2, 3, 5, 8, 64])
@pytest.mark.parametrize("ordered", [False, True])
@virtual
async def test_a_run_survives_an_outage(ordered: bool, concurrency: int) -> None:
    """Every item is done, those that failed in the outage are run again, and there is one outcome for each."""
    vendor = Vendor(begins=1.0, ends=20.0)
    outcomes = [one async for one in bulk(vendor, range(300), concurrency=concurrency, ordered=ordered)]
    assert states(outcomes) == {"done": 300}
    assert sorted(one.index for one in outcomes) == list(range(300))
    if ordered:
        assert [one.index for one in outcomes] == list(range(300))
    assert all(one.result == one.item and one.error is None for one in outcomes)


@virtual
async def test_one_probe_at_a_time_and_the_items_in_turn() -> None:
    """While the run is held one item at a time is tried, none twice before all others were, with longer waits."""
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


async def _all(run: Any) -> Outcomes:
    return [outcome async for outcome in run]


@virtual
async def test_fewer_than_five_failures_are_outcomes_as_ever() -> None:
    """Four items that fail between others that succeed are failed, run once, and hold nobody up."""

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
    """A run of fewer than five items ends with their failures at once."""
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
    """What is under way may prove an outage or the contrary, so a lone failure is reported after it."""

    async def work(item: int) -> int:
        await asyncio.sleep(5.0 * item)
        if not item:
            raise NotSentError
        return item

    outcomes = await _all(bulk(work, range(2), concurrency=2))
    assert [(one.item, one.state) for one in outcomes] == [(1, "done"), (0, "failed")]


@virtual
async def test_without_patience_nothing_waits_and_nothing_runs_again() -> None:
    """`patience=0`: each item is run once and its failure is its outcome."""
    vendor = Vendor(ends=None)
    outcomes = await _all(bulk(vendor, range(100), concurrency=8, patience=0))
    assert states(outcomes) == {"failed": 100}
    assert len(vendor.calls) == 100
    assert now() - vendor.started == pytest.approx(1.3)


@pytest.mark.parametrize("patience", [-1, float("nan"), float("inf"), "300", True, None])
def test_a_wrong_patience_is_refused(patience: Any) -> None:
    """Patience is a number of seconds from 0; anything else is a ConfigError before anything starts."""
    with pytest.raises(ConfigError, match="patience"):
        bulk(Vendor.__call__, [], patience=patience)


def test_a_wrong_clock_is_refused() -> None:
    """What has not the methods of a clock is a ConfigError before anything starts."""
    with pytest.raises(ConfigError, match="clock"):
        bulk(Vendor.__call__, [], clock="x")  # type: ignore[arg-type]


# The end of patience


@pytest.mark.parametrize("ordered", [False, True])
@virtual
async def test_an_outage_for_ever_ends_the_run_after_patience(ordered: bool) -> None:
    """After patience what is left is not started, with the cause on it, and there is one outcome for each item."""
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
    """An item that hangs does not keep the run from ending, and comes out as failed with the cause."""
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
    """All waits between probes are slept on the clock that was given, until patience ends by that clock."""
    clock = Recorder()
    vendor = Vendor(ends=None)
    outcomes = await _all(bulk(vendor, range(100), concurrency=8, patience=100.0, clock=clock))
    assert states(outcomes) == {"not_started": 100}
    assert [round(seconds) for seconds in clock.slept[1:6]] == [1, 2, 4, 8, 16]
    assert sum(clock.slept) == pytest.approx(100.0, abs=2.0)
    assert now() - vendor.started < 2.0


# What may run again


@virtual
async def test_a_create_that_left_is_unknown_and_not_sent_again() -> None:
    """In an outage a plain create whose response was lost comes out as unknown; those that never left run again."""
    kinds: Counter[str] = Counter()
    started = now()

    async def vendor(request: Request) -> Response:
        away = now() - started
        await asyncio.sleep(0.1)
        if not 1.0 < away < 12.0:
            return answer({"r": 0, "agentID": "AG_1"})
        kind = "lost" if sum(kinds.values()) % 2 else "refused"
        kinds[kind] += 1
        raise OutcomeUnknownError("the connection broke") if kind == "lost" else NotSentError("refused")

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:

        async def create(item: int) -> Any:
            return await client.agents.create(name="An", stringee_user_id=f"u{item}")

        outcomes = await _all(bulk(create, range(200), concurrency=8))
    assert kinds["lost"] > 4
    assert kinds["refused"] > 4
    assert states(outcomes) == {"unknown": kinds["lost"], "done": 200 - kinds["lost"]}
    assert len(transport.requests) == 200 + kinds["refused"]
    for one in outcomes:
        assert (one.state == "unknown") == isinstance(one.error, OutcomeUnknownError)


@virtual
async def test_an_ensure_whose_create_was_lost_in_an_outage_is_put_back() -> None:
    """An `ensure` may run again although its create left: it finds what that has made, and creates nothing twice."""
    rows: dict[str, str] = {}
    creates: Counter[str] = Counter()
    started = now()

    async def vendor(request: Request) -> Response:
        away = 1.0 < now() - started < 12.0
        await asyncio.sleep(0.1)
        if request.method == "GET":
            if away:
                raise NotSentError("refused")
            user = request.url.partition("stringee_user_id=")[2].partition("&")[0]
            return _agents(*([user] if user in rows else []))
        user = json.loads(request.body or b"")["stringee_user_id"]
        creates[user] += 1
        rows[user] = user
        if away:
            raise OutcomeUnknownError("the connection broke")
        return answer({"r": 0, "agentID": user})

    async with client_over(ScriptedTransport(default=vendor)) as client:

        async def ensure(item: int) -> Any:
            return await client.agents.ensure(name="An", stringee_user_id=f"u{item}")

        # Two groups of callers: while one looks, the other creates.
        outcomes = await _all(bulk(ensure, _in_two_steps(200), concurrency=8))
        assert client.stats().unknown == 0
    assert states(outcomes) == {"done": 200}
    assert len(rows) == 200
    assert set(creates.values()) == {1}
    assert sum(one.attempts > 2 for one in outcomes) >= 8


async def _in_two_steps(count: int) -> AsyncIterator[int]:
    for number in range(count):
        if number == 4:
            await asyncio.sleep(0.1)
        yield number


@virtual
async def test_an_item_of_several_calls_does_not_create_twice() -> None:
    """A create that succeeded counts, too: an item whose second call meets the outage is unknown, not run again."""
    down = asyncio.Event()

    async def vendor(request: Request) -> Response:
        await asyncio.sleep(0.1)
        if request.method == "POST":
            return answer({"r": 0, "agentID": "AG_1"})
        raise NotSentError("refused")

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:

        async def both(item: int) -> None:
            await client.agents.create(name="An", stringee_user_id=f"u{item}")
            await client.agents.update("AG_1", name="Binh")

        outcomes = await _all(bulk(both, range(8), concurrency=8))
    assert states(outcomes) == {"unknown": 8}
    assert transport.count("agents.create") == 8
    assert "look before you repeat it" in str(outcomes[0].error)
    assert isinstance(outcomes[0].error, OutcomeUnknownError)
    assert not down.is_set()


@virtual
async def test_a_create_that_was_refused_or_never_left_may_run_again() -> None:
    """A create that the vendor refused for rate, or that never left, has created nothing, so its item runs again."""
    started = now()
    refused: set[bytes] = set()

    async def vendor(request: Request) -> Response:
        away = now() - started
        await asyncio.sleep(0.1)
        assert request.body is not None
        if request.body not in refused:
            refused.add(request.body)
            return answer({"r": 1, "message": "slow down"}, 429, Retry_After="0.1")
        if away < 20.0:
            raise NotSentError("refused")
        return answer({"r": 0, "agentID": "AG_1"})

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        outcomes = await _all(
            bulk(
                lambda item: client.agents.create(name="An", stringee_user_id=f"u{item}"),
                range(8),
                concurrency=8,
            )
        )
    assert states(outcomes) == {"done": 8}
    assert len(refused) == 8


@virtual
async def test_a_held_call_makes_no_second_attempt() -> None:
    """From the hold on each call is one request, also of calls that wait for their next attempt."""
    started = now()

    async def vendor(request: Request) -> Response:
        if now() - started < 20.0:
            raise NotSentError("refused")
        return answer({"r": 0, "data": {"agents": [], "totalPages": 1, "currentPage": 1, "totalAgents": 0}})

    transport = ScriptedTransport(default=vendor, latency=0.1)
    policy = RetryPolicy(max_attempts=10, base=1.0, factor=1.0, random=lambda: 1.0, quota=50)
    async with client_over(transport, retry=policy) as client:
        run = bulk(lambda _: client.agents.find(stringee_user_id="u"), range(64), concurrency=64)
        outcomes = await _all(run)
        # The quota pays for ten retries; all others end at once and hold the run before these are sent.
        times = Counter(round(when - started, 2) for when in transport.times)
        assert client.stats().retries == 0
    assert states(outcomes) == {"done": 64}
    assert times[0.0] == 64
    probes = {when: count for when, count in times.items() if 0.0 < when < 20.0}
    assert probes == {0.6: 1, 1.7: 1, 3.8: 1, 7.9: 1, 16.0: 1}
    assert all(one.attempts <= 3 for one in outcomes)


@virtual
async def test_a_read_that_failed_is_not_unknown() -> None:
    """An item that only read has changed nothing, so its state is failed, whatever became of its response."""
    transport = ScriptedTransport(default=OutcomeUnknownError("the connection broke"))
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        run = bulk(lambda _: client.agents.find(stringee_user_id="u"), range(3), patience=0)
        assert states(await _all(run)) == {"failed": 3}


@virtual
async def test_a_wait_for_a_permit_in_an_outage_is_put_back() -> None:
    """What fails while the run is held and is safe to repeat runs again, although it is no sign of an outage."""
    vendor = Vendor(ends=20.0)

    async def work(item: int) -> int:
        try:
            return await vendor(item)
        except NotSentError:
            if item > 5:
                await asyncio.sleep(1.0)
                raise RateLimitedError("a pause", outcome="not_sent") from None
            raise

    assert states(await _all(bulk(work, range(8), concurrency=8))) == {"done": 8}


@virtual
async def test_an_item_that_fails_late_belongs_to_the_outage_that_is_over() -> None:
    """An item whose request left in the outage and fails after its end runs again."""
    vendor = Vendor(ends=2.0)
    late = []

    async def work(item: int) -> int:
        if item == 7 and not late:
            late.append(item)
            await asyncio.sleep(30.0)
            raise OutcomeUnknownError
        if item > 7:
            await asyncio.sleep(1.0)
        return await vendor(item)

    outcomes = await _all(bulk(work, range(100), concurrency=8))
    assert states(outcomes) == {"done": 100}


@virtual
async def test_a_wrong_row_in_an_outage_is_a_failure_and_no_proof() -> None:
    """A ConfigError while the run is held is that item's outcome; the next item is probed without a longer wait."""
    vendor = Vendor(ends=5.0)

    async def work(item: int) -> int:
        if 8 <= item < 60:
            raise ConfigError("a wrong row")
        return await vendor(item)

    async def rows() -> AsyncIterator[int]:
        for number in range(100):
            yield number

    outcomes = await _all(bulk(work, rows(), concurrency=8))
    assert states(outcomes) == {"done": 48, "failed": 52}


@virtual
async def test_a_run_within_an_item_counts_for_the_item() -> None:
    """Creates of a bulk run that an item makes itself keep the item from running again."""
    transport = ScriptedTransport(default=answer({"r": 0, "agentID": "AG_1"}))
    async with client_over(transport) as client:

        async def several(item: int) -> None:
            inner = bulk(lambda n: client.agents.create(name="An", stringee_user_id=f"u{item}.{n}"), range(3))
            assert states(await _all(inner)) == {"done": 3}
            raise NotSentError

        outcomes = await _all(bulk(several, range(6), concurrency=6))
    assert states(outcomes) == {"unknown": 6}
    assert transport.count("agents.create") == 18


@virtual
async def test_a_source_that_ends_in_a_hold_ends_nobody() -> None:
    """Items that were put back are run although the source has ended meanwhile."""
    vendor = Vendor(ends=20.0)

    async def source() -> AsyncIterator[int]:
        for number in range(6):
            yield number
        await asyncio.sleep(3.0)
        yield 6
        await asyncio.sleep(3.0)

    outcomes = await _all(bulk(vendor, source(), concurrency=8))
    assert states(outcomes) == {"done": 7}
    assert vendor.between(2.9, 3.1) == []


@virtual
async def test_an_outage_that_comes_back_in_the_ramp_is_survived() -> None:
    """A second outage right after the first holds the run again, and probes stay one at a time."""
    started = now()
    calls: list[float] = []

    async def work(item: int) -> int:
        since = now() - started
        calls.append(since)
        await asyncio.sleep(0.1 if since < 1.65 else 0.1 + item / 1000)
        if since < 1.5 or 1.85 < since < 30.0:
            raise NotSentError
        return item

    outcomes = await _all(bulk(work, range(200), concurrency=32))
    assert states(outcomes) == {"done": 200}
    probes = [when for when in calls if 2.6 < when < 30.0]
    assert len(probes) <= 6
    assert min(later - earlier for earlier, later in itertools.pairwise(probes)) > 0.9


@virtual
async def test_an_outage_that_is_over_before_a_hold_loses_nothing() -> None:
    """Where five calls failed but only four had ended when the vendor was back, these four run again."""
    started = now()

    async def vendor(request: Request) -> Response:
        await asyncio.sleep(0.01)
        if now() - started < 0.2:
            raise NotSentError("refused")
        return _agents()

    policy = RetryPolicy(max_attempts=3, base=0.3, random=lambda: 1.0)
    async with client_over(ScriptedTransport(default=vendor), retry=policy) as client:
        hasty = client.with_options(retry=RetryPolicy(max_attempts=1))

        async def find(item: int) -> Any:
            ours = hasty if item < 4 else client
            return await ours.agents.find(stringee_user_id="u")

        outcomes = await _all(bulk(find, range(40), concurrency=8))
        assert now() - started < 1.0
    assert states(outcomes) == {"done": 40}


@virtual
async def test_an_outage_that_is_over_long_ago_ends_no_run() -> None:
    """The time limit of patience that a failure has set is void once something has succeeded."""

    async def work(item: int) -> int:
        await asyncio.sleep(1.0)
        if item < 3:
            raise NotSentError
        return item

    outcomes = await _all(bulk(work, range(60), concurrency=2, patience=4.0))
    assert states(outcomes) == {"failed": 3, "done": 57}


@pytest.mark.parametrize("ending", ["put back", "under way"])
@virtual
async def test_a_write_that_left_is_unknown_when_patience_ends(ending: str) -> None:
    """What may have been changed is unknown, although its item would have run again; the rest is not started."""
    lost: set[str] = set()

    async def vendor(request: Request) -> Response:
        await asyncio.sleep(0.1)
        if request.method == "PUT":
            lost.add(request.url.rpartition("/")[2])
            if ending == "under way":
                await asyncio.sleep(1000.0)
            raise OutcomeUnknownError("the connection broke")
        raise NotSentError("refused")

    transport = ScriptedTransport(default=vendor)
    options: dict[str, Any] = {"retry": RetryPolicy(max_attempts=1), "timeouts": Timeouts(total=None)}
    async with client_over(transport, **options) as client:

        async def work(item: int) -> Any:
            if item % 10 == 3:
                return await client.agents.update(f"AG_{item}", name="An")
            return await client.agents.find(stringee_user_id="u")

        outcomes = await _all(bulk(work, range(100), concurrency=8, patience=20.0))
    found = states(outcomes)
    assert {f"AG_{one.index}" for one in outcomes if one.state == "unknown"} == lost
    assert lost
    assert found["unknown"] + found["not_started"] == 100
    for one in outcomes:
        assert isinstance(one.error, OutcomeUnknownError if one.state == "unknown" else NotSentError)


# Credentials, pages


def _agents(*ids: str) -> Response:
    rows = [{"id": name, "name": "An", "stringee_user_id": name} for name in ids]
    counts = {"totalPages": 1, "currentPage": 1, "totalAgents": len(rows)}
    return answer({"r": 0, "data": {**counts, "agents": rows}})


@virtual
async def test_one_refusal_of_credentials_among_successes_is_one_failed_item() -> None:
    """A run goes on after rejected credentials if a request that left later succeeds; nothing starts meanwhile."""

    def vendor(request: Request) -> Response:
        if "stringee_user_id=u2&" in request.url + "&":
            return answer({"r": 5, "message": "wrong api key"}, 401)
        return _agents()

    transport = ScriptedTransport(default=vendor, latency=0.1)
    async with client_over(transport) as client:
        run = bulk(lambda item: client.agents.find(stringee_user_id=f"u{item}"), range(40), concurrency=4)
        outcomes = await _all(run)
    assert states(outcomes) == {"failed": 1, "done": 39}
    assert isinstance(next(one.error for one in outcomes if one.index == 2), AuthError)


@virtual
async def test_rejected_credentials_stop_a_run_when_nothing_succeeds_after() -> None:
    """If what is under way ends without a success that left later, the rest is not started."""
    calls = 0

    async def vendor(request: Request) -> Response:
        nonlocal calls
        calls += 1
        mine = calls
        await asyncio.sleep(0.1)
        return _agents() if mine <= 20 else answer({"r": 5, "message": "wrong api key"}, 401)

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        run = bulk(lambda item: client.agents.find(stringee_user_id=f"u{item}"), range(200), concurrency=4)
        outcomes = await _all(run)
    found = states(outcomes)
    assert found["done"] == 20
    assert 1 <= found["failed"] <= 4
    assert found["not_started"] == 180 - found["failed"]
    assert all(isinstance(one.error, AuthError) for one in outcomes if one.state == "not_started")
    assert calls <= 28


@virtual
async def test_new_items_wait_while_credentials_are_in_doubt() -> None:
    """Between a rejection and the verdict nothing starts; a success that left later opens the run at once."""
    begun: list[tuple[float, int]] = []
    started = now()
    async with client_over(ScriptedTransport(default=lambda _: _agents())) as client:

        async def work(item: int) -> Any:
            begun.append((now() - started, item))
            if item == 0:
                await asyncio.sleep(1.0)
                raise AuthError("rejected")
            await asyncio.sleep(3.0 if item == 1 else 10.0)
            return await client.agents.find(stringee_user_id="u")

        outcomes = await _all(bulk(work, range(12), concurrency=4))
    assert states(outcomes) == {"failed": 1, "done": 11}
    assert [item for when, item in begun if 0.5 < when < 2.9] == []
    assert next(when for when, _ in begun if when > 0.5) == pytest.approx(3.0)


@virtual
async def test_a_rejection_after_which_something_succeeded_already_stops_nobody() -> None:
    """A verdict that is known is not waited for."""
    started = now()
    async with client_over(ScriptedTransport(default=lambda _: _agents(), latency=0.1)) as client:

        async def find(item: int) -> Any:
            if item:
                return await client.agents.find(stringee_user_id="u")
            await asyncio.sleep(0.55)
            raise AuthError("rejected")

        outcomes = await _all(bulk(find, range(100), concurrency=4))
    assert states(outcomes) == {"failed": 1, "done": 99}
    assert now() - started == pytest.approx(2.6, abs=0.1)  # 33 rounds for 3 workers, and some for 4


@virtual
async def test_a_wrong_address_ends_a_run_after_five_pages() -> None:
    """Five pages of somebody else before anything succeeded end the run; each of the five is failed, all else is not started."""
    page = answer(b"<html>Welcome</html>", 200, Content_Type="text/html")
    transport = ScriptedTransport(default=page)
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        run = bulk(lambda item: client.agents.find(stringee_user_id=f"u{item}"), range(100), concurrency=1)
        outcomes = await _all(run)
    assert [one.state for one in outcomes] == ["failed"] * 5 + ["not_started"] * 95
    assert len(transport.requests) == 5


@virtual
async def test_pages_in_the_middle_of_a_run_are_an_outage() -> None:
    """After a success five pages hold the run, and their items run again; a single page is one failed item."""
    page = answer(b"<html>Welcome</html>", 200, Content_Type="text/html")
    pages = {10, *range(20, 29)}

    def vendor(request: Request) -> Response:
        return page if len(transport.requests) in pages else _agents()

    transport = ScriptedTransport(default=vendor, latency=0.1)
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:
        run = bulk(lambda item: client.agents.find(stringee_user_id=f"u{item}"), range(100), concurrency=1)
        outcomes = await _all(run)
    assert states(outcomes) == {"failed": 1, "done": 99}
    assert len(transport.requests) == 109


# Leaving, closing, telling


@virtual
async def test_a_run_that_is_left_while_it_is_held_leaves_nothing_behind() -> None:
    """Closing a held run ends its workers and its timers."""
    vendor = Vendor(begins=0.5, ends=None)
    async with bulk(vendor, range(500), concurrency=8) as run:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(20.0):
                async for _ in run:
                    pass
        assert run.waiting == pytest.approx(19.5, abs=0.5)
    assert len(asyncio.all_tasks()) == 1
    calls = len(vendor.calls)
    await asyncio.sleep(1000)
    assert len(vendor.calls) == calls
    assert run.waiting is None


@virtual
async def test_a_held_run_that_is_dropped_ends_in_one_turn() -> None:
    """A run that nobody keeps ends with the next turn of the loop, in a hold as ever."""
    vendor = Vendor(begins=0.5, ends=None)

    async def user() -> None:
        async for _ in bulk(vendor, range(500), concurrency=8):
            pass

    task = asyncio.ensure_future(user())
    await asyncio.sleep(20.0)
    assert len(asyncio.all_tasks()) == 2 + 8 + 1  # the timer of the next probe
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == 1


@virtual
async def test_a_closed_client_stops_a_held_run() -> None:
    """An error that concerns everybody ends the hold: nothing waits for an outage to end that no longer matters."""
    closed = False

    async def work(item: int) -> int:
        await asyncio.sleep(0.1)
        raise ClosedError if closed else NotSentError

    started = now()
    run = bulk(work, range(100), concurrency=8)
    waiting = asyncio.ensure_future(_all(run))
    await asyncio.sleep(5.0)
    closed = True
    outcomes = await waiting
    assert now() - started < 12.0
    assert states(outcomes) == {"failed": 1, "not_started": 99}


@virtual
async def test_a_held_run_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """One WARNING says that the run waits for the vendor and why; the probes and the end of the hold are INFO."""
    caplog.set_level(logging.INFO, "stringee_async")
    vendor = Vendor(begins=1.0, ends=12.0)
    async with bulk(vendor, range(100), concurrency=8) as run:
        seen = [run.waiting async for _ in run]
    assert set(seen) == {None}
    lines = [(one.levelname, one.getMessage()) for one in caplog.records if one.name == "stringee_async.bulk"]
    assert [level for level, _ in lines] == ["WARNING", "INFO", "INFO", "INFO", "INFO", "INFO"]
    assert lines[0][1].startswith("waiting for the vendor, 0 s: ")
    assert "waiting for the vendor, 8 s" in lines[4][1]
    assert lines[5][1] == "the vendor responds again, the run goes on"


@virtual
async def test_refusals_in_a_hold_are_responses_of_the_vendor() -> None:
    """A probe that the vendor refuses shows that it is there: the run goes on and the item has failed."""
    vendor = Vendor(begins=0.0, ends=3.0)

    async def work(item: int) -> int:
        result = await vendor(item)
        if item % 10 == 1:
            raise InvalidRequestError("no")
        return result

    outcomes = await _all(bulk(work, range(100), concurrency=8))
    assert states(outcomes) == {"failed": 10, "done": 90}


# On sockets


async def _ensure_many(
    kind: Weather, seconds: float | None, **options: Any
) -> tuple[Outcomes, int, int, int]:
    """Run 300 ensures through an outage; return outcomes, agents, distinct agents, and requests sent."""
    async with Emulator() as emulator, Forwarder(emulator.port) as forwarder:
        keys = {**emulator.stringee(), "icc_url": forwarder.url, "api_url": forwarder.url}
        # Before the outage a loaded machine must not make attempts time out; only what is swallowed is waited for.
        limits = Timeouts(attempt=2.0 if kind == "swallow" else 15.0, settle=0.2)
        async with StringeeClient(**keys, timeouts=limits) as client:
            outage: asyncio.Task[None] | None = None
            outcomes: Outcomes = []

            async def ensure(item: int) -> Any:
                return await client.agents.ensure(name=f"A{item}", stringee_user_id=f"u{item}")

            async for outcome in bulk(ensure, range(300), concurrency=32, **options):
                outcomes.append(outcome)
                if outage is None and len(outcomes) == 60:
                    acts = forwarder.turn(kind) if seconds is None else forwarder.outage(seconds, kind)
                    outage = asyncio.ensure_future(acts)
            assert outage is not None
            await outage
            made = [agent["stringee_user_id"] for agent in emulator.state.stringee.agents.values()]
            return outcomes, len(made), len(set(made)), client.stats().requests


@pytest.mark.parametrize("kind", ["close", "refuse", "swallow"])
async def test_an_outage_on_the_network_loses_and_doubles_nothing(kind: Weather) -> None:
    """Every `ensure` is done, none created twice, with hardly more requests than an undisturbed run."""
    outcomes, made, distinct, requests = await _ensure_many(kind, 0.6)
    assert states(outcomes) == {"done": 300}
    assert (made, distinct) == (300, 300)
    assert requests <= 600 + 6 * 32


@pytest.mark.parametrize("kind", ["close", "refuse", "swallow"])
async def test_an_outage_for_ever_on_the_network_ends_in_time(kind: Weather) -> None:
    """The run is over within patience and one attempt, with one outcome for each item."""
    started = now()
    outcomes, made, distinct, _ = await _ensure_many(kind, None, patience=0.8)
    assert now() - started < 15.0  # on a loaded machine; the exact bound is held on virtual time
    assert sorted(one.index for one in outcomes) == list(range(300))
    found = states(outcomes)
    assert found["done"] >= 60
    assert found["not_started"] > 100
    assert made == distinct
    assert found["done"] <= made <= found["done"] + found.get("unknown", 0)


# Chance


@pytest.mark.parametrize("seed", range(60))
@virtual
async def test_whatever_happens_there_is_one_outcome_for_each_item(seed: int) -> None:
    """Outages, refusals, rejected credentials, bugs and slow sources by chance: one outcome each, no hang, no double."""
    chance = random.Random(seed)
    started = now()
    marks = sorted(chance.uniform(0.0, 60.0) for _ in range(6))
    outages = list(zip(marks[::2], marks[1::2], strict=True))
    created: Counter[bytes | None] = Counter()

    async def vendor(request: Request) -> Response:
        since = now() - started
        await asyncio.sleep(chance.uniform(0.01, 0.5))
        away = any(begin <= since < end for begin, end in outages)
        fate: Any = chance.choice([NotSentError, OutcomeUnknownError])() if away else None
        if fate is None and chance.random() < 0.05:
            fate = chance.choice(
                [answer({"r": 1, "message": "no"}, 400), answer(b"", 502), answer({"r": 5}, 401)]
            )
        certainly_not = isinstance(fate, NotSentError) or (
            fate is not None and getattr(fate, "status", 0) in {400, 401}
        )
        if request.method == "POST" and not certainly_not:
            created[request.body] += 1
        if isinstance(fate, Exception):
            raise fate
        return fate or (_agents() if request.method == "GET" else answer({"r": 0, "agentID": "AG_1"}))

    async def rows() -> AsyncIterator[int]:
        for number in range(count):
            if chance.random() < 0.1:
                await asyncio.sleep(chance.uniform(0.0, 5.0))
            yield number

    count = chance.randrange(1, 120)
    transport = ScriptedTransport(default=vendor)
    async with client_over(transport, retry=RetryPolicy(random=chance.random)) as client:

        async def work(item: int) -> None:
            if item % 17 == 3:
                raise LookupError
            await client.agents.find(stringee_user_id=f"u{item}")
            if item % 2:
                await client.agents.create(name="An", stringee_user_id=f"u{item}")

        options = {"patience": chance.choice([0.0, 3.0, 20.0, 300.0]), "ordered": chance.random() < 0.5}
        run = bulk(work, rows(), concurrency=chance.choice([1, 2, 5, 16, 64]), **options)  # type: ignore[arg-type]
        async with asyncio.timeout(3600):
            outcomes = await _all(run)
    assert sorted(one.index for one in outcomes) == list(range(count))
    if options["ordered"]:
        assert [one.index for one in outcomes] == list(range(count))
    assert set(created.values()) <= {1}
    left = {one.item for one in outcomes if one.state == "unknown"}
    assert all(item % 2 for item in left)
