"""Durable runs that are killed 50 times, restarted one process after the other, and that lose their database for a while.

Run with `-s` to see the figures.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import attrs
import pytest

pytest.importorskip("dbos", reason="the extra `durable` is not installed")

from stringee_async.durable import DbosRunner
from tests.kit.killed_runs import killed
from tests.kit.services import PostgresServer, postgres_server
from tests.provision.runs import Scene, agents

__all__ = ["postgres_server"]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["file", "database"])
async def test_fifty_kills(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    runs = "file"
    if kind == "database":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        runs = server.url
    figures = await killed(tmp_path, agents=90, kills=50, seed=7, runs=runs)
    print(f"\n{kind}: {figures}")
    assert (figures.doubles, figures.missing, figures.codes) == (0, 0, (0,))


@pytest.mark.timeout(1200)
async def test_a_rolling_restart_of_three_processes(tmp_path: Path, postgres_server: PostgresServer) -> None:
    figures = await killed(
        tmp_path, agents=400, kills=4, seed=8, runs=postgres_server.url, rolling=3, side_by_side=1
    )
    print(f"\n{figures}")
    assert (figures.doubles, figures.missing, figures.codes) == (0, 0, (0, 0, 0))


@pytest.mark.timeout(300)
async def test_a_restart_of_the_database_in_the_middle_fails_nothing(tmp_path: Path) -> None:
    with PostgresServer() as server:
        scene = Scene(seconds=0.05)
        work = attrs.evolve(scene.work(), settle=0.1, account="stringee-0", goal="g", folder=tmp_path)
        run = asyncio.create_task(DbosRunner(server.url, silent=20.0).run(agents(600), work))
        while len(scene.outcomes) < 60:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(3.0)
        began = time.monotonic()
        await asyncio.to_thread(server.start)
        await run
        print(f"\ndone {time.monotonic() - began:.1f} s after the database was back")
    assert scene.states == {"done": 600}
    assert max(scene.times.values()) == 1
