"""Processes that apply with the durable runner and are killed: on a file, and two at one time on a database.

`tests/provision/running/test_killed_runs.py` does the same to the runner in one process; the long forms are in `soak`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("dbos", reason="the extra `durable` is not installed")

from ..kit.killed_runs import killed
from ..kit.services import PostgresServer


@pytest.mark.timeout(120)
async def test_a_durable_run_that_is_killed_and_run_again_makes_each_thing_once(tmp_path: Path) -> None:
    figures = await killed(tmp_path, agents=90, kills=1, seed=3, runs="file")
    assert (figures.doubles, figures.missing, figures.codes) == (0, 0, (0,))


@pytest.mark.timeout(120)
async def test_two_processes_take_over_what_a_killed_one_had_and_make_each_thing_once(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """In one folder: the lock of the machine lets both in, the lease in the database guards them."""
    figures = await killed(tmp_path, agents=90, kills=1, seed=4, runs=postgres_server.url, side_by_side=2)
    assert (figures.doubles, figures.missing, figures.codes) == (0, 0, (0, 0))
