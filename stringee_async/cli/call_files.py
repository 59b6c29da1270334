"""Call records appended to a CSV file or to JSON lines, each once, from run to run.

What was written stands in a file beside it, whose name ends with `.state`: the ids of the calls, how far the export has come,
and how long the file is. A run that was killed goes on from there, and what it had written behind that is taken off first.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Self

import attrs

from ..core.call_export import CORE, Progress, Source
from ..core.call_store import EXPORTS, progress_in, save_progress
from ..core.errors import ConfigError
from ..core.sqlite_file import Schema, SqliteFile, make_private, transaction
from .output import Form, Row, csv_line, csv_row

_SCHEMA: Final = Schema(
    what="the state of an export",
    version=1,
    table="written",
    script="""
CREATE TABLE IF NOT EXISTS written (account TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (account, id));
CREATE TABLE IF NOT EXISTS file (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), size INTEGER NOT NULL, head TEXT);
"""
    + EXPORTS
    + "PRAGMA user_version = 1;",
)
_STATE: Final = ".state"


@attrs.frozen(kw_only=True)
class Lines:
    """How records become lines.

    Args:
        row: Returns what is written of a record.
        names: The columns of CSV; None writes JSON lines.
        form: Whether CSV is raw, and begins with a byte order mark.
    """

    row: Callable[[Any], Row]
    names: Sequence[str] | None
    form: Form

    def head(self) -> tuple[str, ...]:
        """Return the columns that a new file gets."""
        return () if self.names is None else tuple(dict.fromkeys([*CORE, *self.names, "extra"]))

    def line(self, record: Any, head: Sequence[str]) -> str:
        """Return the line of a record in a file with these columns."""
        row = self.row(record)
        if self.names is None:
            return json.dumps(dict(row), ensure_ascii=False, default=str) + "\n"
        return csv_row(row, head, raw=self.form.raw)

    def first(self, head: Sequence[str]) -> str:
        """Return what a new file begins with."""
        if self.names is None:
            return ""
        return ("\ufeff" if self.form.bom else "") + csv_line(head)


class CallFile:
    """A file of call records, to which an export appends those that are not in it yet."""

    def __init__(self, path: Path, lines: Lines) -> None:
        self._path = path
        self._lines = lines
        self._state = SqliteFile(path.with_name(path.name + _STATE), _SCHEMA)
        self._head: Sequence[str] = ()

    async def __aenter__(self) -> Self:
        await self._state.open()
        try:
            await self._state.run(self._begin)
        except BaseException:
            await self._state.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._state.aclose()

    async def progress(self, source: Source) -> Progress:
        """Return how far the export of a source has come."""
        return await self._state.run(lambda database: progress_in(database, source))

    async def put(self, source: Source, records: Sequence[Any], progress: Progress) -> int:
        """Append the records that are not in the file yet, and remember how far the export has come; return how many."""
        return await self._state.run(lambda database: self._put(database, source, records, progress))

    # -- in the thread of the state --------------------------------------------------------------------------

    def _begin(self, database: sqlite3.Connection) -> None:
        """Keep other exports out, and take off what a run that was killed had written last."""
        with self._failing():
            try:
                database.execute("PRAGMA locking_mode = EXCLUSIVE")
                database.execute("PRAGMA busy_timeout = 0")
                database.execute("BEGIN IMMEDIATE")
                database.execute("COMMIT")
            except sqlite3.OperationalError:
                raise ConfigError(f"another export writes {self._path.name} right now") from None
            there = self._path.stat().st_size if self._path.exists() else 0
            known = database.execute("SELECT size, head FROM file").fetchone()
            if known is None or (known[0] and not there):
                self._new(database, there)
            else:
                self._go_on(database, there, *known)

    def _new(self, database: sqlite3.Connection, there: int) -> None:
        if there:
            raise ConfigError(f"{self._path.name} was not written by an export; name another file")
        make_private(self._path)
        self._head = self._lines.head()
        with transaction(database):
            for table in ("written", "exports", "file"):
                database.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
            database.execute("INSERT INTO file VALUES (1, 0, ?)", (json.dumps(self._head),))

    def _go_on(self, database: sqlite3.Connection, there: int, size: int, head: str) -> None:
        self._head = tuple(json.loads(head))
        if bool(self._head) != (self._lines.names is not None):
            raise ConfigError(f"{self._path.name} was written in another format; name another file")
        run = database.execute("SELECT 1 FROM exports WHERE run_since IS NOT NULL").fetchone()
        if there < size or (there > size and run is None):
            raise ConfigError(
                f"{self._path.name} was changed since the last export; name another file, or move it and "
                f"{self._path.name}{_STATE} away to begin again"
            )
        os.truncate(self._path, size)

    def _put(
        self, database: sqlite3.Connection, source: Source, records: Sequence[Any], progress: Progress
    ) -> int:
        (size,) = database.execute("SELECT size FROM file").fetchone()
        text: list[str] = []
        with self._failing(), transaction(database):
            for record in records:
                key = record.id.encode("utf-8", "replace").decode()
                sql = "INSERT OR IGNORE INTO written VALUES (?, ?)"
                if database.execute(sql, (source.account, key)).rowcount == 1:
                    text.append(self._lines.line(record, self._head))
            if not size and (text or progress.run is None):  # not before the run is known to have begun
                size = self._append(self._lines.first(self._head), 0)
            size = self._append("".join(text), size)
            database.execute("UPDATE file SET size = ?", (size,))
            save_progress(database, source, progress)
        return len(text)

    def _append(self, text: str, size: int) -> int:
        """Write behind the part that counts, on the disk; return the new size."""
        if not text:
            return size
        data = text.encode("utf-8", "backslashreplace")
        with self._path.open("r+b") as file:
            file.seek(size)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return size + len(data)

    @contextlib.contextmanager
    def _failing(self) -> Any:
        try:
            yield
        except OSError as error:
            raise ConfigError(f"{self._path.name} cannot be written: {error.strerror or error}") from None
