"""Creating an agent group of ITNIO TECH, whose id has to be looked up afterwards."""

from __future__ import annotations

import asyncio

import pytest

from stringee_async import (
    AmbiguousError,
    DeadlineError,
    NotSentError,
    RetryPolicy,
    SdkError,
    ServerError,
    Timeouts,
)
from stringee_async.core.messages import Response
from tests.kit import ScriptedTransport, answer, virtual

from .rig import centre_of, client_over, ok


@pytest.mark.parametrize(
    "look_up", [NotSentError("no connection"), answer(b"", 500), DeadlineError(outcome="not_sent")]
)
@virtual
async def test_a_create_whose_look_up_failed_is_not_to_be_sent_again(look_up: Response | Exception) -> None:
    """The group exists, so the very same call must not be repeated, although its last request was a read."""
    transport = ScriptedTransport(ok(), look_up)
    async with client_over(
        transport, retry=RetryPolicy(max_attempts=1), timeouts=Timeouts(total=9.0)
    ) as client:
        with pytest.raises(SdkError, match="the group was created") as caught:
            await client.agent_groups.create(app_id="4luaKsL2", group_name="Sales")
    assert not caught.value.retryable
    assert caught.value.outcome is None
    assert len(transport.requests) == 2
    assert isinstance(caught.value, (NotSentError, ServerError, DeadlineError))


@virtual
async def test_a_create_that_is_cancelled_in_its_look_up_says_that_the_group_exists() -> None:
    transport = ScriptedTransport(ok(), lambda _: asyncio.sleep(60.0))
    async with client_over(transport) as client:
        task = asyncio.ensure_future(client.agent_groups.create(app_id="4luaKsL2", group_name="Sales"))
        await asyncio.sleep(1.0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert client.stats().unknown == 0
    assert "the group was created" in caught.value.__notes__[0]
    assert len(transport.requests) == 2


async def test_two_groups_of_a_name_are_ambiguous_and_nothing_changes() -> None:
    async with centre_of() as centre:
        groups = [centre.state.add_group("Sales") for _ in range(2)]
        with pytest.raises(AmbiguousError) as caught:
            await centre.client.agent_groups.ensure(app_id=centre.state.app_id, group_name="Sales")
        assert caught.value.ids == tuple(map(str, groups))
        assert centre.emulator.count() == centre.emulator.count("agent_groups.list") == 1
