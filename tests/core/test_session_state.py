"""What a session shares with its views: its end under load, counts, options."""

from __future__ import annotations

import asyncio
import logging

import pytest

from stringee_async import Timeouts
from stringee_async.core.errors import ClosedError
from stringee_async.core.retry import RetryPolicy

from ..kit import ScriptedTransport, answer, client_over, virtual
from .rig import CREATE, at_rest, call, settle


@virtual
async def test_with_grace_the_calls_under_way_finish() -> None:
    transport = ScriptedTransport(default=answer(), latency=1.0)
    client = client_over(transport, max_connections=100)
    tasks = [asyncio.create_task(call(client)) for _ in range(500)]
    await asyncio.sleep(0.5)
    closing = asyncio.create_task(client.aclose(grace=10.0))
    await asyncio.sleep(0.1)
    with pytest.raises(ClosedError):
        await call(client)
    await closing
    assert transport.closed
    assert all(task.done() and task.exception() is None for task in tasks)
    assert at_rest(client, 100)


@pytest.mark.parametrize("grace", [0.0, 0.2])
@virtual
async def test_without_grace_the_calls_under_way_end_in_a_typed_error(grace: float) -> None:
    transport = ScriptedTransport(default=answer(), latency=5.0)
    client = client_over(transport, max_connections=100)
    tasks = [asyncio.create_task(call(client, CREATE)) for _ in range(500)]
    await asyncio.sleep(0.5)
    await client.aclose(grace=grace)
    errors = await settle(*tasks)
    assert all(type(error) is ClosedError for error in errors)
    outcomes = [error.outcome for error in errors]
    assert (outcomes.count("unknown"), outcomes.count("not_sent")) == (100, 400)
    assert all(error.attempts == (error.outcome == "unknown") for error in errors)
    assert at_rest(client, 100)
    assert all(task.cancelling() == 0 for task in tasks)


@virtual
async def test_a_cancel_beside_the_close_stays_a_cancel() -> None:
    """A task that is cancelled by its owner and evicted by the close in the same turn ends as cancelled."""
    transport = ScriptedTransport(default=answer(), latency=5.0)
    client = client_over(transport)
    task = asyncio.create_task(call(client))
    await asyncio.sleep(0.5)
    task.cancel()
    await client.aclose()
    with pytest.raises(asyncio.CancelledError):
        await task


@virtual
async def test_a_task_goes_on_after_its_call_was_closed_under_it() -> None:
    """The close ends the call, not the caller's task: it may clean up, and is not left marked as cancelled."""
    transport = ScriptedTransport(default=answer(), latency=5.0)
    client = client_over(transport)

    async def job() -> str:
        try:
            await call(client)
        except ClosedError:
            await asyncio.sleep(1.0)
            return "cleaned up"
        raise AssertionError("the call was closed")

    task = asyncio.create_task(job())
    await asyncio.sleep(0.5)
    await client.aclose()
    assert await task == "cleaned up"


@virtual
async def test_a_view_shares_everything_but_its_options(caplog: pytest.LogCaptureFixture) -> None:
    transport = ScriptedTransport(default=answer())
    client = client_over(transport)
    policy, timeouts = RetryPolicy(max_attempts=1), Timeouts(total=1.0)
    view = client.with_options(lane="bulk", retry=policy, timeouts=timeouts)
    with caplog.at_level(logging.DEBUG, "stringee_async.session"):
        await call(view)
    assert "operation=agents.list method=GET path=/v1/agent attempt=1 status=200" in caplog.text
    assert view._session.timeouts is timeouts
    assert client.stats() == view.stats()
    assert view.with_options()._session.retry is policy
    await view.aclose()
    with pytest.raises(ClosedError):
        await call(client)


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
