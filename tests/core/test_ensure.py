"""`ensure`: an object is made once, whatever is lost, lags behind, differs or exists already."""

import asyncio
import json
from typing import Any

import pytest

from stringee_async import (
    DecodeError,
    Ensured,
    OutcomeUnknownError,
    Request,
    Response,
    SdkError,
    StringeeClient,
)
from stringee_async.core.ensure import _ROUNDS
from stringee_async.emulator import Emulator, Fault

from ..kit import ScriptedTransport, agents, answer, client_over, virtual
from ..kit.world import World


@virtual
async def test_spellings_of_one_name_are_one_key() -> None:
    spellings = ["Bán hàng", " Bán hàng ", "Ba\u0301n ha\u0300ng", "Ba\u0301n ha\u0300ng "]
    for ensure in (lambda c, name: c.groups.ensure(name=name), lambda c, name: c.queues.ensure(name=name)):
        world = World()
        async with client_over(ScriptedTransport(default=world)) as client:
            results = await asyncio.gather(*(ensure(client, name) for name in spellings))
        assert world.total() == 1
        assert len({result.id for result in results}) == 1


@virtual
async def test_different_keys_do_not_wait_for_each_other() -> None:
    world = World()
    async with client_over(ScriptedTransport(default=world)) as client:
        started = asyncio.get_running_loop().time()
        await asyncio.gather(
            *(client.agents.ensure(stringee_user_id=f"u{index}", name="An") for index in range(20))
        )
        assert asyncio.get_running_loop().time() - started < 0.05
    assert world.total() == 20


@virtual
async def test_what_exists_and_differs_is_updated() -> None:
    world = World()
    transport = ScriptedTransport(default=world)
    async with client_over(transport) as client:
        await client.agents.ensure(stringee_user_id="u", name="An")
        changed = await client.agents.ensure(stringee_user_id="u", name="An", manual_status="AVAILABLE")
        await client.queues.ensure(name="Q", schedule=1)
        queue = await client.queues.ensure(name="Q", schedule=2, record_calls=True)
        await client.group_routings.ensure(queue_id="Q", group_id="G", primary_group=1)
        routing = await client.group_routings.ensure(queue_id="Q", group_id="G", primary_group=0)
    assert all(ensured.changed and not ensured.created for ensured in (changed, queue, routing))
    puts = [json.loads(request.body or b"") for request in transport.requests if request.method == "PUT"]
    assert puts == [
        {"manual_status": "AVAILABLE"},
        {"schedule": 2, "record_calls": True},
        {"primary_group": 0},
    ]


@virtual
async def test_the_lost_response_is_raised_when_looking_fails_too() -> None:
    world = World(lambda _: "lost")
    listed = 0

    async def vendor(request: Request) -> Any:
        nonlocal listed
        listed += request.method == "GET"
        if listed > 1:
            return answer(b"{}", 401)
        return await world(request)

    async with client_over(ScriptedTransport(default=vendor)) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            await client.agents.ensure(stringee_user_id="u", name="An")
    assert caught.value.outcome == "unknown"
    assert isinstance(caught.value.__cause__, SdkError)
    assert world.creates == 1


@virtual
async def test_creates_that_are_lost_for_ever_are_given_up() -> None:
    world = World(lambda _: "never")
    async with client_over(ScriptedTransport(default=world)) as client:
        with pytest.raises(OutcomeUnknownError):
            await client.groups.ensure(name="Sales")
    assert (world.creates, world.total()) == (_ROUNDS, 0)


@virtual
async def test_an_object_that_exists_already_is_adopted() -> None:
    for existing in ({"groupID": "G9"}, {}):
        world = World()
        refusal = answer({"r": 2, "message": "Group existed", **existing})

        async def vendor(request: Request, world: World = world, refusal: Response = refusal) -> Any:
            if request.method == "POST":
                world.rows["/v1/group"].append({"id": "G9", "name": "Sales"})
                return refusal
            return await world(request)

        async with client_over(ScriptedTransport(default=vendor)) as client:
            ensured = await client.groups.ensure(name="Sales")
        assert (ensured.id, ensured.created, ensured.changed) == ("G9", False, False)


@virtual
async def test_an_object_that_is_named_and_never_listed_is_taken_by_its_id() -> None:
    empty = answer({"r": 0, "data": {"totalGroups": 0, "groups": None}})
    refusal = answer({"r": 2, "message": "Group existed", "groupID": "G9"})

    def vendor(request: Request) -> Response:
        return refusal if request.method == "POST" else empty

    async with client_over(ScriptedTransport(default=vendor)) as client:
        assert await client.groups.ensure(name="Sales") == Ensured("G9", created=False, changed=False)


@virtual
async def test_a_lost_create_that_then_exists_is_adopted() -> None:
    posts = [OutcomeUnknownError("lost"), answer({"r": 2, "message": "Group existed", "groupID": "G9"})]

    def vendor(request: Request) -> Response:
        if request.method == "GET":
            return answer({"r": 0, "data": {"totalPages": 0, "groups": []}})
        step = posts.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    async with client_over(ScriptedTransport(default=vendor)) as client:
        ensured = await client.groups.ensure(name="Sales")
        assert client.stats().adopted == 1
    assert ensured == Ensured("G9", created=True, changed=False, adopted=True)


@virtual
async def test_the_last_round_is_looked_for_too() -> None:
    world = World(lambda number: "lost" if number == _ROUNDS - 1 else "never")
    async with client_over(ScriptedTransport(default=world)) as client:
        ensured = await client.groups.ensure(name="Sales")
    assert (ensured.created, ensured.adopted, world.total()) == (True, True, 1)


def damaged(body: bytes) -> Response:
    return Response(status=200, headers=answer().headers, body=body)


async def test_a_create_whose_id_lost_a_byte_is_unknown() -> None:
    transport = ScriptedTransport(damaged(b'{"r":0,"agentID":"\xffAG_1"}'))
    async with client_over(transport) as client:
        with pytest.raises(DecodeError, match="holds no agentID") as caught:
            await client.agents.create(name="A", stringee_user_id="a")
    assert caught.value.outcome == "unknown"


async def test_ensure_finds_the_object_whose_id_could_not_be_read() -> None:
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        emulator.faults.script("agents.create", Fault.odd_bytes())
        ensured = await client.agents.ensure(name="A", stringee_user_id="a")
        assert [ensured.id] == list(emulator.state.stringee.agents)
        assert (ensured.created, ensured.adopted) == (True, True)
        assert (emulator.count("agents.create"), emulator.count("agents.list")) == (1, 2)


@virtual
async def test_a_timeout_of_somebody_elses_is_not_an_ensures_deadline() -> None:
    """A `TimeoutError` that a transport raises leaves an ensure as it is."""
    empty = agents()
    async with client_over(ScriptedTransport(empty, TimeoutError("of the transport"))) as client:
        with pytest.raises(TimeoutError, match="of the transport"):
            await client.agents.ensure(stringee_user_id="u1", name="An")
