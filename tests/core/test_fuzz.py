"""Mutated responses over connections that are used again: each response belongs to its request, and nothing is left behind."""

from __future__ import annotations

import pytest

from ..kit.fuzzing import fuzz


@pytest.mark.parametrize("seed", range(4))
async def test_no_mutation_gives_a_response_to_another_request(seed: int) -> None:
    """Cut, doubled, mixed and stray responses end in the SDK's errors; no connection and no task is left."""
    ended = await fuzz(seed, 250)
    assert ended["whole"] > 50
    assert ended["OutcomeUnknownError"] > 50
