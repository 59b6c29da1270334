"""Ensure of a resource that has a Spec: what is compared, what is written, and what only a new object needs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stringee_async import (
    ConfigError,
    Ensured,
    Request,
    Response,
    StringeeClient,
    Timeouts,
)
from stringee_async.emulator import Emulator

from ..kit import KEY_SECRET, KEY_SID, ScriptedTransport, agents, answer, client_over, virtual


@pytest.mark.parametrize(
    ("shown", "requests", "changed"),
    [
        ({"webhook_status": 1}, ["GET"], False),
        ({"webhook_status": 2}, ["GET", "PUT"], True),
        ({}, ["GET", "PUT"], True),
    ],
)
async def test_ensure_compares_extra_fields_where_the_vendor_shows_them(
    shown: dict[str, Any], requests: list[str], changed: bool
) -> None:
    """A field that is listed is written if it differs; one that is not listed is written each time."""
    row = {"id": "GR_1", "name": "Sales", **shown}
    counts = {"totalPages": 1, "currentPage": 1, "limit": 100, "totalGroups": "1"}
    listed = answer({"r": 0, "data": {**counts, "groups": [row]}})
    transport = ScriptedTransport(listed, answer({"r": 0}))
    async with StringeeClient(KEY_SID, KEY_SECRET, transport=transport) as client:
        ensured = await client.groups.ensure(name="Sales", extra={"webhook_status": 1, "name": "x"})
    assert (ensured.created, ensured.changed) == (False, changed)
    assert [request.method for request in transport.requests] == requests
    if changed:
        assert json.loads(transport.requests[-1].body or b"") == {"webhook_status": 1}


async def test_ensure_leaves_the_number_to_what_is_there() -> None:
    """An agent that has a number may be set to ring it; a new one without number is not created."""
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        await client.agents.create(name="A", stringee_user_id="a", phone_number="84901234567")
        changed = await client.agents.ensure(name="A", stringee_user_id="a", routing_type=2)
        assert (changed.changed, changed.created) == (True, False)
        with pytest.raises(ConfigError, match="phone_number must be given"):
            await client.agents.ensure(name="B", stringee_user_id="b", routing_type=2)
        assert len(emulator.state.stringee.agents) == 1


@virtual
async def test_an_unlisted_object_that_exists_gets_the_wanted_fields() -> None:
    """ "Exists", with an id that the listing does not show within the settle time: all wanted fields are written to it."""
    empty = agents()
    exists = answer({"r": 2, "message": "Agent existed", "agentID": "A9"})

    def vendor(request: Request) -> Response:
        return {"GET": empty, "POST": exists, "PUT": answer()}[request.method]

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        ensured = await client.agents.ensure(stringee_user_id="u1", name="Binh", routing_type=1)
        assert client.stats().adopted == 0
    assert ensured == Ensured("A9", created=False, changed=True)
    put = transport.requests[-1]
    assert (put.method, put.url.rpartition("/")[2]) == ("PUT", "A9")
    assert json.loads(put.body or b"") == {
        "stringee_user_id": "u1", "name": "Binh", "routing_type": 1,
    }  # fmt: skip
    assert transport.times[-1] - transport.times[0] == pytest.approx(Timeouts().settle, abs=0.1)
