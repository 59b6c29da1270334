"""Old names keep working, and say what they are called now."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from stringee_async import (
    Drift,
    ItniotechAuth,
    LocalRateLimiter,
    RateLimit,
    RingMeAuth,
    StringeeAuth,
    StringeeClient,
)

from ..kit import ScriptedTransport, answer, virtual


@virtual
async def test_old_names_of_the_limiter_warn_and_work() -> None:
    limiter: Any = LocalRateLimiter(RateLimit(2, 10.0, burst=2))
    with pytest.warns(
        DeprecationWarning, match=r"LocalRateLimiter\.acquire_at_once is now called try_acquire"
    ):
        assert limiter.acquire_at_once("agents.list", "bulk")
    with pytest.warns(DeprecationWarning, match="unhindered is now called unrestricted"):
        assert not limiter.unhindered()
    with pytest.warns(DeprecationWarning, match="delayed is now called sent_late") as caught:
        limiter.delayed(0.0, 0.0)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("owner", "old", "new"),
    [
        (StringeeAuth("SK", "k" * 40), "made", "issued"),
        (StringeeAuth("SK", "k" * 40), "refused", "rejected"),
        (RingMeAuth("id", "secret", url="https://pbx.example"), "made", "issued"),
        (RingMeAuth("id", "secret", url="https://pbx.example"), "refused", "rejected"),
        (ItniotechAuth("key", "secret"), "made", "issued"),
        (ItniotechAuth("key", "secret"), "refused", "rejected"),
        (Drift(first_total=1, last_total=2, repeated=0, passes=3, certain=True), "sweeps", "passes"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_old_names_of_attributes_warn_and_work(owner: object, old: str, new: str) -> None:
    """The warning names both, and points at the line that uses the old one."""
    with pytest.warns(
        DeprecationWarning, match=f"{type(owner).__name__}.{old} is now called {new}"
    ) as caught:
        assert getattr(owner, old) == getattr(owner, new)
    assert caught[0].filename == __file__


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


def test_a_limiter_without_optional_methods_warns_of_nothing() -> None:
    class Plain:
        async def acquire(self, operation: str, lane: str) -> None:
            """Let everybody leave."""

        def pause(self, seconds: float) -> None:
            """Pause for no one."""

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        StringeeClient("SK", "k" * 40, rate_limit=Plain())
