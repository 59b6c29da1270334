"""What leaves on the wire, byte for byte, against the vendor's pages; and what is refused before anything leaves."""

import json
import urllib.parse
from datetime import UTC, datetime
from typing import Any

import pytest

from stringee_async import UNSET, ConfigError, StringeeClient
from stringee_async.stringee.scco import user

from ..kit import KEY_SECRET, KEY_SID, RawServer, ScriptedTransport, answer, client_over, split, virtual
from .calls import EVERY_QUEUE_FIELD


async def test_base_url_with_a_path_and_a_slash_at_its_end() -> None:
    async with RawServer() as server:
        async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=f"{server.url}/proxy/") as client:
            await client.agents.delete("A1")
        assert split(server.requests[0])[1] == "/proxy/v1/agent/A1"


# -- awkward ids --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "awkward",
    ["%2f", "%2F..%2F", "a?b=1", "a#b", "a b", "a;b", "é", "a%0d%0aX: y", "a&b", "@", "+", "~", "a:b"],
)
async def test_awkward_ids_are_quoted_as_one_segment(awkward: str) -> None:
    async with RawServer() as server, StringeeClient(**server.client) as client:
        await client.agents.update(awkward, name="An")
        method, target, _, _ = split(server.requests[0])
    assert method == "PUT"
    assert target.startswith("/v1/agent/")
    assert "?" not in target
    segment = target.removeprefix("/v1/agent/")
    assert "/" not in segment
    assert urllib.parse.unquote(segment) == awkward


AWKWARD = [
    "", " ", ".", "..", "a/b", "/", "../group/G1", "a\\b", "a\nb", "a\r\nX-Evil: 1", "a\x00b", "\x7f", None, 7,
]  # fmt: skip


@pytest.mark.parametrize("bad", AWKWARD, ids=repr)
@pytest.mark.parametrize(
    "call",
    [
        lambda c, bad: c.agents.update(bad, name="An"),
        lambda c, bad: c.agents.delete(bad),
        lambda c, bad: c.groups.update(bad, name="An"),
        lambda c, bad: c.groups.delete(bad),
        lambda c, bad: c.group_agents.add(group_id=bad, agent_id="A1"),
        lambda c, bad: c.group_agents.add(group_id="G1", agent_id=bad),
        lambda c, bad: c.group_agents.remove(group_id=bad, agent_id="A1"),
        lambda c, bad: c.group_agents.remove(group_id="G1", agent_id=bad),
        lambda c, bad: c.group_agents.find(group_id=bad, agent_id="A1"),
        lambda c, bad: c.group_agents.find(group_id="G1", agent_id=bad),
        lambda c, bad: c.group_routings.find(queue_id=bad, group_id="G1"),
        lambda c, bad: c.group_routings.find(queue_id="Q1", group_id=bad),
        lambda c, bad: c.group_agents.ensure(group_id=bad, agent_id="A1"),
        lambda c, bad: c.group_agents.ensure(group_id="G1", agent_id=bad),
        lambda c, bad: c.queues.update(bad, name="An"),
        lambda c, bad: c.queues.delete(bad),
        lambda c, bad: c.group_routings.create(queue_id=bad, group_id="G1", primary_group=1),
        lambda c, bad: c.group_routings.create(queue_id="Q1", group_id=bad, primary_group=1),
        lambda c, bad: c.group_routings.ensure(queue_id=bad, group_id="G1", primary_group=1),
        lambda c, bad: c.group_routings.ensure(queue_id="Q1", group_id=bad, primary_group=1),
        lambda c, bad: c.group_routings.update(bad, primary_group=1),
        lambda c, bad: c.group_routings.delete(bad),
    ],
)
@virtual
async def test_ids_that_no_quoting_makes_safe_are_refused(call: Any, bad: Any) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError) as caught:
            await call(client, bad)
    assert transport.requests == []
    assert caught.value.outcome == "not_sent"
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("bad", AWKWARD, ids=repr)
def test_listings_refuse_bad_ids_at_once(bad: Any) -> None:
    client = client_over(ScriptedTransport())
    with pytest.raises(ConfigError, match="group_id"):
        client.group_agents.list(bad)
    with pytest.raises(ConfigError, match="queue_id"):
        client.group_routings.list(bad)


