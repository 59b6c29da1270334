"""What provisioning promises, in full size: 200 specifications for each vendor, and 10,000 agents under faults, 20 times.

Run with `-s` to see the figures.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kit.faulty_applies import clean_calls, faulty
from tests.provision.real_worlds import VENDORS, applied_one_after_the_other


@pytest.mark.timeout(900)
@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_plan_after_an_apply_is_empty(vendor: str, tmp_path: Path) -> None:
    counted = await applied_one_after_the_other(vendor, range(280), tmp_path)
    print(f"\n{vendor}: {counted}")
    assert counted.left == {}
    assert counted.applied >= 200


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(20))
async def test_faults_make_nothing_twice_lose_nothing_and_cost_few_calls(seed: int, tmp_path: Path) -> None:
    """10,000 agents in 200 groups; 10 % of all calls refused by 429, 5 % reset, the responses of 3 % lost."""
    sizes = {"agents": 10_000, "groups": 200}
    clean = await clean_calls(tmp_path / "clean", **sizes) if not seed else CLEAN
    assert clean == CLEAN
    found = await faulty(tmp_path / "faulty", **sizes, seed=seed, clean=clean)
    print(f"\nseed {seed}: {found}, {found.share:.2%} extra")
    assert (found.doubles, found.missing, found.code) == (0, 0, 0)
    assert found.share <= 0.03


CLEAN = 20_504
"""Calls without faults: before, one page of agents and one of groups; 20,200 creates; afterwards 100 pages of agents, two of
groups, and one listing of members for each group."""
