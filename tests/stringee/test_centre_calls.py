"""Click to call, transfers and call settings of the contact centre."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stringee_async import (
    ConfigError,
    ConflictError,
    DecodeError,
    NotFoundError,
    StringeeClient,
    to_dict,
)
from stringee_async.emulator import Emulator, StringeeSettings
from stringee_async.stringee import PlacedCall, ProjectCallSetting
from stringee_async.testing import FastClock

from ..kit import ScriptedTransport, answer, client_over

CALL: dict[str, Any] = {
    "agent_user_id": "an",
    "customer_number": "84901234567",
    "from_number": "842873000001",
}


async def test_an_agent_is_rung_for_a_customer_and_hands_the_call_over() -> None:
    """One call at a time for each agent; it goes to another agent or to a phone."""
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        state = emulator.state.stringee
        state.add_number("842873000001")
        state.add_agent("An", "an")
        state.add_agent("Be", "be")
        placed = await client.calls.call_out(**CALL)
        assert placed.call_id is not None
        call = state.centre_calls[placed.call_id]
        assert (call["agent"], call["customer"], call["number"]) == ("an", "84901234567", "842873000001")
        with pytest.raises(ConflictError, match="IN_ANOTHER_CALL"):
            await client.calls.call_out(**CALL)
        await client.calls.transfer(placed.call_id, to_type="internal", to_number="be")
        assert call["agent"] == "be"
        await client.calls.transfer(placed.call_id, to_type="external", to_number="84907654321")
        with pytest.raises(NotFoundError, match="Agent"):
            await client.calls.transfer(placed.call_id, to_type="internal", to_number="missing")
        call["ended"] = True
        with pytest.raises(NotFoundError, match="Call"):
            await client.calls.transfer(placed.call_id, to_type="internal", to_number="an")


async def test_a_call_out_needs_an_agent_and_a_number_that_may_call_out() -> None:
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        state = emulator.state.stringee
        state.add_number("842873000001", allow_outbound_calls=0)
        with pytest.raises(ConflictError, match="AGENT_NOT_FOUND"):
            await client.calls.call_out(**CALL)
        state.add_agent("An", "an")
        with pytest.raises(NotFoundError, match="Number"):
            await client.calls.call_out(**CALL)
        assert not state.centre_calls


async def test_the_id_of_a_call_may_be_missing() -> None:
    """The vendor's page promises none."""
    settings = StringeeSettings(call_out_id=False)
    async with Emulator(seed=1, stringee_settings=settings) as emulator:
        emulator.state.stringee.add_number("842873000001")
        emulator.state.stringee.add_agent("An", "an")
        async with StringeeClient(**emulator.stringee()) as client:
            assert await client.calls.call_out(**CALL) == PlacedCall(call_id=None, message="Success")


@pytest.mark.parametrize("name", ["callId", "call_id"])
async def test_a_call_id_is_read_under_both_names(name: str) -> None:
    async with client_over(ScriptedTransport(answer({"r": 0, "msg": "ok", name: "C1"}))) as client:
        placed = await client.calls.call_out(**CALL)
    assert to_dict(placed) == {"call_id": "C1", "message": "ok"}


async def test_a_national_number_is_called_in_the_country_of_the_client() -> None:
    transport = ScriptedTransport(default=answer())
    async with client_over(transport, phone_country="VN") as client:
        await client.calls.call_out(
            agent_user_id="an", customer_number="0901234567", from_number="02873000001"
        )
        await client.calls.transfer("C", to_type="external", to_number="0901234567")
    first, second = (json.loads(request.body or b"") for request in transport.requests)
    assert (first["customerNumber"], first["toCustomerFromNumber"]) == ("84901234567", "842873000001")
    assert second["to"]["number"] == "84901234567"


BAD: dict[str, tuple[Any, str]] = {
    "agent": (lambda c: c.calls.call_out(**{**CALL, "agent_user_id": " u"}), "agent_user_id has blanks"),
    "customer": (lambda c: c.calls.call_out(**{**CALL, "customer_number": "An"}), "customer_number must be"),
    "number": (lambda c: c.calls.call_out(**{**CALL, "from_number": ""}), "from_number must not be empty"),
    "shown": (lambda c: c.calls.call_out(**CALL, shown_to_agent=""), "shown_to_agent must not be empty"),
    "alias": (lambda c: c.calls.call_out(**CALL, shown_to_agent_alias=7), "shown_to_agent_alias must be text"),
    "call": (lambda c: c.calls.transfer("", to_type="internal", to_number="u"), "call_id must not be empty"),
    "kind of end": (lambda c: c.calls.transfer("C", to_type="agent", to_number="u"), "to_type must be internal or"),
    "phone": (lambda c: c.calls.transfer("C", to_type="external", to_number="u"), "to_number must be"),
    "kind of transfer": (
        lambda c: c.calls.transfer("C", to_type="internal", to_number="u", transfer_type="warm"),
        "transfer_type must be blind or attended",
    ),
    "no setting": (lambda c: c.call_settings.update(), "nothing to change"),
    "URL": (lambda c: c.call_settings.update(event_url="me"), "event_url must be an absolute URL"),
    "time": (lambda c: c.call_settings.update(get_customer_info_timeout=-1), "get_customer_info_timeout"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "expected"), BAD.values(), ids=BAD)
async def test_a_bad_argument_is_named_and_nothing_is_sent(call: Any, expected: str) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=expected):
            await call(client)
    assert not transport.requests


SETTINGS = b"""{
    "r": 0,
    "message": "Success",
    "callSetting": {
        "account": 408,
        "project": 246,
        "get_customer_info_url": null,
        "get_customer_info_timeout": 2000,
        "event_url": null,
        "callout_answer_url": null,
    },
}"""


async def test_call_settings_stand_outside_data() -> None:
    """The sample in the form of the page: no `data`, and the project inside the settings."""
    async with client_over(ScriptedTransport(answer(SETTINGS))) as client:
        found = await client.call_settings.get()
    assert found == ProjectCallSetting(account=408, project=246, get_customer_info_timeout=2000)


@pytest.mark.parametrize("body", [{"r": 0}, {"r": 0, "callSetting": []}, {"r": 0, "data": {}}])
async def test_a_response_without_call_settings_is_none(body: dict[str, Any]) -> None:
    async with client_over(ScriptedTransport(default=answer(body)), clock=FastClock()) as client:
        with pytest.raises(DecodeError, match=r"[cC]allSetting") as caught:
            await client.call_settings.get()
    assert caught.value.status == 200


async def test_call_settings_are_changed_and_cleared() -> None:
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        await client.call_settings.update(event_url="https://me.example/e", get_customer_info_timeout=900)
        await client.call_settings.update(get_customer_info_url="https://me.example/who")
        found = await client.call_settings.get()
        assert (found.event_url, found.get_customer_info_timeout) == ("https://me.example/e", 900)
        await client.call_settings.update(event_url=None)
        assert (await client.call_settings.get()).event_url is None
