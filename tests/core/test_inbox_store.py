"""The store in SQLite: private, durable, one owner; what is deleted is nowhere any more."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import stat
import threading
from pathlib import Path

import attrs
import pytest

from stringee_async import ConfigError
from stringee_async.webhooks import SqliteStore, StoredEvent

from ..kit.memory_store import MemoryStore

EVENT = StoredEvent(event_id="e-1", call_id="c-1", received=100.0, body=b"\x00\xff canary", query="a=1")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("kind", ["sqlite", "memory"])
async def test_every_store_keeps_the_protocol(kind: str, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db") if kind == "sqlite" else MemoryStore()
    await store.open()
    assert await store.claim()
    assert await store.claim()
    assert await store.add(EVENT, same_since=0.0)
    assert not await store.add(attrs.evolve(EVENT, received=150.0), same_since=100.0)
    assert await store.add(attrs.evolve(EVENT, received=150.0), same_since=100.5)
    assert await store.add(attrs.evolve(EVENT, event_id="e-2", call_id=None), same_since=0.0)
    first, second, third = await store.load("waiting")
    assert first == attrs.evolve(EVENT, number=first.number)
    assert first.number < second.number < third.number
    assert await store.load("waiting", after=second.number) == [third]
    assert await store.load("waiting", limit=1) == [first]

    dead = attrs.evolve(first, state="dead", attempts=3, due=7.5, error="ValueError: no")
    await store.save(dead)
    await store.save(attrs.evolve(second, state="handled", attempts=1))
    assert await store.load("dead") == [dead]
    assert await store.load("waiting") == [third]

    assert await store.requeue(dead.number)
    assert not await store.requeue(dead.number)
    assert not await store.requeue(third.number)
    assert not await store.requeue(999)
    again = (await store.load("waiting"))[-1]
    assert again == attrs.evolve(first, number=again.number)
    assert again.number > third.number

    assert await store.purge(before=150.0, states=("handled", "dead")) == 0
    assert await store.purge(before=151.0, states=("dead",)) == 0
    assert await store.purge(before=151.0, states=("handled", "dead")) == 1
    assert len(await store.load("waiting")) == 2
    await store.aclose()


async def test_events_and_numbers_survive_closing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    await store.open()
    await store.add(EVENT, same_since=0.0)
    (first,) = await store.load("waiting")
    await store.save(attrs.evolve(first, state="handled"))
    await store.purge(before=1e9, states=("handled",))
    await store.aclose()
    await store.aclose()
    await store.open()
    await store.add(EVENT, same_since=0.0)
    (second,) = await store.load("waiting")
    assert second.number > first.number  # a number is never given twice
    await store.aclose()


async def test_only_the_owner_of_the_files_can_read_them(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    before = os.umask(0)
    try:
        store = SqliteStore(path)
        await store.open()
        await store.claim()
        await store.add(EVENT, same_since=0.0)
        files = sorted(tmp_path.iterdir())
        assert {file.name for file in files} == {
            "events.db",
            "events.db-owner",
            "events.db-shm",
            "events.db-wal",
        }
        assert {mode(file) for file in files} == {0o600}
        await store.aclose()
    finally:
        os.umask(before)
    path.chmod(0o644)
    await store.open()
    assert mode(path) == 0o600
    await store.aclose()


async def test_what_is_purged_is_in_no_file(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    await store.open()
    for number in range(50):
        body = b"canary-%d " % number * (400 if number % 2 else 1)
        await store.add(attrs.evolve(EVENT, event_id=f"e-{number}", body=body), same_since=0.0)
    for event in await store.load("waiting"):
        await store.save(attrs.evolve(event, state="handled", error=None))
    assert any(b"canary" in file.read_bytes() for file in tmp_path.iterdir())
    assert await store.purge(before=1e9, states=("handled",)) == 50
    assert not any(b"canary" in file.read_bytes() for file in tmp_path.iterdir())
    await store.aclose()


async def test_a_reader_that_holds_the_log_of_writes_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stringee_async.core.sqlite_file._BUSY", 0.01)
    path = tmp_path / "events.db"
    store = SqliteStore(path)
    await store.open()
    await store.add(EVENT, same_since=0.0)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM events").fetchall()
    await store.add(attrs.evolve(EVENT, event_id="e-2"), same_since=0.0)
    with caplog.at_level(logging.WARNING, logger="stringee_async"):
        await store.purge(before=1e9, states=("handled",))
    assert "purge again" in caplog.text
    reader.close()
    await store.aclose()


async def test_one_store_at_a_time_handles_a_file(tmp_path: Path) -> None:
    first, second = SqliteStore(tmp_path / "events.db"), SqliteStore(tmp_path / "events.db")
    await first.open()
    await second.open()
    assert await first.claim()
    assert not await second.claim()
    assert await second.add(EVENT, same_since=0.0)
    assert len(await first.load("waiting")) == 1
    await first.aclose()
    assert await second.claim()
    await second.aclose()


@pytest.mark.parametrize("what", ["folder", "no database", "no folder", "later version"])
async def test_what_cannot_be_opened_is_named(what: str, tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    if what == "folder":
        path.mkdir()
    elif what == "no database":
        path.write_bytes(b"this is no database" * 100)
    elif what == "no folder":
        path = tmp_path / "missing" / "events.db"
    else:
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 2")
        database.close()
    store = SqliteStore(path)
    with pytest.raises(ConfigError, match=r"events\.db (cannot be opened|was made by a later version)"):
        await store.open()
    with pytest.raises(ConfigError, match="not open"):
        await store.load("waiting")
    assert repr(store) == f"SqliteStore({str(path)!r})"


async def test_one_write_that_fails_fails_no_other_that_is_written_with_it(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    await store.open()
    events = [attrs.evolve(EVENT, event_id=f"e-{number}", call_id="c") for number in range(20)]
    events[7] = attrs.evolve(events[7], call_id="half of a character: \ud800")
    added = await asyncio.gather(
        *(store.add(event, same_since=0.0) for event in events), return_exceptions=True
    )
    assert [result for result in added if result is not True] == [added[7]]
    assert isinstance(added[7], UnicodeEncodeError)
    assert [event.event_id for event in await store.load("waiting")] == [
        f"e-{number}" for number in range(20) if number != 7
    ]
    await store.aclose()


async def test_a_write_whose_caller_is_cancelled_is_written_all_the_same(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "events.db")
    await store.open()
    release = threading.Event()
    slow = asyncio.ensure_future(store._file.run_raw(lambda _: release.wait()))
    adding = asyncio.ensure_future(store.add(EVENT, same_since=0.0))
    await asyncio.sleep(0)
    adding.cancel()
    release.set()
    await slow
    await store.aclose()
    await store.open()
    assert len(await store.load("waiting")) == 1
    await store.aclose()


async def test_an_event_that_fails_halfway_to_the_end_of_the_line_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(tmp_path / "events.db")
    await store.open()
    await store.add(EVENT, same_since=0.0)
    (event,) = await store.load("waiting")
    await store.save(attrs.evolve(event, state="dead"))
    monkeypatch.setattr("stringee_async.core.inbox_store._DROP", "no SQL")
    with pytest.raises(sqlite3.OperationalError):
        await store.requeue(event.number)
    assert [found.number for found in await store.load("dead")] == [event.number]
    assert await store.load("waiting") == []
    await store.aclose()


async def test_a_store_that_is_open_is_not_opened_again(tmp_path: Path) -> None:
    """By two inboxes that were given the same store."""
    store = SqliteStore(tmp_path / "events.db")
    await store.open()
    with pytest.raises(ConfigError, match=r"events\.db is open already"):
        await store.open()
    assert await store.add(EVENT, same_since=0.0)
    await store.aclose()


async def test_a_claim_that_fails_is_no_claim_of_another_process(tmp_path: Path) -> None:
    (tmp_path / "events.db-owner").write_bytes(b"this is no database" * 100)
    store = SqliteStore(tmp_path / "events.db")
    await store.open()
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        await store.claim()
    await store.aclose()


async def test_a_store_is_closed_also_where_the_caller_is_cancelled_while_it_waits(tmp_path: Path) -> None:
    """Another process can then handle its events."""
    store, other = SqliteStore(tmp_path / "events.db"), SqliteStore(tmp_path / "events.db")
    await store.open()
    await other.open()
    assert await store.claim()
    held, free = threading.Event(), threading.Event()

    def hold(*_: object) -> None:
        held.set()
        free.wait(5)

    busy = asyncio.create_task(store._file.run_raw(lambda _: hold()))
    await asyncio.to_thread(held.wait, 5)
    closing = asyncio.create_task(store.aclose())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    free.set()
    await busy
    for _ in range(500):
        if await other.claim():
            break
        await asyncio.sleep(0.01)
    assert await other.claim()
    await other.aclose()
