"""The tables of all accounts, searched and in pages, so that a page with 10,000 rows stays quick."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, cast

import attrs

from ..dialect import Dialect
from ..saving.forms import ROWS, ROWS_BY_NAME, is_a
from ..state import Rows
from .bodies import account, parameter, vendor
from .host import Host
from .replies import RefusedError

_MOST = 500
"""Rows of one response."""


def listed(host: Host) -> list[dict[str, Any]]:
    """List the tables of all accounts with how many rows they hold."""
    return [
        {"vendor": dialect.vendor, "account": number, "name": name, "rows": len(value)}
        for dialect in host.dialects
        for number, state in dialect.accounts.items()
        for name, value in _tables(dialect, state)
    ]


def page(host: Host, query: Any) -> dict[str, Any]:
    """Return a window of a table's rows that hold a text, and how many do."""
    dialect = vendor(host, query.query.get("vendor"))
    state = account(dialect, parameter(query, "account", 0))
    name, search = query.query.get("name", ""), query.query.get("search", "").casefold()
    found = dict(_tables(dialect, state)).get(name)
    if found is None:
        raise RefusedError(f"{dialect.vendor} has no table {name!r}", 404)
    offset, limit = max(0, parameter(query, "offset", 0)), parameter(query, "limit", 50)
    limit = min(max(limit, 1), _MOST)
    rows = [pair for pair in _rows(found) if not search or search in _searched(pair)]
    window = [{"key": key, "row": _plain(row)} for key, row in rows[offset : offset + limit]]
    return {"rows": window, "total": len(rows), "of": len(found), "offset": offset, "limit": limit}


def _tables(dialect: Dialect[Any, Any], state: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a state that are tables."""
    for name, part in dialect.parts(state).items():
        value = part.get(state)
        if isinstance(value, Rows) or part.form in (ROWS, ROWS_BY_NAME) or part.table:
            yield name, value


def _rows(table: Any) -> list[tuple[str, Any]]:
    """The rows of a table with their keys, the newest first."""
    if is_a(table, Rows):
        pairs = [(f"{key}", row) for key, row in zip(table, table.rows(), strict=True)]
    elif is_a(table, dict):
        pairs = [(f"{key}", row) for key, row in table.items()]
    else:
        pairs = [(f"{index}", row) for index, row in enumerate(table)]
    return pairs[::-1]


def _searched(pair: tuple[str, Any]) -> str:
    key, row = pair
    values = row.values() if is_a(row, Mapping) else attrs.astuple(row)
    return "\n".join([key, *map(str, values)]).casefold()


def _plain(row: Any) -> dict[str, Any]:
    """A row as JSON data."""
    values = cast("Mapping[str, Any]", row) if isinstance(row, Mapping) else attrs.asdict(row)
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in values.items()
    }
