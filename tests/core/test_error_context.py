"""A message says what happened, to which object, and what to do next."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from stringee_async import (
    ConfigError,
    ItniotechClient,
    NotFoundError,
    Request,
    RetryClass,
    RingMeClient,
    SdkError,
    ServerError,
    StringeeClient,
)
from stringee_async.core.error_context import describe
from stringee_async.emulator import Emulator, Fault

from ..kit import ScriptedTransport, answer, client_over, virtual
from .rig import ONCE


async def message_of(call: Awaitable[object]) -> str:
    with pytest.raises(SdkError) as caught:
        await call
    return str(caught.value)


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (
            lambda client: client.agents.create(name="Nguyen An", stringee_user_id="u1"),
            ["agents.create: Agent existed; its id is AG_", "agents.ensure takes what is there", "about name Ng...An, stringee_user_id u...]"],
        ),
        (
            lambda client: client.agents.update("NOPE", name="An"),
            ["agents.update: Agent not found; check the id", "about agent_id NOPE]"],
        ),
        (
            lambda client: client.agents.delete("NOPE"),
            ["agents.delete: Agent not found; check the id, or give missing_ok=True", "about agent_id NOPE]"],
        ),
        (
            lambda client: client.group_agents.remove(group_id="5000999", agent_id="AG_1"),
            ["group_agents.remove:", "about agent_id AG_1, group_id 5000999]"],
        ),
        (
            lambda client: client.group_agents.ensure(group_id="5000999", agent_id="AG_1"),
            ["group_agents.ensure: Group not found; check the id", "[in group_agents.list,", "about group_id 5000999]"],
        ),
        (
            lambda client: client.group_agents.list("5000999").collect(),
            ["group_agents.list: Group not found; check the id", "about group_id 5000999]"],
        ),
    ],
)  # fmt: skip
async def test_a_refusal_names_call_object_and_next_step(
    call: Callable[[StringeeClient], Awaitable[object]], parts: list[str]
) -> None:
    async with Emulator() as emulator, StringeeClient(**emulator.stringee(), retry=ONCE) as client:
        await client.agents.create(name="An", stringee_user_id="u1")
        text = await message_of(call(client))
        for part in parts:
            assert part in text


async def test_refusals_of_the_other_vendors_name_them_too() -> None:
    """RingMe's ids stand in the path, ITNIO TECH's in the body; `@me` is no object."""
    async with Emulator() as emulator:
        async with RingMeClient(**emulator.ringme(), retry=ONCE) as ringme:
            text = await message_of(ringme.agents.local.delete(4711))
            assert "missing_ok=True" in text
            assert text.endswith("[HTTP 404, about agent_id 4711]")
            await ringme.extensions.create(name="300", type="phone")
            text = await message_of(ringme.extensions.create(name="300", type="phone"))
            assert "extensions.ensure takes what is there" in text
            assert "about name 300]" in text
        async with ItniotechClient(**emulator.itniotech(), retry=ONCE) as itniotech:
            text = await message_of(itniotech.agent_groups.delete(99))
            assert "about voice_group_id 99]" in text


@pytest.mark.parametrize(
    ("operation", "call", "step"),
    [
        ("agents.create", lambda c: c.agents.create(name="An", stringee_user_id="u1"),
         "; the vendor may have acted: use agents.ensure, which looks first, or look before"),
        ("agents.update", lambda c: c.agents.update("AG_1", name="An"),
         "; the vendor may have acted: sending it again is safe ["),
        ("users.send_message", lambda c: c.users.send_message(from_user="a", to_user="b", message={"a": 1}),
         "; the vendor may have acted: look before you send it again ["),
        ("agents.list", lambda c: c.agents.list().collect(), "; try it again later ["),
        ("agents.list", lambda c: c.agents.ensure(name="An", stringee_user_id="u1"), "; try it again later ["),
    ],
)  # fmt: skip
async def test_after_a_failure_of_the_server_it_is_said_what_may_have_happened(
    operation: str, call: Callable[[StringeeClient], Awaitable[object]], step: str
) -> None:
    """HTTP 500: a create may have been carried out, a repeatable write may be sent again, a read did nothing."""
    async with Emulator() as emulator, StringeeClient(**emulator.stringee(), retry=ONCE) as client:
        emulator.faults.script(operation, Fault.status(500))
        assert step in await message_of(call(client))
        emulator.faults.assert_consumed()


@virtual
async def test_a_name_that_is_taken_has_no_ensure_where_nothing_is_created() -> None:
    """An update to a name that another object has: choose another one."""
    transport = ScriptedTransport(answer({"r": 2, "message": "Group existed"}))
    async with client_over(transport, retry=ONCE) as client:
        text = await message_of(client.groups.update("G1", name="Sales"))
    assert text == (
        "groups.update: Group existed; choose another name or number, or change what is there "
        "[HTTP 200, code 2, about group_id G1]"
    )


async def test_a_limit_says_how_long_and_how_to_stay_below_it() -> None:
    async with Emulator() as emulator, StringeeClient(**emulator.stringee(), retry=ONCE) as client:
        emulator.faults.script("agents.create", Fault.retry_after(7))
        text = await message_of(client.agents.create(name="An", stringee_user_id="u1"))
        assert "; wait 7 s; rate_limit= of the client keeps below the vendor's limit [" in text


async def test_a_name_with_an_at_sign_is_explained_where_a_number_is_needed() -> None:
    """`@101` in place of a number: the message names it, and says where names may stand."""
    async with RingMeClient("id", "s" * 40, url="https://pbx.example") as client:
        with pytest.raises(ConfigError, match=r"extension_id must be the number .* got '@101': names with @"):
            await client.agents.local.create(extension_id="@101")


@pytest.mark.parametrize(
    ("path", "url", "body", "said"),
    [
        ("/v1/agent/{agent_id}", "https://h/x/v1/agent/AG%201", None, "agent_id AG 1"),
        ("/v1/agent", "https://h/v1/agent?userId=84901234567&page=1", None, "user_id 84...67"),
        ("/v1/agent", "https://h/v1/agent", b'{"name":"Nguyen An","phone_number":"84901234567"}',
         "name Ng...An, phone_number 84...67"),
        ("/v1/agent", "https://h/v1/agent", b'{"name":"An","a_id":1,"bID":2,"cId":3,"d_id":4}', "a_id 1, b_id 2, c_id 3, d_id 4"),
        ("/v1/agent", "https://h/v1/agent", b"[1]", None),
        ("/v1/agent", "https://h/v1/agent", b"\xff", None),
        ("/v1/agent/{agent_id}", "https://h/other", None, None),
    ],
)  # fmt: skip
def test_ids_are_named_and_personal_values_shortened(
    path: str, url: str, body: bytes | None, said: str | None
) -> None:
    """Ids of path, query and body stand in the message; of names and numbers two characters of both ends."""
    request: Any = Request(
        operation="agents.x", method="PUT", path=path, url=url, retry_class=RetryClass.READ, body=body
    )
    error = SdkError()
    describe(error, request)
    assert error.object == said


def test_the_command_line_leaves_out_what_its_own_words_say() -> None:
    """`without_next_step` is the same text without what to do next."""
    error = ServerError(
        "the server failed", operation="agents.list", status=500, next_step="try it again later"
    )
    assert str(error) == "agents.list: the server failed; try it again later [HTTP 500]"
    assert error.without_next_step() == "agents.list: the server failed [HTTP 500]"
    assert NotFoundError("gone").without_next_step() == str(NotFoundError("gone"))


ECHO = "agent 5000123456 of Nguyen Van An (an.nguyenvan, 84901234567, an.nguyenvan@example.vn) is wrong, Nguyen Van Anh is not"


@virtual
async def test_personal_values_that_a_vendor_repeats_are_shortened_and_ids_are_not() -> None:
    """Name, login id, number and address show two characters of both ends; the id that was given is readable."""
    transport = ScriptedTransport(answer({"r": 7, "message": ECHO}))
    async with client_over(transport, retry=ONCE) as client:
        with pytest.raises(SdkError) as caught:
            await client.agents.update(
                "5000123456",
                name="Nguyen Van An",
                stringee_user_id="an.nguyenvan",
                phone_number="84901234567",
            )
    error = caught.value
    assert str(error).startswith(
        "agents.update: agent 5000123456 of Ng...An (an...an, 84...67, an...an) is wrong, Nguyen Van Anh is not; "
    )
    assert error.message == ECHO
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert str(twin) == str(error)


@virtual
async def test_the_names_of_groups_and_very_short_names_of_people_do_not_garble_what_a_vendor_says() -> None:
    """A group is no person; and a name of two letters is not looked for in the vendor's words."""
    transport = ScriptedTransport(
        answer({"r": 2, "message": "Group Sales Hanoi existed"}),
        answer({"r": 7, "message": "An agent is wrong"}),
    )
    async with client_over(transport, retry=ONCE) as client:
        assert "Group Sales Hanoi existed; " in await message_of(client.groups.create(name="Sales Hanoi"))
        assert "An agent is wrong; " in await message_of(client.agents.update("AG_1", name="An"))


