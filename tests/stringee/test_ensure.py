"""Duplicate writes and lost responses: what a call may have done is always known, and nothing is done twice."""

import asyncio
import importlib
import json
import logging
import pkgutil
import random
import re
import urllib.parse
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

import stringee_async
from stringee_async import (
    AmbiguousError,
    DeadlineError,
    DecodeError,
    Ensured,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    RateLimit,
    Request,
    Response,
    RetryClass,
    RetryPolicy,
    SdkError,
    ServerError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.ensure import _ROUNDS
from stringee_async.core.operation import Operation
from stringee_async.emulator import Emulator, Fault

from ..kit import (
    KEY_SECRET,
    KEY_SID,
    RawServer,
    ScriptedTransport,
    answer,
    canned,
    client_over,
    hang,
    reset,
    then,
    virtual,
)
from .calls import CALLS

Call = Callable[[StringeeClient], Awaitable[Any]]

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def every_operation() -> dict[str, Operation]:
    """Find every operation that any module of this vendor defines."""
    found: dict[str, Operation] = {}
    for module in pkgutil.iter_modules(stringee_async.stringee.__path__, "stringee_async.stringee."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Operation):
                found[value.name] = value
    return found


OPERATIONS = every_operation()
CREATES = sorted(name for name, operation in OPERATIONS.items() if operation.retry_class is RetryClass.CREATE)
WITHOUT_ID = {"group_agents.add", "users.send_message"}
"""Creates whose success names no id, so that none can be missing."""
CALL_OF: dict[str, Call] = {}
for _case, _row in CALLS.items():
    CALL_OF.setdefault(_case.split(" ")[0], _row[0])


class World:
    """A vendor in memory that carries requests out, and loses answers as it is told.

    Args:
        fate: Says of each create: `"answer"`; `"lost"` (done, answer lost); `"never"` (not done, answer lost);
            `"late"` (answer lost, done a second later); or an error to raise after doing it.
    """

    TABLES: ClassVar = {
        "/v1/agent": ("agents", "agentID"),
        "/v1/group": ("groups", "groupID"),
        "/v1/queue": ("queues", "queueID"),
        "/v1/manage-agents-in-group": ("groupAgents", "agentID"),
        "/v1/routing-call-to-groups": ("groupRoutings", "groupRoutingID"),
        "/v1/user/sendcustommessage": ("messages", "messageID"),
    }

    def __init__(self, fate: Callable[[int], Any] = lambda _: "answer") -> None:
        self.fate = fate
        self.rows: dict[str, list[dict[str, Any]]] = {path: [] for path in self.TABLES}
        self.creates = 0
        self.late: list[asyncio.Task[None]] = []

    async def __call__(self, request: Request) -> Response:
        await asyncio.sleep(0.01)
        url = urllib.parse.urlsplit(request.url)
        path = next(path for path in self.TABLES if url.path.startswith(path))
        list_key, id_key = self.TABLES[path]
        rows = self.rows[path]
        body = json.loads(request.body or b"{}")
        if request.method == "GET":
            data = {"totalPages": 1, "currentPage": 1, "limit": 100, "totalCount": len(rows), list_key: rows}
            return answer({"r": 0, "data": data})
        if request.method != "POST":
            row = next(row for row in rows if row["id"] == url.path.rsplit("/", 1)[1])
            row.update(body)
            return answer()
        number, self.creates = self.creates, self.creates + 1
        fate = self.fate(number)

        def act() -> str:
            new_id = f"{list_key}{number}"
            rows.append({"id": new_id, **body})
            return new_id

        async def later() -> None:
            await asyncio.sleep(1.0)
            act()

        if fate == "answer":
            return answer({"r": 0, id_key: act()})
        if fate == "late":
            self.late.append(asyncio.create_task(later()))
        elif fate != "never":
            act()
        if isinstance(fate, Response):
            return fate
        raise fate if isinstance(fate, SdkError) else OutcomeUnknownError("lost")

    def total(self) -> int:
        """Return how many objects there are."""
        return sum(len(rows) for rows in self.rows.values())


ENSURES: dict[str, Call] = {
    "agents": lambda c: c.agents.ensure(stringee_user_id="u.an", name="An"),
    "groups": lambda c: c.groups.ensure(name="Sales"),
    "queues": lambda c: c.queues.ensure(name="Hotline", schedule=2),
    "group_agents": lambda c: c.group_agents.ensure(group_id="G1", agent_id="A1"),
    "group_routings": lambda c: c.group_routings.ensure(queue_id="Q1", group_id="G1", primary_group=1),
}


LOST: list[Callable[[random.Random], Any]] = [
    lambda _: "lost",
    lambda _: DecodeError("short response", status=200),
    lambda source: answer(b"<html>", source.choice([500, 502, 504])),
    lambda _: answer(b'{"r": 0, "agen'),
    lambda _: answer(b""),
    lambda _: answer({"r": 0, "message": "no id"}),
]


@virtual
async def test_a_create_is_sent_once_in_1000_seeded_runs() -> None:
    """Whatever happens to the response, one call is one create at the vendor, for every create endpoint."""
    assert len(CREATES) == 6
    for seed in range(1000):
        source = random.Random(seed)
        fate = source.choice(LOST)(source)
        world = World(lambda _, fate=fate: fate)  # type: ignore[misc]
        transport = ScriptedTransport(default=world)
        name = CREATES[seed % len(CREATES)]
        async with client_over(transport) as client:
            if name in WITHOUT_ID and isinstance(fate, Response) and b"no id" in fate.body:
                await CALL_OF[name](client)
            else:
                with pytest.raises(SdkError) as caught:
                    await CALL_OF[name](client)
                assert caught.value.outcome == "unknown", (seed, caught.value)
                assert not caught.value.retryable
                assert not caught.value.may_repeat(RetryClass.CREATE)
                assert caught.value.attempts == 1
        assert (world.creates, world.total(), len(transport.requests)) == (1, 1, 1), seed


@pytest.mark.parametrize("name", CREATES)
@pytest.mark.parametrize(
    "fault",
    [
        Fault.lost_answer(),
        Fault.lost_answer(ending="reset"),
        Fault.reset_mid_body(),
        Fault.reset_mid_body(ending="close"),
        Fault.late_commit(0.01),
        Fault.hang(commit=True),
        Fault.truncated_json(),
        Fault.not_json(),
        Fault.bad_gzip(),
        Fault.bad_chunk(),
        Fault.empty_body(),
    ],
    ids=repr,
)
async def test_a_create_is_sent_once_over_real_sockets(name: str, fault: Fault) -> None:
    """The server acts and the response is lost on the wire: exactly one create reached it, and one object is there."""
    async with Emulator(seed=1) as emulator:
        settings = emulator.stringee()
        async with StringeeClient(**settings, timeouts=Timeouts(attempt=None)) as client:
            agent = await client.agents.create(name="A", stringee_user_id="a")
            group = await client.groups.create(name="G")
            queue = await client.queues.create(name="Q")
            calls: dict[str, Call] = {
                "agents.create": lambda c: c.agents.create(name="An", stringee_user_id="u"),
                "groups.create": lambda c: c.groups.create(name="Sales"),
                "queues.create": lambda c: c.queues.create(name="Hotline"),
                "group_agents.add": lambda c: c.group_agents.add(group_id=group.id, agent_id=agent.id),
                "group_routings.create": lambda c: c.group_routings.create(
                    queue_id=queue.id, group_id=group.id, primary_group=1
                ),
                "users.send_message": lambda c: c.users.send_message(
                    from_user="boss", to_user="u", message={"hello": 1}
                ),
            }
            emulator.state.stringee.add_online_user("u")
            emulator.clear_requests()
            emulator.faults.script(name, fault)
            attempt = 0.05 if fault.kind == "hang" else 5.0
            hasty = client.with_options(timeouts=Timeouts(attempt=attempt))
            with pytest.raises(SdkError) as caught:
                await calls[name](hasty)
        await emulator.settle()
        assert caught.value.outcome == "unknown"
        assert emulator.count(name) == caught.value.attempts == 1
        emulator.faults.assert_consumed()
        state = emulator.state.stringee
        tables = [state.agents, state.groups, state.queues, state.group_agents, state.group_routings]
        assert sum(len(table) for table in tables) + len(state.custom_messages) == 4


QUICK = RetryPolicy(base=0.0)


async def closed_port() -> str:
    async with RawServer() as server:
        return server.url


async def no_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"no TLS here\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("fault", ["refused", "dns", "tls"])
async def test_a_create_that_was_never_sent_is_retried(fault: str) -> None:
    """No connection, no address, no TLS: marked not_sent, and repeated even for a create."""
    async with await asyncio.start_server(no_tls, "127.0.0.1", 0) as server:
        url = {
            "refused": await closed_port(),
            "dns": "https://no-such-host.invalid",
            "tls": f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}",
        }[fault]
        async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=url, retry=QUICK) as client:
            with pytest.raises(NotSentError) as caught:
                await client.agents.create(name="An", stringee_user_id="u")
    assert caught.value.outcome == "not_sent"
    assert caught.value.retryable
    assert caught.value.attempts == 4


