"""`ensure_many`: one reading for all rows, each object made once whatever is lost, one outcome for each row."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest

from stringee_async import (
    AuthError,
    ConfigError,
    Ensured,
    ItemOutcome,
    NotSentError,
    OutcomeUnknownError,
    Request,
    Response,
    Timeouts,
)

from ..kit import ScriptedTransport, answer, client_over, virtual
from ..kit.bulk_runs import now
from ..kit.world import World

Outcomes = list[ItemOutcome[Any, Ensured]]


def named(count: int) -> list[dict[str, str]]:
    return [{"name": f"G{index}"} for index in range(count)]


async def made(transport: ScriptedTransport, rows: Any, **options: Any) -> Outcomes:
    """Make sure of groups over a transport; return the outcomes in the order of the rows."""
    async with client_over(transport) as client:
        found = [outcome async for outcome in client.groups.ensure_many(rows, **options)]
    assert [outcome.index for outcome in sorted(found, key=lambda outcome: outcome.index)] == list(
        range(len(found))
    )
    return sorted(found, key=lambda outcome: outcome.index)


def results(outcomes: Iterable[ItemOutcome[Any, Ensured]]) -> Counter[tuple[bool, bool, bool]]:
    """Count results by created, changed and adopted."""
    return Counter(
        (one.result.created, one.result.changed, one.result.adopted) for one in outcomes if one.result
    )


@virtual
async def test_all_rows_share_one_reading() -> None:
    world = World()
    world.rows["/v1/group"] += [{"id": f"old{index}", "name": f"G{index}"} for index in range(10)]
    transport = ScriptedTransport(default=world)
    outcomes = await made(transport, named(400))
    assert results(outcomes) == {(False, False, False): 10, (True, False, False): 390}
    assert (transport.count("groups.list"), transport.count("groups.create")) == (1, 390)
    assert [outcome.item for outcome in outcomes] == named(400)


@virtual
async def test_the_reading_counts_for_no_row() -> None:
    outcomes = await made(ScriptedTransport(default=World()), named(10))
    assert {outcome.attempts for outcome in outcomes} == {1}


@virtual
async def test_nothing_is_sent_for_rows_that_are_as_they_should_be() -> None:
    world = World()
    world.rows["/v1/group"] += [{"id": str(index), "name": f"G{index}"} for index in range(50)]
    transport = ScriptedTransport(default=world)
    assert results(await made(transport, named(50))) == {(False, False, False): 50}
    assert len(transport.requests) == 1


@virtual
async def test_what_differs_is_changed() -> None:
    world = World()
    world.rows["/v1/queue"] += [{"id": str(index), "name": f"Q{index}", "schedule": 1} for index in range(10)]
    transport = ScriptedTransport(default=world)
    async with client_over(transport) as client:
        rows = [{"name": f"Q{index}", "schedule": 1 + index % 2} for index in range(10)]
        outcomes = [outcome async for outcome in client.queues.ensure_many(rows)]
    assert results(outcomes) == {(False, True, False): 5, (False, False, False): 5}
    bodies = [json.loads(request.body or b"") for request in transport.requests if request.method == "PUT"]
    assert bodies == [{"schedule": 2}] * 5


@virtual
async def test_spellings_of_one_name_are_one_row() -> None:
    world = World()
    world.rows["/v1/group"].append({"id": "1", "name": "Bán hàng"})
    rows = [
        {"name": name} for name in ("Bán hàng", " Bán  hàng ", "Ba\u0301n ha\u0300ng", "bán hàng", "A", "B")
    ]
    outcomes = await made(ScriptedTransport(default=world), rows)
    assert [outcome.result.created for outcome in outcomes if outcome.result] == [False] * 3 + [True] * 3
    again = await made(ScriptedTransport(default=World()), rows)
    assert [outcome.attempts for outcome in again] == [1, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("fate", ["lost", "late"])
@virtual
async def test_lost_creates_are_looked_for_in_one_further_reading(fate: str) -> None:
    world = World(lambda number: fate if number % 10 == 0 else "answer")
    transport = ScriptedTransport(default=world)
    async with client_over(transport) as client:
        outcomes = [outcome async for outcome in client.groups.ensure_many(named(100))]
        stats = client.stats()
    assert results(outcomes) == {(True, False, False): 90, (True, False, True): 10}
    assert (transport.count("groups.list"), world.creates, world.total()) == (2, 100, 100)
    assert (stats.unknown, stats.adopted) == (0, 10)


@virtual
async def test_creates_that_were_never_carried_out_are_sent_again() -> None:
    world = World(lambda number: "never" if number < 20 else "answer")
    transport = ScriptedTransport(default=world)
    outcomes = await made(transport, named(100), concurrency=8)
    assert results(outcomes) == {(True, False, False): 100}
    assert (transport.count("groups.list"), world.creates, world.total()) == (2, 120, 100)
    assert sum(outcome.attempts for outcome in outcomes) == 120


@virtual
async def test_a_row_is_put_aside_at_once_and_waited_for_once() -> None:
    """The others go on meanwhile, and the whole waits for one settle time."""
    world = World(lambda number: "lost" if number % 20 == 0 else "answer")
    started = now()
    outcomes = await made(ScriptedTransport(default=world), named(1000), concurrency=10)
    assert len(outcomes) == world.total() == 1000
    assert now() - started < 1000 / 10 * 0.01 + Timeouts().settle + 0.2


@virtual
async def test_creates_that_are_lost_for_ever_are_given_up() -> None:
    world = World(lambda _: "never")
    outcomes = await made(ScriptedTransport(default=world), named(6))
    assert {outcome.state for outcome in outcomes} == {"unknown"}
    assert all(isinstance(outcome.error, OutcomeUnknownError) for outcome in outcomes)
    assert world.total() == 0


@virtual
async def test_a_key_that_another_caller_creates_is_made_once() -> None:
    world = World()
    async with client_over(ScriptedTransport(default=world)) as client:
        other = asyncio.create_task(client.groups.create(name="G3"))
        await asyncio.sleep(0)
        outcomes = [outcome async for outcome in client.groups.ensure_many(named(10))]
        await other
    assert world.total() == 10
    assert results(outcomes) == {(True, False, False): 9, (False, False, False): 1}


@virtual
async def test_few_rows_are_looked_for_by_the_filter_of_the_vendor() -> None:
    world = World()
    transport = ScriptedTransport(default=world)
    rows = [{"stringee_user_id": f"u{index}", "name": "An"} for index in range(3)]
    async with client_over(transport) as client:
        assert len([outcome async for outcome in client.agents.ensure_many(rows)]) == 3
    listed = [request.url for request in transport.requests if request.operation == "agents.list"]
    assert sorted("stringee_user_id=u" in url for url in listed) == [True] * 3


@virtual
async def test_many_rows_are_looked_for_in_the_whole_list() -> None:
    transport = ScriptedTransport(default=World())
    rows = [{"stringee_user_id": f"u{index}", "name": "An"} for index in range(30)]
    async with client_over(transport) as client:
        assert len([outcome async for outcome in client.agents.ensure_many(rows)]) == 30
    (listed,) = [request.url for request in transport.requests if request.operation == "agents.list"]
    assert "stringee_user_id" not in listed


@virtual
async def test_each_owner_has_a_reading_of_its_own() -> None:
    transport = ScriptedTransport(default=World())
    rows = [{"queue_id": f"Q{index % 4}", "group_id": f"G{index}", "primary_group": 0} for index in range(40)]
    async with client_over(transport) as client:
        outcomes = [outcome async for outcome in client.group_routings.ensure_many(rows)]
    assert results(outcomes) == {(True, False, False): 40}
    assert transport.count("group_routings.list") == 4


@virtual
async def test_a_wrong_row_fails_alone_and_sends_nothing() -> None:
    transport = ScriptedTransport(default=World())
    rows: list[Any] = [5, {}, {"nam": "x"}, {"name": ""}, *named(3)]
    outcomes = await made(transport, rows)
    assert [outcome.state for outcome in outcomes] == ["failed"] * 4 + ["done"] * 3
    assert all(isinstance(outcome.error, ConfigError) for outcome in outcomes[:4])
    assert "keywords of `ensure`" in str(outcomes[0].error)
    assert "'name'" in str(outcomes[1].error)
    assert transport.count("groups.create") == 3


@virtual
async def test_two_objects_of_one_name_fail_that_row_alone() -> None:
    world = World()
    world.rows["/v1/group"] += [{"id": "1", "name": "G1"}, {"id": "2", "name": "G1"}]
    outcomes = await made(ScriptedTransport(default=world), named(10))
    assert [outcome.index for outcome in outcomes if outcome.state == "failed"] == [1]
    assert world.creates == 9


@virtual
async def test_a_source_is_read_as_its_rows_are_worked_on() -> None:
    world, pulled = World(), 0

    async def rows() -> AsyncIterator[dict[str, str]]:
        nonlocal pulled
        for row in named(500):
            pulled += 1
            yield row

    async with client_over(ScriptedTransport(default=world)) as client:
        run = client.groups.ensure_many(rows(), concurrency=4)
        assert pulled == 0
        async with run:
            async for _ in run:
                assert pulled <= 20
                break
    assert pulled < 40


@virtual
async def test_the_reading_of_a_long_list_may_take_longer_than_the_total_time_of_a_call() -> None:
    total = 40

    def vendor(request: Request) -> Response:
        if request.method == "POST":
            return answer(
                {"r": 0, "groupID": request.body.decode() if isinstance(request.body, bytes) else ""}
            )
        page = int(request.url.split("page=")[1].split("&")[0])
        rows = [{"id": f"{page}-{index}", "name": f"L{page}-{index}"} for index in range(100)]
        counts = {"totalPages": total, "currentPage": page, "limit": 100, "totalCount": 100 * total}
        return answer({"r": 0, "data": {**counts, "groups": rows}})

    transport = ScriptedTransport(default=vendor, latency=2.0)
    async with client_over(transport, timeouts=Timeouts(total=20.0), max_connections=1) as client:
        outcomes = [outcome async for outcome in client.groups.ensure_many(named(6))]
    assert results(outcomes) == {(True, False, False): 6}
    assert transport.count("groups.list") == total


@virtual
async def test_rejected_credentials_end_the_run() -> None:
    transport = ScriptedTransport(default=answer(b"{}", 401))
    outcomes = await made(transport, named(200), concurrency=4)
    assert {outcome.state for outcome in outcomes} <= {"failed", "not_started"}
    assert all(isinstance(outcome.error, AuthError) for outcome in outcomes)
    assert len(transport.requests) < 20


@virtual
async def test_an_outage_holds_the_run_and_loses_nothing() -> None:
    world, begun = World(), now()

    async def vendor(request: Request) -> Response:
        if 0.5 <= now() - begun < 20.0:
            raise NotSentError("refused")
        return await world(request)

    outcomes = await made(ScriptedTransport(default=vendor), named(1000), concurrency=8)
    assert results(outcomes) == {(True, False, False): 1000}
    assert world.total() == 1000


@virtual
async def test_creates_that_an_outage_swallowed_are_sent_once() -> None:
    world, begun = World(), now()

    async def vendor(request: Request) -> Response:
        if 0.5 <= now() - begun < 20.0:
            if request.method == "POST" and now() - begun < 0.55:
                await world(request)
            raise OutcomeUnknownError("swallowed")
        return await world(request)

    outcomes = await made(ScriptedTransport(default=vendor), named(1000), concurrency=8)
    assert {outcome.state for outcome in outcomes} == {"done"}
    assert world.total() == 1000


@virtual
async def test_an_outage_that_outlasts_the_patience_ends_the_run() -> None:
    world, begun = World(), now()

    async def vendor(request: Request) -> Response:
        if now() - begun >= 0.5:
            raise OutcomeUnknownError("swallowed")
        return await world(request)

    outcomes = await made(ScriptedTransport(default=vendor), named(1000), concurrency=8, patience=30.0)
    states = Counter(outcome.state for outcome in outcomes)
    assert states["done"] + states["unknown"] + states["not_started"] + states["failed"] == 1000
    assert states["done"] == world.total()
    assert states["unknown"] <= 16


@pytest.mark.parametrize(
    ("rows", "options", "name"),
    [(5, {}, "rows"), ([], {"concurrency": 0}, "concurrency"), ([], {"patience": -1}, "patience")],
)
@virtual
async def test_a_wrong_argument_is_refused_before_anything_starts(rows: Any, options: Any, name: str) -> None:
    async with client_over(ScriptedTransport()) as client:
        with pytest.raises(ConfigError, match=f"{name} must be"):
            client.groups.ensure_many(rows, **options)


@virtual
async def test_leaving_the_loop_ends_the_work_while_rows_are_aside() -> None:
    world = World(lambda _: "lost")
    async with client_over(ScriptedTransport(default=world)) as client:
        async with client.groups.ensure_many(named(10)) as run:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(run), 1.0)
        await asyncio.sleep(60)
        assert client.stats().unknown == world.creates
    assert world.creates <= 10


@virtual
async def test_an_object_that_exists_and_is_not_listed_is_written_by_its_id() -> None:
    def vendor(request: Request) -> Response:
        if request.method == "POST":
            return answer({"r": 2, "message": "exists", "agentID": "AG9"})
        if request.method == "PUT":
            return answer()
        return answer({"r": 0, "data": {"totalPages": 1, "currentPage": 1, "totalAgents": 0, "agents": []}})

    transport = ScriptedTransport(default=vendor)
    rows = [
        {"stringee_user_id": "u1", "name": "An"},
        *({"stringee_user_id": f"x{i}", "name": ""} for i in range(9)),
    ]
    async with client_over(transport) as client:
        outcomes = [outcome async for outcome in client.agents.ensure_many(rows)]
    (done,) = [outcome for outcome in outcomes if outcome.state == "done"]
    assert done.result == Ensured("AG9", created=False, changed=True)
    assert transport.count("agents.list") == 2


@virtual
async def test_a_row_that_comes_again_long_after_its_create_is_not_created_again() -> None:
    """The reading is older than the create, and the creates of that time are no longer remembered."""
    world = World()
    rows = [*named(400), *named(1)]
    async with client_over(ScriptedTransport(default=world), timeouts=Timeouts(settle=0.1)) as client:
        outcomes = [outcome async for outcome in client.groups.ensure_many(rows, concurrency=2)]
    assert results(outcomes) == {(True, False, False): 401}
    assert world.total() == 400


@virtual
async def test_a_create_that_was_lost_long_ago_is_adopted_all_the_same() -> None:
    world = World(lambda number: "lost" if number == 0 else "answer")
    async with client_over(ScriptedTransport(default=world), timeouts=Timeouts(settle=0.1)) as client:
        outcomes = [outcome async for outcome in client.groups.ensure_many(named(400), concurrency=2)]
        assert client.stats().adopted == 1
    assert results(outcomes) == {(True, False, False): 399, (True, False, True): 1}


@virtual
async def test_what_was_created_and_is_listed_later_than_the_settle_time_is_not_created_again() -> None:
    world, begun = World(), now()

    async def vendor(request: Request) -> Response:
        response = await world(request)
        if request.method == "GET" and now() - begun < 1.2:
            counts = {"totalPages": 1, "currentPage": 1, "limit": 100, "totalCount": 0}
            return answer({"r": 0, "data": {**counts, "groups": []}})
        return response

    async with client_over(ScriptedTransport(default=vendor), timeouts=Timeouts(settle=0.5)) as client:
        outcomes = [outcome async for outcome in client.groups.ensure_many([*named(10), *named(10)])]
    assert results(outcomes) == {(True, False, False): 20}
    assert (world.total(), world.creates) == (10, 10)


@virtual
async def test_a_reading_that_fails_counts_for_the_row_that_asked_for_it() -> None:
    world, refused = World(), [answer({"r": 99, "message": "no"})]

    async def vendor(request: Request) -> Response:
        return refused.pop() if refused else await world(request)

    outcomes = await made(ScriptedTransport(default=vendor), named(10), concurrency=1)
    assert [(outcome.state, outcome.attempts) for outcome in outcomes] == [("failed", 1), *[("done", 1)] * 9]


@virtual
async def test_nothing_is_written_to_an_unlisted_object_before_the_second_reading() -> None:
    def vendor(request: Request) -> Response:
        if request.method == "POST":
            return answer({"r": 2, "message": "exists", "agentID": "AG9"})
        if request.method == "PUT":
            return answer()
        return answer({"r": 0, "data": {"totalPages": 1, "currentPage": 1, "totalAgents": 0, "agents": []}})

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        rows = [{"stringee_user_id": "u1", "name": "An"}] * 8
        outcomes = [outcome async for outcome in client.agents.ensure_many(rows)]
    assert results(outcomes) == {(False, True, False): 8}
    asked = [request.operation for request in transport.requests]
    assert asked[:3] == ["agents.list", "agents.create", "agents.list"]
