"""A key whose create left a moment ago is looked for until the settle time has passed, before it is created again."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable
from typing import Any

import pytest

from stringee_async import (
    DeadlineError,
    Ensured,
    OutcomeUnknownError,
    Request,
    Response,
    SdkError,
    StringeeClient,
    Timeouts,
    bulk,
)
from stringee_async.core.recent_creates import RecentCreates

from ..kit import ScriptedTransport, agents, answer, client_over, virtual
from .rig import ONCE


class Vendor:
    """A vendor with agents that are not unique: a create takes effect after `takes` seconds, and is listed after `lag`.

    `told` is what a create is told then; None for the new id.
    """

    def __init__(self, takes: float = 0.0, lag: float = 0.0, told: Exception | None = None) -> None:
        self.takes = takes
        self.lag = lag
        self.told = told
        self.agents: list[tuple[float, dict[str, Any]]] = []
        self.updates: list[Request] = []

    async def __call__(self, request: Request) -> Response:
        now = asyncio.get_running_loop().time
        if request.operation == "agents.create":
            commit = asyncio.ensure_future(self._commit(request))
            await asyncio.shield(commit)  # the server goes on although the client leaves
            if self.told is not None:
                raise self.told
            return answer({"r": 0, "agentID": commit.result()})
        if request.operation == "agents.update":
            self.updates.append(request)
            return answer()
        rows = [row for listed, row in self.agents if listed <= now()]
        return answer({"r": 0, "data": {"totalPages": 1, "totalAgents": len(rows), "agents": rows}})

    async def _commit(self, request: Request) -> str:
        await asyncio.sleep(self.takes)
        fields = json.loads(request.body)
        row = {"id": f"A{len(self.agents) + 1}", **fields}
        self.agents.append((asyncio.get_running_loop().time() + self.lag, row))
        return row["id"]


def ensure(client: StringeeClient, name: str = "An") -> Awaitable[Ensured]:
    return client.agents.ensure(stringee_user_id="u1", name=name)


@virtual
async def test_a_cancelled_ensure_is_remembered() -> None:
    vendor = Vendor(takes=1.0)
    async with client_over(ScriptedTransport(default=vendor)) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ensure(client), 0.3)
        again = await ensure(client)
        assert client.stats().adopted == 1
    assert len(vendor.agents) == 1
    assert (again.id, again.created, again.adopted) == ("A1", False, True)


@virtual
async def test_a_cancelled_create_is_remembered_too() -> None:
    """A plain `create` that was given up is found by the next `ensure`, also through a view of the client."""
    vendor = Vendor(takes=1.0)
    async with client_over(ScriptedTransport(default=vendor)) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.agents.create(name="An", stringee_user_id="u1"), 0.3)
        assert (await ensure(client.with_options(lane="bulk"))).id == "A1"
    assert len(vendor.agents) == 1


@virtual
async def test_a_create_under_way_is_waited_for() -> None:
    vendor = Vendor(takes=10.0)
    async with client_over(ScriptedTransport(default=vendor)) as client:
        made = asyncio.create_task(client.agents.create(name="An", stringee_user_id="u1"))
        await asyncio.sleep(0.1)
        assert (await ensure(client)).id == (await made).id
    assert len(vendor.agents) == 1


@virtual
async def test_five_callers_of_one_key_of_whom_the_first_gives_up() -> None:
    vendor = Vendor(takes=1.0)
    async with client_over(ScriptedTransport(default=vendor)) as client:
        callers = [asyncio.create_task(ensure(client)) for _ in range(5)]
        await asyncio.sleep(0.3)
        callers[0].cancel()
        ended = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(ended[0], asyncio.CancelledError)
    assert [one.id for one in ended[1:] if isinstance(one, Ensured)] == ["A1"] * 4
    assert len(vendor.agents) == 1


@virtual
async def test_a_bulk_run_that_was_left_and_run_again() -> None:
    vendor = Vendor(takes=0.2)
    rows = [f"u{number}" for number in range(200)]
    async with client_over(ScriptedTransport(default=vendor)) as client:

        async def one(user: str) -> Ensured:
            return await client.agents.ensure(stringee_user_id=user, name="An")

        done = 0
        async with bulk(one, rows, concurrency=32) as run:
            async for _ in run:
                done += 1
                if done == 60:
                    break
        states = [outcome.state async for outcome in bulk(one, rows, concurrency=32)]
    assert states == ["done"] * 200
    assert len(vendor.agents) == 200
    assert {row["stringee_user_id"] for _, row in vendor.agents} == set(rows)


@virtual
async def test_a_listing_that_lags_behind() -> None:
    """Two ensures in a row make one agent although the listing shows it a second later; its fields are compared."""
    vendor = Vendor(lag=1.0)
    async with client_over(ScriptedTransport(default=vendor)) as client:
        first = await ensure(client)
        second = await ensure(client, name="Binh")
    assert (first.created, second.created, second.changed, second.adopted) == (True, False, True, False)
    assert first.id == second.id
    assert len(vendor.agents) == len(vendor.updates) == 1


@virtual
async def test_a_listing_that_shows_an_object_and_then_does_not() -> None:
    """Of several servers one may lag: within the settle time an object that was listed once is not created again."""
    vendor = Vendor()
    transport = ScriptedTransport(default=vendor)
    loop = asyncio.get_running_loop()
    async with client_over(transport) as client:
        first, second = await ensure(client), await ensure(client)
        listed = vendor.agents.copy()
        vendor.agents.clear()
        loop.call_later(1.0, vendor.agents.extend, listed)
        third = await ensure(client)
    assert (first.created, second.created, third.created) == (True, False, False)
    assert first.id == second.id == third.id
    assert transport.count("agents.create") == 1


@virtual
async def test_an_object_that_is_deleted_is_created_again_once_its_create_has_settled() -> None:
    """After the settle time nothing is polled for; before it, no longer than that."""
    vendor = Vendor()
    transport = ScriptedTransport(default=vendor)
    loop = asyncio.get_running_loop()
    async with client_over(transport) as client:
        began = loop.time()
        await ensure(client)
        vendor.agents.clear()
        assert (await ensure(client)).created
        assert loop.time() - began == pytest.approx(3.0, abs=0.1)
        await asyncio.sleep(3.1)
        vendor.agents.clear()
        began = loop.time()
        assert (await ensure(client)).created
        assert loop.time() == began


@virtual
async def test_a_create_that_failed_is_not_remembered() -> None:
    """A create that the vendor refused, or that never left, costs the next `ensure` no wait."""
    refusal = answer({"r": -1, "message": "name is not allowed"})
    empty = agents()
    transport = ScriptedTransport(empty, refusal, empty, answer({"r": 0, "agentID": "A1"}))
    async with client_over(transport) as client:
        with pytest.raises(SdkError):
            await ensure(client)
        began = asyncio.get_running_loop().time()
        assert (await ensure(client)).created
        assert asyncio.get_running_loop().time() == began


@pytest.mark.parametrize("bug", [RuntimeError("bug"), TimeoutError("not ours")], ids=["error", "timeout"])
@virtual
async def test_a_create_that_a_foreign_error_ended_may_have_been_carried_out(bug: Exception) -> None:
    """After an error that is not the package's, `ensure` looks until the settle time is over, and no longer."""
    vendor = Vendor(lag=1.0, told=bug)
    async with client_over(ScriptedTransport(default=vendor)) as client:
        with pytest.raises(type(bug)):
            await client.agents.create(name="An", stringee_user_id="u1")
        assert (await ensure(client)).adopted
        vendor.agents.clear()
        with pytest.raises(type(bug)):
            await client.agents.create(name="An", stringee_user_id="u1")
        vendor.agents.clear()
        vendor.told = None
        began = asyncio.get_running_loop().time()
        assert (await ensure(client)).created
        assert asyncio.get_running_loop().time() - began == pytest.approx(Timeouts().settle, abs=0.1)