@virtual
async def test_a_create_that_got_no_permit_in_time_was_not_sent() -> None:
    """A call whose time runs out while it waits for a permit is marked not_sent, and was not sent."""
    transport = ScriptedTransport(default=answer({"r": 0, "agentID": "A"}))
    async with client_over(transport, rate_limit=RateLimit(1, 1000.0)) as client:
        await client.agents.create(name="An", stringee_user_id="u")
        with pytest.raises(DeadlineError) as caught:
            await client.agents.create(name="An", stringee_user_id="v")
    assert (caught.value.outcome, caught.value.stage, caught.value.attempts) == ("not_sent", "queue", 0)
    assert len(transport.requests) == 1


@pytest.mark.parametrize("fault", ["before status line", "in headers", "in body", "read timeout"])
async def test_a_create_whose_response_is_lost_is_reported_as_unknown(fault: str) -> None:
    """A connection that breaks after the first written byte, or a response too late: marked unknown, once only."""
    play = {
        "before status line": reset,
        "in headers": then(b"HTTP/1.1 200 OK\r\nContent-Ty", "reset"),
        "in body": then(canned(b'{"r":0,"agentID":"A"}')[:-3]),
        "read timeout": hang,
    }[fault]
    async with RawServer(play) as server:
        timeouts = Timeouts(attempt=0.2 if play is hang else 5.0)
        async with StringeeClient(**server.client, timeouts=timeouts, retry=QUICK) as client:
            with pytest.raises(OutcomeUnknownError) as caught:
                await client.agents.create(name="An", stringee_user_id="u")
        assert len(server.requests) == 1
    assert caught.value.outcome == "unknown"
    assert not caught.value.retryable


