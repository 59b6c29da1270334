"""Rooms of video conferences, and the tokens that let users in."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from stringee_async import AlreadyExistsError, ConfigError, NotFoundError, StringeeClient, to_dict
from stringee_async.stringee import Room

from ..kit import KEY_SECRET, KEY_SID, ScriptedTransport, answer, client_over, virtual
from ..kit.emulated import emulated


async def test_a_room_is_made_listed_and_deleted() -> None:
    async with emulated(StringeeClient) as site:
        rooms = site.client.rooms
        made = await rooms.create(name="Standup", unique_name="s-1")
        assert made.room_id is not None
        with pytest.raises(AlreadyExistsError):
            await rooms.create(name="Other", unique_name="s-1")
        (room,) = await rooms.list().collect()
        assert room == Room(room_id=made.room_id, name="Standup", unique_name="s-1")
        assert to_dict(room) == {"roomId": made.room_id, "name": "Standup", "uniqueName": "s-1"}
        await rooms.delete(made.room_id)
        assert site.state.rooms == {}
        with pytest.raises(NotFoundError):
            await rooms.delete(made.room_id)
        await rooms.delete(made.room_id, missing_ok=True)


@virtual
async def test_the_samples_of_the_page_load_and_an_id_may_be_missing() -> None:
    """The page shows neither the id of a new room nor the list; what public projects read is read."""
    transport = ScriptedTransport(
        answer({"r": 0, "msg": "Success"}),
        answer({"r": 0, "msg": "Success", "roomId": "room-1"}),
        answer({"r": 0, "msg": "Delete success"}),
    )
    async with client_over(transport) as client:
        assert (await client.rooms.create(name="tient_test")).room_id is None
        assert (await client.rooms.create(name="tient_test")).room_id == "room-1"
        await client.rooms.delete("room-vn-1-EKNUBSUJFW-1597685448625")


@pytest.mark.parametrize(
    ("rows", "good"),
    [
        ([{"roomId": "r1", "record": 1}, {"name": "x"}, None, 7], 1),
        (None, 0),
        ([], 0),
    ],
)
@virtual
async def test_odd_rows_are_set_aside(rows: Any, good: int) -> None:
    async with client_over(ScriptedTransport(default=answer({"r": 0, "list": rows}))) as client:
        listing = client.rooms.list()
        assert len(await listing.collect()) == good
        assert len(listing.malformed) == len(rows or []) - good


def test_a_room_token_holds_what_the_page_says() -> None:
    token = client_over(ScriptedTransport()).room_token("room-1", control_room=True, lifetime=60)
    assert jwt.get_unverified_header(token)["cty"] == "stringee-api;v=1"
    claims = jwt.decode(token, KEY_SECRET, algorithms=["HS256"])
    assert claims.pop("jti")
    assert claims.pop("exp")
    assert claims == {
        "iss": KEY_SID,
        "roomId": "room-1",
        "permissions": {"publish": True, "subscribe": True, "control_room": True},
    }


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("room_id", lambda c: c.room_token("")),
        ("publish", lambda c: c.room_token("r", publish=1)),
        ("subscribe", lambda c: c.room_token("r", subscribe=None)),
        ("control_room", lambda c: c.room_token("r", control_room="yes")),
        ("lifetime", lambda c: c.room_token("r", lifetime=0)),
    ],
)
def test_bad_arguments_of_a_room_token_are_named(name: str, call: Any) -> None:
    with pytest.raises(ConfigError, match=name):
        call(client_over(ScriptedTransport()))


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("name", lambda c: c.rooms.create(name="")),
        ("unique_name", lambda c: c.rooms.create(name="a", unique_name="")),
        ("room_id", lambda c: c.rooms.delete("a/b")),
        ("page_size", lambda c: c.rooms.list(page_size=0)),
    ],
)
@virtual
async def test_bad_arguments_are_named_and_nothing_is_sent(name: str, call: Any) -> None:
    transport = ScriptedTransport()
    async with client_over(transport) as client:
        with pytest.raises(ConfigError, match=name):
            await call(client)
    assert transport.requests == []