@virtual
async def test_a_lost_create_that_made_nothing_is_not_taken_for_the_next_one() -> None:
    """After the settle time a lost create is known to have made nothing: what is created then is not adopted."""
    empty = agents()
    lost = OutcomeUnknownError("lost")

    def vendor(request: Request) -> Response:
        if request.method == "GET":
            return (
                empty
                if not made
                else answer({"r": 0, "data": {"totalPages": 1, "totalAgents": 1, "agents": made}})
            )
        if posts:
            raise posts.pop()
        made.append({"id": "A1", "stringee_user_id": "u1", "name": "An"})
        return answer({"r": 0, "agentID": "A1"})

    posts, made = [lost], list[dict[str, str]]()
    async with client_over(ScriptedTransport(default=vendor)) as client:
        first, second = await ensure(client), await ensure(client)
        assert client.stats().adopted == 0
    assert (first.created, first.adopted, second.created, second.adopted) == (True, False, False, False)


@virtual
async def test_an_object_that_exists_and_is_listed_later_is_compared() -> None:
    vendor = Vendor(lag=1.0)

    async def exists(request: Request) -> Response:
        if request.operation == "agents.create" and vendor.agents:
            return answer({"r": 2, "message": "Agent existed", "agentID": "A1"})
        return await vendor(request)

    async with client_over(ScriptedTransport(default=vendor)) as one:
        await ensure(one)
    async with client_over(ScriptedTransport(default=exists)) as other:  # another process, without our memory
        ensured = await ensure(other)
    assert ensured == Ensured("A1", created=False, changed=False)
    assert not vendor.updates


