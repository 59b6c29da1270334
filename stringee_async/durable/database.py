"""The database of durable runs: a file of SQLite, or PostgreSQL. Owner of `sqlalchemy`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from typing import Any, Final

from ..core.errors import ConfigError

SCHEMA: Final = "stringee_async"
"""The schema of PostgreSQL in which engine and ledger keep their tables."""


class Database:
    """A database, with statements that are the same for both kinds: `{0}` stands before names of tables, `{now}` for the time.

    Args:
        url: As SQLAlchemy has it.
        values: Values that statements may name, beside those that they are given.
    """

    def __init__(self, url: str, values: Mapping[str, Any]) -> None:
        from sqlalchemy import create_engine, text
        from sqlalchemy.event import listen

        self.lite = url.startswith("sqlite")
        self._text = text
        self._values = values
        self._engine: Any = create_engine(url, pool_pre_ping=not self.lite)
        if self.lite:
            listen(self._engine, "connect", _as_sqlite)

    def begin(self) -> AbstractContextManager[Any]:
        """Return a transaction."""
        transaction: AbstractContextManager[Any] = self._engine.begin()
        return transaction

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def run(self, db: Any, sql: str, **values: Any) -> Any:
        """Return what a statement leads to, in a transaction."""
        names = {**self._values, **values}
        found: Any = self._text(self._at(sql))
        return db.execute(found, {name: names[name] for name in found.compile().params})

    def run_many(self, db: Any, sql: str, rows: list[dict[str, Any]]) -> None:
        """Run a statement for each of some rows."""
        if rows:
            db.execute(self._text(self._at(sql)), rows)

    def _at(self, sql: str) -> str:
        tables = "stringee_" if self.lite else f"{SCHEMA}."
        lite = "((julianday('now') - 2440587.5) * 86400.0)"
        return sql.replace("{0}", tables).replace(
            "{now}", lite if self.lite else "extract(epoch from clock_timestamp())"
        )


def database_errors() -> tuple[type[Exception], ...]:
    """Return what a call raises that the database did not carry out."""
    from sqlalchemy.exc import SQLAlchemyError

    return SQLAlchemyError, OSError


def passes(error: Exception) -> bool:
    """Return whether an error passes by itself: the database is away, locked, or was asked by two at one time."""
    from sqlalchemy.exc import DataError, ProgrammingError

    return not isinstance(error, DataError | ProgrammingError)


def checked_url(url: str) -> str:
    """Return the URL of a database of PostgreSQL as the driver takes it.

    Raises:
        ConfigError: It is none. The message holds nothing of it.
    """
    from sqlalchemy.engine import make_url

    parsed = None
    with suppress(Exception):
        parsed = make_url(url)
    if parsed is None or parsed.get_backend_name() not in ("postgresql", "postgres") or not parsed.database:
        raise ConfigError(
            "the database must be one of PostgreSQL, such as postgresql://user:password@host/database; "
            "leave it out to keep the run in a file of this machine"
        )
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _as_sqlite(connection: Any, _: object) -> None:
    """Have writers wait for each other, and not fail."""
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout=30000")
