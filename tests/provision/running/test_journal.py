"""The journal: on disk before anything is sent, open units of earlier runs, and files that were damaged."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from stringee_async import ConfigError, StringeeClient, provision
from stringee_async.core.clock import RealClock
from stringee_async.provision.adapter import Done
from stringee_async.provision.runner import UnitOutcome
from stringee_async.provision.running.journal import Intent, Journal
from stringee_async.provision.running.state_folder import state_folder

from ..runs import agents


def rows(path: Path) -> list[tuple[str, ...]]:
    """Read the file as another process would."""
    with sqlite3.connect(path) as database:
        return database.execute("SELECT run, unit, state, id FROM units ORDER BY unit").fetchall()


async def test_an_intent_is_on_disk_when_it_returns_and_its_outcome_at_the_end(tmp_path: Path) -> None:
    path, (first, second, third) = tmp_path / "journal.sqlite3", agents(3)
    journal = Journal(path, "r1", RealClock())
    await journal.open()
    assert journal.fresh
    await asyncio.gather(*map(journal.intend, (first, second)))
    assert [row[:3] for row in rows(path)] == [
        ("r1", first.name, "intended"),
        ("r1", second.name, "intended"),
    ]
    journal.settle(UnitOutcome(unit=first, state="done", done=Done(id="AG_1")))
    journal.settle(UnitOutcome(unit=third, state="not_tried"))
    await journal.aclose()
    assert rows(path) == [("r1", first.name, "done", "AG_1"), ("r1", second.name, "intended", "")]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_units_in_doubt_are_open_until_what_is_there_was_read(tmp_path: Path) -> None:
    path, (first, second, third) = tmp_path / "journal.sqlite3", agents(3)
    before = Journal(path, "r1", RealClock())
    await before.open()
    for unit in (first, second, third):
        await before.intend(unit)
    before.settle(UnitOutcome(unit=first, state="unknown"))
    before.settle(UnitOutcome(unit=third, state="failed"))
    await before.aclose()
    after = Journal(path, "r2", RealClock())
    await after.open()
    assert not after.fresh
    unknown, cut_off = await after.open_intents()
    assert (unknown.unit, unknown.ended is not None) == (first.name, True)
    assert cut_off == Intent("r1", second.name, None)
    await after.intend(first)
    await after.forget_intents()
    assert await after.open_intents() == (Intent("r2", first.name, None),)  # its own stay open
    await after.aclose()


async def test_many_intents_that_wait_share_one_write(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3", "r1", RealClock())
    await journal.open()
    commits: list[str] = []
    await journal._file.run(lambda database: database.set_trace_callback(commits.append))
    await asyncio.gather(*map(journal.intend, agents(100)))
    await journal.intend(agents(1)[0])  # known already
    await journal.aclose()
    assert len(rows(tmp_path / "journal.sqlite3")) == 100
    assert sum(line == "COMMIT" for line in commits) < 60


@pytest.mark.parametrize("damage", ["no database", "cut off"])
async def test_a_torn_file_is_put_aside(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal(path, "r1", RealClock())
    await journal.open()
    await asyncio.gather(*map(journal.intend, agents(300)))
    await journal.aclose()
    path.write_bytes(b"no database" * 500 if damage == "no database" else path.read_bytes()[:9000])
    torn = Journal(path, "r2", RealClock())
    await torn.open()
    assert torn.fresh
    assert await torn.open_intents() == ()
    await torn.aclose()
    assert (tmp_path / "torn-journal.sqlite3").exists()


async def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 9")
    with pytest.raises(ConfigError, match="later version"):
        await Journal(path, "r1", RealClock()).open()
    assert path.exists()


async def test_old_units_that_are_settled_can_be_purged(tmp_path: Path) -> None:
    path, (first, second) = tmp_path / "journal.sqlite3", agents(2)
    journal = Journal(path, "r1", RealClock())
    await journal.open()
    await journal.intend(first)
    journal.settle(UnitOutcome(unit=first, state="done"))
    await journal.intend(second)
    assert await journal.purge(older_than=60.0) == 0
    assert await journal.purge(older_than=-1.0) == 1
    await journal.aclose()
    assert [row[1] for row in rows(path)] == [second.name]


async def test_what_runs_left_behind_is_purged_by_age(tmp_path: Path) -> None:
    client = StringeeClient("SKpurge", "a-secret-of-thirty-two-characters")
    assert await provision.purge(client, older_than=0.0, state=tmp_path) == 0
    folder = state_folder(client, tmp_path)
    folder.make()
    journal = Journal(folder.journal, "r1", RealClock())
    await journal.open()
    first, second = agents(2)
    await journal.intend(first)
    await journal.intend(second)
    journal.settle(UnitOutcome(unit=first, state="done"))
    await journal.aclose()
    (folder.reports / "r1.before").mkdir()
    (folder.reports / "r1.before" / "centre.yaml").write_text("")
    (folder.reports / "r1.report.json").write_text("{}")
    torn, half = folder.path / "torn-journal.sqlite3", folder.path / ".last-applied.json.part"
    for path in (torn, half):
        path.write_text("u.an")
    assert await provision.purge(client, older_than=60.0, state=tmp_path) == 0
    for path in (*folder.reports.iterdir(), torn, half):
        os.utime(path, (1.0, 1.0))
    assert await provision.purge(client, older_than=60.0, state=tmp_path) == 4
    assert [list(folder.reports.iterdir()), torn.exists(), half.exists()] == [[], False, False]
    assert len(rows(folder.journal)) == 2


async def test_on_a_full_disk_no_unit_is_taken_for_written_and_closing_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = agents(2)
    journal = Journal(tmp_path / "journal.sqlite3", "r1", RealClock())
    await journal.open()

    def full(_: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("stringee_async.provision.running.journal.transaction", full)
        outcomes = await asyncio.gather(journal.intend(first), journal.intend(second), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [ConfigError, ConfigError]
    await journal.intend(second)
    assert rows(journal.path) == [("r1", first.name, "intended", ""), ("r1", second.name, "intended", "")]
    journal.settle(UnitOutcome(unit=second, state="done"))
    monkeypatch.setattr("stringee_async.provision.running.journal.transaction", full)
    await journal.aclose()
    assert rows(journal.path)[1][2] == "intended"
