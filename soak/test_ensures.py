"""10,000 ensures over 20 seeds, with every fault on, cancellations, a lagging listing and no uniqueness.

Run with `-s` to see the figures.
"""

from __future__ import annotations

import pytest

from tests.ensure_storm import storm


@pytest.mark.parametrize("seed", range(20))
async def test_no_double_and_no_loss(seed: int) -> None:
    """500 ensures of 250 users, each asked for twice: every user has one agent, with its name."""
    left = await storm(seed, 500)
    print(f"\nseed {seed}: {left}")
    assert (left.doubles, left.lost, left.wrong) == (0, 0, 0)
    assert left.given_up > 30
    assert left.adopted > 10
