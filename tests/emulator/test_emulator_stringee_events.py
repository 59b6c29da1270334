"""What the emulated Stringee service tells and asks the customer's own server about calls."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from stringee_async import WebhookError
from stringee_async.emulator import Emulator, StringeeSettings
from stringee_async.stringee import CallEvent, KeysPressed, RecordingReady
from stringee_async.stringee.webhooks import AgentChoice, ChosenAgent, parse_event, verify

from ..kit import until
from .conftest import Listener, Start, Wire

OURS = {"type": "external", "number": "842871000000", "alias": "842871000000"}
AN = {"type": "external", "number": "84901234567", "alias": "An"}
TALK, RECORD = {"action": "talk", "text": "hi"}, {"action": "record"}
SIGNATURE = "X-STRINGEE-SIGNATURE"
STATES = ["created", "started", "ringing", "answered", "ended"]


class Server(Listener):
    """A customer's own server that has bodies for its responses too, by path."""

    def __init__(self) -> None:
        super().__init__()
        self.bodies: dict[str, Any] = {}

    async def _hear(self, request: web.Request) -> web.Response:
        response = await super()._hear(request)
        body = self.bodies.get(request.path)
        if callable(body):
            body = body(self.heard[-1][3])
        return response if body is None else web.json_response(body, status=response.status)

    def events(self) -> list[Any]:
        """The posted events, each verified, in order of arrival."""
        return [parse_event(body) for _, path, _, body in self.heard if path.startswith("/hook")]

    def states(self) -> list[str | None]:
        return [event.call_status for event in self.events() if isinstance(event, CallEvent)]


@pytest.fixture
async def server() -> Any:
    server = Server()
    await server.server.start_server()
    yield server
    server.speak.set()
    await server.server.close()


async def place(wire: Wire, **changes: Any) -> str:
    body = {"from": OURS, "to": [AN], "actions": [RECORD, TALK], **changes}
    made = await wire("POST", "/v1/call2/callout", body)
    assert made["r"] == 0
    return str(made["call_id"])


async def test_each_state_of_a_call_is_posted_signed_and_in_order(wire: Wire, server: Server) -> None:
    wire.state.event_url = server.url()
    key = await place(wire, customData="vip")
    await wire("POST", "/v1/call2/stop", {"callId": key})
    await wire.emulator.settle()
    assert server.states() == STATES
    *told, ready = server.events()
    assert [event.serial for event in told] == [1, 2, 3, 4, 5]
    assert len({event.event_id for event in told}) == 5
    assert {event.call_id for event in server.events()} == {key}
    assert {event.client_custom_data for event in told} == {"vip"}
    assert (told[0].caller.number, told[0].callee.number) == ("842871000000", "84901234567")
    end = told[-1]
    assert (end.end_call_cause, end.call_type, end.duration, end.answer_duration) == (
        "REST_API_STOP",
        "CALL",
        0,
        0,
    )
    assert isinstance(ready, RecordingReady)
    assert ready.recording_url == f"http://api.stringee.com/v1/call/recording/{key}"
    assert not any(event.malformed or event.extra for event in told if event.call_status != "created")


async def test_each_post_is_signed_and_no_changed_byte_of_it_is_taken(wire: Wire, server: Server) -> None:
    wire.state.event_url = server.url()
    key = await place(wire)
    await wire("POST", "/v1/call2/stop", {"callId": key})
    await wire.emulator.settle()
    signing_key = wire.state.signing_key
    assert len(server.heard) == 6
    for (_, _, kind, body), headers in zip(server.heard, server.headers, strict=True):
        raw, signature = body.encode(), headers[SIGNATURE]
        assert kind == "application/json"
        verify(signing_key, signature, raw)
        for index in range(len(raw)):
            with pytest.raises(WebhookError):
                verify(signing_key, signature, raw[:index] + bytes([raw[index] ^ 1]) + raw[index + 1 :])
        for index, letter in enumerate(signature):
            with pytest.raises(WebhookError):
                verify(signing_key, signature[:index] + chr(ord(letter) ^ 1) + signature[index + 1 :], raw)
        with pytest.raises(WebhookError):
            verify(f"{signing_key}x", signature, raw)