async def test_ids_in_lists_and_the_names_of_what_is_created_are_named() -> None:
    async with Emulator() as emulator, ItniotechClient(**emulator.itniotech(), retry=ONCE) as client:
        assert "about id 98, 99]" in await message_of(client.agents.delete(98, 99))
        text = await message_of(client.agent_groups.create(app_id="nope", group_name="Sales"))
        assert "about group_name Sales, app_id nope]" in text
        emulator.faults.script("agents.list", Fault.status(500))
        text = await message_of(client.agents.list(voice_group_id=7).collect())
        assert "about voice_group_id 7]" in text


@virtual
async def test_two_objects_of_one_key_name_the_search() -> None:
    rows = [{"id": "G1", "name": "Sales"}, {"id": "G2", "name": "Sales"}]
    page = answer({"r": 0, "data": {"totalPages": 1, "totalGroups": 2, "groups": rows}})
    async with client_over(ScriptedTransport(default=page), retry=ONCE) as client:
        assert (await message_of(client.groups.find(name="Sales"))).startswith(
            "groups.find: 2 objects carry the same name"
        )
        text = await message_of(client.groups.ensure(name="Sales"))
        assert text.startswith("groups.ensure: 2 objects carry the same name (G1, G2); remove all but one")
        assert client.groups.list().finding() == "groups.find"


