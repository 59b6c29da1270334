"""The short form of the soak run of ensures, for every resource of the three vendors."""

from __future__ import annotations

import pytest

from stringee_async.emulator.faults import NAMES

from .ensures_by_chance import FAULTS, LISTING_FAULTS, run


@pytest.mark.parametrize("seed", [101, 102])
async def test_no_double_and_no_loss(seed: int) -> None:
    """Whatever is lost, late, given up or not listed yet, each object exists once, with its fields, and each id is right."""
    figures = await run(seed, 150)
    assert (figures.doubles, figures.losses, figures.unwritten, figures.unfinished) == (0, 0, 0, 0)
    assert min(figures.cancelled, figures.adopted, figures.creates) > 5
    assert figures.faults > 50


def test_every_fault_of_the_emulator_has_its_chance() -> None:
    """A new fault is part of the run, or named here: `lagging_list` may hide a row for longer than the settle time."""
    assert {fault.kind for fault, _ in (*FAULTS, *LISTING_FAULTS)} == set(NAMES) - {"lagging_list"}
