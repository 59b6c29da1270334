"""A listing that is not certain is read once more before "not found" is believed."""

from __future__ import annotations

import attrs
import pytest

from stringee_async import AmbiguousError, Ensured, NotFoundError, SdkError
from stringee_async.core.messages import Response

from ..itniotech.rig import client_over as itniotech_over
from ..kit import ScriptedTransport, answer, client_over, virtual
from ..ringme.rig import ApiTransport, ringme_over

GOOD = b'{"id":"A1","stringee_user_id":"u1","name":"An"}'
ODD_KEY = b'{"id":"A2","stringee_user_id":"u\xff","name":"Binh"}'
ODD_NAME = b'{"id":"A3","stringee_user_id":"u3","name":"Ch\xff"}'
NO_ROW = b"17"
MADE = answer({"r": 0, "agentID": "A9"})


def page(*rows: bytes) -> object:
    body = b",".join(rows)
    counts = b'"totalPages":1,"currentPage":1,"totalAgents":%d' % len(rows)
    return answer(b'{"r":0,"data":{%s,"agents":[%s]}}' % (counts, body))


@pytest.mark.parametrize("odd", [ODD_KEY, NO_ROW], ids=["bytes of another key replaced", "no object"])
@virtual
async def test_a_row_that_cannot_be_read_is_read_again(odd: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Where a row's key cannot be read, the listing is read twice before "not found" is believed, with a warning."""
    transport = ScriptedTransport(page(GOOD, odd), page(GOOD, odd))
    async with client_over(transport) as client:
        assert await client.agents.find(stringee_user_id="other") is None
    assert transport.count("agents.list") == 2
    assert "the listing is not certain" in caplog.text


@virtual
async def test_a_row_that_may_be_the_wanted_one_is_never_created_again() -> None:
    """A key with lost letters that agrees in all others stays in doubt: `ensure` refuses, names it, creates nothing."""
    transport = ScriptedTransport(page(GOOD, ODD_KEY), page(GOOD, ODD_KEY))
    async with client_over(transport) as client:
        with pytest.raises(AmbiguousError, match="stringee_user_id of A2 cannot be read") as caught:
            await client.agents.ensure(stringee_user_id="u9", name="An")
    assert caught.value.ids == ("A2",)
    assert [request.operation for request in transport.requests] == ["agents.list", "agents.list"]


@pytest.mark.parametrize("id_", ['"id":NaN,', '"id":null,', '"id":[7],', '"id":true,', ""])
@pytest.mark.parametrize("wish", ["find", "ensure"])
@virtual
async def test_a_row_with_the_wanted_key_and_no_readable_id_is_never_created_again(
    wish: str, id_: str
) -> None:
    """The object is there, so "not found" would be wrong: the place of the row is named, and nothing is created."""
    odd = f'{{{id_}"stringee_user_id":"u2"}}'.encode()
    transport = ScriptedTransport(page(GOOD, odd), page(GOOD, odd))
    async with client_over(transport) as client:
        with pytest.raises(AmbiguousError, match=r"\$\.data\.agents\[1\]\.id") as caught:
            if wish == "find":
                await client.agents.find(stringee_user_id="u2")
            else:
                await client.agents.ensure(stringee_user_id="u2", name="An")
    assert caught.value.ids == ()
    assert [request.operation for request in transport.requests] == ["agents.list", "agents.list"]


@virtual
async def test_the_same_holds_at_the_other_vendors() -> None:
    pbx = ApiTransport(default=answer(b'[{"id":NaN,"name":"000*370"},{"id":2,"name":"000*371"}]'))
    async with ringme_over(pbx) as ringme:
        with pytest.raises(AmbiguousError, match=r"\$\[0\]\.id"):
            await ringme.extensions.ensure(name="370", type="phone")
        with pytest.raises(AmbiguousError, match=r"\$\[0\]\.id"):
            await ringme.extensions.find(name="370")
    assert {request.method for request in pbx.requests} == {"GET"}
    data = b'{"pages":1,"total":1,"records":[{"voiceGroupId":NaN,"groupName":"Sales  North","appId":"a"}]}'
    calls = ScriptedTransport(default=answer(b'{"status":"0","data":%s}' % data))
    async with itniotech_over(calls) as itniotech:
        with pytest.raises(AmbiguousError, match=r"records\[0\]\.voiceGroupId"):
            await itniotech.agent_groups.ensure(app_id="a", group_name="Sales North")
    assert {request.operation for request in calls.requests} == {"agent_groups.list"}


@virtual
async def test_a_row_with_another_key_and_no_readable_id_hides_nothing() -> None:
    odd = b'{"id":null,"stringee_user_id":"u3"}'
    transport = ScriptedTransport(page(GOOD, odd), page(GOOD, odd), MADE)
    async with client_over(transport) as client:
        assert (await client.agents.ensure(stringee_user_id="u2", name="An")).created
    assert transport.count("agents.list") == 2


@virtual
async def test_a_second_reading_that_is_certain_is_believed(caplog: pytest.LogCaptureFixture) -> None:
    transport = ScriptedTransport(page(ODD_KEY), page(GOOD))
    async with client_over(transport) as client:
        assert await client.agents.ensure(stringee_user_id="u1", name="An") == Ensured(
            "A1", created=False, changed=False
        )
    assert len(transport.requests) == 2
    assert "not certain" not in caplog.text


@virtual
async def test_an_odd_value_elsewhere_in_a_row_costs_nothing() -> None:
    """A row whose key can be read proves that it is another one: the listing is read once."""
    transport = ScriptedTransport(page(GOOD, ODD_NAME), MADE)
    async with client_over(transport) as client:
        assert (await client.agents.ensure(stringee_user_id="u9", name="Chi")).created
    assert transport.count("agents.list") == 1


@virtual
async def test_an_agent_with_a_stray_byte_in_its_name_is_found() -> None:
    transport = ScriptedTransport(page(ODD_NAME), answer())
    async with client_over(transport) as client:
        ensured = await client.agents.ensure(stringee_user_id="u3", name="Chi")
    assert ensured == Ensured("A3", created=False, changed=True)
    assert [request.operation for request in transport.requests] == ["agents.list", "agents.update"]


@virtual
async def test_two_rows_of_one_key_are_ambiguous() -> None:
    transport = ScriptedTransport(page(GOOD, GOOD.replace(b"A1", b"A7")))
    async with client_over(transport) as client:
        with pytest.raises(AmbiguousError) as caught:
            await client.agents.ensure(stringee_user_id="u1", name="An")
    assert caught.value.ids == ("A1", "A7")
    assert len(transport.requests) == 1


@virtual
async def test_an_error_of_a_search_names_the_search() -> None:
    missing = answer({"r": -1, "message": "Group not found"})
    async with client_over(ScriptedTransport(default=missing)) as client:
        for name, wish in (
            ("find", client.group_agents.find(group_id="GR_X", agent_id="AG_X")),
            ("ensure", client.group_agents.ensure(group_id="GR_X", agent_id="AG_X")),
        ):
            with pytest.raises(
                NotFoundError, match=f"^group_agents.{name}: Group not found.* group_id GR_X"
            ) as caught:
                await wish
            assert (caught.value.call, caught.value.operation) == (
                f"group_agents.{name}",
                "group_agents.list",
            )
            assert "[in group_agents.list," in str(caught.value)


@virtual
async def test_a_failed_look_up_after_a_create_is_the_error_of_the_whole_call() -> None:
    """A group of ITNIO TECH's that was created and cannot be looked up: the error names the call, app and group."""
    made, denied = answer({"status": "0"}), answer({"status": "-1", "reason": "locked"})
    none = answer({"status": "0", "data": {"records": [], "total": 0, "pages": 0, "current": 1, "size": 100}})
    for verb, steps in (("create", (made,)), ("ensure", (none, made))):
        async with itniotech_over(ScriptedTransport(*steps, default=denied)) as client:
            call = getattr(client.agent_groups, verb)
            with pytest.raises(
                SdkError,
                match=rf"^agent_groups\.{verb}: the group was created, but .*; do not create it again",
            ) as caught:
                await call(app_id="app", group_name="Sales team")
        assert "[in agent_groups.list," in str(caught.value)
        assert "group_name Sales team" in str(caught.value)


@pytest.mark.parametrize("spoiled", ["\tGR_1", "\\tGR_1", "GR_1\\u0007", " GR_1"])
@virtual
async def test_an_id_that_was_spoiled_on_the_way_is_never_returned(spoiled: str) -> None:
    """A create whose id has a control character in it is looked up; a row with such an id is read once more."""
    counts = '"totalPages": 1, "totalGroups": 1, "currentPage": 1'

    def listed(row_id: str) -> Response:
        body = f'{{"r": 0, "data": {{{counts}, "groups": [{{"id": "{row_id}", "name": "G"}}]}}}}'
        return attrs.evolve(answer(), body=body.encode())

    empty = answer({"r": 0, "data": {"totalPages": 0, "totalGroups": 0, "groups": []}})
    created = attrs.evolve(answer(), body=f'{{"r": 0, "groupID": "{spoiled}"}}'.encode())
    transport = ScriptedTransport(empty, created, listed(spoiled), listed("GR_1"))
    async with client_over(transport) as client:
        ensured = await client.groups.ensure(name="G")
    assert (ensured.id, ensured.adopted) == ("GR_1", True)
    assert [request.method for request in transport.requests] == ["GET", "POST", "GET", "GET"]


def _groups(*ids: str) -> Response:
    """Return a listing of groups that are all called G, with these ids."""
    rows = [{"id": row_id, "name": "G"} for row_id in ids]
    counts = {"totalPages": 1, "totalGroups": len(ids), "currentPage": 1}
    return answer({"r": 0, "data": {**counts, "groups": rows}})


@pytest.mark.parametrize(
    ("ids", "advice"),
    [
        (("GR\t1",), "its id cannot be read"),
        (("GR_1", "GR\t2"), "2 objects carry the same name"),
        (("GR\t2", "GR_1"), "2 objects carry the same name"),
    ],
)
@virtual
async def test_an_object_whose_id_stays_unreadable_is_neither_returned_nor_overlooked(
    ids: tuple[str, ...], advice: str
) -> None:
    """It is an error after a second reading, also where another object has the same key and a good id."""
    transport = ScriptedTransport(default=_groups(*ids))
    async with client_over(transport) as client:
        with pytest.raises(AmbiguousError, match=advice):
            await client.groups.ensure(name="G")
    assert [request.method for request in transport.requests] == ["GET", "GET"]