@virtual
async def test_a_listing_that_cannot_be_trusted_is_named_and_may_be_read_again() -> None:
    page = answer(
        {"r": 0, "data": {"totalPages": 3, "totalGroups": 150, "groups": [{"id": "G1", "name": "A"}]}}
    )
    async with client_over(ScriptedTransport(default=page), retry=ONCE) as client:
        text = await message_of(client.groups.list().collect())
        assert text.startswith("groups.list: page 2 brings no new row, twice; ")
        assert text.endswith("; read it again; if it stays, report it with the vendor's response")

        async def pages() -> None:
            async for _ in client.groups.list().pages():
                pass

        text = await message_of(pages())
        assert text.startswith("groups.list: page 2 holds the same rows as the page before it; read it again")


async def test_a_call_without_a_token_says_what_to_do_and_waits_are_round() -> None:
    """A token endpoint that fails is tried later; a page in its place is a matter of the address."""
    async with Emulator() as emulator, RingMeClient(**emulator.ringme(), retry=ONCE) as client:
        emulator.faults.script("oauth.token", Fault.status(500), Fault.foreign_page(404))
        text = await message_of(client.extensions.list().collect())
        assert "; the call itself was not sent; try it again later [" in text
        text = await message_of(client.extensions.list().collect())
        assert "is url the root of the API server?" in text
        assert "try it again later" not in text
    assert "retry after 9 s" in str(ServerError("down", retry_after=8.99959))
