"""Text messages: one outcome for each number, whatever became of the others."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from stringee_async import ConfigError, DecodeError, InvalidRequestError, SdkError, StringeeClient, to_dict
from stringee_async.stringee import SmsMessage, SmsTemplate

from ..kit import ScriptedTransport, answer, client_over, virtual
from ..kit.emulated import emulated

AN, BO = "84901234567", "84907654321"


async def test_each_number_has_an_outcome_of_its_own() -> None:
    async with emulated(StringeeClient) as site:
        site.state.sms_refused.add(BO)
        outcomes = await site.client.sms.send(sender="Shop", to=["+84 90 123 4567", BO, AN], text="Mã: 123")
        assert [(one.to, one.sent) for one in outcomes] == [(AN, True), (BO, False), (AN, True)]
        assert [one.price for one in outcomes] == [Decimal(300), Decimal(0), Decimal(300)]
        assert (outcomes[1].r, outcomes[1].msg) == (1, "Phone number is invalid")
        assert site.state.sms == [{"from": "Shop", "to": AN, "text": "Mã: 123"}] * 2
        assert site.emulator.count("sms.send") == 1


async def test_one_number_is_enough_and_a_national_one_is_completed() -> None:
    async with emulated(StringeeClient, {"phone_country": "VN"}) as site:
        (outcome,) = await site.client.sms.send(sender="Shop", to="0901234567", text="hi")
        assert (outcome.to, outcome.sent, outcome.sms_type) == (AN, True, 2)
        assert AN not in repr(outcome)
        assert to_dict(outcome) == {"to": AN, "r": 0, "msg": "Success", "price": "300", "smsType": 2}


async def test_each_message_of_a_batch_has_a_text_and_an_outcome_of_its_own() -> None:
    async with emulated(StringeeClient, {"phone_country": "VN"}) as site:
        site.state.sms_refused.add(BO)
        messages = [
            SmsMessage(sender="Shop", to="0901234567", text="Mã: 1"),
            SmsMessage(sender="Bank", to=BO, text="Mã: 2"),
            SmsMessage(sender="Shop", to=AN, text=SmsTemplate(7, ["3"])),
        ]
        outcomes = await site.client.sms.send_batch(messages)
        assert [(one.to, one.sent) for one in outcomes] == [(AN, True), (BO, False), (AN, True)]
        assert site.state.sms == [
            {"from": "Shop", "to": AN, "text": "Mã: 1"},
            {"from": "Shop", "to": AN, "text": {"template": 7, "params": ["3"]}},
        ]
        assert site.emulator.count("sms.send") == 1
        assert "8490" not in repr(messages[2])


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("messages", []),
        ("messages", "hi"),
        ("messages", [{"to": AN}]),
        ("messages", [SmsMessage(sender="Shop", to=AN, text="hi")] * 1001),
        ("messages: to", [SmsMessage(sender="Shop", to="0901234567", text="hi")]),
        ("messages: sender", [SmsMessage(sender="", to=AN, text="hi")]),
        ("text", [SmsMessage(sender="Shop", to=AN, text="")]),
    ],
)
@virtual
async def test_a_bad_message_of_a_batch_is_named_and_nothing_is_sent(name: str, messages: Any) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=name):
            await client.sms.send_batch(messages)
    assert transport.requests == []


SAMPLE = {"smsSent": 1, "result": [{"price": "350", "smsType": 1, "r": 0, "msg": "Success"}]}


@virtual
async def test_a_template_is_sent_with_its_parameters() -> None:
    transport = ScriptedTransport(default=answer(SAMPLE))
    async with client_over(transport) as client:
        (outcome,) = await client.sms.send(sender="Shop", to=AN, text=SmsTemplate(5689, ["An", "123"]))
    sent = json.loads(transport.requests[0].content or b"")
    assert sent == {"sms": [{"from": "Shop", "to": AN, "text": {"template": 5689, "params": ["An", "123"]}}]}
    assert (outcome.price, outcome.sms_type, outcome.sent) == (Decimal(350), 1, True)


@virtual
async def test_an_outcome_that_is_not_told_is_not_called_sent() -> None:
    body = {"result": [{"price": "350"}, 7, {"r": "0"}]}
    async with client_over(ScriptedTransport(answer(body))) as client:
        outcomes = await client.sms.send(sender="Shop", to=[AN, BO, AN], text="hi")
    assert [(one.to, one.sent) for one in outcomes] == [(AN, None), (BO, None), (AN, True)]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"r": 7, "message": "no"}, InvalidRequestError),
        ({}, DecodeError),
        ({"smsSent": 2, "result": [{"r": 0}]}, DecodeError),
        ({"result": "sent"}, DecodeError),
    ],
)
@virtual
async def test_what_tells_nothing_of_the_messages_raises_and_is_sent_once(
    body: Any, kind: type[SdkError]
) -> None:
    """Where the messages may have been sent, the outcome is unknown."""
    transport = ScriptedTransport(default=answer(body))
    async with client_over(transport) as client:
        with pytest.raises(kind) as caught:
            await client.sms.send(sender="Shop", to=[AN, BO], text="hi")
    assert len(transport.requests) == 1
    assert caught.value.outcome == ("refused" if kind is InvalidRequestError else "unknown")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("sender", {"sender": ""}),
        ("to", {"to": "0901234567"}),
        ("to", {"to": []}),
        ("to", {"to": [AN] * 1001}),
        ("to", {"to": 84901234567}),
        ("to", {"to": AN.encode()}),
        ("to", {"to": [AN, None]}),
        ("text", {"text": ""}),
        ("text", {"text": 7}),
        ("params", {"text": SmsTemplate(1, "An")}),
        ("params", {"text": SmsTemplate(1, [7])}),  # type: ignore[list-item]
        ("template", {"text": SmsTemplate("")}),
    ],
)
@virtual
async def test_bad_arguments_are_named_and_nothing_is_sent(name: str, arguments: dict[str, Any]) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=name):
            await client.sms.send(**{"sender": "Shop", "to": AN, "text": "hi", **arguments})
    assert transport.requests == []
