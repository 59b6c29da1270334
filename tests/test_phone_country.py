"""A client's `phone_country` counts for every number that a vendor wants as digits, at all three vendors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stringee_async import ItniotechClient, RingMeClient, SdkError, StringeeClient
from stringee_async.stringee import SmsMessage
from stringee_async.stringee.scco import talk

from .kit import KEY_SECRET, KEY_SID, ScriptedTransport, answer, virtual

GIVEN, SENT = "090.123 45-67", "84901234567"
NODE = {"node": "N", "node_key": "1", "action": 3}
CALLS: dict[str, Any] = {
    "stringee agents.create": lambda c: c.agents.create(name="A", stringee_user_id="u", phone_number=GIVEN),
    "stringee agents.update": lambda c: c.agents.update("A", phone_number=GIVEN),
    "stringee queues.create": lambda c: c.queues.create(name="Q", from_number_callout_to_agent=GIVEN),
    "stringee numbers.create": lambda c: c.numbers.create(
        number=GIVEN, allow_outbound_calls=True, enable_ivr=False
    ),
    "stringee numbers.update": lambda c: c.numbers.update(
        "N", number=GIVEN, allow_outbound_calls=True, enable_ivr=False
    ),
    "stringee blacklist_numbers.create": lambda c: c.blacklist_numbers.create(number=GIVEN),
    "stringee blacklist_numbers.update": lambda c: c.blacklist_numbers.update("B", number=GIVEN),
    "stringee ivr_keypresses.create": lambda c: c.ivr_keypresses.create(
        **NODE, to_phone_number=GIVEN, from_number_callout_to_agent=SENT
    ),
    "stringee ivr_keypresses.create from": lambda c: c.ivr_keypresses.create(
        **NODE, to_phone_number=SENT, from_number_callout_to_agent=GIVEN
    ),
    "stringee calls.call_out": lambda c: c.calls.call_out(
        agent_user_id="u", customer_number=GIVEN, from_number="842871000000"
    ),
    "stringee calls.call_out from": lambda c: c.calls.call_out(
        agent_user_id="u", customer_number="842871000000", from_number=GIVEN
    ),
    "stringee calls.transfer": lambda c: c.calls.transfer("c", to_type="external", to_number=GIVEN),
    "stringee calls.make": lambda c: c.calls.make(caller=GIVEN, to="842871000000", actions=[talk("hi")]),
    "stringee calls.make to": lambda c: c.calls.make(caller="842871000000", to=[GIVEN], actions=[talk("hi")]),
    "stringee calls.transfer_call": lambda c: c.calls.transfer_call("c", from_user="u", to=GIVEN),
    "stringee calls.add_user": lambda c: c.calls.add_user("c", caller="842871000000", to=GIVEN),
    "stringee sms.send": lambda c: c.sms.send(sender="S", to=GIVEN, text="hi"),
    "stringee sms.send_batch": lambda c: c.sms.send_batch([SmsMessage(sender="S", to=GIVEN, text="hi")]),
    "ringme agents.remote.create": lambda c: c.agents.remote.create(number=GIVEN),
    "itniotech sms.send": lambda c: c.sms.send(app_id="a", to=GIVEN, text="hi"),
    "itniotech calls.make": lambda c: c.calls.make(account="a", app_id="a", callee=GIVEN),
    "itniotech voice_codes.send": lambda c: c.voice_codes.send(
        app_id="a", callee=GIVEN, language="EN", text="1"
    ),
}


def client_of(vendor: str, transport: ScriptedTransport) -> Any:
    if vendor == "stringee":
        return StringeeClient(KEY_SID, KEY_SECRET, transport=transport, phone_country="VN")
    if vendor == "ringme":
        return RingMeClient(
            "app", "secret", url="https://pbx.example", transport=transport, phone_country="VN"
        )
    return ItniotechClient("key", "secret", transport=transport, phone_country="VN")


@pytest.mark.parametrize("case", CALLS)
@virtual
async def test_a_national_number_is_sent_with_its_country_code(case: str) -> None:
    token = {"access_token": "t", "token_type": "Bearer", "expires_in": 3600}
    transport = ScriptedTransport(default=answer({"r": 9, "status": "-9", **token}))
    async with client_of(case.split()[0], transport) as client:
        with pytest.raises(SdkError):  # what becomes of the call is no matter here
            await CALLS[case](client)
    sent = json.dumps(json.loads(transport.requests[-1].content or b"null"))
    assert f'"{SENT}"' in sent
    assert "090" not in sent
