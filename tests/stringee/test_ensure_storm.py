"""The short form of the soak run of ensures: no fault, cancellation or lag makes a second agent, or loses one."""

from __future__ import annotations

import pytest

from ..ensure_storm import storm


@pytest.mark.parametrize("seed", [101, 102])
async def test_no_double_and_no_loss(seed: int) -> None:
    """120 ensures of 60 users, each asked for twice by callers who give up: every user has one agent, with its name."""
    left = await storm(seed, 120, concurrency=32)
    assert (left.doubles, left.lost, left.wrong) == (0, 0, 0)
    assert left.given_up > 5
    assert left.adopted > 1