@virtual
async def test_an_unknown_attempt_is_not_forgotten() -> None:
    """A call that ends in a refusal after an earlier attempt lost its response stays marked unknown."""
    transport = ScriptedTransport(OutcomeUnknownError("lost"), answer({"r": -1, "message": "bad name"}))
    async with client_over(transport) as client:
        with pytest.raises(SdkError) as caught:
            await client.agents.update("A1", name="An")
    assert caught.value.outcome == "unknown"
    assert [past.outcome for past in caught.value.history] == ["unknown"]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_operation_claims_an_idempotency_key(name: str) -> None:
    """Stringee has no idempotency keys, and every operation's metadata says so."""
    assert OPERATIONS[name].idempotency_key is None


def test_the_documentation_says_so() -> None:
    """The README tells users that there is no idempotency key."""
    assert re.search(r"no\s+idempotency\s+key", README)


@pytest.mark.parametrize("resource", ENSURES)
@virtual
async def test_ensure_survives_lost_responses_on_any_attempt(resource: str) -> None:
    """Lost, never carried out, or carried out late, on the first, second or both creates: one object in the end."""
    for fates in (
        ["lost"], ["never"], ["late"], ["never", "lost"], ["never", "never"], ["never", "late"],
        [ServerError("503")], [DecodeError("cut")], [answer(b"<html>", 502)], [answer(b"")],
    ):  # fmt: skip
        world = World(lambda number, fates=fates: fates[number] if number < len(fates) else "answer")  # type: ignore[misc]
        async with client_over(ScriptedTransport(default=world)) as client:
            ensured = await ENSURES[resource](client)
            stats = client.stats()
        assert world.total() == 1, fates
        assert isinstance(ensured, Ensured)
        assert ensured.created
        lost = fates[-1] != "never" and not (fates[0] == "never" and len(fates) == 1)
        assert ensured.adopted is lost, fates
        assert stats.adopted == int(lost)
        assert all(task.done() for task in world.late)


