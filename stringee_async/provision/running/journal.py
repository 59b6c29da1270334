"""The journal of runs: what was begun, on disk before it is sent, so that a run that was killed knows what is in doubt.

It holds runs, units, states, the vendor's ids and times; no secrets, no phone numbers, no values of fields. It is no truth:
where it is torn or missing, the next run waits for the settle time and reads what is there.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
from collections import deque
from pathlib import Path
from typing import Any, Final

import attrs

from ...core.clock import Clock
from ...core.errors import ConfigError
from ...core.sqlite_file import Schema, SqliteFile, emptied_log, transaction
from ..runner import UnitOutcome
from ..unit import Unit

logger = logging.getLogger("stringee_async.provision")

_SCHEMA: Final = Schema(
    what="a journal of runs",
    version=1,
    table="units",
    script="""
CREATE TABLE IF NOT EXISTS units (
    run TEXT NOT NULL, unit TEXT NOT NULL, kind TEXT NOT NULL, action TEXT NOT NULL, key TEXT NOT NULL,
    state TEXT NOT NULL, id TEXT NOT NULL, intended REAL NOT NULL, settled REAL, PRIMARY KEY (run, unit)
);
CREATE INDEX IF NOT EXISTS units_by_state ON units (state);
PRAGMA user_version = 1;
""",
)
_INTEND: Final = "INSERT OR IGNORE INTO units VALUES (?, ?, ?, ?, ?, 'intended', '', ?, NULL)"
_SETTLE: Final = "UPDATE units SET state = ?, id = ?, settled = ? WHERE run = ? AND unit = ?"
_OPEN: Final = """
SELECT run, unit, state, settled FROM units WHERE state IN ('intended', 'unknown') ORDER BY rowid
"""
_READ: Final = (
    "UPDATE units SET state = 'read', settled = ? WHERE state IN ('intended', 'unknown') AND run != ?"
)
_PURGE: Final = "DELETE FROM units WHERE intended < ? AND state NOT IN ('intended', 'unknown')"
_TORN: Final = ("not a database", "malformed", "disk I/O error", "torn")
"""What SQLite says of a file that was damaged."""


@attrs.frozen
class Intent:
    """A unit of a run before, of which it is not known whether it took effect.

    Args:
        run: The run.
        unit: The unit's name.
        ended: When it was settled as unknown, seconds since the epoch; None: its run was cut off.
    """

    run: str
    unit: str
    ended: float | None


class Journal:
    """The journal of one account, for one run.

    Args:
        path: The file; it is created with mode 600.
        run: The run's name.
        clock: For the times that it notes.
    """

    def __init__(self, path: Path, run: str, clock: Clock) -> None:
        self.path = path
        self.fresh = False
        """Whether nothing is known of runs before, because the file was missing or torn."""
        self._run = run
        self._clock = clock
        self._file = SqliteFile(path, _SCHEMA, self._flush)
        self._writes: deque[tuple[str, tuple[Any, ...]]] = deque()
        self._intended: set[str] = set()

    async def open(self) -> None:
        """Create or open the file; one that is torn is put aside, and a new one begun.

        Raises:
            ConfigError: It cannot be opened, or was made by a later version.
        """
        self.fresh = not self.path.exists()
        try:
            await self._open()
        except ConfigError as error:
            if not any(sign in str(error) for sign in _TORN):
                raise
            await self._file.aclose()
            self._put_aside()
            self.fresh = True
            await self._open()

    async def read(self) -> None:
        """Open the file to see what is in it; one that is torn is left as it is.

        Raises:
            ConfigError: It cannot be read.
        """
        await self._open()

    async def aclose(self) -> None:
        """Write what is left, and close the file; what cannot be written stays in doubt, and the next run settles it."""
        try:
            await self._file.aclose()
        except sqlite3.Error as error:
            logger.warning("%s: what became of the last units could not be noted: %s", self.path.name, error)

    async def intend(self, unit: Unit) -> None:
        """Note that a unit is begun; it is on disk when this returns. All that wait at one time share one write.

        Raises:
            ConfigError: It cannot be written, such as on a full disk; the unit must not be sent then.
        """
        if unit.name not in self._intended:
            key = json.dumps(unit.key, ensure_ascii=True)
            row = (self._run, unit.name, unit.kind, unit.action, key, self._clock.time())
            self._writes.append((_INTEND, tuple(map(_storable, row))))
            await self._file.run(self._flush)
            self._intended.add(unit.name)

    def settle(self, outcome: UnitOutcome) -> None:
        """Note what became of a unit; it is written with the next that is begun, or at the end."""
        unit = outcome.unit
        if unit.name in self._intended:
            id = "" if outcome.done is None else outcome.done.id
            row = (outcome.state, id, self._clock.time(), self._run, unit.name)
            self._writes.append((_SETTLE, tuple(map(_storable, row))))

    async def open_intents(self) -> tuple[Intent, ...]:
        """Return the units of all runs of which it is not known whether they took effect."""
        rows = await self._file.run(lambda database: database.execute(_OPEN).fetchall())
        return tuple(
            Intent(run, unit, ended if state == "unknown" else None) for run, unit, state, ended in rows
        )

    async def forget_intents(self) -> None:
        """Note that what is there was read since: the intents of runs before are in doubt no more."""
        row = (self._clock.time(), self._run)
        await self._file.run(lambda database: database.execute(_READ, row))

    async def purge(self, *, older_than: float) -> int:
        """Delete what is settled and was begun more than `older_than` seconds ago; returns how many units that were."""
        before = self._clock.time() - older_than

        def act(database: sqlite3.Connection) -> int:
            found = database.execute(_PURGE, (before,)).rowcount
            emptied_log(database)
            return found

        return await self._file.run(act)

    # -- in the thread ----------------------------------------------------------------------------------------

    def _flush(self, database: sqlite3.Connection) -> None:
        writes: list[tuple[str, tuple[Any, ...]]] = []
        while self._writes:
            writes.append(self._writes.popleft())
        if not writes:
            return
        try:
            with transaction(database):
                for sql, values in writes:
                    database.execute(sql, values)
        except sqlite3.Error:
            self._writes.extendleft(
                reversed(writes)
            )  # a caller that waits for one of them must not take it for written
            raise

    async def _open(self) -> None:
        await self._file.open()
        try:
            await self._file.run(_check)
        except BaseException:
            await self._file.aclose()
            raise

    def _put_aside(self) -> None:
        for log in ("", "-wal", "-shm"):
            torn = self.path.with_name(self.path.name + log)
            with contextlib.suppress(FileNotFoundError):
                torn.replace(torn.with_name(f"torn-{torn.name}"))


def _check(database: sqlite3.Connection) -> None:
    (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(f"it is torn: {said}")


def _storable(value: object) -> object:
    """Return text that can be encoded."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
