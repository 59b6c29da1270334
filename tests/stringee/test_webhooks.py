"""What the vendor posts to your server: verified byte by byte, read in every form, refused where it is no event."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import logging
import urllib.parse
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from stringee_async import ConfigError, Secret, WebhookError, to_dict
from stringee_async.stringee import (
    CallEvent,
    KeysPressed,
    Party,
    RecordingReady,
    agent_choice_handler,
    call_event_handler,
)
from stringee_async.stringee.webhooks import (
    EVENTS,
    AgentChoice,
    ChosenAgent,
    WaitingCall,
    parse_event,
    verify,
)
from stringee_async.webhooks import Inbox

from ..kit import until
from ..kit.memory_store import MemoryStore

KEY = "demo-signing-key"
BODY = b'{"call_status":"ended","call_id":"call-vn-1-DEMO-1"}'
VECTORS: list[tuple[bytes | str, str]] = [
    (BODY, "GY8Af2daKt6AgG5SKyMpaYlGYMA="),
    (
        "/hook/answer?from=84900000001&to=84900000002&fromInternal=false&uuid=u-1",
        "7ZV9C2wEOxHMhNtzZxKFVQ4woW4=",
    ),
    ("/hook/answer?from=user%201&to=2&custom=", "JgSYg0O6FSx7+XPwAIxLHleRIS4="),
    # further ones, made with `openssl dgst -sha1 -hmac`
    (b"call_status=ended&call_id=call-vn-1-DEMO-1", "HNmfeMrKUj28VKKwO6BLVrAkmM4="),
    ('{"call_id":"c","from":{"alias":"Nguyễn"}}\n'.encode(), "FShBtS2uvOmq3CcltcLleE4Nu3o="),
    (b"\x00\xff\x80{}", "aSqOyt2Py+IWIeGnVeh57qFG0a0="),
    ("/hook/answer", "zixL3rL7X3lzv7OQcBSYNZebM0w="),
    (b"", "ZYgOhxQcttx/So4STwh0tvvjLw4="),
]
EVERY_VECTOR = pytest.mark.parametrize(
    ("data", "signature"),
    VECTORS,
    ids=[
        "body",
        "uri",
        "uri with blank",
        "form",
        "two bytes a letter",
        "no text",
        "uri without query",
        "empty",
    ],
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="


def signed(body: bytes, key: str = KEY) -> dict[str, str]:
    """Return the header of a body, computed apart from the package."""
    digest = hmac.digest(key.encode(), body, "sha1")
    return {"X-STRINGEE-SIGNATURE": base64.b64encode(digest).decode()}


# -- signatures ----------------------------------------------------------------------------------------------


@EVERY_VECTOR
def test_the_vectors_verify(data: bytes | str, signature: str) -> None:
    verify(KEY, signature, data)
    verify(Secret(KEY), signature.encode(), data.encode() if isinstance(data, str) else data)


@EVERY_VECTOR
def test_each_changed_byte_is_refused(data: bytes | str, signature: str) -> None:
    raw = data.encode() if isinstance(data, str) else data
    changed = {
        raw[:index] + bytes([other]) + raw[index + 1 :]
        for index, byte in enumerate(raw)
        for other in {*(byte ^ (1 << bit) for bit in range(8)), 0, 255}
    }
    changed |= {raw[:index] + raw[index + 1 :] for index in range(len(raw))}  # one left out
    changed |= {raw[:index] + b" " + raw[index:] for index in range(len(raw) + 1)}  # one put in
    swapped = (raw[:i] + raw[i + 1 : i + 2] + raw[i : i + 1] + raw[i + 2 :] for i in range(len(raw)))
    for other in (changed | {*swapped, raw + b"\n", raw + raw}) - {raw}:
        assert refused(KEY, signature, other), other
    for index in range(len(signature)):
        for letter in {*LETTERS} - {signature[index]}:
            assert refused(KEY, signature[:index] + letter + signature[index + 1 :], raw), (index, letter)
        assert refused(KEY, signature[:index] + signature[index + 1 :], raw)
    for index, letter in enumerate(KEY):
        assert refused(KEY[:index] + chr(ord(letter) ^ 1) + KEY[index + 1 :], signature, raw)


def refused(key: str, signature: str, data: bytes) -> bool:
    """Return whether a signature is said to be wrong."""
    try:
        verify(key, signature, data)
    except WebhookError as error:
        return str(error) == "the signature is wrong"
    return False


def test_a_key_may_be_longer_than_a_block_of_its_hash() -> None:
    verify("k" * 80, "KGZmUtALuHuKgukhS2aY1sKUdfI=", b'{"call_id":"c"}')


@pytest.mark.parametrize(
    "signature",
    [
        "GY8Af2daKt6AgG5SKyMpaYlGYMA",
        "GY8Af2daKt6AgG5SKyMpaYlGYMB=",  # the same bytes in another spelling of base64
        " GY8Af2daKt6AgG5SKyMpaYlGYMA=",
        "188f007f675a2ade80806e522b2329698946 60c0",
        hmac.new(KEY.encode(), BODY, "sha1").hexdigest(),
        base64.b64encode(hmac.digest(KEY.encode(), BODY, "sha256")).decode(),
        "\u0130\ud800",
    ],
)
def test_other_spellings_and_algorithms_are_refused(signature: str) -> None:
    with pytest.raises(WebhookError, match="wrong"):
        verify(KEY, signature, BODY)
    with pytest.raises(WebhookError, match="wrong"):
        verify("another key", VECTORS[0][1], BODY)


@pytest.mark.parametrize("signature", [None, "", b""])
def test_a_request_without_signature_is_refused(signature: Any) -> None:
    with pytest.raises(WebhookError, match="not signed"):
        verify(KEY, signature, BODY)


@pytest.mark.parametrize("key", ["", "  ", None, 5, b"key", Secret(""), "k\ud800"])
def test_an_empty_key_verifies_nothing(key: Any) -> None:
    with pytest.raises(ConfigError, match="signing_key"):
        verify(key, VECTORS[0][1], BODY)


@pytest.mark.parametrize("signature", [5, ["a"]])
def test_what_is_no_header_is_no_signature(signature: Any) -> None:
    with pytest.raises(ConfigError, match="signature must be the header"):
        verify(KEY, signature, BODY)


def test_a_decoded_body_is_no_data() -> None:
    with pytest.raises(ConfigError, match="raw body"):
        verify(KEY, VECTORS[0][1], json.loads(BODY))


# -- events --------------------------------------------------------------------------------------------------

CALL: dict[str, Any] = {
    "event_id": "e-1", "serial": 4, "call_status": "ended", "call_id": "c-1", "project_id": 24,
    "account_sid": "AC1", "request_from_user_id": "u.an", "timestamp_ms": 1700000000123, "type": "stringee_call",
    "clientCustomData": "vip", "from": {"number": "84900000001", "alias": "An", "is_online": False, "type": "external"},
    "to": {"number": "u.an", "alias": "u.an", "is_online": True, "type": "internal"},
    "callCreatedReason": "EXTERNAL_CALL_IN", "endCallCause": "486 Busy Here", "endedBy": "EXTERNAL",
    "callType": "CALL", "duration": 61, "answerDuration": 50, "actor": "u.an", "actorType": "internal",
    "agent_status": "ended", "recording_url": "http://api.stringee.com/r?access_token=canary", "peerToPeer": True,
}  # fmt: skip


def nested_form(fields: Mapping[str, Any]) -> str:
    """Return fields as PHP writes a form."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            flat |= {f"{name}[{inner}]": part for inner, part in value.items()}
        else:
            flat[name] = value
    return urllib.parse.urlencode(flat)