async def test_a_call_moves_by_the_settings_and_ends_by_itself(start: Start, server: Server) -> None:
    settings = StringeeSettings(ring_seconds=0.02, talk_seconds=0.02, recording_delay=0.02)
    wire = await start(stringee_settings=settings)
    wire.state.event_url = server.url()
    key = await place(wire)
    await until(lambda: len(server.events()) == 6, "the recording is ready")
    assert server.states() == STATES
    assert server.events()[4].end_call_cause == "USER_END_CALL"
    assert (await wire.raw("GET", f"/v1/call/recording/{key}"))[0] == 200
    assert [row["id"] for row in (await wire("GET", "/v1/call/log"))["data"]["calls"]] == [key]


async def test_a_call_that_is_stopped_while_it_rings_was_never_answered(start: Start, server: Server) -> None:
    wire = await start(stringee_settings=StringeeSettings(ring_seconds=60.0))
    wire.state.event_url = server.url()
    key = await place(wire)
    await wire("POST", "/v1/call2/stop", {"callId": key})
    await wire.emulator.settle()
    assert server.states() == ["created", "started", "ended"]
    assert (await wire.raw("GET", f"/v1/call/recording/{key}"))[0] == 400


async def test_the_address_of_a_request_counts_before_that_of_the_project(wire: Wire, server: Server) -> None:
    wire.state.event_url = server.url("/project")
    await place(wire, eventUrl=server.url("/hook/own"))
    await wire.emulator.settle()
    assert {path for _, path, *_ in server.heard} == {"/hook/own"}


async def test_events_come_as_a_form_where_the_settings_say_so(start: Start, server: Server) -> None:
    settings = StringeeSettings(event_form="form", event_ids=False)
    wire = await start(stringee_settings=settings)
    wire.state.event_url = server.url()
    await place(wire)
    await wire.emulator.settle()
    (_, _, kind, body), headers = server.heard[0], server.headers[0]
    verify(wire.state.signing_key, headers[SIGNATURE], body.encode())
    assert kind == "application/x-www-form-urlencoded"
    first = server.events()[0]
    assert (first.event_id, first.caller.number, first.callee.alias) == (None, "842871000000", "An")


@pytest.mark.parametrize("statuses", [[500], [302]])
async def test_a_response_of_any_kind_ends_a_post(wire: Wire, server: Server, statuses: list[int]) -> None:
    wire.state.event_url = server.url()
    server.statuses = statuses
    await place(wire)
    await wire.emulator.settle()
    assert server.states() == STATES[:4]
    assert [delivery.tries for delivery in wire.state.deliveries] == [1] * 4


async def test_an_event_is_posted_again_after_a_slow_response(start: Start, server: Server) -> None:
    """It comes twice then, with the same id, and no later event of the call overtakes it."""
    wire = await start(delivery_timeout=0.05)
    wire.state.event_url = server.url()
    server.hang()
    await place(wire)
    await until(lambda: len(server.heard) == 2, "the event is posted again")
    wire.emulator.delivery_timeout = 60.0
    server.speak.set()
    await wire.emulator.settle()
    assert server.states() == ["created", "created", "started", "ringing", "answered"]
    assert server.events()[0].event_id == server.events()[1].event_id
    assert wire.state.deliveries[0].tries == 2


async def test_nothing_is_posted_after_the_emulator_has_closed(start: Start, server: Server) -> None:
    """Neither what waits for its turn nor what a timer would have told; no task is left."""
    before = asyncio.all_tasks()
    settings = StringeeSettings(ring_seconds=0.02, talk_seconds=0.01)
    emulator = Emulator(seed=1, stringee_settings=settings)
    async with emulator:
        state = emulator.state.stringee
        state.add_number("842871000000")
        state.call_settings["event_url"] = server.url()
        server.hang()
        state.call_in("84901234567", "842871000000")
        await until(lambda: server.heard, "the first event arrives")
    server.speak.set()
    await asyncio.sleep(0.05)
    assert server.states() == ["created"]
    assert not [task for task in asyncio.all_tasks() - before if "emulator" in repr(task.get_coro())]
    state.call_in("84901234567", "842871000000")
    assert [delivery.ended for delivery in state.deliveries][-2:] == ["skipped", "skipped"]
    await emulator.settle()


