"""Users who are online: listed from the call host, in a form of their own, and written to."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import (
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    SdkError,
    ServerError,
    StringeeClient,
)
from stringee_async.emulator import Emulator, Fault

from ..kit import ScriptedTransport, answer, client_over, virtual


async def test_users_of_the_emulator_are_listed_filtered_and_written_to() -> None:
    async with Emulator(seed=1) as emulator:
        state = emulator.state.stringee
        for number in range(25):
            status = "available" if number % 2 else "busy"
            state.add_online_user(f"u{number}", login_time=number, agentStatus=status)
        async with StringeeClient(**emulator.stringee()) as client:
            everybody = await client.users.list(page_size=10).collect()
            assert [user.user_id for user in everybody] == [f"u{number}" for number in range(25)]
            assert emulator.count("users.list") == 4
            free = await client.users.list(attributes={"agentStatus": "available"}).collect()
            assert len(free) == 12
            assert await client.users.list(user_id="u3").collect() == [everybody[3]]
            await client.users.send_message(from_user="boss", to_user="u3", message={"hello": 1})
            assert state.custom_messages == [{"from": "boss", "toUser": "u3", "message": {"hello": 1}}]
            with pytest.raises(NotFoundError):
                await client.users.send_message(from_user="boss", to_user="no one", message={"hello": 1})


async def test_pages_that_do_not_advance_end_the_listing() -> None:
    async with Emulator(seed=1) as emulator:
        for number in range(30):
            emulator.state.stringee.add_online_user(f"u{number}")
        for fault in (Fault.page_ignored(), Fault.page_repeats()):
            emulator.faults.always("users.list", fault)
            async with StringeeClient(**emulator.stringee()) as client:
                users = await client.users.list(page_size=10).collect()
                assert [user.user_id for user in users] == [f"u{number}" for number in range(10)]
        assert emulator.count("users.list") <= 6
        emulator.faults.assert_consumed()


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"r": 7, "message": "no"}, 200, InvalidRequestError),
        ({"r": "x", "users": []}, 200, DecodeError),
        ({}, 200, DecodeError),
        ({"users": 3}, 200, DecodeError),
        (b"", 200, DecodeError),
        (b"[]", 200, DecodeError),
        ({"message": "down"}, 500, ServerError),
    ],
)
@virtual
async def test_what_is_no_list_of_users_raises(body: Any, status: int, kind: type[SdkError]) -> None:
    """Without `r` there is success only where the rows are; every other response is its own error."""
    async with client_over(ScriptedTransport(default=answer(body, status))) as client:
        with pytest.raises(kind) as caught:
            await client.users.list().collect()
    assert (caught.value.status, caught.value.operation) == (status, "users.list")


@virtual
async def test_an_r_of_zero_does_no_harm() -> None:
    transport = ScriptedTransport(
        answer({"r": 0, "users": [{"userId": "u"}]}), default=answer({"users": None})
    )
    async with client_over(transport) as client:
        assert len(await client.users.list().collect()) == 1
        assert await client.users.list().collect() == []
