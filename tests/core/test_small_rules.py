"""Small rules of the core that no larger story reaches: comparison, names of causes, connections without a socket."""

from __future__ import annotations

import asyncio

import pytest

from stringee_async import NotSentError
from stringee_async.core.network_errors import no_connection
from stringee_async.core.retry_class import RetryClass

from ..kit import ScriptedTransport, agents, answer, client_over, virtual
from .rig import make_request


def test_a_connection_that_fails_for_no_known_reason_is_not_sent() -> None:
    """An error of the system that says nothing still says that nothing was sent."""
    error = no_connection(OSError("odd"), make_request(RetryClass.CREATE, "agents.create"))
    assert isinstance(error, NotSentError)
    assert "it was not established (OSError)" in str(error)


@virtual
async def test_a_timeout_of_somebody_elses_is_not_an_ensures_deadline() -> None:
    """A `TimeoutError` that a transport raises leaves an ensure as it is."""
    empty = agents()
    async with client_over(ScriptedTransport(empty, TimeoutError("of the transport"))) as client:
        with pytest.raises(TimeoutError, match="of the transport"):
            await client.agents.ensure(stringee_user_id="u1", name="An")


@virtual
async def test_two_who_close_both_hear_that_the_last_call_has_ended() -> None:
    """A task that waits for the calls under way is woken once, also where one of them has given up waiting."""
    client = client_over(ScriptedTransport(default=answer({"r": 0, "agentID": "A1"}), latency=1.0))
    call = asyncio.create_task(client.agents.create(name="An", stringee_user_id="u1"))
    await asyncio.sleep(0.1)
    closing = [asyncio.create_task(client.aclose(grace=5.0)) for _ in range(2)]
    await asyncio.sleep(0.1)
    client._session.state.gate.responded()
    await asyncio.gather(call, *closing)
    assert call.result().id == "A1"
