"""Where an inbox keeps its events: the protocol that every store has, and the store in an SQLite file.

The file and those beside it can be read by their owner only (mode 600). What is deleted is overwritten. SQLite is used in a thread
of the store's own, so the event loop never waits for the disk.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections import deque
from collections.abc import Collection
from typing import Any, Final, Protocol

import attrs

from .inbox_events import State, StoredEvent
from .sqlite_file import Schema, SqliteFile, emptied_log, make_private, transaction

logger = logging.getLogger("stringee_async.webhooks")

_FIELDS: Final = tuple(field.name for field in attrs.fields(StoredEvent))
_SCHEMA: Final = Schema(
    what="an inbox",
    version=1,
    table="events",
    script="""
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, call_id TEXT, received REAL NOT NULL,
    query TEXT NOT NULL, body BLOB NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, due REAL NOT NULL,
    error TEXT
);
CREATE INDEX IF NOT EXISTS events_by_id ON events (event_id, received);
CREATE INDEX IF NOT EXISTS events_by_state ON events (state, number);
PRAGMA user_version = 1;
""",
)
_ADD: Final = """
INSERT INTO events (event_id, call_id, received, query, body, state, attempts, due, error)
SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM events WHERE event_id = ? AND received >= ?)
"""
_LOAD: Final = """
SELECT number, event_id, call_id, received, query, body, state, attempts, due, error FROM events
WHERE state = ? AND number > ? ORDER BY number LIMIT ?
"""
_SAVE: Final = "UPDATE events SET state = ?, attempts = ?, due = ?, error = ? WHERE number = ?"
_COPY: Final = """
INSERT INTO events (event_id, call_id, received, query, body, state, attempts, due)
SELECT event_id, call_id, received, query, body, 'waiting', 0, 0.0 FROM events WHERE number = ? AND state != 'waiting'
"""
_DROP: Final = "DELETE FROM events WHERE number = ? AND state != 'waiting'"
_PURGE: Final = "DELETE FROM events WHERE received < ? AND state = ?"


class InboxStore(Protocol):
    """Keeps the events of one inbox. What a method did is durable when it returns."""

    async def open(self) -> None:
        """Make the store ready; it was never opened, or was closed."""
        ...

    async def aclose(self) -> None:
        """Give back what `open` and `claim` took."""
        ...

    async def claim(self) -> bool:
        """Return whether this process is the one that handles events, until it closes the store or ends."""
        ...

    async def add(self, event: StoredEvent, *, same_since: float) -> bool:
        """Store a new event and give it the next number.

        Args:
            event: The event; its number does not count.
            same_since: Where an event of this id was received since then (seconds since 1970), nothing is stored.

        Returns:
            Whether it was stored.
        """
        ...

    async def load(self, state: State, *, after: int = 0, limit: int = 100) -> list[StoredEvent]:
        """Return the first `limit` events of a state with numbers above `after`, in order of their numbers."""
        ...

    async def save(self, event: StoredEvent) -> None:
        """Store `state`, `attempts`, `due` and `error` of the event of this number."""
        ...

    async def requeue(self, number: int) -> bool:
        """Put an event that does not wait at the end of the line, with a new number and no attempts.

        Returns:
            Whether there was such an event.
        """
        ...

    async def purge(self, *, before: float, states: Collection[State]) -> int:
        """Delete events of these states that were received before a time (seconds since 1970); return how many."""
        ...


@attrs.define(eq=False)
class _Write:
    """A statement that waits for its transaction, and what became of it."""

    sql: str
    values: tuple[Any, ...]
    changed: bool = False
    error: BaseException | None = None


class SqliteStore:
    """Keeps events in an SQLite file. Many processes may store in it; one of them handles.

    Args:
        path: The file; it is created with mode 600. Two files stand beside it while it is open, and one whose name ends
            with `-owner`.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = SqliteFile(path, _SCHEMA, self._closing)
        self._owner: sqlite3.Connection | None = None
        self._writes: deque[_Write] = deque()

    def __repr__(self) -> str:
        return f"SqliteStore({str(self._file.path)!r})"

    async def open(self) -> None:
        """Create or open the file.

        Raises:
            ConfigError: It cannot be opened, is open already, is no database, or was made by a later version.
        """
        await self._file.open()

    async def aclose(self) -> None:
        """Close the file; another process may then handle its events."""
        await self._file.aclose()

    async def claim(self) -> bool:
        """Return whether this process handles the events; the system gives the claim back when the process ends."""
        return await self._file.run_raw(self._claim)

    async def add(self, event: StoredEvent, *, same_since: float) -> bool:
        """Store a new event; return whether none of its id was received since a time."""
        _, *values = attrs.astuple(event)
        return await self._write(_ADD, (*values, event.event_id, same_since))

    async def load(self, state: State, *, after: int = 0, limit: int = 100) -> list[StoredEvent]:
        """Return events of a state in order of their numbers."""
        rows = await self._file.run_raw(
            lambda database: database.execute(_LOAD, (state, after, limit)).fetchall()
        )
        return [StoredEvent(**dict(zip(_FIELDS, row, strict=True))) for row in rows]

    async def save(self, event: StoredEvent) -> None:
        """Store what became of an event."""
        await self._write(_SAVE, (event.state, event.attempts, event.due, event.error, event.number))

    async def requeue(self, number: int) -> bool:
        """Put an event at the end of the line; return whether it was there and did not wait."""
        return await self._file.run_raw(lambda database: _requeue(database, number))

    async def purge(self, *, before: float, states: Collection[State]) -> int:
        """Delete old events, overwrite their text, and empty the log of writes, which holds copies."""
        return await self._file.run_raw(lambda database: _purge(database, before, states))

    # -- in the thread ---------------------------------------------------------------------------------------

    async def _write(self, sql: str, values: tuple[Any, ...]) -> bool:
        """Write in one transaction with all that waits for the disk; return whether a row was changed."""
        write = _Write(sql, values)
        self._writes.append(write)
        await self._file.run_raw(self._flush)
        if write.error is not None:
            raise write.error
        return write.changed

    def _flush(self, database: sqlite3.Connection) -> None:
        writes: list[_Write] = []
        while self._writes:
            writes.append(self._writes.popleft())
        if writes and not _committed(database, writes):
            for write in writes:
                _committed(database, [write])

    def _closing(self, database: sqlite3.Connection) -> None:
        self._flush(database)  # what was handled, and whose caller was cancelled while it waited
        owner, self._owner = self._owner, None
        if owner is not None:
            owner.close()

    def _claim(self, _: sqlite3.Connection) -> bool:
        if self._owner is not None:
            return True
        path = self._file.path.with_name(f"{self._file.path.name}-owner")
        make_private(path)
        owner = sqlite3.connect(path, timeout=0.0, isolation_level=None)
        try:
            owner.execute("PRAGMA journal_mode = MEMORY")
            # The lock is the claim: the system takes it back when the process ends, in whatever way.
            owner.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            owner.close()
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
        self._owner = owner
        return True


def _committed(database: sqlite3.Connection, writes: list[_Write]) -> bool:
    """Return whether statements were carried out together; where not, none of them was."""
    try:
        with transaction(database):
            changed = [database.execute(write.sql, write.values).rowcount == 1 for write in writes]
    except Exception as error:  # noqa: BLE001 - raised to the caller that waits for the write
        for write in writes:
            write.error = error
        return False
    for write, one in zip(writes, changed, strict=True):
        write.changed, write.error = one, None
    return True


def _requeue(database: sqlite3.Connection, number: int) -> bool:
    with transaction(database):
        database.execute(_COPY, (number,))
        return database.execute(_DROP, (number,)).rowcount == 1


def _purge(database: sqlite3.Connection, before: float, states: Collection[State]) -> int:
    found = sum(database.execute(_PURGE, (before, state)).rowcount for state in states)
    if not emptied_log(database):
        logger.warning("deleted events are still in the inbox's log of writes; purge again")
    return found
