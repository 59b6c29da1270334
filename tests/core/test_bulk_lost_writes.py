"""Writes that left in an outage: unknown, never sent twice, and what never left runs again."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from stringee_async import RetryPolicy, Timeouts
from stringee_async.core.bulk import bulk
from stringee_async.core.errors import (
    AuthError,
    ConfigError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
)
from stringee_async.core.messages import Request, Response
from tests.kit import ScriptedTransport, agents, answer, client_over, virtual

from ..kit.bulk_runs import Vendor, _all, now, states


@virtual
async def test_a_create_that_left_is_unknown_and_not_sent_again() -> None:
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
            return agents(*([user] if user in rows else []))
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


@virtual
async def test_a_create_that_was_refused_or_never_left_may_run_again() -> None:
    started = now()
    refused: set[bytes] = set()

    async def vendor(request: Request) -> Response:
        away = now() - started
        await asyncio.sleep(0.1)
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
async def test_a_read_that_failed_is_not_unknown() -> None:
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
        return agents()

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


@virtual
async def test_one_refusal_of_credentials_among_successes_is_one_failed_item() -> None:
    """A run goes on after rejected credentials if a request that left later succeeds; nothing starts meanwhile."""

    def vendor(request: Request) -> Response:
        if "stringee_user_id=u2&" in request.url + "&":
            return answer({"r": 5, "message": "wrong api key"}, 401)
        return agents()

    transport = ScriptedTransport(default=vendor, latency=0.1)
    async with client_over(transport) as client:
        run = bulk(lambda item: client.agents.find(stringee_user_id=f"u{item}"), range(40), concurrency=4)
        outcomes = await _all(run)
    assert states(outcomes) == {"failed": 1, "done": 39}
    assert isinstance(next(one.error for one in outcomes if one.index == 2), AuthError)
