"""SIP accounts: the user name is the id, and no password is ever shown."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from stringee_async import ConfigError, Secret, StringeeClient, to_dict
from stringee_async.emulator import Emulator
from stringee_async.stringee import SipAccount

from ..kit import ScriptedTransport, answer, client_over


async def test_an_account_is_made_changed_found_and_deleted() -> None:
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        made = await client.sip_accounts.create(user_name="100", password="pw-1", extension=100)
        assert made.id == "100"
        await client.sip_accounts.update("100", password=Secret("pw-2"), extension=101, stringee_user_id="an")
        assert emulator.state.stringee.sip_accounts["100"]["password"] == "pw-2"
        found = await client.sip_accounts.find(user_name="100")
        assert found == SipAccount(user_name="100", extension=101, stringee_user_id="an")
        again = await client.sip_accounts.ensure(user_name="100", password="pw-3", extension=101)
        assert (again.id, again.created, again.changed) == ("100", False, True)
        assert emulator.state.stringee.sip_accounts["100"]["password"] == "pw-3"
        await client.sip_accounts.delete("100")
        assert await client.sip_accounts.find(user_name="100") is None


async def test_accounts_are_listed_by_user_name_user_and_extension() -> None:
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        for number in (100, 101):
            await client.sip_accounts.create(
                user_name=f"n{number}", password="pw", extension=number, stringee_user_id=f"u{number}"
            )
        for filters in ({"user_name": "n101"}, {"stringee_user_id": "u101"}, {"extension": 101}):
            found = await client.sip_accounts.list(**filters).collect()  # type: ignore[arg-type]
            assert [account.user_name for account in found] == ["n101"]
        for bad in ("101", -1, 1.5, True, None):
            with pytest.raises(ConfigError, match="extension must"):
                client.sip_accounts.list(extension=bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["user_name", "username"])
async def test_rows_are_read_without_their_passwords(name: str) -> None:
    """Under both names of the user name; other fields are kept."""
    row = {
        name: "100",
        "password": "pw-hidden",
        "sipPassword": "pw-hidden",
        "SECRET": {"x": "pw-hidden"},
        "extension": "100",
        "domain": "x",
    }
    data = {"totalPages": 1, "totalCount": 2, "rows": [row, "pw-row"]}
    async with client_over(ScriptedTransport(answer({"r": 0, "msg": "", "data": data}))) as client:
        listing = client.sip_accounts.list()
        (account,) = await listing.collect()
    assert (account.user_name, str(account.extension), dict(account.extra)) == ("100", "100", {"domain": "x"})
    for shown in (repr(account), str(to_dict(account)), pickle.dumps(account).decode("latin-1")):
        assert "pw-hidden" not in shown


@pytest.mark.parametrize("password", ["", "a\nb", "x" * 256, None, 7, Secret("")])
async def test_a_bad_password_is_refused_and_not_shown(password: Any) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match="password must") as caught:
            await client.sip_accounts.create(user_name="100", password=password, extension=100)
    assert "xxx" not in str(caught.value)
    assert not transport.requests
