"""Limiters of the user's: what they must have, and what they may have under a new or an old name."""

from __future__ import annotations

import asyncio

import pytest

from stringee_async import (
    StringeeClient,
)
from stringee_async.core.unset import Lane

from ..kit import ScriptedTransport, answer, client_over, virtual
from .rig import (
    OwnLimiter,
    call,
)


class OldLimiter:
    """A limiter of a user's, with the old name of an optional method."""

    def __init__(self) -> None:
        self.asked = 0
        self.waited = 0

    async def acquire(self, operation: str, lane: str) -> None:
        self.waited += 1

    def acquire_at_once(self, operation: str, lane: str) -> bool:
        self.asked += 1
        return True

    def pause(self, seconds: float) -> None:
        raise AssertionError("nothing asked for a pause")


@virtual
async def test_a_limiter_with_old_names_is_used_by_them() -> None:
    limiter = OldLimiter()
    made = answer({"r": 0, "agentID": "A1"})
    with pytest.warns(
        DeprecationWarning, match=r"OldLimiter\.acquire_at_once is now called try_acquire"
    ) as caught:
        client = StringeeClient("SK", "k" * 40, transport=ScriptedTransport(made, made), rate_limit=limiter)
    assert caught[0].filename == __file__
    async with client:
        for user in ("u1", "u2"):  # the first has no token yet, and waits its turn
            await client.agents.create(name="An", stringee_user_id=user)
    assert (limiter.waited, limiter.asked) == (1, 1)


@virtual
async def test_a_limiter_of_the_users_own_is_asked_and_told() -> None:
    """An object with just `acquire` and `pause` works: one permit per request with operation and lane, and each pause."""
    limiter = OwnLimiter()
    transport = ScriptedTransport(
        answer({"r": 1}, 429, Retry_After="2"), answer({"r": 1}, 500), default=answer()
    )
    async with client_over(transport, rate_limit=limiter) as client:
        await call(client)
        await call(client.with_options(lane="bulk"))
        assert client.stats().paused == 2.0
    assert limiter.acquired == [("agents.list", "interactive")] * 3 + [("agents.list", "bulk")]
    assert limiter.pauses == [2.0]


@virtual
async def test_a_limiter_that_ignores_a_pause_does_not_hold_the_call_for_ever() -> None:
    limiter = OwnLimiter()
    transport = ScriptedTransport(default=answer())
    client = client_over(transport, rate_limit=limiter)

    async def slow(operation: str, lane: Lane) -> None:
        limiter.acquired.append((operation, lane))
        await asyncio.sleep(1.0)

    limiter.acquire = slow  # type: ignore[method-assign]
    task = asyncio.create_task(call(client))
    await asyncio.sleep(0.5)
    client._session.state.gate.pause(30.0, "agents.list", 3600.0)
    await task
    assert len(limiter.acquired) == 2
    await client.aclose()