def test_addresses_of_other_machines_are_refused_where_they_are_set() -> None:
    state = Emulator(seed=1).state.stringee
    with pytest.raises(ValueError, match="event_url must be"):
        state.event_url = "https://me.example/events"
    state.event_url = None
    assert state.event_url is None


async def test_other_machines_are_told_nothing(wire: Wire) -> None:
    await place(wire, eventUrl="https://me.example/events")
    assert {delivery.ended for delivery in wire.state.deliveries} == {"skipped"}
    assert "me.example" not in repr(wire.state.deliveries)


def test_a_host_that_the_settings_name_may_be_told() -> None:
    emulator = Emulator(seed=1, webhook_hosts=("me.example",))
    emulator.state.stringee.event_url = "https://ME.example/events"
    emulator.state.itniotech.push_url = "https://me.example/records"
    with pytest.raises(ValueError, match="event_url"):
        emulator.state.stringee.event_url = "https://me.example.org/events"


@pytest.mark.skipif(sys.platform == "win32", reason="0.0.0.0 is no address to connect to there")
@pytest.mark.parametrize(("hosts", "ended"), [((), "skipped"), (("0.0.0.0",), "answered")])
async def test_only_a_host_that_is_named_is_posted_to(
    start: Start, server: Server, hosts: Any, ended: str
) -> None:
    wire = await start(webhook_hosts=hosts)
    await place(wire, eventUrl=server.url().replace("127.0.0.1", "0.0.0.0"))
    await wire.emulator.settle()
    assert {delivery.ended for delivery in wire.state.deliveries} == {ended}


# -- scripts -------------------------------------------------------------------------------------------------


async def test_a_script_is_fetched_by_a_signed_get(wire: Wire, server: Server) -> None:
    server.bodies["/answer"] = [RECORD, TALK]
    key = await place(wire, actions=None, answer_url=server.url("/answer?mark=a%20b"))
    await wire.emulator.settle()
    ((method, path, _, _),) = server.heard
    assert method == "GET"
    assert path == f"/answer?mark=a%20b&from=842871000000&to=84901234567&fromInternal=false&uuid={key}"
    verify(wire.state.signing_key, server.headers[0][SIGNATURE], path)
    call = wire.state.live_calls[key]
    assert (call.actions, call.recorded, call.status(wire.state.now())) == ([RECORD, TALK], True, "answered")


async def test_an_answer_url_is_told_of_a_user_who_calls(wire: Wire, server: Server) -> None:
    server.bodies["/answer"] = [TALK]
    user = {"type": "internal", "number": "u an", "alias": "An"}
    await place(wire, **{"from": user}, actions=None, answer_url=server.url("/answer"), customData="x y")
    await wire.emulator.settle()
    path = server.heard[0][1]
    assert "from=u%20an&" in path
    query = {name: values[0] for name, values in parse_qs(path.partition("?")[2]).items()}
    assert (query["fromInternal"], query["custom"]) == ("true", "x y")
    verify(wire.state.signing_key, server.headers[0][SIGNATURE], path)


@pytest.mark.parametrize("body", [None, [], {}, [{"action": "sing"}], [{"action": "connect"}, RECORD]])
async def test_a_call_without_a_usable_script_ends(wire: Wire, server: Server, body: Any) -> None:
    wire.state.event_url = server.url()
    server.bodies["/answer"] = body
    key = await place(wire, actions=None, answer_url=server.url("/answer"))
    await wire.emulator.settle()
    assert server.states() == ["created", "ended"]
    assert server.events()[-1].end_call_cause == "CAN_NOT_MAKE_CALL"
    assert key in wire.state.call_log


async def test_keys_of_an_input_action_are_told_and_lead_to_a_new_script(wire: Wire, server: Server) -> None:
    server.bodies["/keys"] = [RECORD, TALK]
    ask = {"action": "input", "eventUrl": server.url("/keys"), "customField": "step 1"}
    key = await place(wire, actions=[TALK, ask])
    for keys in ("12#", ""):
        wire.state.press(key, keys)
        await wire.emulator.settle()
    events: list[Any] = [parse_event(body) for *_, body in server.heard]
    assert all(isinstance(event, KeysPressed) for event in events)
    assert [(event.dtmf, event.timeout, event.custom_field) for event in events] == [
        ("12#", False, "step 1"), ("", True, "step 1"),
    ]  # fmt: skip
    for (*_, body), headers in zip(server.heard, server.headers, strict=True):
        verify(wire.state.signing_key, headers[SIGNATURE], body)
        assert json.loads(body)["time"].isdigit()
    call = wire.state.live_calls[key]
    assert (call.actions, call.recorded) == ([TALK, ask, RECORD, TALK, RECORD, TALK], True)
    server.bodies["/keys"] = {"no": "script"}
    wire.state.press(key, "1")
    await wire.emulator.settle()
    assert len(call.actions) == 6
    wire.state.hang_up(key)
    with pytest.raises(KeyError):
        wire.state.press(key, "1")