@pytest.mark.parametrize("resource", ENSURES)
@virtual
async def test_twenty_callers_at_once_make_one_object(resource: str) -> None:
    """Twenty callers with one key under seeded faults make one object, and every caller gets it."""
    for seed in range(10):
        source = random.Random(seed)
        fates = [source.choice(["answer", "lost", "never", "late"]) for _ in range(2)]
        world = World(lambda number, fates=fates: fates[number] if number < len(fates) else "answer")  # type: ignore[misc]
        async with client_over(ScriptedTransport(default=world)) as client:
            results = await asyncio.gather(*(ENSURES[resource](client) for _ in range(20)))
        assert world.total() == 1, seed
        assert len({result.id for result in results}) == 1
        assert sum(result.created for result in results) == 1
        assert not any(result.changed for result in results)


@virtual
async def test_spellings_of_one_name_are_one_key() -> None:
    """Callers who write the name with blanks around it or in another Unicode form make one object between them."""
    spellings = ["Bán hàng", " Bán hàng ", "Ba\u0301n ha\u0300ng", "Ba\u0301n ha\u0300ng "]
    for ensure in (lambda c, name: c.groups.ensure(name=name), lambda c, name: c.queues.ensure(name=name)):
        world = World()
        async with client_over(ScriptedTransport(default=world)) as client:
            results = await asyncio.gather(*(ensure(client, name) for name in spellings))
        assert world.total() == 1
        assert len({result.id for result in results}) == 1


@virtual
async def test_different_keys_do_not_wait_for_each_other() -> None:
    """The lock is on the key: twenty users are ensured in the time of one."""
    world = World()
    async with client_over(ScriptedTransport(default=world)) as client:
        started = asyncio.get_running_loop().time()
        await asyncio.gather(
            *(client.agents.ensure(stringee_user_id=f"u{index}", name="An") for index in range(20))
        )
        assert asyncio.get_running_loop().time() - started < 0.05
    assert world.total() == 20


@pytest.mark.parametrize("resource", ENSURES)
@virtual
async def test_two_existing_objects_are_ambiguous_and_nothing_changes(resource: str) -> None:
    """Where two objects carry the key already, ensure names both and sends no write."""
    world = World()
    twins = {
        "agents": ("/v1/agent", {"stringee_user_id": "u.an", "name": "old"}),
        "groups": ("/v1/group", {"name": "Sales"}),
        "queues": ("/v1/queue", {"name": "Hotline"}),
        "group_agents": ("/v1/manage-agents-in-group", {"group_id": "G1", "agent_id": "A1"}),
        "group_routings": (
            "/v1/routing-call-to-groups",
            {"queue_id": "Q1", "group_id": "G1", "primary_group": 0},
        ),
    }
    path, row = twins[resource]
    world.rows[path] += [{"id": "X1", **row}, {"id": "X2", **row}]
    transport = ScriptedTransport(default=world)
    async with client_over(transport) as client:
        if resource == "group_agents":
            # A pair has no id of its own: two equal rows are one membership, listed twice.
            ensured = await ENSURES[resource](client)
            assert not ensured.created
        else:
            with pytest.raises(AmbiguousError) as caught:
                await ENSURES[resource](client)
            assert caught.value.ids == ("X1", "X2")
    assert {request.method for request in transport.requests} == {"GET"}


@pytest.mark.parametrize("resource", ENSURES)
@virtual
async def test_what_exists_and_fits_is_left_alone(resource: str) -> None:
    """A second ensure finds the object and sends no write; one that asks for other fields updates it."""
    transport = ScriptedTransport(default=World())
    async with client_over(transport) as client:
        first = await ENSURES[resource](client)
        transport.requests.clear()
        second = await ENSURES[resource](client)
    assert (second.id, second.created, second.changed, second.adopted) == (first.id, False, False, False)
    assert [request.method for request in transport.requests] == ["GET"]


@virtual
async def test_what_exists_and_differs_is_updated() -> None:
    """Ensure sends only the fields that differ."""
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
    """If the listing cannot be read after a lost create, the caller hears of the lost response, with the rest as cause."""
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
    """Creates that never take effect end in the lost response after a fixed number, not in an endless loop."""
    world = World(lambda _: "never")
    async with client_over(ScriptedTransport(default=world)) as client:
        with pytest.raises(OutcomeUnknownError):
            await client.groups.ensure(name="Sales")
    assert (world.creates, world.total()) == (_ROUNDS, 0)


