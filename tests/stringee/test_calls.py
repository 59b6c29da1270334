"""Calls: placed once, followed through their states, changed under way, and recorded."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stringee_async import (
    ApiError,
    AuthError,
    ConfigError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    StringeeClient,
)
from stringee_async.stringee.scco import connect, phone, record, talk, user

from ..kit import ScriptedTransport, answer, client_over, virtual
from ..kit.emulated import HastyClock, emulated

OURS, AN = "842871000000", "84901234567"


async def test_a_call_is_placed_talked_on_stopped_listed_and_its_recording_saved() -> None:
    async with emulated(StringeeClient, {"clock": HastyClock()}, recording_delay=0.02) as site:
        client, begun = site.client, datetime.now(UTC) - timedelta(minutes=1)
        steps = [record(format="mp3"), connect(caller=phone(OURS), to=user("u.an"))]
        placed = await client.calls.make(caller=OURS, to=AN, actions=steps)
        assert placed.call_id is not None
        call = site.state.live_calls[placed.call_id]
        assert call.status(call.placed) == "answered"
        await client.calls.put_actions(placed.call_id, actions=[talk("One moment")])
        await client.calls.add_user(placed.call_id, caller=OURS, to=user("u.bo"), spy=True)
        await client.calls.transfer_call(placed.call_id, from_user="u.an", to=user("u.bo"))
        assert [step["action"] for step in call.actions] == ["record", "connect", "talk"]
        assert await client.call_records.list(since=begun).collect() == []
        await client.calls.stop(placed.call_id)
        await client.calls.stop(placed.call_id)
        with pytest.raises(NotFoundError):
            await client.calls.put_actions(placed.call_id, actions=[talk("Too late")])
        (found,) = await client.call_records.list(since=begun).collect()
        assert (found.id, found.from_number, found.to_number) == (placed.call_id, OURS, AN)
        assert found.recording_id == placed.call_id
        await client.recordings.wait(placed.call_id, timeout=60.0)
        held = io.BytesIO()
        saved = await client.recordings.save(placed.call_id, held)
        assert saved.size == len(held.getvalue()) > 1_000


async def test_a_call_moves_through_its_states_by_the_clock() -> None:
    async with emulated(StringeeClient, ring_seconds=10.0, talk_seconds=5.0) as site:
        placed = await site.client.calls.make(caller=OURS, to=AN, answer_url="https://me.example/a")
        call = site.state.live_calls[placed.call_id]
        seen = [call.status(call.placed + seconds) for seconds in (0, 6, 12, 16)]
        assert seen == ["started", "ringing", "answered", "ended"]
        assert call.record()["answer_duration"] == 5


async def test_a_call_that_the_vendor_does_not_know_is_stopped_if_the_caller_says_so() -> None:
    async with emulated(StringeeClient) as site:
        with pytest.raises(NotFoundError):
            await site.client.calls.stop("call-none")
        await site.client.calls.stop("call-none", missing_ok=True)


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        (1, InvalidRequestError, "answer_url"),
        (2, InvalidRequestError, "script"),
        (4, NotFoundError, "number"),
        (5, PermissionDeniedError, "account"),
        (8, ConflictError, "money"),
        (10, InvalidRequestError, "format"),
        (12, ConflictError, "at once"),
        (17, PermissionDeniedError, "telephones"),
        (19, PermissionDeniedError, "locked"),
        (45, AuthError, "rest_api"),
        (99, InvalidRequestError, "refused"),
    ],
)
@virtual
async def test_why_a_call_was_not_placed_is_told_and_it_is_sent_once(
    code: int, kind: type[ApiError], text: str
) -> None:
    """The codes of this host mean other things than those of the contact centre."""
    transport = ScriptedTransport(default=answer({"r": code}))
    async with client_over(transport) as client:
        with pytest.raises(ApiError, match=text) as caught:
            await client.calls.make(caller=OURS, to=AN, answer_url="https://me.example/a")
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.outcome) == (code, "refused")
    assert len(transport.requests) <= (2 if kind is AuthError else 1)


@pytest.mark.parametrize(
    ("more", "call_id"),
    [({"call_id": "c1"}, "c1"), ({"callId": "c2"}, "c2"), ({}, None), ({"call_id": None}, None)],
)
@virtual
async def test_the_id_of_a_call_may_be_missing(more: dict[str, Any], call_id: str | None) -> None:
    """The page does not promise it, and a call that was placed is not made an error of."""
    async with client_over(ScriptedTransport(answer({"r": 0, "message": "ok", **more}))) as client:
        placed = await client.calls.make(caller=OURS, to=AN, answer_url="https://me.example/a")
    assert (placed.call_id, placed.message) == (call_id, "ok")


@virtual
async def test_stopping_is_repeated_and_placing_is_not() -> None:
    lost = OutcomeUnknownError("lost")
    transport = ScriptedTransport(lost, answer({"r": 2, "message": "call not found"}), lost)
    async with client_over(transport) as client:
        await client.calls.stop("c")  # the response was lost, and the call is gone
        with pytest.raises(OutcomeUnknownError):
            await client.calls.make(caller=OURS, to=AN, answer_url="https://me.example/a")
    assert len(transport.requests) == 3


@virtual
async def test_national_numbers_are_completed() -> None:
    transport = ScriptedTransport(default=answer())
    async with client_over(transport, phone_country="VN") as client:
        await client.calls.make(caller="02871000000", to="0901234567", answer_url="https://me.example/a")
    assert b'"842871000000"' in (transport.requests[0].content or b"")


SCRIPT = [talk("hi")]


@virtual
async def test_a_script_or_its_url_may_stand_among_the_extra_fields() -> None:
    transport = ScriptedTransport(default=answer())
    async with client_over(transport) as client:
        await client.calls.make(caller=OURS, to=AN, extra={"answer_url": "http://me/a?b=c d"})
        await client.calls.make(caller=OURS, to=AN, extra={"actions": [{"action": "new"}], "x": 1})
        for extra in ({"answer_url": "https://me.example"}, {"actions": []}):
            other = {"actions": SCRIPT} if "answer_url" in extra else {"answer_url": "https://me.example"}
            with pytest.raises(ConfigError, match="either actions or answer_url"):
                await client.calls.make(caller=OURS, to=AN, extra=extra, **other)  # type: ignore[arg-type]
    bodies = [json.loads(request.content or b"") for request in transport.requests]
    assert [body.get("answer_url") for body in bodies] == ["http://me/a?b=c d", None]
    assert [body.get("actions") for body in bodies] == [None, [{"action": "new"}]]


@pytest.mark.parametrize("wrong", ["0901234567", "12", "number 5", "84901234567.0", "8,49E+10", ""])
@virtual
async def test_a_wrong_number_is_told_by_the_name_of_its_argument(wrong: str) -> None:
    async with client_over(ScriptedTransport()) as client:
        with pytest.raises(ConfigError, match=r"\Acaller "):
            await client.calls.make(caller=wrong, to=AN, actions=SCRIPT)
        with pytest.raises(ConfigError, match=r"\Ato "):
            await client.calls.add_user("c", caller=OURS, to=wrong)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("caller", lambda c: c.calls.make(caller="0901234567", to=AN, actions=SCRIPT)),
        ("caller", lambda c: c.calls.make(caller=7, to=AN, actions=SCRIPT)),
        ("to", lambda c: c.calls.make(caller=OURS, to=[], actions=SCRIPT)),
        ("to", lambda c: c.calls.make(caller=OURS, to={"number": AN}, actions=SCRIPT)),
        ("to", lambda c: c.calls.make(caller=OURS, to=["x"], actions=SCRIPT)),
        ("either actions or answer_url", lambda c: c.calls.make(caller=OURS, to=AN)),
        (
            "either actions or answer_url",
            lambda c: c.calls.make(caller=OURS, to=AN, actions=SCRIPT, answer_url="https://a.example"),
        ),
        ("answer_url", lambda c: c.calls.make(caller=OURS, to=AN, answer_url="a.example")),
        ("actions", lambda c: c.calls.make(caller=OURS, to=AN, actions=[])),
        ("record", lambda c: c.calls.make(caller=OURS, to=AN, actions=SCRIPT, record=1)),
        ("recrd", lambda c: c.calls.make(caller=OURS, to=AN, actions=SCRIPT, recrd=True)),
        ("call_id", lambda c: c.calls.stop("")),
        ("call_id", lambda c: c.calls.put_actions("a/b", actions=SCRIPT)),
        ("from_user", lambda c: c.calls.transfer_call("c", from_user="", to=AN)),
        ("to", lambda c: c.calls.transfer_call("c", from_user="u", to=None)),
        ("spy", lambda c: c.calls.add_user("c", caller=OURS, to=AN, spy=1)),
    ],
)
@virtual
async def test_bad_arguments_are_named_and_nothing_is_sent(name: str, call: Any) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=name):
            await call(client)
    assert transport.requests == []
