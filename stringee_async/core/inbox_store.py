"""Where an inbox keeps its events: the protocol that every store has, and the store in an SQLite file.

The file and those beside it can be read by their owner only (mode 600). What is deleted is overwritten. SQLite is used in a thread
of the store's own, so the event loop never waits for the disk.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, cast

import attrs

from .errors import ConfigError
from .inbox_events import State, StoredEvent
from .sqlite_file import Schema, close_in, emptied_log, make_private, opened, transaction

logger = logging.getLogger("stringee_async.webhooks")

R = TypeVar("R")

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
        self._path = Path(path)
        self._thread: ThreadPoolExecutor | None = None
        self._database: sqlite3.Connection | None = None
        self._owner: sqlite3.Connection | None = None
        self._writes: deque[_Write] = deque()

    def __repr__(self) -> str:
        return f"SqliteStore({str(self._path)!r})"

    async def open(self) -> None:
        """Create or open the file.

        Raises:
            ConfigError: It cannot be opened, is open already, is no database, or was made by a later version.
        """
        if self._thread is not None:
            raise ConfigError(f"{self._path.name} is open already")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stringee_async.inbox")
        try:
            await self._run(self._open)
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Close the file; another process may then handle its events."""
        thread, self._thread = self._thread, None
        if thread is not None:
            await close_in(thread, self._close)

    async def claim(self) -> bool:
        """Return whether this process handles the events; the system gives the claim back when the process ends."""
        return await self._run(self._claim)

    async def add(self, event: StoredEvent, *, same_since: float) -> bool:
        """Store a new event; return whether none of its id was received since a time."""
        _, *values = attrs.astuple(event)
        return await self._write(_ADD, (*values, event.event_id, same_since))

    async def load(self, state: State, *, after: int = 0, limit: int = 100) -> list[StoredEvent]:
        """Return events of a state in order of their numbers."""
        rows = await self._run(lambda: self._open_database().execute(_LOAD, (state, after, limit)).fetchall())
        return [StoredEvent(**dict(zip(_FIELDS, row, strict=True))) for row in rows]

    async def save(self, event: StoredEvent) -> None:
        """Store what became of an event."""
        await self._write(_SAVE, (event.state, event.attempts, event.due, event.error, event.number))

    async def requeue(self, number: int) -> bool:
        """Put an event at the end of the line; return whether it was there and did not wait."""
        return await self._run(lambda: self._requeue(number))

    async def purge(self, *, before: float, states: Collection[State]) -> int:
        """Delete old events, overwrite their text, and empty the log of writes, which holds copies."""
        return await self._run(lambda: self._purge(before, states))

    # -- in the thread ---------------------------------------------------------------------------------------

    async def _run(self, act: Callable[[], R]) -> R:
        """Do something in the store's thread, in order of the calls."""
        if self._thread is None:
            raise ConfigError(f"{self._path.name} is not open")
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    async def _write(self, sql: str, values: tuple[Any, ...]) -> bool:
        """Write in one transaction with all that waits for the disk; return whether a row was changed."""
        write = _Write(sql, values)
        self._writes.append(write)
        await self._run(self._flush)
        if write.error is not None:
            raise write.error
        return write.changed

    def _open_database(self) -> sqlite3.Connection:
        return cast("sqlite3.Connection", self._database)  # there while the thread is

    def _open(self) -> None:
        self._database = opened(self._path, _SCHEMA)

    def _flush(self) -> None:
        writes: list[_Write] = []
        while self._writes:
            writes.append(self._writes.popleft())
        if writes and not self._committed(writes):
            for write in writes:
                self._committed([write])

    def _committed(self, writes: list[_Write]) -> bool:
        """Return whether statements were carried out together; where not, none of them was."""
        database = self._open_database()
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

    def _close(self) -> None:
        if self._database is not None:
            self._flush()  # what was handled, and whose caller was cancelled while it waited
        for database in (self._database, self._owner):
            if database is not None:
                database.close()
        self._database = self._owner = None

    def _claim(self) -> bool:
        if self._owner is not None:
            return True
        path = self._path.with_name(f"{self._path.name}-owner")
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

    def _requeue(self, number: int) -> bool:
        database = self._open_database()
        with transaction(database):
            database.execute(_COPY, (number,))
            return database.execute(_DROP, (number,)).rowcount == 1

    def _purge(self, before: float, states: Collection[State]) -> int:
        database = self._open_database()
        found = sum(database.execute(_PURGE, (before, state)).rowcount for state in states)
        if not emptied_log(database):
            logger.warning("deleted events are still in the inbox's log of writes; purge again")
        return found