def json_in_form(fields: Mapping[str, Any]) -> str:
    """Return fields as a form whose objects are JSON."""
    return urllib.parse.urlencode(
        {name: json.dumps(value) if isinstance(value, dict) else value for name, value in fields.items()}
    )


@pytest.mark.parametrize(
    "form",
    [
        json.dumps(CALL),
        json.dumps(CALL).encode(),
        b"\xef\xbb\xbf \r\n" + json.dumps(CALL).encode(),
        CALL,
        nested_form(CALL),
        nested_form(CALL).encode(),
        json_in_form(CALL),
    ],
    ids=["text", "bytes", "byte order mark", "decoded", "form", "form in bytes", "form of JSON"],
)
def test_a_call_event_is_read_from_every_form(form: Any) -> None:
    event = parse_event(form)
    assert isinstance(event, CallEvent)
    assert (event.event_id, event.call_id, event.call_status, event.is_end) == ("e-1", "c-1", "ended", True)
    assert (event.duration, event.answer_duration, event.serial) == (61, 50, 4)
    assert (event.end_call_cause, event.ended_by, event.call_type) == ("486 Busy Here", "EXTERNAL", "CALL")
    assert event.caller == Party(number="84900000001", alias="An", is_online=False, type="external")
    assert event.callee == Party(number="u.an", alias="u.an", is_online=True, type="internal")
    assert event.time == datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=UTC)
    assert set(event.extra) == {"peerToPeer"}
    assert event.malformed == ()