# -- null, unset, value -------------------------------------------------------------------------------------

UPDATES: list[tuple[str, str, dict[str, tuple[Any, Any]]]] = [
    (
        "agents",
        "agent",
        {
            "manual_status": ("AVAILABLE", "AVAILABLE"),
            "routing_type": (2, 2),
            "phone_number": ("+84901234567", "84901234567"),
            "system_status": (0, "0"),
        },
    ),
    (
        "queues",
        "queue",
        {name: (value, value) for name, value in EVERY_QUEUE_FIELD.items() if name != "name"},
    ),
]


@pytest.mark.parametrize(
    ("resource", "segment", "field", "value", "wire"),
    [
        (resource, segment, field, value, wire)
        for resource, segment, fields in UPDATES
        for field, (value, wire) in fields.items()
    ],
)
async def test_unset_is_left_out_none_is_null_and_a_value_is_set(
    resource: str, segment: str, field: str, value: Any, wire: Any
) -> None:
    async with RawServer() as server, StringeeClient(**server.client) as client:
        update = getattr(client, resource).update
        await update("X1", name="n")
        await update("X1", name="n", **{field: UNSET})
        await update("X1", name="n", **{field: None})
        await update("X1", name="n", **{field: value})
        bodies = [split(raw)[3] for raw in server.requests]
        assert {split(raw)[1] for raw in server.requests} == {f"/v1/{segment}/X1"}
    assert bodies[0] == bodies[1] == b'{"name":"n"}'
    assert bodies[2] == f'{{"name":"n","{field}":null}}'.encode()
    assert json.loads(bodies[3]) == {"name": "n", field: wire}


# -- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 101, -1, 1.5, "50", True, None])
def test_page_sizes_out_of_range_are_refused(size: Any) -> None:
    client = client_over(ScriptedTransport())
    for make in (
        lambda: client.agents.list(page_size=size),
        lambda: client.groups.list(page_size=size),
        lambda: client.group_agents.list("G1", page_size=size),
        lambda: client.queues.list(page_size=size),
        lambda: client.group_routings.list("Q1", page_size=size),
        lambda: client.users.list(page_size=size),
    ):
        with pytest.raises(ConfigError, match="page_size"):
            make()


@pytest.mark.parametrize("ahead", [-1, 65, 1.5, None, True])
def test_read_ahead_out_of_range_is_refused(ahead: Any) -> None:
    with pytest.raises(ConfigError, match="read_ahead"):
        client_over(ScriptedTransport()).agents.list(read_ahead=ahead)


@virtual
async def test_unknown_keywords_are_named() -> None:
    """A keyword that does not exist is named: by a TypeError of a method, by a ConfigError of the client."""
    client = client_over(ScriptedTransport())
    with pytest.raises(TypeError, match="'name'"):
        await client.agents.create(nmae="An", stringee_user_id="u")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"nmae.*did you mean 'name'"):
        await client.agents.update("A1", nmae="An")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'; it takes record_calls, "):
        await client.queues.update("Q1", colour="red")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="pagesize"):
        client.agents.list(pagesize=10)  # type: ignore[call-arg]
    with pytest.raises(ConfigError, match="did you mean timeouts"):
        StringeeClient(KEY_SID, KEY_SECRET, timeout=3)  # type: ignore[call-arg]
    await client.aclose()


