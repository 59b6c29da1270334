"""3,000 agents, killed at 50 random moments and resumed each time: the same as one clean run.

Run with `-s` to see the figures.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.killed_runs import killed


@pytest.mark.timeout(1200)
async def test_fifty_kills(tmp_path: Path) -> None:
    figures = await killed(tmp_path, agents=3000, kills=50, seed=7)
    print(f"\n{figures}")
    assert (figures.doubles, figures.missing, figures.codes) == (0, 0, (0,))