def test_a_call_event_is_written_as_it_came() -> None:
    assert to_dict(parse_event(CALL)) == CALL


def test_a_log_of_an_event_holds_no_number_and_no_link() -> None:
    event = parse_event(CALL)
    shown = f"{event!r} {event.caller!r} {parse_event({'call_id': 'c', 'dtmf': '1234'})!r}"
    assert "c-1" in shown
    assert not any(text in shown for text in ("8490", "canary", "vip", "An'", "1234"))


@pytest.mark.parametrize("status", ["created", "on_hold", "ENDED", None])
def test_a_new_or_missing_status_is_a_call_event_all_the_same(status: str | None) -> None:
    event = parse_event({"call_id": "c", "call_status": status, "new": {"deep": [1]}})
    assert isinstance(event, CallEvent)
    assert (event.call_status, event.is_end, dict(event.extra)) == (status, False, {"new": {"deep": [1]}})


@pytest.mark.parametrize(
    "body",
    [
        {"call_id": "c", "recording_url": "http://api.stringee.com/1"},
        {"call_id": "c", "recording_url": "http://api.stringee.com/1", "call_status": None, "from": "849"},
        "call_id=c&recording_url=http%3A%2F%2Fapi.stringee.com%2F1&call_status=",
    ],
)
def test_what_names_a_recording_and_no_status_says_that_it_is_ready(body: Any) -> None:
    event = parse_event(body)
    assert isinstance(event, RecordingReady)
    assert (event.call_id, event.recording_url) == ("c", "http://api.stringee.com/1")
    assert "stringee.com" not in repr(event)
    assert isinstance(parse_event({"call_id": "c", "recording_id": "r"}), RecordingReady)


def test_pressed_keys_are_read_with_their_time_out() -> None:
    event = parse_event({"time": "1700", "dtmf": "", "call_id": "c", "customField": "x", "timeout": True})
    assert isinstance(event, KeysPressed)
    assert (event.dtmf, event.timeout, event.custom_field) == ("", True, "x")
    assert isinstance(parse_event(b"call_id=c&timeout=true&dtmf="), KeysPressed)


@pytest.mark.parametrize(
    ("value", "party"),
    [
        ("84900000001", Party(number="84900000001")),
        (849, Party(number="849")),
        ({"number": 849, "is_online": "0"}, Party(number="849", is_online=False)),
        ({}, Party()),
        ([], None),
        (True, None),
        ("", None),
        (None, None),
        ("{no JSON", Party(number="{no JSON")),
    ],
)
def test_a_party_is_read_from_an_object_or_a_number(value: Any, party: Party | None) -> None:
    assert parse_event({"call_id": "c", "from": value}).caller == party
    if isinstance(value, str):
        assert parse_event(urllib.parse.urlencode({"call_id": "c", "from": value})).caller == party


@pytest.mark.parametrize(
    ("field", "value", "name", "expected"),
    [
        ("duration", "61", "duration", 61),
        ("duration", "long", "duration", None),
        ("project_id", "24", "project_id", "24"),
        ("timestamp_ms", None, "time", None),
        ("timestamp_ms", 10**18, "time", None),
        ("call_id", 5, "call_id", "5"),
    ],
)
def test_values_of_another_kind_lose_no_event(field: str, value: Any, name: str, expected: Any) -> None:
    assert getattr(parse_event({**CALL, field: value}), name) == expected


def test_a_field_that_is_text_and_object_at_once_loses_no_event() -> None:
    event = parse_event("call_id=c&from=849&from[alias]=An&call_status=ringing")
    assert event.caller == Party(number="849")


