"""Runs every test that asks for a `rig` once for each vendor."""

from __future__ import annotations

import pytest

from .rig import Rig
from .rigs import RIGS


@pytest.fixture(params=list(RIGS.values()), ids=list(RIGS))
def rig(request: pytest.FixtureRequest) -> Rig:
    """One vendor."""
    found: Rig = request.param
    return found
