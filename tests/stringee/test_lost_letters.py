"""An id in whose text a byte was lost names nothing: it is never handed out."""

from __future__ import annotations

import pytest

from stringee_async import DecodeError, Response, StringeeClient
from stringee_async.emulator import Emulator, Fault

from ..kit import ScriptedTransport, answer, client_over


def damaged(body: bytes) -> Response:
    return Response(status=200, headers=answer().headers, body=body)


async def test_a_create_whose_id_lost_a_byte_is_unknown() -> None:
    transport = ScriptedTransport(damaged(b'{"r":0,"agentID":"\xffAG_1"}'))
    async with client_over(transport) as client:
        with pytest.raises(DecodeError, match="holds no agentID") as caught:
            await client.agents.create(name="A", stringee_user_id="a")
    assert caught.value.outcome == "unknown"


async def test_ensure_finds_the_object_whose_id_could_not_be_read() -> None:
    async with Emulator(seed=1) as emulator, StringeeClient(**emulator.stringee()) as client:
        emulator.faults.script("agents.create", Fault.odd_bytes())
        ensured = await client.agents.ensure(name="A", stringee_user_id="a")
        assert [ensured.id] == list(emulator.state.stringee.agents)
        assert (ensured.created, ensured.adopted) == (True, True)
        assert (emulator.count("agents.create"), emulator.count("agents.list")) == (1, 2)
