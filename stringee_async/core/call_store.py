"""Call records in an SQLite file: each call once, in its latest form, in columns that are alike for every vendor.

One job: the table of calls, and how far each export has come. What is read, and in which portions, is in `call_export`.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from .call_export import (
    OVERLAP,
    CallRecordList,
    ExportedCalls,
    Progress,
    Source,
    core_of,
    export_calls,
    source_of,
    written,
)
from .clock import Clock
from .errors import ConfigError
from .model import to_dict
from .options import clock_of, shown
from .sqlite_file import Schema, SqliteFile, emptied_log, transaction
from .windows import Span

logger = logging.getLogger("stringee_async.call_store")

EXPORTS: Final = """
CREATE TABLE IF NOT EXISTS exports (
    source TEXT PRIMARY KEY, since TEXT, until TEXT, run_since TEXT, run_until TEXT, run_token TEXT
);
"""
"""The table that says how far each export has come; see `progress_in` and `save_progress`."""
_SCHEMA: Final = Schema(
    what="a store of calls",
    version=1,
    table="calls",
    script="""
CREATE TABLE IF NOT EXISTS calls (
    vendor TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL, direction TEXT, from_number TEXT, to_number TEXT,
    started TEXT, answered TEXT, ended TEXT, seconds INTEGER, agent TEXT, recording_id TEXT, fields TEXT NOT NULL,
    stored TEXT NOT NULL, PRIMARY KEY (account, id)
);
CREATE INDEX IF NOT EXISTS calls_by_start ON calls (started);
"""
    + EXPORTS
    + "PRAGMA user_version = 1;",
)
_PUT: Final = """
INSERT OR REPLACE INTO calls (
    vendor, account, id, direction, from_number, to_number, started, answered, ended, seconds, agent, recording_id, fields,
    stored
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_KNOWN: Final = "SELECT 1 FROM calls WHERE account = ? AND id = ?"
_SAVE: Final = "INSERT OR REPLACE INTO exports VALUES (?, ?, ?, ?, ?, ?)"
_LOAD: Final = "SELECT since, until, run_since, run_until, run_token FROM exports WHERE source = ?"
_PURGE: Final = "DELETE FROM calls WHERE coalesce(started, stored) < ?"
_LARGEST: Final = 2**63 - 1


class CallStore:
    """Keeps call records in an SQLite file, for reports and for programs of your own.

        async with CallStore("calls.db") as store:
            await store.update(client.call_records, since=datetime(2026, 11, 1, tzinfo=UTC))

    The table `calls` has a row for each call: `vendor`, `account` (a digest, so that several accounts can share a file), the
    columns `id`, `direction`, `from_number`, `to_number`, `started`, `answered`, `ended` (UTC, as text), `seconds`, `agent`,
    `recording_id`, and `fields`, the whole record as JSON by the vendor's names. Any SQLite client can read it, also while
    it is written. The file has mode 600: it holds personal data, and links to recordings. `purge` deletes by age.

    Args:
        path: The file; it is created where it is missing.
        clock: Tells the time; the real one by default.
    """

    def __init__(self, path: str | os.PathLike[str], *, clock: Clock | None = None) -> None:
        self._file = SqliteFile(path, _SCHEMA)
        self._clock = clock_of(clock)

    def __repr__(self) -> str:
        return f"CallStore({str(self._file.path)!r})"

    async def open(self) -> None:
        """Create or open the file; `async with store` does the same.

        Raises:
            ConfigError: It cannot be opened, is of another kind, or was made by a later version.
        """
        await self._file.open()

    async def aclose(self) -> None:
        """Close the file; closing twice is fine."""
        await self._file.aclose()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def update(
        self,
        records: CallRecordList,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        overlap: timedelta = OVERLAP,
        **filters: Any,
    ) -> ExportedCalls:
        """Read the calls that are not in the file yet, each once; the next call goes on where this one ended.

        Every 500 records are stored together with the place that was reached. A run that is interrupted, by an error, a
        signal or the end of the process, loses nothing: the next one goes on from there. Calls are listed by their start, and
        some are there after their end only, so the end of the last run's span is read again; what is in the file then is
        replaced by its latest form.

        Args:
            records: `client.call_records`.
            since: From when on, with a zone. It must be given the first time; later it counts only where it is earlier than
                all that was read, so that no gap is left.
            until: Until when, not included; now if left out, and never later.
            overlap: How much of the last run's span is read again; a day if left out.
            filters: Filters of `records.list`; an export with other filters has a place of its own.

        Returns:
            How many records were read, how many are new, and the span that is in the file now.

        Raises:
            ConfigError: An argument is wrong, naming it, or the store is not open.
            SdkError: As for every listing. Safe to repeat.
        """
        return await export_calls(records, self, since=since, until=until, overlap=overlap, filters=filters)

    async def covered(self, records: CallRecordList, **filters: Any) -> Span | None:
        """Return the span whose calls are in the file: `since` and `until`; None before the first `update` ended.

        Args:
            records: `client.call_records`.
            filters: Those of the `update`.

        Raises:
            ConfigError: The store is not open, or `records` is something else.
        """
        return (await self.progress(source_of(records, filters))).covered

    async def purge(self, *, older_than: timedelta) -> int:
        """Delete the calls that began longer ago than this, and overwrite what they held.

        An `update` does not bring them back, unless they are in its overlap or it is told an earlier `since`.

        Args:
            older_than: The age.

        Returns:
            How many calls were deleted.

        Raises:
            ConfigError: The age is no timedelta of at least 0, or the store is not open.
        """
        if not isinstance(older_than, timedelta) or older_than < timedelta(0):
            raise ConfigError(f"older_than must be a timedelta of at least 0; got {shown(older_than)}")
        before = written(self._now() - older_than)
        return await self._file.run(lambda database: _purged(database, before))

    async def progress(self, source: Source) -> Progress:
        """Return how far the export of a source has come."""
        return await self._file.run(lambda database: progress_in(database, source))

    async def put(self, source: Source, records: Sequence[Any], progress: Progress) -> int:
        """Store records, each once, together with how far the export has come; return how many are new."""
        now = written(self._now())
        return await self._file.run(lambda database: _put(database, source, records, progress, now))

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.time(), UTC)


def progress_in(database: sqlite3.Connection, source: Source) -> Progress:
    """Return how far the export of a source has come, from the table `EXPORTS`."""
    return Progress.of(database.execute(_LOAD, (source.key,)).fetchone())


def save_progress(database: sqlite3.Connection, source: Source, progress: Progress) -> None:
    """Store how far the export of a source has come."""
    database.execute(_SAVE, (source.key, *progress.texts()))


def _put(
    database: sqlite3.Connection, source: Source, records: Sequence[Any], progress: Progress, now: object
) -> int:
    new = 0
    with transaction(database):
        for record in records:
            core = core_of(record)
            new += database.execute(_KNOWN, (source.account, core["id"])).fetchone() is None
            row = (source.vendor, source.account, *core.values(), _json(record), now)
            database.execute(_PUT, tuple(map(_storable, row)))
        save_progress(database, source, progress)
    return new


def _json(record: Any) -> str:
    return json.dumps(to_dict(record), ensure_ascii=False, default=str)


def _storable(value: object) -> object:
    """Return a value as SQLite takes it: text that can be encoded, and None for a number beyond its largest."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int) and abs(value) > _LARGEST:
        return None
    return value


def _purged(database: sqlite3.Connection, before: object) -> int:
    found = database.execute(_PURGE, (before,)).rowcount
    if not emptied_log(database):
        logger.warning("deleted calls are still in the log of writes; purge again")
    return found
