"""SQLite files with personal data: private, of one kind, used in a thread of their own."""

from __future__ import annotations

import asyncio
import os
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


async def test_a_missing_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "absent" / "notes.db", NOTES)
    with pytest.raises(ConfigError, match="there is no folder absent; create it first"):
        await file.open()
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


@pytest.mark.parametrize("kind", ["folder", "pipe"])
async def test_what_is_no_file_is_refused_and_keeps_its_rights(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "notes.db"
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    path.chmod(0o755)
    with pytest.raises(ConfigError, match=r"notes\.db cannot be opened as a store of notes: it is no file"):
        await SqliteFile(path, NOTES).open()
    assert stat.S_IMODE(path.stat().st_mode) == 0o755


@pytest.mark.parametrize("name", ["a\0b.db", "a\ud800b.db"])
async def test_a_name_with_odd_characters_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be opened as a store of notes"):
        await SqliteFile(tmp_path / name, NOTES).open()
    assert not list(tmp_path.iterdir())


async def test_the_rights_of_others_are_taken_from_the_logs_of_a_file_too(tmp_path: Path) -> None:
    """They stay behind where the program that wrote the file was killed."""
    path = tmp_path / "notes.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("CREATE TABLE notes (text TEXT)")
    found = sorted(tmp_path.iterdir())
    for one in found:
        one.chmod(0o644)
    file = SqliteFile(path, NOTES)
    await file.open()
    assert [(one.name, stat.S_IMODE(one.stat().st_mode)) for one in found] == [
        ("notes.db", 0o600), ("notes.db-shm", 0o600), ("notes.db-wal", 0o600)
    ]  # fmt: skip
    await file.aclose()
    other.close()


async def test_what_cannot_be_written_is_said_so_and_written_when_there_is_room_again(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "notes.db", NOTES)
    await file.open()

    def write(database: sqlite3.Connection) -> None:
        with transaction(database):
            database.execute("INSERT INTO notes VALUES (?)", ("x" * 100_000,))

    await file.run(lambda database: database.execute("PRAGMA max_page_count = 4"))
    with pytest.raises(ConfigError, match=r"notes\.db cannot be used: database or disk is full"):
        await file.run(write)
    await file.run(lambda database: database.execute("PRAGMA max_page_count = 4000"))
    await file.run(write)
    await file.aclose()


def test_a_transaction_whose_end_fails_is_undone(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    database.executescript(
        "PRAGMA foreign_keys = ON; CREATE TABLE a (id INTEGER PRIMARY KEY);"
        "CREATE TABLE b (id INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED);"
    )
    for _ in range(2):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), transaction(database):
            database.execute("INSERT INTO b VALUES (1)")
    assert database.execute("SELECT count(*) FROM b").fetchone() == (0,)
    database.close()


def test_the_error_that_ended_a_transaction_is_the_one_that_is_raised(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    database.executescript("CREATE TABLE a (id INTEGER PRIMARY KEY); INSERT INTO a VALUES (1);")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"), transaction(database):
        database.execute("INSERT OR ROLLBACK INTO a VALUES (1)")
    database.close()


async def test_a_file_is_closed_also_where_the_caller_is_cancelled_while_it_waits(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "notes.db", NOTES)
    await file.open()
    held, free = threading.Event(), threading.Event()

    def hold(*_: object) -> None:
        held.set()
        free.wait(5)

    busy = asyncio.create_task(file.run(hold))
    await asyncio.to_thread(held.wait, 5)
    closing = asyncio.create_task(file.aclose())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    free.set()
    await busy
    for _ in range(500):
        if not (tmp_path / "notes.db-wal").exists():
            break
        await asyncio.sleep(0.01)
    assert [one.name for one in tmp_path.iterdir()] == ["notes.db"]
