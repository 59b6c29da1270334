"""Call records that the vendor pushes: read in every form, refused where they are none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from stringee_async import WebhookError, to_dict
from stringee_async.itniotech import CallRecordPush, call_record_handler, parse_call_record

from ..kit import until

PUSH: dict[str, Any] = {
    "callId": "c-1", "callSessionId": "s-1", "called": "6590001000", "calledInfo": "VIP", "caller": "6560002000",
    "ccode": "65", "ccodeName": "Singapore", "agentName": "An", "agentGroupName": "Sales", "agentAccount": "an@x",
    "callDuration": 61, "callType": 3, "hangupCode": 200, "hangupReason": 1, "hangingDirection": 0,
    "labels": ["gold"], "remark": "rings back", "baseCost": "0.0100", "cost": 0.25,
    "callStartTime": "2025-01-08 08:00:00", "answerTime": "2025-01-08 08:00:05",
    "callEndTime": "2025-01-08 08:01:06", "voiceUrl": "https://x.example/1.mp3",
}  # fmt: skip


@pytest.mark.parametrize(
    "form", [json.dumps(PUSH), json.dumps(PUSH).encode(), b"\xef\xbb\xbf" + json.dumps(PUSH).encode(), PUSH],
    ids=["text", "bytes", "byte order mark", "decoded"],
)  # fmt: skip
def test_a_push_is_read_from_bytes_text_or_dict(form: bytes | str | Mapping[str, Any]) -> None:
    record = parse_call_record(form)
    assert record.call_id == "c-1"
    assert (record.base_cost, record.cost) == (Decimal("0.0100"), Decimal("0.25"))
    assert (record.call_duration, record.call_type, record.hangup_code) == (61, 3, 200)
    assert (record.hangup_reason, record.hanging_direction, record.labels) == (1, 0, ["gold"])
    assert (dict(record.extra), record.malformed) == ({}, ())
    assert {
        field.name for field in attrs.fields(CallRecordPush) if getattr(record, field.name) is None
    } == set()
    written = to_dict(record)
    assert {**written, "baseCost": "0.0100", "cost": 0.25} == PUSH
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        record.cost = None  # type: ignore[misc]


def test_numbers_and_notes_are_not_in_the_repr() -> None:
    shown = repr(parse_call_record(PUSH))
    assert "6590001000" not in shown
    assert "6560002000" not in shown
    assert "rings back" not in shown
    assert "c-1" in shown


@pytest.mark.parametrize(
    ("field", "value", "name", "expected"),
    [
        ("called", None, "called", None),
        ("labels", None, "labels", None),
        ("cost", None, "cost", None),
        ("cost", "", "cost", None),
        ("callDuration", "61", "call_duration", 61),
        ("callType", 77, "call_type", 77),
        ("hangingDirection", 2, "hanging_direction", 2),
        ("ccode", 65, "ccode", "65"),
        ("callId", 5, "call_id", "5"),
        ("new", {"a": 1}, "call_id", "c-1"),
    ],
)
def test_what_is_missing_new_or_of_another_kind_is_tolerated(
    field: str, value: Any, name: str, expected: Any
) -> None:
    record = parse_call_record({**PUSH, field: value})
    assert getattr(record, name) == expected
    if value != "":
        assert to_dict(record)[field] == (value if field == "new" else expected)


def test_a_push_may_hold_little_more_than_its_id() -> None:
    record = parse_call_record(b'{"callId": "c-1"}')
    assert (record.called, record.cost, record.labels) == (None, None, None)


@pytest.mark.parametrize(
    "garbage",
    [b"", b"{", b"null", b"[]", b"7", "x", "\ud800", b"\xff", {}, {"callId": None}, {"callId": ""}, {"callId": " "},
     {"callId": []}, {"call_id": "c-1"}, {"callId": object()}, [], None, 7],
)  # fmt: skip
def test_garbage_is_a_webhook_error(garbage: Any) -> None:
    """What is no record is a WebhookError that does not show the body."""
    with pytest.raises(WebhookError, match="the push cannot be read") as caught:
        parse_call_record(garbage)
    assert "c-1" not in str(caught.value)


async def serve(callback: Any, *bodies: bytes) -> list[tuple[int, str]]:
    """Post bodies to a server with the handler; return status and text of each response."""
    app = web.Application()
    app.router.add_post("/records", call_record_handler(callback))
    answers = []
    async with TestClient(TestServer(app)) as client:
        for body in bodies:
            async with client.post("/records", data=body) as response:
                answers.append((response.status, await response.text()))
    return answers


async def test_the_handler_answers_when_the_callback_is_done() -> None:
    seen: list[str] = []

    async def save(record: CallRecordPush) -> None:
        await asyncio.sleep(0.001)
        if record.call_id == "bad":
            raise RuntimeError("disk full")
        seen.append(record.call_id)

    answers = await serve(save, json.dumps(PUSH).encode(), b"{}", b'{"callId": "bad"}', b'{"callId": "c-2"}')
    assert [status for status, _ in answers] == [200, 400, 500, 200]
    assert seen == ["c-1", "c-2"]
    assert "disk full" not in answers[2][1]


class Gated:
    """A callback that ends when its test says so."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.begun: list[str] = []
        self.done: list[str] = []
        self.running = self.most = 0

    async def __call__(self, record: CallRecordPush) -> None:
        self.begun.append(record.call_id)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.gate.wait()
        finally:
            self.running -= 1
        self.done.append(record.call_id)


async def test_a_push_whose_sender_leaves_lets_no_later_one_run_beside_an_earlier_one() -> None:
    gated = Gated()
    handler = call_record_handler(gated)

    def arrives() -> asyncio.Future[Any]:
        request: Any = _Request(b'{"callId": "a"}')
        return asyncio.ensure_future(handler(request))

    first, given_up, waiting = arrives(), arrives(), arrives()
    await until(lambda: gated.begun, "the first callback runs")
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    late = arrives()
    await asyncio.sleep(0.02)
    assert gated.begun == ["a"]
    gated.gate.set()
    assert [(await push).status for push in (first, waiting, late)] == [200, 200, 200]
    assert gated.done == ["a", "a", "a"]
    assert gated.most == 1


async def test_shutdown_waits_for_a_push_that_arrives_meanwhile() -> None:
    """A push that comes while the shutdown waits is waited for too."""
    gates = {"a": asyncio.Event(), "b": asyncio.Event()}
    done: list[str] = []

    async def save(record: CallRecordPush) -> None:
        await gates[record.call_id].wait()
        done.append(record.call_id)

    handler = call_record_handler(save)
    first: Any = _Request(b'{"callId": "a"}')
    second: Any = _Request(b'{"callId": "b"}')
    pushes = [asyncio.ensure_future(handler(first))]
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(handler.aclose())
    await asyncio.sleep(0)
    pushes.append(asyncio.ensure_future(handler(second)))
    await asyncio.sleep(0.01)
    gates["a"].set()
    await asyncio.sleep(0.01)
    assert done == ["a"]
    assert not closing.done()
    gates["b"].set()
    await closing
    assert done == ["a", "b"]
    assert [response.status for response in await asyncio.gather(*pushes)] == [200, 200]


async def test_an_app_that_ends_without_waiting_leaves_no_callback() -> None:
    gated = Gated()
    request: Any = _Request(b'{"callId": "a"}')
    handling = asyncio.ensure_future(call_record_handler(gated)(request))
    await until(lambda: gated.begun, "the callback runs")
    handling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await handling
    await until(lambda: not gated.running, "the callback has ended")
    assert gated.done == []


class _Request:
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def read(self) -> bytes:
        return self._body