@pytest.mark.parametrize(
    "body",
    [
        b"", "", {}, b"[]", b'{"call_id": ', b'{"call_status": "ended"}', {"call_id": " "}, {"call_id": None},
        {"call_id": ["canary"]}, "<html>canary</html>", b"\xff\xfe", "&".join(f"a{n}=1" for n in range(500)),
        None, 7, [("call_id", "c")], {"call_id": "c", "x": "\ud800"}, {"call_id": "c", "x": object()}, {7: "x"},
        "\ud800",
    ],
)  # fmt: skip
def test_what_is_no_event_is_a_webhook_error(body: Any) -> None:
    with pytest.raises(WebhookError) as caught:
        parse_event(body)
    assert "canary" not in f"{caught.value} {vars(caught.value)}"


# -- the choice of agents ------------------------------------------------------------------------------------

REQUEST: dict[str, Any] = {
    "queueId": "QU_1",
    "projectId": 24,
    "calls": [
        {"callId": "c-1", "from": "84900000001", "to": "84900000002"},
        {"callId": 2, "from": {"number": "84900000003"}},
    ],
}


def test_the_waiting_calls_are_read_and_each_is_in_the_response() -> None:
    choice = AgentChoice.parse(json.dumps({**REQUEST, "new": 1}).encode())
    assert (choice.queue_id, choice.project_id, dict(choice.extra)) == ("QU_1", 24, {"new": 1})
    assert choice.calls == (
        WaitingCall(call_id="c-1", from_number="84900000001", to_number="84900000002"),
        WaitingCall(call_id="2", from_number="84900000003"),
    )
    assert "8490" not in repr(choice)
    phone = ChosenAgent(
        stringee_user_id="u.bo", routing_type=2, answer_timeout=25, phone_number="+84 900 000 009"
    )
    assert "8490" not in repr(phone)
    assert choice.response({"c-1": [ChosenAgent(stringee_user_id="u.an"), phone]}) == {
        "version": 2,
        "calls": [
            {
                "callId": "c-1",
                "agents": [
                    {"stringee_user_id": "u.an", "routing_type": 1, "answer_timeout": 15},
                    {
                        "stringee_user_id": "u.bo",
                        "routing_type": 2,
                        "answer_timeout": 25,
                        "phone_number": "84900000009",
                    },
                ],
            },
            {"callId": "2", "agents": []},
        ],
    }


