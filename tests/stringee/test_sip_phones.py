"""SIP phones of the call host: their names begin with the project's number, and no password is ever shown."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import ConfigError, DecodeError, StringeeClient, to_dict
from stringee_async.stringee import SipPhone

from ..kit import ScriptedTransport, answer, client_over, virtual
from ..kit.emulated import emulated

SAMPLE = b"""{
    "r": 0,
    "message": "Success",
    "data":{
        "sipphones":[
            {
                "username": "1_test",
                "extension": null,
                "email_address": null
            }
        ],
        "total": "1"
    }
}"""


@virtual
async def test_the_samples_of_the_page_load() -> None:
    transport = ScriptedTransport(
        answer(SAMPLE), answer({"r": 0, "sipusername": "1_100", "message": "Success"})
    )
    async with client_over(transport) as client:
        (phone,) = await client.sip_phones.list().collect()
        made = await client.sip_phones.create(username="100", password="password123456")
    assert phone == SipPhone(username="1_test")
    assert not phone.extra
    assert (made.id, made.message) == ("1_100", "Success")


async def test_a_phone_is_made_changed_found_by_either_name_and_deleted() -> None:
    async with emulated(StringeeClient) as site:
        phones, held = site.client.sip_phones, site.state.sip_phones
        made = await phones.create(username="100", password="pw-1", extension="7100")
        assert made.id == f"{site.state.project}_100"
        again = await phones.ensure(username="100", password="pw-2")
        assert (again.id, again.created, again.changed) == (made.id, False, True)
        assert held[made.id]["password"] == "pw-2"
        for name in ("100", made.id):
            assert await phones.find(username=name) == SipPhone(username=made.id, extension="7100")
        assert await phones.find(username="00") is None
        await phones.update(made.id, password="pw-3", extension="7101")
        assert (held[made.id]["password"], held[made.id]["extension"]) == ("pw-3", "7101")
        await phones.delete(made.id)
        assert held == {}


@virtual
async def test_rows_are_read_without_their_passwords() -> None:
    rows = [{"sipusername": "1_100", "password": "pw-hidden", "domain": "x"}, None, {"extension": 7}]
    body = {"r": 0, "data": {"total": "3", "sipphones": rows}}
    async with client_over(ScriptedTransport(default=answer(body))) as client:
        listing = client.sip_phones.list()
        (phone,) = await listing.collect()
    assert (phone.username, dict(phone.extra)) == ("1_100", {"domain": "x"})
    assert "pw-hidden" not in repr(phone) + str(to_dict(phone))
    assert len(listing.malformed) == 2


@virtual
async def test_a_create_that_tells_no_name_is_not_taken_for_one() -> None:
    async with client_over(ScriptedTransport(answer({"r": 0, "message": "Success"}))) as client:
        with pytest.raises(DecodeError, match="sipusername") as caught:
            await client.sip_phones.create(username="100", password="pw")
    assert caught.value.outcome == "unknown"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("password", {"password": ""}),
        ("password", {"password": "a\nb"}),
        ("username", {"username": "a/b"}),
        ("username", {"username": " a"}),
        ("username", {"username": 100}),
        ("extension", {"extension": 7100}),
    ],
)
@virtual
async def test_bad_arguments_are_named_and_nothing_is_sent(name: str, given: dict[str, Any]) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=name):
            await client.sip_phones.create(**{"username": "100", "password": "pw", **given})
    assert transport.requests == []
