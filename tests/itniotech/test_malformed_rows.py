"""Responses that are broken, refusals, and odd rows, from the emulator over real sockets; named after the statements."""

from __future__ import annotations

import pytest

from stringee_async import (
    DecodeError,
)

from .rig import centre_of

# -- models -------------------------------------------------------------------------------------------------


async def test_new_values_and_fields_of_rows_are_kept() -> None:
    async with centre_of() as centre:
        keys = centre.state.add_agents(centre.state.add_group("Sales"), 50)
        centre.state.agents.change(str(keys[3]), status=77, deleteFlag=5, skills=[{"language": "vi"}])
        centre.state.agents.change(str(keys[4]), priority=["x"])
        agents = await centre.client.agents.list().collect()
        assert [agent.key_id for agent in agents] == keys
        assert (agents[3].status, agents[3].delete_flag) == (77, 5)
        assert agents[3].extra["skills"] == [{"language": "vi"}]
        assert agents[4].priority is None
        assert [fault.value for fault in agents[4].malformed] == [["x"]]
        with pytest.raises(DecodeError, match="priority"):
            await centre.client.agents.list(strict=True).collect()


async def test_a_row_without_its_id_stands_apart() -> None:
    async with centre_of() as centre:
        keys = centre.state.add_agents(centre.state.add_group("Sales"), 50)
        centre.state.agents.change(str(keys[7]), keyId=None)
        listing = centre.client.agents.list()
        pages = [page async for page in listing.pages()]
        assert [len(page.items) for page in pages] == [49]
        assert [fault.path for fault in pages[0].malformed] == ["$.data.records[7].keyId"]