@pytest.mark.parametrize(("takes", "stage"), [(100.0, "create"), (0.0, "settle")])
@virtual
async def test_the_total_time_covers_an_ensure_as_a_whole(takes: float, stage: str) -> None:
    vendor = Vendor(takes=takes, lag=1000.0, told=OutcomeUnknownError("lost"))
    limits = Timeouts(total=1.0, settle=30.0, attempt=None)
    async with client_over(ScriptedTransport(default=vendor), timeouts=limits, retry=ONCE) as client:
        began = asyncio.get_running_loop().time()
        with pytest.raises(DeadlineError) as caught:
            await ensure(client)
        assert asyncio.get_running_loop().time() - began == pytest.approx(1.0, abs=0.01)
    assert (caught.value.stage, caught.value.outcome) == (stage, "unknown")
    assert (caught.value.operation, caught.value.retryable) == ("agents.ensure", True)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)


@virtual
async def test_waiting_for_another_caller_counts_into_the_total() -> None:
    vendor = Vendor(takes=5.0)
    async with client_over(ScriptedTransport(default=vendor)) as client:
        first = asyncio.create_task(ensure(client))
        await asyncio.sleep(0.1)
        with pytest.raises(DeadlineError, match="waiting for another caller") as caught:
            await ensure(client.with_options(timeouts=Timeouts(total=1.0)))
        assert caught.value.outcome == "not_sent"
        await first


@virtual
async def test_an_ensure_that_is_cancelled_at_its_deadline_stays_cancelled() -> None:
    vendor = Vendor(takes=5.0)
    async with client_over(
        ScriptedTransport(default=vendor), timeouts=Timeouts(total=1.0, attempt=None)
    ) as client:
        call = asyncio.ensure_future(ensure(client))
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(1.0, call.cancel)
        with pytest.raises((asyncio.CancelledError, DeadlineError)):
            await call
        await asyncio.sleep(10.0)


def test_what_is_remembered_is_bounded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Keys go after their settle time, and the oldest before it where there are too many; that is told once."""
    monkeypatch.setattr("stringee_async.core.recent_creates._MOST", 10)
    creates = RecentCreates()
    for number in range(100):
        creates.left(number)
        creates.ended(number, now=number / 1000, settle=3.0, unknown=bool(number % 2))
    assert len(creates) == 10
    assert creates.until(99) == pytest.approx(3.099)
    assert creates.until(89) == -math.inf
    assert caplog.text.count("the oldest are forgotten") == 1
    creates.left("x")
    creates.ended("x", now=10.0, settle=3.0, unknown=False)
    assert len(creates) == 1


def test_several_creates_of_one_key() -> None:
    """A key is under way until the last of its creates has ended; what one of them left unknown stays so."""
    creates = RecentCreates()
    for _ in range(3):
        creates.left("k")
    creates.ended("k", now=1.0, settle=3.0, unknown=True)
    creates.failed("k")
    assert creates.until("k") == math.inf
    creates.ended("k", now=2.0, settle=1.0, unknown=False)
    assert creates.until("k") == 4.0
    assert creates.seen("k")
    assert not creates.seen("k")
    assert creates.until("k") == 4.0
    creates.forget("k")
    assert len(creates) == 0
