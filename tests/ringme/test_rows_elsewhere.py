"""Rows under a name that the vendor does not promise are never "there is nothing": the error names where they stand."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import DecodeError, RingMeClient

from ..kit import answer
from .rig import ApiTransport, ringme_over

ROW = {"id": 1, "agent_id": 1, "name": "370", "title": "x"}
LISTS: dict[str, Any] = {
    "extensions": lambda c: c.extensions.list(),
    "agents.local": lambda c: c.agents.local.list(),
    "agents.remote": lambda c: c.agents.remote.list(),
    "extension_agents": lambda c: c.extension_agents.list(117),
    "queue_agents": lambda c: c.queue_agents.local.list(208),
    "agent_events": lambda c: c.agent_events.remote.list(9),
    "extension_events": lambda c: c.extension_events.list(208),
    "sounds": lambda c: c.sounds.list(),
}
BODIES: dict[str, tuple[Any, str]] = {
    "rows under another name": ({"items": [ROW]}, "items"),
    "none under another name": ({"items": []}, "items"),
    "with a total": ({"total_count": 1, "data": [ROW]}, "data"),
    "beside an empty result": ({"total_count": 0, "result": [], "items": [ROW]}, "items"),
    "beside null": ({"total_count": 0, "result": None, "items": [ROW]}, "items"),
}


async def refused(client: RingMeClient, name: str) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        await LISTS[name](client).collect()
    return caught.value


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("body", BODIES)
async def test_rows_under_a_name_that_is_not_promised_are_an_error_that_names_it(
    name: str, body: str
) -> None:
    given, key = BODIES[body]
    async with ringme_over(ApiTransport(default=answer(given))) as client:
        error = await refused(client, name)
    assert f"an array under {key}" in error.message
    assert error.paths == (f"$.{key}",)


@pytest.mark.parametrize("name", LISTS)
async def test_what_is_promised_is_read_whatever_stands_beside_it(name: str) -> None:
    for given, count in (
        ({"total_count": 1, "result": [ROW], "links": ["a"]}, 1),
        ({"total_count": 0, "result": [], "links": []}, 0),
        ({**ROW, "tags": ["a"]}, 1),
    ):
        async with ringme_over(ApiTransport(default=answer(given))) as client:
            assert len(await LISTS[name](client).collect()) == count


async def test_members_of_a_queue_too() -> None:
    """The list that is returned whole."""
    async with ringme_over(ApiTransport(default=answer({"members": [{"call_api_id": "c"}]}))) as client:
        with pytest.raises(DecodeError, match="an array under members"):
            await client.queues.members(208)