async def test_keys_are_told_to_no_other_machine_and_without_an_input_action_to_none(wire: Wire) -> None:
    ask = {"action": "input", "eventUrl": "https://me.example/keys"}
    key = await place(wire, actions=[ask])
    wire.state.press(key, "1")
    assert [delivery.ended for delivery in wire.state.deliveries] == ["skipped"]
    with pytest.raises(KeyError):
        wire.state.press(await place(wire), "1")


# -- queues --------------------------------------------------------------------------------------------------


def queue_of(wire: Wire, **columns: Any) -> str:
    """A number with a queue behind it, and two agents."""
    queue = wire.state.add_queue("Sales", **columns)
    wire.state.add_number("842871000000", queue_id=queue)
    wire.state.add_agent("An", "an")
    wire.state.add_agent("Bo", "bo")
    return str(queue)


def choosing(*agents: ChosenAgent) -> Any:
    """A response that offers these agents to each waiting call."""

    def respond(body: str) -> Any:
        choice = AgentChoice.parse(body)
        return choice.response({call.call_id: agents for call in choice.calls})

    return respond


async def test_the_customers_server_chooses_the_agent_of_a_call(wire: Wire, server: Server) -> None:
    queue = queue_of(wire, get_list_agents_url=server.url("/agents"))
    wire.state.call_settings["event_url"] = server.url()
    unknown, an = ChosenAgent(stringee_user_id="zed"), ChosenAgent(stringee_user_id="an")
    server.bodies["/agents"] = choosing(unknown, an, ChosenAgent(stringee_user_id="bo"))
    key = wire.state.call_in("84901234567", "842871000000")
    await until(lambda: "answered" in server.states(), "the agent answers")
    index = next(index for index, (_, path, *_) in enumerate(server.heard) if path == "/agents")
    verify(wire.state.signing_key, server.headers[index][SIGNATURE], server.heard[index][3])
    assert json.loads(server.heard[index][3]) == {
        "queueId": queue, "projectId": wire.state.project,
        "calls": [{"callId": key, "from": "84901234567", "to": "842871000000"}],
    }  # fmt: skip
    assert wire.state.centre_calls[key]["agent"] == "an"
    wire.state.hang_up(key)
    with pytest.raises(KeyError):
        wire.state.hang_up(key)
    await wire.emulator.settle()
    assert server.states() == STATES
    (row,) = (await wire("GET", "/v1/call/log"))["data"]["calls"]
    assert (row["from_number"], row["to_number"], row["to_internal"], row["recorded"]) == (
        "84901234567", "an", 1, 1,
    )  # fmt: skip


async def test_all_calls_that_wait_are_in_one_request_until_an_agent_is_free(
    start: Start, server: Server
) -> None:
    wire = await start(
        stringee_settings=StringeeSettings(agent_request_interval=0.01, agent_requests_signed=False)
    )
    queue_of(wire, get_list_agents_url=server.url("/agents"))
    server.bodies["/agents"] = {"version": 2, "calls": []}
    keys = [wire.state.call_in(f"8490123456{number}", "842871000000") for number in range(3)]
    await until(lambda: any(len(json.loads(body)["calls"]) == 3 for *_, body in server.heard), "all wait")
    assert SIGNATURE not in server.headers[0]
    server.bodies["/agents"] = choosing(
        ChosenAgent(stringee_user_id="an"),
        ChosenAgent(stringee_user_id="bo", routing_type=2, phone_number="84900000009"),
    )
    await until(lambda: len(wire.state.centre_calls) == 2, "two agents talk")
    assert wire.state.live_calls[keys[1]].called[0] == {
        "type": "external", "number": "84900000009", "alias": "84900000009",
    }  # fmt: skip
    assert keys[2] not in wire.state.centre_calls
    wire.state.hang_up(keys[0])
    await until(lambda: keys[2] in wire.state.centre_calls, "the third call has its turn")
    assert wire.state.centre_calls[keys[2]]["agent"] == "an"


