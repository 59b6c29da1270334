"""The ledger of durable runs: lots, who has claimed them, what became of them, and who was heard of last.

It says what is true of a run that several machines carry out; the engine only hands lots out. The database's clock is the
only one in it. Rows of lots hold fields of units, as a plan does, and are deleted when the last process leaves the run.
All methods block, and are called in a thread; each is one transaction, and safe to repeat.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import attrs

from ..core.errors import PlanError
from ..provision.unit import Unit
from .database import SCHEMA, Database
from .lots import Lot, cut

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS {0}runs (
    account TEXT PRIMARY KEY, goal TEXT NOT NULL, number INTEGER NOT NULL, doubts TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS {0}lots (
    account TEXT NOT NULL, name TEXT NOT NULL, place INTEGER NOT NULL, content TEXT NOT NULL, doubtful INTEGER NOT NULL,
    attempt INTEGER NOT NULL, executor TEXT, outcomes TEXT, PRIMARY KEY (account, name)
);
CREATE TABLE IF NOT EXISTS {0}executors (executor TEXT PRIMARY KEY, account TEXT NOT NULL, beat DOUBLE PRECISION NOT NULL)
"""
_AGAIN: Final = (
    "UPDATE {0}lots SET attempt = attempt + 1, executor = NULL"
    " WHERE account = :account AND outcomes IS NULL AND name = :name AND attempt = :attempt"
)


@attrs.frozen(kw_only=True)
class Standing:
    """Where a lot stands.

    Args:
        attempt: The number of the present attempt, from 1.
        executor: Who has claimed it, if anyone.
        settled: Whether its units have their outcomes.
    """

    attempt: int
    executor: str | None
    settled: bool


