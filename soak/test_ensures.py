"""10,000 ensures over 20 seeds: every resource, every fault, cancellations, lagging listings and no uniqueness.

Run with `-s` to see the figures.
"""

from __future__ import annotations

import pytest

from tests.ensures_by_chance import run


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(20))
async def test_no_double_and_no_loss(seed: int) -> None:
    """500 ensures of some 400 objects of all three vendors: each exists once, with its fields, and each id is right."""
    figures = await run(seed, 500)
    print(f"\nseed {seed}: {figures}")
    assert (figures.doubles, figures.losses, figures.unwritten, figures.unfinished) == (0, 0, 0, 0)
    assert min(figures.cancelled, figures.adopted, figures.creates) > 30
    assert figures.faults > 500
