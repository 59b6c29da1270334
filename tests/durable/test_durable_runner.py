"""The durable runner in this process, on a file: order, failures, ends, a locked database, and a second process."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

pytest.importorskip("dbos", reason="the extra `durable` is not installed")

from stringee_async import AuthError, ConfigError, InvalidRequestError, PlanError
from stringee_async.core.clock import RealClock
from stringee_async.durable import DbosRunner
from stringee_async.provision.runner import TOLD_TO_FINISH
from stringee_async.provision.unit import Unit

from ..provision.runs import Behaviour, Scene, agents, unit


class Durable(Scene):
    """A run on a file."""

    def __init__(
        self, folder: Path, behaves: Behaviour = lambda _, __: None, *, seconds: float = 0.002
    ) -> None:
        super().__init__(behaves, seconds=seconds)
        self.durable = DbosRunner()
        self._folder = folder

    async def begin(self, units: Sequence[Unit]) -> None:
        """Carry out the units."""
        work = attrs.evolve(self.work(), settle=0.02, account="stringee-0", goal="goal", folder=self._folder)
        await self.durable.run(units, work)


async def test_units_are_done_in_order_and_a_failure_stops_what_waits_for_it_while_the_file_is_locked(
    tmp_path: Path,
) -> None:
    """A file that another program has locked marks nothing as failed."""
    scene = Durable(
        tmp_path, lambda one, _: InvalidRequestError("no", code=7) if one.name == "create group G1" else None
    )
    links = [unit(f"link G{n % 3}/u{n}", f"create group G{n % 3}", f"create agent u{n}") for n in range(60)]
    groups = [unit(f"group G{n}") for n in range(3)]
    held = threading.Timer(0.0, lambda: None)

    def lock() -> None:
        nonlocal held
        other = sqlite3.connect(tmp_path / "durable.sqlite3", check_same_thread=False, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        held = threading.Timer(0.5, lambda: (other.rollback(), other.close()))
        held.start()

    behaves = scene.behaves
    scene.behaves = lambda one, time: (
        (lock() if one.name == "create agent u30" else None) or behaves(one, time)
    )
    await scene.begin([*links, *groups, *agents(60)])
    held.join()
    assert scene.states == {"done": 102, "failed": 1, "not_tried": 20}
    assert set(scene.times.values()) == {1}
    place = {name: index for index, (_, name) in enumerate(scene.begun)}
    assert all(
        place[link.name] > max(place[name] for name in link.after) for link in links if link.name in place
    )
    assert scene.outcomes["create link G1/u1"].because == "create group G1 failed"
    assert not [
        pair
        for pair in scene.side_by_side
        if len({n.split("/")[0] for n in pair}) == 1 and "link" in min(pair)
    ]
    with sqlite3.connect(tmp_path / "durable.sqlite3") as kept:
        assert kept.execute("SELECT count(*) FROM stringee_lots").fetchone() == (0,)
        assert kept.execute("SELECT count(*) FROM workflow_status").fetchone() == (0,)
    assert (tmp_path / "durable.sqlite3").stat().st_mode & 0o077 == 0


async def test_rejected_credentials_end_the_run_and_it_goes_on_where_it_ended(tmp_path: Path) -> None:
    rejected: list[Unit] = []

    def behaves(one: Unit, _: int) -> Exception | None:
        if one.name == "create agent u70" or rejected:
            rejected.append(one)
            return AuthError("no")
        return None

    scene = Durable(tmp_path, behaves)
    with pytest.raises(AuthError):
        await scene.begin(agents(600))
    assert len(scene.outcomes) == 600
    assert scene.states["not_tried"] > 20
    done = {name for name, outcome in scene.outcomes.items() if outcome.state == "done"}
    again = Durable(tmp_path)
    await again.begin([one for one in agents(600) if one.name not in done])
    assert again.states == {"done": 600 - len(done)}


async def test_a_run_that_is_told_to_finish_begins_nothing_more_and_one_that_is_cancelled_reports_all(
    tmp_path: Path,
) -> None:
    scene = Durable(tmp_path, seconds=0.02)
    run = asyncio.create_task(scene.begin(agents(200)))
    while len(scene.outcomes) < 10:
        await asyncio.sleep(0.005)
    scene.durable.finish()
    await run
    assert len(scene.outcomes) == 200
    assert {one.because for one in scene.outcomes.values() if one.state == "not_tried"} == {TOLD_TO_FINISH}
    assert scene.states["not_tried"] > 100
    assert scene.states["unknown"] == 0
    cut = Durable(tmp_path, seconds=0.02)
    run = asyncio.create_task(cut.begin(agents(200)))
    while len(cut.outcomes) < 10:
        await asyncio.sleep(0.005)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert len(cut.outcomes) == 200
    assert 0 < cut.states["unknown"] <= 8
    assert cut.looks, "what the run before had begun was not looked for"


async def test_a_second_process_on_one_file_is_refused(tmp_path: Path) -> None:
    async with DbosRunner().held("stringee-0", tmp_path, RealClock()):
        with pytest.raises(PlanError, match="another apply is running"):
            async with DbosRunner().held("stringee-0", tmp_path, RealClock()):
                pass


@pytest.mark.parametrize(
    "url", ["mysql://u:s3cret@h/d", "postgresql://u:s3cret@h", "s3cret", "postgresql://["]
)
def test_a_wrong_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match="PostgreSQL") as caught:
        DbosRunner(url)
    assert "s3cret" not in repr(caught.value)
    assert "s3cret" not in repr(DbosRunner("postgresql://u:s3cret@h/d"))
    with pytest.raises(ConfigError, match="silent"):
        DbosRunner(silent=0)