class Ledger:
    """The ledger, as one process of a run uses it.

    Args:
        url: Of the database.
        account: The account that the run is for.
        executor: The name of this process.
        silent: Seconds after which a process that was not heard of is taken for dead.
    """

    def __init__(self, *, url: str, account: str, executor: str, silent: float) -> None:
        values = {"account": account, "executor": executor, "silent": silent}
        self._account = account
        self._database = Database(url, values)
        self._run = self._database.run

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def make(self) -> None:
        """Create the tables that are missing."""
        with self._database.begin() as db:
            self._alone(db)
            if not self._database.lite:
                self._run(db, f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            for table in _TABLES.split(";"):
                self._run(db, table)

    def enter(self, *, alone: bool) -> None:
        """Note that this process is alive, before it reads what is there; open a new run if no other is alive.

        Args:
            alone: Whether only one process may carry out a run of this account.

        Raises:
            PlanError: Others apply to this account, and it takes one process at a time.
        """
        with self._database.begin() as db:
            self._alone(db)
            others = self._others(db)
            if others and alone:
                raise _taken("and this vendor takes one process at a time")
            if not others:
                self._open(db)
            self._beat(db)

    def join(self, goal: str, units: Sequence[Unit]) -> tuple[Lot, ...]:
        """Return the lots of the run in order; who comes first cuts them.

        Args:
            goal: The digest of what the run is for.
            units: What is to be done.

        Raises:
            PlanError: Others carry out another plan for this account, or units wait for each other.
        """
        with self._database.begin() as db:
            self._alone(db)
            run = self._run(db, "SELECT goal, number, doubts FROM {0}runs WHERE account = :account").one()
            if not run[0]:
                self._cut(db, goal, f"{self._account} {goal} {run[1]}", units, json.loads(run[2]))
            elif run[0] != goal:
                raise _taken("with another plan")
            sql = "SELECT name, content, doubtful FROM {0}lots WHERE account = :account ORDER BY place"
            return tuple(Lot.from_json(row[0], row[1], doubtful=bool(row[2])) for row in self._run(db, sql))

    def beat(self) -> None:
        """Note that this process is alive."""
        with self._database.begin() as db:
            self._beat(db)

    def standings(self) -> Mapping[str, Standing]:
        """Return where each lot stands."""
        with self._database.begin() as db:
            rows = self._run(
                db,
                "SELECT name, attempt, executor, outcomes IS NOT NULL FROM {0}lots WHERE account = :account",
            )
            return {row[0]: Standing(attempt=row[1], executor=row[2], settled=bool(row[3])) for row in rows}

    def outcomes(self, name: str) -> str:
        """Return what became of a lot that is settled."""
        with self._database.begin() as db:
            sql = "SELECT outcomes FROM {0}lots WHERE account = :account AND name = :name"
            return str(self._run(db, sql, name=name).scalar_one())

    def claim(self, name: str, attempt: int) -> bool | None:
        """Claim a lot for this process.

        Returns:
            Whether some of it may have been begun before; None if it is not to be carried out: it is claimed, settled, or
            this attempt is over.
        """
        with self._database.begin() as db:
            sql = (
                "UPDATE {0}lots SET executor = :executor"
                " WHERE account = :account AND name = :name AND attempt = :attempt AND outcomes IS NULL"
                " AND (executor IS NULL OR executor = :executor)"
            )
            claimed = self._run(db, sql, name=name, attempt=attempt)
            if not claimed.rowcount:
                return None
            sql = "SELECT doubtful FROM {0}lots WHERE account = :account AND name = :name"
            doubtful = bool(self._run(db, sql, name=name).scalar_one())
            sql = "UPDATE {0}lots SET doubtful = 1 WHERE account = :account AND name = :name"
            self._run(db, sql, name=name)
            return doubtful

    def settle(self, name: str, attempt: int, outcomes: str) -> bool:
        """Keep what became of a lot; return whether it was still this process's to say so."""
        with self._database.begin() as db:
            sql = (
                "UPDATE {0}lots SET outcomes = :outcomes WHERE account = :account AND name = :name"
                " AND attempt = :attempt AND executor = :executor"
            )
            return bool(self._run(db, sql, name=name, attempt=attempt, outcomes=outcomes).rowcount)

    def again(self, lots: Collection[tuple[str, int]]) -> None:
        """Have lots carried out again whose attempt led to nothing; of two processes that ask for it one is heard."""
        with self._database.begin() as db:
            for name, attempt in sorted(lots):
                self._run(db, _AGAIN, name=name, attempt=attempt)

    def silent(self) -> tuple[str, ...]:
        """Return the processes of this account that were not heard of for too long."""
        with self._database.begin() as db:
            sql = "SELECT executor FROM {0}executors WHERE account = :account AND beat < {now} - :silent"
            return tuple(row[0] for row in self._run(db, sql))

    def bury(self, executors: Collection[str]) -> None:
        """Forget processes that were silent, unless they were heard of since."""
        with self._database.begin() as db:
            for dead in executors:
                sql = "DELETE FROM {0}executors WHERE executor = :dead AND beat < {now} - :silent"
                self._run(db, sql, dead=dead)

    def leave(self) -> tuple[tuple[str, int], ...]:
        """Give back what this process has claimed and not settled, and leave the run.

        Returns:
            All lots with their attempts if no other process goes on with the run; what is settled of it is deleted then.
        """
        with self._database.begin() as db:
            self._alone(db)
            self._run(db, "DELETE FROM {0}executors WHERE executor = :executor")
            sql = (
                "UPDATE {0}lots SET attempt = attempt + 1, executor = NULL"
                " WHERE account = :account AND executor = :executor AND outcomes IS NULL"
            )
            self._run(db, sql)
            if self._others(db):
                return ()
            rows = self._run(db, "SELECT name, attempt FROM {0}lots WHERE account = :account").fetchall()
            self._open(db)
            return tuple((row[0], row[1]) for row in rows)

    # -- inside a transaction ---------------------------------------------------------------------------------

    def _open(self, db: Any) -> None:
        """Open a run without lots; what one before had begun and not settled is in doubt."""
        sql = (
            "SELECT name, content FROM {0}lots WHERE account = :account AND outcomes IS NULL AND doubtful = 1"
        )
        begun = [Lot.from_json(row[0], row[1], doubtful=True) for row in self._run(db, sql)]
        before = self._run(db, "SELECT goal, doubts FROM {0}runs WHERE account = :account").fetchone()
        kept: list[str] = json.loads(before[1]) if before is not None and not before[0] else []
        doubts = sorted({*kept, *(unit.name for lot in begun for unit in lot.units)})
        self._run(db, "DELETE FROM {0}lots WHERE account = :account")
        self._run(
            db,
            "INSERT INTO {0}runs VALUES (:account, '', 1, :doubts)"
            " ON CONFLICT (account) DO UPDATE SET goal = '', number = {0}runs.number + 1, doubts = :doubts",
            doubts=json.dumps(doubts),
        )

    def _cut(self, db: Any, goal: str, run: str, units: Sequence[Unit], doubts: Collection[str]) -> None:
        """Write the lots of a run."""
        self._run(db, "UPDATE {0}runs SET goal = :goal WHERE account = :account", goal=goal)
        doubtful = frozenset(doubts)
        rows = [
            {
                "account": self._account,
                "name": lot.name,
                "place": place,
                "content": lot.to_json(),
                "doubtful": int(any(unit.name in doubtful for unit in lot.units)),
            }
            for place, lot in enumerate(cut(units, run))
        ]
        sql = "INSERT INTO {0}lots VALUES (:account, :name, :place, :content, :doubtful, 1, NULL, NULL)"
        self._database.run_many(db, sql, rows)

    def _beat(self, db: Any) -> None:
        sql = (
            "INSERT INTO {0}executors VALUES (:executor, :account, {now})"
            " ON CONFLICT (executor) DO UPDATE SET beat = {now}"
        )
        self._run(db, sql)

    def _others(self, db: Any) -> bool:
        """Return whether another process of this account is alive; with a file none is."""
        if self._database.lite:
            self._run(db, "DELETE FROM {0}executors WHERE executor <> :executor")
            return False
        sql = (
            "SELECT count(*) FROM {0}executors"
            " WHERE account = :account AND executor <> :executor AND beat >= {now} - :silent"
        )
        return bool(self._run(db, sql).scalar_one())

    def _alone(self, db: Any) -> None:
        """Let no other process do this at the same time."""
        if not self._database.lite:
            self._run(db, f"SELECT pg_advisory_xact_lock(hashtext('{SCHEMA}'))")


def _taken(why: str) -> PlanError:
    return PlanError(
        f"another process applies to this account {why}; nothing was written",
        next_step="wait until it has ended; one that was killed counts as running for a minute",
    )
