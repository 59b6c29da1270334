"""An apply in a process of its own, killed in the middle and run again; two at once. The long form is in `soak`."""

from __future__ import annotations

from pathlib import Path

from ...kit.killed_runs import killed


async def test_an_apply_that_is_killed_and_run_again_makes_each_thing_once(tmp_path: Path) -> None:
    """240 agents, one of 30 creates lost or late, two kills."""
    figures = await killed(tmp_path, agents=240, kills=2, seed=1)
    assert (figures.doubles, figures.missing, figures.codes) == (0, 0, (0,))


async def test_of_two_applies_at_once_one_is_refused_and_nothing_is_made_twice(tmp_path: Path) -> None:
    figures = await killed(tmp_path, agents=20, kills=0, seed=2, side_by_side=2)
    assert (figures.doubles, figures.missing) == (0, 0)
    assert sorted(figures.codes) == [0, 1]


async def test_two_applies_at_once_without_a_common_lock_do_not_hide_what_both_have_made(
    tmp_path: Path,
) -> None:
    """The vendor takes everything twice. In the same process, moment by moment: `test_two_writers.py`."""
    figures = await killed(tmp_path, agents=20, kills=0, seed=2, side_by_side=2, apart=True)
    assert figures.missing == 0
    assert (2 in figures.codes) == (figures.doubles > 0), figures