BAD_FIELDS: list[tuple[str, Any]] = [
    ("name", lambda c: c.agents.create(name="", stringee_user_id="u")),
    ("name", lambda c: c.agents.create(name=7, stringee_user_id="u")),
    ("name", lambda c: c.agents.create(name=None, stringee_user_id="u")),
    ("stringee_user_id", lambda c: c.agents.create(name="An", stringee_user_id=" ")),
    ("routing_type", lambda c: c.agents.create(name="An", stringee_user_id="u", routing_type=3)),
    ("routing_type", lambda c: c.agents.create(name="An", stringee_user_id="u", routing_type="1")),
    ("phone_number", lambda c: c.agents.create(name="An", stringee_user_id="u", phone_number="12")),
    ("phone_number", lambda c: c.agents.create(name="An", stringee_user_id="u", phone_number="call me")),
    ("system_status", lambda c: c.agents.update("A1", system_status=3)),
    ("system_status", lambda c: c.agents.update("A1", system_status=True)),
    ("system_status", lambda c: c.agents.update("A1", system_status=["1"])),
    ("system_status", lambda c: c.agents.update("A1", system_status={})),
    ("stringee_user_id must be given", lambda c: c.agents.create(name="An", stringee_user_id=UNSET)),
    ("stringee_user_id must be given", lambda c: c.agents.ensure(name="An", stringee_user_id=UNSET)),
    (
        "queue_id must be given",
        lambda c: c.group_routings.create(queue_id=UNSET, group_id="G", primary_group=1),
    ),
    ("user_name must be given", lambda c: c.sip_accounts.create(user_name=UNSET, password="p", extension=1)),
    ("nothing to change", lambda c: c.agents.update("A1")),
    ("nothing to change", lambda c: c.agents.update("A1", name=UNSET)),
    ("name must not be None", lambda c: c.agents.update("A1", name=None)),
    ("stringee_user_id must not be None", lambda c: c.agents.update("A1", stringee_user_id=None)),
    ("stringee_user_id", lambda c: c.agents.ensure(stringee_user_id="", name="An")),
    ("stringee_user_id", lambda c: c.agents.find(stringee_user_id="")),
    ("missing_ok", lambda c: c.agents.delete("A1", missing_ok="yes")),
    ("name", lambda c: c.groups.create(name="")),
    ("nothing to change", lambda c: c.groups.update("G1")),
    ("name must not be None", lambda c: c.groups.update("G1", name=None)),
    ("name", lambda c: c.groups.find(name="")),
    ("name", lambda c: c.groups.ensure(name=None)),
    ("name", lambda c: c.queues.create(name="")),
    ("name", lambda c: c.queues.create(name=None)),
    ("nothing to change", lambda c: c.queues.update("Q1")),
    ("name must not be None", lambda c: c.queues.update("Q1", name=None)),
    ("name", lambda c: c.queues.find(name=" ")),
    ("name", lambda c: c.queues.ensure(name="")),
    ("record_calls", lambda c: c.queues.create(name="Q", record_calls=1)),
    ("schedule", lambda c: c.queues.create(name="Q", schedule=3)),
    ("wait_agent_answer_timeout", lambda c: c.queues.create(name="Q", wait_agent_answer_timeout=2)),
    ("wrap_up_time_limit", lambda c: c.queues.create(name="Q", wrap_up_time_limit=-1)),
    ("maximum_queue_size", lambda c: c.queues.create(name="Q", maximum_queue_size=1.5)),
    ("cond_routing", lambda c: c.queues.create(name="Q", cond_routing=0)),
    ("wait_greeting", lambda c: c.queues.create(name="Q", wait_greeting="")),
    ("primary_group", lambda c: c.group_routings.create(queue_id="Q", group_id="G", primary_group=2)),
    ("primary_group", lambda c: c.group_routings.create(queue_id="Q", group_id="G", primary_group="1")),
    ("primary_group", lambda c: c.group_routings.ensure(queue_id="Q", group_id="G", primary_group=1.0)),
    ("primary_group", lambda c: c.group_routings.update("R1", primary_group=None)),
    ("user_id", lambda c: c.users.list(user_id="")),
    ("attributes", lambda c: c.users.list(attributes="agentStatus")),
    ("attributes", lambda c: c.users.list(attributes={"": "x"})),
    ("attributes", lambda c: c.users.list(attributes={"a b": "x"})),
    ("attributes", lambda c: c.users.list(attributes={"page": "2"})),
    ("attributes", lambda c: c.users.list(attributes={"a": ""})),
    ("strict", lambda c: c.users.list(strict=1)),
    ("from_user", lambda c: c.users.send_message(from_user="", to_user="b", message={})),
    ("to_user", lambda c: c.users.send_message(from_user="a", to_user="b ", message={})),
    ("message", lambda c: c.users.send_message(from_user="a", to_user="b", message="hello")),
    ("message", lambda c: c.users.send_message(from_user="a", to_user="b", message={"x": b"1"})),
    ("message", lambda c: c.users.send_message(from_user="a", to_user="b", message={1: 2})),
]