@virtual
async def test_an_object_that_exists_already_is_adopted() -> None:
    """A create that meets an object made by somebody else in between returns that object."""
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
async def test_an_object_that_exists_but_is_not_listed_is_an_error() -> None:
    """An object that exists and is not listed is named by its id where told, and else is an error."""
    empty = answer({"r": 0, "data": {"totalGroups": 0, "groups": None}})

    def vendor(told: dict[str, str]) -> Callable[[Request], Response]:
        refusal = answer({"r": 2, "message": "Group existed", **told})
        return lambda request: refusal if request.method == "POST" else empty

    async with client_over(ScriptedTransport(default=vendor({"groupID": "G9"}))) as client:
        assert await client.groups.ensure(name="Sales") == Ensured("G9", created=False, changed=False)
    async with client_over(ScriptedTransport(default=vendor({}))) as client:
        with pytest.raises(SdkError):
            await client.groups.ensure(name="Sales")


@virtual
async def test_a_lost_create_that_then_exists_is_adopted() -> None:
    """Lost, not listed in time, and refused as existing at the second try: the object is ours, and adopted."""
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


@pytest.mark.parametrize(
    "fault",
    [
        Fault.lost_answer(),
        Fault.reset_before(),
        Fault.late_commit(0.05),
        Fault.status(503),
        Fault.reset_mid_body(),
    ],
    ids=repr,
)
async def test_ensure_creates_once_over_real_sockets(fault: Fault) -> None:
    """Twenty callers over real sockets, the first create meets a fault: the server holds one agent."""
    async with Emulator(seed=1) as emulator:
        emulator.faults.script("agents.create", fault)
        timeouts = Timeouts(settle=0.2)
        async with StringeeClient(**emulator.stringee(), timeouts=timeouts, retry=QUICK) as client:
            results = await asyncio.gather(
                *(client.agents.ensure(stringee_user_id="u.an", name="An") for _ in range(20))
            )
        emulator.faults.assert_consumed()
        assert [row["stringee_user_id"] for row in emulator.state.stringee.agents.values()] == ["u.an"]
        assert {result.id for result in results} == set(emulator.state.stringee.agents)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
async def test_requests_seen_equal_attempts_reported(name: str) -> None:
    """With a stale kept-alive connection first and resets after it, the server sees as many requests as we say."""
    async with RawServer(canned(), default=reset) as server:
        async with StringeeClient(**server.client, retry=QUICK) as client:
            await client.agents.delete("A0")
            with pytest.raises(OutcomeUnknownError) as caught:
                await CALL_OF[name](client)
            expected = 1 if OPERATIONS[name].retry_class is RetryClass.CREATE else 4
            assert caught.value.attempts == len(server.requests) - 1 == expected
            assert client.stats().requests == len(server.requests)
            assert client.stats().retries == expected - 1


DELETES: dict[str, Call] = {
    "agents": lambda c: c.agents.delete("A1"),
    "groups": lambda c: c.groups.delete("A1"),
    "group_agents": lambda c: c.group_agents.remove(group_id="G1", agent_id="A1"),
    "queues": lambda c: c.queues.delete("A1"),
    "group_routings": lambda c: c.group_routings.delete("A1"),
}
GONE = b'{"r": -1, "message": "Agent not found"}'