@pytest.mark.parametrize("body", [None, [], {"version": 1}, {"version": 2, "calls": "an"}])
async def test_a_call_that_no_agent_takes_in_time_ends(start: Start, server: Server, body: Any) -> None:
    wire = await start(stringee_settings=StringeeSettings(agent_request_interval=0.01))
    queue = queue_of(wire, get_list_agents_url=server.url("/agents"))
    wire.state.queues.change(queue, maximum_queue_wait_time=0.05)
    server.bodies["/agents"] = body
    key = wire.state.call_in("84901234567", "842871000000")
    await until(lambda: wire.state.live_calls[key].over, "the call ends")
    assert server.heard
    assert key in wire.state.call_log
    await wire.emulator.settle()


async def test_a_full_queue_takes_no_call(wire: Wire, server: Server) -> None:
    queue_of(wire, maximum_queue_size=0)
    wire.state.call_settings["event_url"] = server.url()
    wire.state.call_in("84901234567", "842871000000")
    await wire.emulator.settle()
    assert server.events()[-1].end_call_cause == "486 Busy Here"


async def test_an_agent_who_does_not_answer_in_time_is_passed_over(start: Start, server: Server) -> None:
    settings = StringeeSettings(ring_seconds=0.0, agent_request_interval=0.01)
    wire = await start(stringee_settings=settings)
    queue_of(wire, get_list_agents_url=server.url("/agents"))
    wire.state.call_settings["event_url"] = server.url()
    settings.ring_seconds = 60.0
    agents = [{"stringee_user_id": "an", "answer_timeout": 0}]

    def at_once(body: str) -> Any:
        return {"version": 2, "calls": [{**call, "agents": agents} for call in json.loads(body)["calls"]]}

    server.bodies["/agents"] = at_once
    wire.state.call_in("84901234567", "842871000000")
    await until(lambda: "agentEnded" in server.states(), "the agent is given up")
    server.bodies["/agents"] = choosing(ChosenAgent(stringee_user_id="bo", answer_timeout=90))
    settings.ring_seconds = 0.0
    await until(lambda: "answered" in server.states(), "the other agent answers")


async def test_the_groups_of_a_queue_choose_where_no_server_does(wire: Wire) -> None:
    queue = queue_of(wire)
    for name, primary, agent in (("Second", 0, "an"), ("First", 1, "bo")):
        group = wire.state.add_group(name)
        wire.state.add_routing(queue, group, primary)
        (member,) = wire.state.agents.where(stringee_user_id=agent)
        wire.state.add_membership(group, member)
    keys = [wire.state.call_in(f"8490123456{number}", "842871000000") for number in range(3)]
    assert [wire.state.centre_calls[key]["agent"] for key in keys[:2]] == ["bo", "an"]
    assert keys[2] not in wire.state.centre_calls  # the queue looks again after a while


def test_a_number_that_the_project_does_not_have_cannot_be_called() -> None:
    with pytest.raises(KeyError):
        Emulator(seed=1).state.stringee.call_in("84901234567", "842871000000")


async def test_a_call_of_an_agent_is_told_to_the_address_of_the_call_settings(
    wire: Wire, server: Server
) -> None:
    wire.state.add_number("842871000000", record_outbound_calls=1)
    wire.state.add_agent("An", "an")
    await wire("PUT", "/v1/callsettings", {"event_url": server.url()})
    made = await wire(
        "POST",
        "/v1/call/callout",
        {
            "agentUserId": "an", "toAgentFromNumberDisplay": "x", "toAgentFromNumberDisplayAlias": "x",
            "toCustomerFromNumber": "842871000000", "customerNumber": "84901234567",
        },
    )  # fmt: skip
    wire.state.hang_up(made["callId"])
    await wire.emulator.settle()
    assert server.states() == STATES
    assert isinstance(server.events()[-1], RecordingReady)
    (row,) = (await wire("GET", "/v1/call/log"))["data"]["calls"]
    assert (row["from_user_id"], row["from_internal"], row["to_number"]) == ("an", 1, "84901234567")
    assert wire.state.centre_calls[made["callId"]]["ended"]


