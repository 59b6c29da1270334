"""Rows of one run with the same natural key: one create and one result, or the later row fails and names the earlier."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Iterable
from typing import Any

import pytest

from stringee_async import ConfigError, Ensured, InvalidRequestError, ItemOutcome, Request, Response, Secret
from stringee_async.core.row_claims import RowClaims

from ..kit import ScriptedTransport, answer, client_over, virtual
from ..kit.world import World

Vendor = World | ScriptedTransport


async def run(vendor: Any, rows: Iterable[dict[str, Any]], resource: str = "queues", **options: Any) -> Any:
    """Make sure of rows; return the outcomes in their order, and the transport."""
    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        found: list[ItemOutcome[Any, Ensured]] = [
            one async for one in getattr(client, resource).ensure_many(rows, **options)
        ]
    return sorted(found, key=lambda one: one.index), transport


def queue(name: str, schedule: int = 1) -> dict[str, Any]:
    return {"name": name, "schedule": schedule}


@pytest.mark.parametrize("concurrency", [1, 7, 64])
@virtual
async def test_rows_of_one_key_share_one_create_and_its_result(concurrency: int) -> None:
    world = World()
    rows = [queue(f"Q{index}") for index in range(50)]
    outcomes, transport = await run(world, rows + rows, concurrency=concurrency)
    assert (world.total(), world.creates, transport.count("queues.list")) == (50, 50, 1)
    assert [one.result for one in outcomes[:50]] == [one.result for one in outcomes[50:]]
    assert all(one.result.created for one in outcomes)
    assert [one.attempts for one in outcomes] == [1] * 50 + [0] * 50


@pytest.mark.parametrize("concurrency", [1, 64])
@virtual
async def test_rows_of_one_key_that_is_there_write_once(concurrency: int) -> None:
    world = World()
    world.rows["/v1/queue"] += [
        {"id": str(number), "name": f"Q{number}", "schedule": number} for number in range(2)
    ]
    rows = [queue(f"Q{index % 2}") for index in range(10)]
    outcomes, transport = await run(world, rows, concurrency=concurrency)
    assert [one.result.changed for one in outcomes] == [True, False] * 5
    assert len(transport.requests) == 2


@pytest.mark.parametrize("there", [False, True])
@virtual
async def test_a_later_row_that_wants_something_else_fails(there: bool) -> None:
    world = World()
    if there:
        world.rows["/v1/queue"].append({"id": "1", "name": "Hotline", "schedule": 1})
    rows = [
        *(queue(f"Q{index}") for index in range(6)),
        queue("Hotline"),
        queue(" Hotline ", 2),
        {"name": "Hotline"},
    ]
    outcomes, _ = await run(world, rows)
    assert [one.state for one in outcomes] == ["done"] * 7 + ["failed"] * 2
    assert [type(one.error) for one in outcomes[7:]] == [ConfigError] * 2
    assert "index 7" in str(outcomes[7].error)
    assert "index 6 (Ho...ne)" in str(outcomes[7].error)
    assert world.rows["/v1/queue"][0 if there else -1].get("schedule") == 1


@pytest.mark.parametrize("fate", ["lost", "late", "never"])
@virtual
async def test_rows_of_one_key_whose_create_was_lost_have_one_result(fate: str) -> None:
    world = World(lambda number: fate if number == 0 else "answer")
    outcomes, transport = await run(world, [queue("Q")] * 8)
    assert world.total() == 1
    assert {one.result for one in outcomes} == {
        Ensured(outcomes[0].result.id, created=True, changed=False, adopted=fate != "never")
    }
    assert (transport.count("queues.list"), world.creates) == (2, 1 + (fate == "never"))


@virtual
async def test_rows_of_one_key_that_outlast_all_readings_have_one_result() -> None:
    world = World(lambda number: "never" if number < 4 else "answer")
    outcomes, _ = await run(world, [queue("Q")] * 8)
    assert world.total() == 1
    assert {one.result.created for one in outcomes} == {True}


@virtual
async def test_a_row_is_tried_by_itself_if_the_earlier_one_failed() -> None:
    world, refusals = World(), [answer({"r": 99, "message": "no"}, 400)]

    async def vendor(request: Request) -> Response:
        if request.method == "POST" and refusals:
            return refusals.pop()
        return await world(request)

    outcomes, _ = await run(vendor, [queue("Q")] * 3 + [queue("Q", 2)], concurrency=1)
    assert isinstance(outcomes[0].error, InvalidRequestError)
    assert [one.state for one in outcomes] == ["failed", "done", "done", "failed"]
    assert isinstance(outcomes[3].error, ConfigError)
    assert world.total() == 1


@virtual
async def test_two_runs_know_nothing_of_each_other() -> None:
    world = World()
    async with client_over(ScriptedTransport(default=world)) as client:

        async def one(schedule: int) -> list[Any]:
            return [each async for each in client.queues.ensure_many([queue("Q", schedule)] * 6)]

        first, second = await asyncio.gather(one(1), one(2))
    assert [each.state for each in (*first, *second)] == ["done"] * 12
    assert world.total() == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"password": Secret("x")}, {"password": Secret("y")}),
        ({"a": 1}, {}),
        ({"a": -1}, {"a": -2}),
        ({"a": bytearray(b"1")}, {"a": bytearray(b"2")}),
    ],
)
def test_wishes_are_compared_by_their_values(one: Any, other: Any) -> None:
    claims: RowClaims[Any] = RowClaims()
    claims.claim(3, ("queues", "Hotline"), one)
    claims.claim(4, ("queues", "Hotline"), dict(reversed(one.items())))
    with pytest.raises(ConfigError) as caught:
        claims.claim(5, ("queues", "Hotline"), other)
    assert "index 3" in str(caught.value)
    assert "x" not in str(caught.value).replace("index", "")


def test_what_is_kept_of_a_row_does_not_grow_with_its_values() -> None:
    claims: RowClaims[Any] = RowClaims()
    tracemalloc.start()
    try:
        for index in range(1000):
            claims.claim(index, ("queues", f"{index:01000}"), {"name": f"{index:01000}"})
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1000 * 200
