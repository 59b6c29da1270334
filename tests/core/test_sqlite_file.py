"""SQLite files with personal data: private, of one kind, used in a thread of their own."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from stringee_async import ConfigError
from stringee_async.core.sqlite_file import Schema, SqliteFile, emptied_log, transaction

NOTES = Schema(
    what="a store of notes",
    version=2,
    table="notes",
    script="CREATE TABLE IF NOT EXISTS notes (text TEXT); PRAGMA user_version = 2;",
)
LETTERS = Schema(
    what="a store of letters",
    version=2,
    table="letters",
    script="CREATE TABLE IF NOT EXISTS letters (text TEXT); PRAGMA user_version = 2;",
)


async def test_a_file_is_for_its_owner_only_and_used_in_a_thread_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    file = SqliteFile(path, NOTES)
    await file.open()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    used = {await file.run(lambda _: threading.get_ident()) for _ in range(3)}
    assert len(used) == 1
    assert threading.get_ident() not in used
    await file.aclose()
    await file.aclose()


async def test_the_rights_of_others_are_taken_from_a_file_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.touch(mode=0o644)
    path.chmod(0o644)
    file = SqliteFile(path, NOTES)
    await file.open()
    await file.aclose()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_file_that_is_not_open_or_is_open_already_is_refused(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "notes.db", NOTES)
    with pytest.raises(ConfigError, match=r"notes\.db is not open"):
        await file.run(lambda database: database)
    await file.open()
    with pytest.raises(ConfigError, match=r"notes\.db is open already"):
        await file.open()
    await file.aclose()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.write_bytes(b"no database" * 100), "cannot be opened as a store of notes"),
        (lambda path: path.mkdir(), "cannot be opened as a store of notes"),
        (
            lambda path: sqlite3.connect(path).executescript("PRAGMA user_version = 3;").close(),
            "later version",
        ),
    ],
    ids=["no database", "a folder", "a later version"],
)
async def test_what_is_no_such_file_is_refused_by_its_name(tmp_path: Path, make: object, told: str) -> None:
    path = tmp_path / "notes.db"
    make(path)  # type: ignore[operator]
    file = SqliteFile(path, NOTES)
    with pytest.raises(ConfigError, match=told) as caught:
        await file.open()
    assert "notes.db" in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
    await file.aclose()


async def test_a_file_of_another_kind_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    file = SqliteFile(path, NOTES)
    await file.open()
    await file.aclose()
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="holds something else"):
        await SqliteFile(path, LETTERS).open()
    assert path.read_bytes() == before


async def test_a_transaction_is_carried_out_whole_or_not_at_all(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "notes.db", NOTES)
    await file.open()

    def fail(database: sqlite3.Connection) -> None:
        with transaction(database):
            database.execute("INSERT INTO notes VALUES ('a')")
            raise ValueError("no")

    def write(database: sqlite3.Connection) -> None:
        with transaction(database):
            database.execute("INSERT INTO notes VALUES ('b')")

    with pytest.raises(ValueError, match="no"):
        await file.run(fail)
    await file.run(write)
    assert await file.run(lambda database: database.execute("SELECT * FROM notes").fetchall()) == [("b",)]
    assert await file.run(emptied_log)
    await file.aclose()
