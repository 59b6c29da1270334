"""The short form of the soak run of ensures, for every resource of the three vendors."""

from __future__ import annotations

import pytest

from .ensures_by_chance import run


@pytest.mark.parametrize("seed", [101, 102])
async def test_no_double_and_no_loss(seed: int) -> None:
    """Whatever is lost, late, given up or not listed yet, each object exists once, with its fields, and each id is right."""
    figures = await run(seed, 150)
    assert (figures.doubles, figures.losses, figures.unwritten, figures.unfinished) == (0, 0, 0, 0)
    assert min(figures.cancelled, figures.adopted, figures.creates) > 5
    assert figures.faults > 50
