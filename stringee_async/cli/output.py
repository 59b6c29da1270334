"""Rows as a table for people, or as JSON or CSV for programs.

One job, and the place where standard output is written. Results go to standard output; progress, notes and
errors go to standard error, so that a pipe gets results only.
"""

from __future__ import annotations

import csv
import enum
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..core.redaction import printable

Row = Mapping[str, Any]

_UNLIMITED: Final = 10_000


class OutputFormat(enum.StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def console(*, error: bool = False) -> Console:
    """Return a console on standard output, or error; lines are cut at its width only on a terminal."""
    stream = sys.stderr if error else sys.stdout
    return Console(
        file=stream,
        width=None if stream.isatty() else _UNLIMITED,
        highlight=False,
        soft_wrap=not stream.isatty(),
    )


def note(text: str, style: str = "dim") -> None:
    """Write a line for people to standard error."""
    console(error=True).print(Text(printable(text, one_line=False), style=style))


def show_rows(rows: Sequence[Row], columns: Sequence[str], form: OutputFormat) -> None:
    """Write rows.

    Args:
        rows: The rows; JSON and CSV write all of their fields.
        columns: Fields that a table shows.
        form: How.
    """
    if form is OutputFormat.JSON:
        sys.stdout.write(_json([dict(row) for row in rows]))
    elif form is OutputFormat.CSV:
        _csv(rows, columns)
    else:
        console().print(_table(rows, columns))


def show_record(record: Row, sentence: str, form: OutputFormat) -> None:
    """Write one result: a sentence for people, the record for programs."""
    if form is OutputFormat.JSON:
        sys.stdout.write(_json(dict(record)))
    elif form is OutputFormat.CSV:
        _csv([record], list(record))
    else:
        sys.stdout.write(printable(sentence, one_line=True) + "\n")


def show_fields(record: Row, form: OutputFormat) -> None:
    """Write one object: for people a line for each field, for programs the object."""
    if form is OutputFormat.JSON:
        sys.stdout.write(_json(dict(record)))
    elif form is OutputFormat.CSV:
        _csv([record], list(record))
    else:
        table = Table.grid(padding=(0, 2))
        for name, value in record.items():
            table.add_row(Text(name, style="bold"), Text(_cell(value)))
        console().print(table)


def _json(value: object) -> str:
    # Amounts of money are decimals; as text they stay exact.
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def _csv(rows: Sequence[Row], columns: Sequence[str]) -> None:
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name), json_text=True) for name in names] for row in rows)


def _table(rows: Iterable[Row], columns: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name == "id" or name.endswith("_id"))
    for row in rows:
        table.add_row(*(Text(_cell(row.get(name))) for name in columns))
    return table


def _cell(value: object, *, json_text: bool = False) -> str:
    """Return a value as text for a cell; what would steer a terminal is escaped where people look at it."""
    if value is None:
        return ""
    if isinstance(value, bool) and not json_text:
        return "yes" if value else "no"
    if isinstance(value, bool | list | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return str(value) if json_text else printable(str(value), one_line=True)
