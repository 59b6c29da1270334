"""Old names keep working, and say what they are called now."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import (
    Drift,
    ItniotechAuth,
    LocalRateLimiter,
    RateLimit,
    RingMeAuth,
    StringeeAuth,
)

from ..kit import virtual


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