# -- menus ---------------------------------------------------------------------------------------------------


def menu_of(wire: Wire, **node: Any) -> tuple[str, str]:
    """A number with a menu in front of it, and the ids of its two nodes."""
    tree = wire.state.add_ivr_tree("Welcome")
    first, second = (wire.state.add_ivr_node(tree, name, **node) for name in ("First", "Second"))
    wire.state.add_number("842871000000", enable_ivr=1, ivr_menu=tree)
    wire.state.call_settings["event_url"] = "https://me.example/skipped"
    return first, second


def key_of(wire: Wire, node: str, key: str, action: int, **columns: Any) -> None:
    wire.state.insert("ivr_keypresses", {"node": node, "node_key": key, "action": action, **columns})


async def test_keys_lead_a_caller_through_a_menu_to_a_queue(wire: Wire, server: Server) -> None:
    first, second = menu_of(wire)
    queue = wire.state.add_queue("Sales", get_list_agents_url=server.url("/agents"))
    wire.state.add_agent("An", "an")
    key_of(wire, first, "1", 4, next_node=second)
    key_of(wire, second, "2", 2, queue_id=queue)
    wire.state.call_settings["event_url"] = server.url()
    server.bodies["/agents"] = choosing(ChosenAgent(stringee_user_id="an"))
    key = wire.state.call_in("84901234567", "842871000000")
    call = wire.state.live_calls[key]
    for pressed, node in (("9", first), ("1", second), ("1", second), ("2", "")):
        wire.state.press(key, pressed)
        assert call.node == node
    await until(lambda: "answered" in server.states(), "the agent answers")
    with pytest.raises(KeyError):
        wire.state.press(key, "1")
    wire.state.hang_up(key)
    await wire.emulator.settle()
    assert server.states() == STATES
    assert server.events()[4].call_type == "IVR"
    assert isinstance(server.events()[-1], RecordingReady)


@pytest.mark.parametrize(
    ("action", "columns", "ends"),
    [(3, {"to_phone_number": "84900000009"}, None), (6, {}, "USER_END_CALL"), (1, {}, "CAN_NOT_MAKE_CALL"),
     (2, {"queue_id": "QU_NONE"}, "CAN_NOT_MAKE_CALL"), (4, {"next_node": "NO_NONE"}, "CAN_NOT_MAKE_CALL")],
)  # fmt: skip
@pytest.mark.parametrize("key", ["5", "INVALID_KEY"])
async def test_each_action_of_a_key(
    wire: Wire, action: int, columns: Any, ends: str | None, key: str
) -> None:
    first, _ = menu_of(wire)
    key_of(wire, first, key, action, **columns)
    call = wire.state.live_calls[wire.state.call_in("84901234567", "842871000000")]
    wire.state.press(call.id, "5")
    if ends is None:
        assert (call.called[0]["number"], call.status(wire.state.now())) == ("84900000009", "answered")
    else:
        assert (call.over, wire.state.deliveries[-1].data["endCallCause"]) == (True, ends)


async def test_a_caller_who_presses_nothing_is_asked_again_and_then_let_go(wire: Wire) -> None:
    first, _ = menu_of(wire, keypress_timeout=0.02, loop_count=2)
    call = wire.state.live_calls[wire.state.call_in("84901234567", "842871000000")]
    await until(lambda: call.over, "the call ends")
    assert (call.node, call.plays) == (first, 2)


async def test_no_key_may_lead_on_too(wire: Wire) -> None:
    first, second = menu_of(wire, keypress_timeout=0.02)
    key_of(wire, first, "EMPTY_KEY", 4, next_node=second)
    call = wire.state.live_calls[wire.state.call_in("84901234567", "842871000000")]
    await until(lambda: call.over, "the call ends at the second node")
    assert call.node == second


async def test_a_menu_without_nodes_is_passed_over(wire: Wire) -> None:
    wire.state.add_number("842871000000", enable_ivr=1, ivr_menu=wire.state.add_ivr_tree("Empty"))
    call = wire.state.live_calls[wire.state.call_in("84901234567", "842871000000")]
    assert (call.by_menu, call.status(wire.state.now())) == (False, "answered")