@pytest.mark.parametrize("resource", DELETES)
async def test_a_delete_whose_response_was_lost_and_retry_says_not_found(
    resource: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Lost, then "not found": the object is gone, so it was deleted; one DEBUG line says so, and no error is raised."""
    caplog.set_level("DEBUG", logger="stringee_async")
    async with (
        RawServer(reset, canned(GONE)) as server,
        StringeeClient(**server.client, retry=QUICK) as client,
    ):
        assert await DELETES[resource](client) is None
        assert len(server.requests) == 2
    (line,) = [
        record for record in caplog.records if "a response was lost, and the object is gone" in record.message
    ]
    assert (line.name, line.levelname) == ("stringee_async.resource", "DEBUG")
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]


@pytest.mark.parametrize("resource", DELETES)
@virtual
async def test_not_found_after_a_refusal_is_still_not_found(resource: str) -> None:
    """Where no earlier attempt can have deleted it, "not found" is an error."""
    from stringee_async import NotFoundError

    transport = ScriptedTransport(NotSentError("refused"), answer(b"{}", 429), answer(GONE))
    async with client_over(transport) as client:
        with pytest.raises(NotFoundError):
            await DELETES[resource](client)
    assert len(transport.requests) == 3


def test_every_operation_is_found_and_has_a_class() -> None:
    """The package's operations are these, each with a retry class, a method that fits it, and a name of its own."""
    assert len(OPERATIONS) >= 19
    for name, operation in OPERATIONS.items():
        assert isinstance(operation.retry_class, RetryClass), name
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", name)
        if operation.retry_class is RetryClass.READ:
            assert operation.method == "GET", name
        if operation.method == "POST":
            assert operation.retry_class is RetryClass.CREATE, name


FAILURES: dict[str, tuple[Callable[[], Any], dict[RetryClass, int]]] = {
    "not sent": (
        lambda: NotSentError("refused"),
        {RetryClass.READ: 4, RetryClass.IDEMPOTENT_WRITE: 4, RetryClass.CREATE: 4},
    ),
    "response lost": (
        lambda: OutcomeUnknownError("lost"),
        {RetryClass.READ: 4, RetryClass.IDEMPOTENT_WRITE: 4, RetryClass.CREATE: 1},
    ),
    "server error": (
        lambda: answer(b"", 500),
        {RetryClass.READ: 4, RetryClass.IDEMPOTENT_WRITE: 4, RetryClass.CREATE: 1},
    ),
    "not JSON": (
        lambda: answer(b"<html>"),
        {RetryClass.READ: 4, RetryClass.IDEMPOTENT_WRITE: 4, RetryClass.CREATE: 1},
    ),
    "throttled": (
        lambda: answer(b"{}", 429, Retry_After="1"),
        {RetryClass.READ: 4, RetryClass.IDEMPOTENT_WRITE: 4, RetryClass.CREATE: 4},
    ),
    "refused": (
        lambda: answer({"r": -7, "message": "no"}),
        {RetryClass.READ: 1, RetryClass.IDEMPOTENT_WRITE: 1, RetryClass.CREATE: 1},
    ),
    "not found": (
        lambda: answer({"r": -1, "message": "Agent not found"}),
        {RetryClass.READ: 1, RetryClass.IDEMPOTENT_WRITE: 1, RetryClass.CREATE: 1},
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("name", sorted(OPERATIONS))
@virtual
async def test_operations_are_retried_only_within_their_class(name: str, failure: str) -> None:
    """Each operation meets each kind of failure for ever and is sent as often as its retry class allows."""
    make, attempts = FAILURES[failure]
    transport = ScriptedTransport(default=lambda _: _raise(make()))
    async with client_over(transport) as client:
        with pytest.raises(SdkError) as caught:
            await CALL_OF[name](client)
    operation = OPERATIONS[name]
    assert len(transport.requests) == caught.value.attempts == attempts[operation.retry_class]
    assert {request.retry_class for request in transport.requests} == {operation.retry_class}
    assert {request.operation for request in transport.requests} == {name}


def _raise(step: Any) -> Response:
    if isinstance(step, Exception):
        raise step
    return step  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_the_readme_lists_each_operation_with_its_class(name: str) -> None:
    """The table of retry classes in the README has every operation in the row of its class, and in no other."""
    title = OPERATIONS[name].retry_class.value.replace("_", " ")
    rows = [row for row in README.splitlines() if f"`{name}`" in row and re.match(r"\| [^:|]+ \|", row)]
    assert [row.split("|")[1].strip() for row in rows] == [title]


def test_the_readme_names_no_operation_that_does_not_exist() -> None:
    """The table of retry classes holds nothing but operations of the package."""
    rows = [row for row in README.splitlines() if re.match(r"\| (read|idempotent write|create) \|", row)]
    assert len(rows) == 3
    assert {name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)} == set(OPERATIONS)


@pytest.mark.parametrize("resource", ENSURES)
@virtual
async def test_a_refused_create_is_raised_at_once(resource: str) -> None:
    """A create that the vendor refuses is not looked for and not repeated: the refusal is the response."""
    world = World()

    async def vendor(request: Request) -> Any:
        return answer({"r": -7, "message": "no"}) if request.method == "POST" else await world(request)

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        with pytest.raises(InvalidRequestError):
            await ENSURES[resource](client)
    assert [request.method for request in transport.requests] == ["GET", "POST"]


@virtual
async def test_the_last_round_is_looked_for_too() -> None:
    """An object whose last allowed create took effect is adopted, like one of an earlier round."""
    world = World(lambda number: "lost" if number == _ROUNDS - 1 else "never")
    async with client_over(ScriptedTransport(default=world)) as client:
        ensured = await client.groups.ensure(name="Sales")
    assert (ensured.created, ensured.adopted, world.total()) == (True, True, 1)