@pytest.mark.parametrize(("name", "call"), BAD_FIELDS)
@virtual
async def test_a_bad_field_is_named_and_nothing_is_sent(name: str, call: Any) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=name):
            await call(client)
    assert transport.requests == []


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.client_token(""),
        lambda c: c.client_token(" a"),
        lambda c: c.client_token("u", lifetime=0),
        lambda c: c.client_token("u", lifetime=1.5),
        lambda c: c.client_token("u", lifetime=True),
        lambda c: c.client_token("u", contact_center=1),
        lambda c: c.with_options(lane="fast"),
    ],
)
def test_bad_token_and_view_arguments_are_refused(call: Any) -> None:
    with pytest.raises(ConfigError):
        call(client_over(ScriptedTransport()))


USER_IDS: dict[str, Any] = {
    "agents.create": lambda c, who: c.agents.create(name="An", stringee_user_id=who),
    "agents.find": lambda c, who: c.agents.find(stringee_user_id=who),
    "calls.call_out": lambda c, who: c.calls.call_out(
        agent_user_id=who, customer_number="84901234567", from_number="842871000000"
    ),
    "calls.transfer": lambda c, who: c.calls.transfer("c", to_type="internal", to_number=who),
    "calls.transfer_call": lambda c, who: c.calls.transfer_call("c", from_user=who, to=user("u")),
    "calls.make": lambda c, who: c.calls.make(
        caller="842871000000", to=user(who), user_id=who, answer_url="https://me.example/a"
    ),
    "calls.add_user": lambda c, who: c.calls.add_user("c", caller="842871000000", to=user(who)),
    "users.list": lambda c, who: c.users.list(user_id=who).collect(),
    "users.send_message from": lambda c, who: c.users.send_message(from_user=who, to_user="u", message={}),
    "users.send_message to": lambda c, who: c.users.send_message(from_user="u", to_user=who, message={}),
    "sip_accounts.list": lambda c, who: c.sip_accounts.list(stringee_user_id=who).collect(),
    "call_records.list": lambda c, who: c.call_records.list(
        since=datetime(2026, 11, 1, tzinfo=UTC), from_user_id=who
    ).collect(),
}


@pytest.mark.parametrize("case", USER_IDS)
@virtual
async def test_one_rule_says_what_a_user_id_is(case: str) -> None:
    """An agent that can be created under an id can be rung, found, transferred to and written to by it."""
    transport = ScriptedTransport(default=answer({"r": 0, "agentID": "A", "data": [], "users": []}))
    async with client_over(transport) as client:
        for good in ("u.an", "shop/an", "an@example.com", "An B", "Ân"):
            await USER_IDS[case](client, good)
            assert client.client_token(good)
        sent = len(transport.requests)
        for bad in ("", " ", " an", "an ", "a\nb", "a\u200bb", None, 7):
            with pytest.raises(ConfigError):
                await USER_IDS[case](client, bad)
            with pytest.raises(ConfigError):
                client.client_token(bad)  # type: ignore[arg-type]
    assert len(transport.requests) == sent
