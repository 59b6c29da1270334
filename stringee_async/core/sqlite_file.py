"""SQLite files that hold personal data: private to their owner, used in a thread of their own, overwritten where deleted.

One job: open such a file, run statements in its thread, and close it. What is in the file is the business of `inbox_store`
and `call_store`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar, cast

import attrs

from .errors import ConfigError

R = TypeVar("R")

_BUSY: Final = 30.0
"""Seconds to wait while another process writes."""
_LOGS: Final = ("-wal", "-shm")
"""How the names of the files end that SQLite keeps beside one; they outlive a process that is killed."""


@attrs.frozen(kw_only=True)
class Schema:
    """What a file holds.

    Args:
        what: What the file is, for messages: `an inbox`.
        version: Its version, stored as `user_version`.
        table: A table that every file of this kind has.
        script: Creates what is missing, and sets the version.
    """

    what: str
    version: int
    table: str
    script: str


class SqliteFile:
    """An SQLite file, used in a thread of its own.

    Args:
        path: The file; it is created with mode 600.
        schema: What it holds.
        closing: Called in the thread with the database before it is closed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        schema: Schema,
        closing: Callable[[sqlite3.Connection], None] | None = None,
    ) -> None:
        self.path = Path(path)
        self._schema = schema
        self._closing = closing
        self._thread: ThreadPoolExecutor | None = None
        self._database: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Create or open the file.

        Raises:
            ConfigError: It cannot be opened, is of another kind, or was made by a later version.
        """
        if self._thread is not None:
            raise ConfigError(f"{self.path.name} is open already")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="stringee_async.sqlite")
        try:
            await self._in_thread(self._open)
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Close the file, behind what runs; closing twice is fine."""
        thread, self._thread = self._thread, None
        if thread is not None:
            await _close_in(thread, self._close)

    async def run(self, act: Callable[[sqlite3.Connection], R]) -> R:
        """Do something with the database in the file's thread, in order of the calls.

        Raises:
            ConfigError: The file is not open, or cannot be read or written, such as on a full disk.
        """
        return await self.run_raw(lambda database: self._acted(act, database))

    async def run_raw(self, act: Callable[[sqlite3.Connection], R]) -> R:
        """Do the same, and let errors of SQLite be.

        Raises:
            ConfigError: The file is not open.
        """
        return await self._in_thread(lambda: act(cast("sqlite3.Connection", self._database)))

    def _acted(self, act: Callable[[sqlite3.Connection], R], database: sqlite3.Connection) -> R:
        try:
            return act(database)
        except sqlite3.Error as error:
            raise ConfigError(f"{self.path.name} cannot be used: {error}") from error

    async def _in_thread(self, act: Callable[[], R]) -> R:
        if self._thread is None:
            raise ConfigError(f"{self.path.name} is not open")
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    def _open(self) -> None:
        self._database = opened(self.path, self._schema)

    def _close(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            with contextlib.closing(database):
                if self._closing is not None:
                    self._closing(database)


async def _close_in(thread: ThreadPoolExecutor, close: Callable[[], None]) -> None:
    """Close what a thread uses, behind what runs there, and end the thread; both also where the caller is cancelled."""
    closing = thread.submit(close)
    closed = asyncio.get_running_loop().run_in_executor(thread, closing.result)
    thread.shutdown(wait=False)
    await closed
    thread.shutdown()  # it has nothing left to do


def opened(path: Path, schema: Schema) -> sqlite3.Connection:
    """Return a connection to a file, which is created or brought to the schema; only this thread may use it."""
    database: sqlite3.Connection | None = None
    try:
        make_private(path)
        database = sqlite3.connect(path, timeout=_BUSY, isolation_level=None)
        database.execute("PRAGMA secure_delete = ON")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        _check(database, path, schema)
        database.executescript(schema.script)
    except BaseException as error:
        if database is not None:
            database.close()
        odd_name = isinstance(error, ValueError) and not isinstance(error, ConfigError)
        if not odd_name and not isinstance(error, (OSError, sqlite3.Error)):
            raise
        why = getattr(error, "strerror", None) or error
        if isinstance(error, FileNotFoundError):
            why = f"there is no folder {path.parent.name}; create it first"
        raise ConfigError(f"{path.name} cannot be opened as {schema.what}: {why}") from None
    return database


def _check(database: sqlite3.Connection, path: Path, schema: Schema) -> None:
    """Refuse a file of a later version, or of another kind."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > schema.version:
        raise ConfigError(f"{path.name} was made by a later version of stringee-async")
    known = database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (schema.table,)).fetchone()
    if version and known is None:
        raise ConfigError(f"{path.name} cannot be opened as {schema.what}: it holds something else")


def emptied_log(database: sqlite3.Connection) -> bool:
    """Empty the log of writes, which holds copies of what was deleted; False while another process uses the file."""
    (busy, *_) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Generator[None]:
    """Carry out a block's statements together, or none of them."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    finally:
        if database.in_transaction:  # after some errors, such as those of a full disk, SQLite has ended it
            database.execute("ROLLBACK")


def make_private(path: Path) -> None:
    """Create a file that only its owner can read, or take the rights of others from one that is there and from its logs.

    It is opened only where it is new: closing it would end the locks that this process has on it. What is no file, such as a
    folder or a device, keeps its rights.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if not path.is_file():
        raise OSError(errno.EINVAL, "it is no file")
    for one in (path, *(path.with_name(path.name + log) for log in _LOGS)):
        with contextlib.suppress(FileNotFoundError):
            if one.stat().st_mode & 0o077:
                one.chmod(0o600)
