"""The call host of the emulator: what it refuses, as the reference says, and what it keeps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import Wire

OURS = {"type": "external", "number": "842871000000", "alias": "842871000000"}
AN = {"type": "internal", "number": "u.an", "alias": "An"}
TALK, RECORD = {"action": "talk", "text": "hi"}, {"action": "record"}
CONNECT = {"action": "connect", "from": OURS, "to": AN}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"actions": None}, 1),
        ({"actions": []}, 1),
        ({"actions": [{"action": "sing"}]}, 2),
        ({"actions": "talk"}, 2),
        ({"actions": [7]}, 2),
        ({"actions": [CONNECT, RECORD]}, 2),
        ({"to": [{**AN, "type": "phone"}]}, 3),
        ({"to": []}, 3),
        ({"to": AN}, 3),
        ({"from": {**OURS, "number": "+842871000000"}}, 10),
        ({"from": {**OURS, "number": ""}}, 10),
        ({}, 0),
        ({"actions": [RECORD, CONNECT]}, 0),
        ({"actions": None, "answer_url": "https://me.example/a"}, 0),
    ],
)
async def test_a_call_that_cannot_be_placed_is_refused(
    wire: Wire, changes: dict[str, Any], code: int
) -> None:
    body = {"from": OURS, "to": [AN], "actions": [TALK], **changes}
    made = await wire("POST", "/v1/call2/callout", body)
    assert made["r"] == code
    assert len(wire.state.live_calls) == (code == 0)
    assert ("call_id" in made) is (code == 0)


async def test_what_is_over_or_unknown_cannot_be_changed(wire: Wire) -> None:
    key = wire.state.add_live_call("842871000000", "84901234567")
    named = {"callId": key}
    changes: dict[str, dict[str, Any]] = {
        "putactions": {**named, "actions": [TALK]},
        "transfer": {**named, "fromUserId": "u", "to": AN},
        "adduser": {**named, "from": OURS, "to": AN},
    }
    for path, body in changes.items():
        assert (await wire("POST", f"/v1/call2/{path}", body))["r"] == 0
        assert (await wire("POST", f"/v1/call2/{path}", {**body, "callId": "none"}))["r"] == -1
    assert (await wire("POST", "/v1/call2/putactions", {**named, "actions": [{"action": "x"}]}))["r"] == 2
    assert [(await wire("POST", "/v1/call2/stop", {"callId": one}))["r"] for one in (key, key, "none")] == [
        0,
        1,
        2,
    ]
    for path, body in changes.items():
        assert (await wire("POST", f"/v1/call2/{path}", body))["r"] == -1


@pytest.mark.parametrize("wrong", [{}, {"callId": None}, {"callId": ["c"]}, {"callId": {"id": "c"}}])
@pytest.mark.parametrize("path", ["stop", "putactions", "transfer", "adduser"])
async def test_a_call_is_named_by_a_text(wire: Wire, path: str, wrong: dict[str, Any]) -> None:
    body = {"actions": [TALK], "fromUserId": "u", "from": OURS, "to": AN, **wrong}
    made = await wire("POST", f"/v1/call2/{path}", body)
    assert (made["r"], made["message"]) == (3, "callId is required")


@pytest.mark.parametrize(
    ("path", "name"),
    [("putactions", "actions"), ("transfer", "fromUserId"), ("transfer", "to"), ("adduser", "from")],
)
async def test_a_missing_field_is_named(wire: Wire, path: str, name: str) -> None:
    """It is not taken for a call that is unknown."""
    key = wire.state.add_live_call("842871000000", "84901234567")
    body = {"callId": key, "actions": [TALK], "fromUserId": "u", "from": OURS, "to": AN}
    del body[name]
    made = await wire("POST", f"/v1/call2/{path}", body)
    assert (made["r"], made["message"]) == (3, f"{name} is required")


async def test_the_call_log_has_the_shape_of_the_page(wire: Wire) -> None:
    """The number of calls is a text, an unanswered call has the time 0, and a span takes in both of its ends."""
    for start in (1_000, 2_000, 3_000):
        wire.state.add_call(start)
    page = await wire("GET", "/v1/call/log?from_start_time=1000&to_start_time=2000&limit=1&page=2")
    data = page["data"]
    assert {name: data[name] for name in data if name != "calls"} == {
        "totalPages": 2, "totalCalls": "2", "currentPage": 2, "limit": 1,
    }  # fmt: skip
    (row,) = data["calls"]
    assert (row["start_time"], row["answer_time"], row["amount"], row["recorded"]) == (2_000, 0, "0.00000", 0)
    for query in ("version=2", "from_start_time=soon"):
        assert (await wire("GET", f"/v1/call/log?{query}"))["r"] == 3


@pytest.mark.parametrize(
    ("headers", "status", "begin"),
    [
        ({}, 200, 0),
        ({"Range": "bytes=4-"}, 206, 4),
        ({"Range": "bytes=4-", "If-Range": '"another"'}, 200, 0),
        ({"Range": "bytes=4-5"}, 200, 0),
        ({"Range": "bytes=9999-"}, 200, 0),
    ],
)
async def test_a_recording_is_served_from_a_byte_on(
    wire: Wire, headers: dict[str, str], status: int, begin: int
) -> None:
    sound = bytes(range(200))
    key = wire.state.add_call(1, recording=sound)
    wire.headers = headers
    seen, given, body = await wire.raw("GET", f"/v1/call/recording/{key}")
    assert (seen, body, given["Content-Type"]) == (status, sound[begin:], "audio/mpeg")
    assert given.get("Content-Range") == (f"bytes {begin}-199/200" if status == 206 else None)


async def test_what_holds_no_recording_says_why(wire: Wire) -> None:
    keys = ["none", wire.state.add_call(1), wire.state.add_call(1, recording=b"x", ready_after=60.0)]
    assert [(await wire.raw("GET", f"/v1/call/recording/{key}"))[0] for key in keys] == [404, 400, 404]


@pytest.mark.parametrize("sms", [None, [], "hi", [{"from": "Shop", "to": "84901234567"}], [7]])
async def test_text_messages_need_their_fields(wire: Wire, sms: Any) -> None:
    assert (await wire("POST", "/v1/sms", {"sms": sms}))["r"] == 3
    assert wire.state.sms == []


async def test_text_messages_have_no_code_of_their_own(wire: Wire) -> None:
    sent = await wire("POST", "/v1/sms", {"sms": [{"from": "Shop", "to": "84901234567", "text": "hi"}]})
    assert sent == {"smsSent": 1, "result": [{"price": "300", "smsType": 2, "r": 0, "msg": "Success"}]}


@pytest.mark.parametrize("query", ["uploadType=simple", "uploadType=multipart"])
async def test_a_greeting_file_is_a_sound(wire: Wire, query: str) -> None:
    _, _, raw = await wire.raw("POST", f"/v1/greetingfile?{query}", data=b"OggS")
    assert json.loads(raw)["r"] == 3
    assert wire.state.greeting_files == {}