def test_a_call_without_an_id_is_set_aside_and_loses_no_other() -> None:
    choice = AgentChoice.parse(json.dumps({"projectId": "p", "calls": [{"from": "1"}, 7, {"callId": "c"}]}))
    assert [call.call_id for call in choice.calls] == ["c"]
    assert choice.unreadable == ({"from": "1"}, 7)
    assert (choice.queue_id, choice.project_id) == (None, "p")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"calls": {}}', b"\xff", "\ud800", None, {"calls": []}]
)
def test_what_is_no_request_for_agents_is_a_webhook_error(body: Any) -> None:
    with pytest.raises(WebhookError, match="not a request for agents"):
        AgentChoice.parse(body)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"stringee_user_id": ""}, "stringee_user_id"),
        ({"stringee_user_id": "u", "routing_type": 3}, "routing_type"),
        ({"stringee_user_id": "u", "answer_timeout": 0}, "answer_timeout"),
        ({"stringee_user_id": "u", "phone_number": "no"}, "phone_number"),
    ],
)
def test_a_wrong_agent_is_named_before_anything_is_answered(settings: Any, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        ChosenAgent(**settings)


@pytest.mark.parametrize(
    ("agents", "named"),
    [
        ({"other": []}, "other"),
        ({1: [], "other": []}, "1 is not among"),
        ({"c-1": ["u.an"]}, "ChosenAgent, got str"),
        ({"c-1": None}, "lists of ChosenAgent, got NoneType"),
        (None, "must map call ids to lists of ChosenAgent, got NoneType"),
    ],
)
def test_a_response_holds_only_calls_that_wait_and_agents(agents: Any, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        AgentChoice.parse(json.dumps(REQUEST)).response(agents)


# -- served --------------------------------------------------------------------------------------------------


def app_with(path: str, handler: Any) -> TestClient[Any, Any]:
    app = web.Application()
    app.router.add_route("*", path, handler)
    return TestClient(TestServer(app))


async def test_only_signed_posts_reach_the_callback(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Any] = []

    async def take(event: Any) -> None:
        seen.append(event)

    async with app_with("/events", call_event_handler(take, signing_key=KEY)) as client:
        with caplog.at_level(logging.WARNING, logger="stringee_async"):
            assert (await client.post("/events", data=BODY)).status == 403
            assert (await client.post("/events", data=BODY, headers=signed(BODY, "other"))).status == 403
            assert (await client.post("/events", data=BODY + b" ", headers=signed(BODY))).status == 403
            assert (await client.post("/events", data=b"{}", headers=signed(b"{}"))).status == 400
        refused = await client.get("/events")
        assert (refused.status, refused.headers["Allow"]) == (405, "POST")
        assert seen == []
        form = nested_form(CALL).encode()
        assert (await client.post("/events", data=BODY, headers=signed(BODY))).status == 200
        assert (await client.post("/events", data=form, headers=signed(form))).status == 200
        await until(lambda: len(seen) == 2, "both are handled")
    assert [event.call_id for event in seen] == ["call-vn-1-DEMO-1", "c-1"]
    assert caplog.text.count("a webhook was refused") == 4


async def test_the_response_does_not_wait_for_the_callback_and_its_failure_does_no_harm(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate = asyncio.Event()

    async def take(_: Any) -> None:
        await gate.wait()
        raise ValueError("the user's mistake")

    async with app_with("/events", call_event_handler(take, signing_key=None)) as client:
        async with asyncio.timeout(60):
            assert (await client.post("/events", json=CALL)).status == 200
        gate.set()
        await until(lambda: "the callback for a CallEvent failed" in caplog.text, "the failure is logged")


async def test_an_inbox_stores_nothing_whose_bytes_were_changed_on_the_way() -> None:
    """Nor what has two signatures, of which one is right."""
    store = MemoryStore()
    async with Inbox(store, _ignore, events=EVENTS) as inbox:
        served = inbox.asgi_app(signing_key=KEY)
        good = VECTORS[0][1]
        for index, byte in enumerate(BODY):
            assert await status_of(served, BODY[:index] + bytes([byte ^ 1]) + BODY[index + 1 :], good) == 403
        for index, letter in enumerate(good):
            assert (
                await status_of(served, BODY, good[:index] + chr(ord(letter) ^ 1) + good[index + 1 :]) == 403
            )
        assert await status_of(served, BODY) == 403
        assert await status_of(served, BODY, good, good) == 403
        assert store.events == {}
        assert await status_of(served, BODY, good) == 200
    assert [event.body for event in store.events.values()] == [BODY]


async def _ignore(_: Any) -> None:
    pass


async def status_of(served: Any, body: bytes, *signatures: str) -> int:
    """Return the status that an ASGI app gives to a post with these signatures."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"x-stringee-signature", signature.encode("latin-1")) for signature in signatures]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/events",
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }
    await served(scope, receive, send)
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize("make", [call_event_handler, agent_choice_handler])
def test_an_empty_signing_key_is_refused_when_the_handler_is_made(make: Any) -> None:
    with pytest.raises(ConfigError, match="signing_key"):
        make(None, signing_key="")


async def test_agents_are_chosen_over_http() -> None:
    async def choose(choice: AgentChoice) -> Mapping[str, Iterable[ChosenAgent]]:
        if choice.queue_id == "broken":
            raise ValueError("the user's mistake")
        return {call.call_id: [ChosenAgent(stringee_user_id="u.an")] for call in choice.calls}

    body = json.dumps(REQUEST).encode()
    async with app_with("/agents", agent_choice_handler(choose, signing_key=KEY)) as client:
        response = await client.post("/agents", data=body, headers=signed(body))
        assert response.status == 200
        assert [call["callId"] for call in (await response.json())["calls"]] == ["c-1", "2"]
        assert (await client.post("/agents", data=body)).status == 403
        assert (await client.post("/agents", data=b"[]", headers=signed(b"[]"))).status == 400
        assert (await client.get("/agents")).status == 405
        broken = json.dumps({**REQUEST, "queueId": "broken"}).encode()
        assert (await client.post("/agents", data=broken, headers=signed(broken))).status == 500
    async with app_with("/agents", agent_choice_handler(choose, signing_key=None)) as client:
        assert (await client.post("/agents", data=body)).status == 200
