"""Rows as a table for people, or as JSON, NDJSON or CSV for programs.

Results go to standard output; progress, notes and errors go to standard error, so that a pipe gets results only.
What draws tables, `tables`, is imported when the first one is drawn.
"""

from __future__ import annotations

import csv
import enum
import io
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import typer

from ..core.near_names import near_names
from ..core.redaction import printable, printable_json
from .streams import is_quiet, is_utf8, write

Row = Mapping[str, Any]

_PLAIN_NOTE: Final = "dim"
"""The style of a note that is no warning and no error; `--quiet` leaves it out."""

_FORMULA: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""How a cell begins that a spreadsheet may run as a formula."""

_PLAIN_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?")


class OutputFormat(enum.StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


@attrs.frozen
class Form:
    """How results are written.

    `raw` and `bom` are for CSV: cells as they are, and a byte order mark for Excel. `columns` are the fields that were
    chosen, `wide` shows all of them in a table.
    """

    kind: OutputFormat = OutputFormat.TABLE
    raw: bool = False
    bom: bool = False
    columns: tuple[str, ...] = ()
    wide: bool = False

    @property
    def for_people(self) -> bool:
        """Whether a person reads it."""
        return self.kind is OutputFormat.TABLE


def note(text: str, style: str = _PLAIN_NOTE, *, whole: bool = False) -> None:
    """Write a line for people to standard error; one that is `whole` can be copied, as it is not broken at some width."""
    if style == _PLAIN_NOTE and is_quiet():
        return
    from .tables import print_note

    print_note(printable(text, one_line=False), style, whole=whole)


def write_lines(lines: Iterable[str], path: Path) -> bool:
    """Write lines to a file that the user named; return whether they could be written."""
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        note(f"warning: {path} cannot be written: {error.strerror}", "yellow")
        return False
    return True


def _chosen(columns: Sequence[str], form: Form, names: Sequence[str] | None) -> Sequence[str]:
    """Return the columns of a table: those that were chosen, or all with `wide`.

    Raises:
        typer.BadParameter: There is no such column.
    """
    known = list(dict.fromkeys([*columns, *(names or ())]))
    for name in form.columns:
        if name not in known:
            raise typer.BadParameter(
                f"there is no column {name!r}; {near_names(name, known, 'there are:')}",
                param_hint="--columns",
            )
    return form.columns or (known if form.wide else columns)


class RowWriter:
    """Writes rows: CSV and NDJSON one by one as they come, the others when all are there.

    Args:
        columns: Fields that a table shows, and that come first in CSV.
        form: How.
        names: All columns of CSV; what else a row holds goes to a column `extra`. None shows whatever rows hold.
    """

    def __init__(self, columns: Sequence[str], form: Form, names: Sequence[str] | None = None) -> None:
        self._columns = _chosen(columns, form, names)
        self._form = form
        self._kept: list[Row] = []
        self._names: list[str] | None = None
        if form.kind is OutputFormat.CSV and form.columns:
            self._head(list(form.columns))
        elif form.kind is OutputFormat.CSV and names is not None:
            self._head(list(dict.fromkeys([*columns, *names, "extra"])))

    def add(self, row: Row) -> None:
        """Write one row, or keep it until `close`."""
        if self._form.columns:
            row = {name: row.get(name) for name in self._form.columns}
        if self._form.kind is OutputFormat.NDJSON:
            _write_json(dict(row), indent=None)
        elif self._names is not None:
            self._line(row, self._names)
        else:
            self._kept.append(row)

    def close(self) -> None:
        """Write what was kept."""
        rows, kind = self._kept, self._form.kind
        if kind is OutputFormat.JSON:
            _write_json([dict(row) for row in rows])
        elif kind is OutputFormat.TABLE:
            _show_table(rows, self._columns)
        elif kind is OutputFormat.CSV and self._names is None:
            names = list(dict.fromkeys([*self._columns, *(name for row in rows for name in row)]))
            self._head(names)
            for row in rows:
                self._line(row, names)

    def _head(self, names: list[str]) -> None:
        self._names = names
        write(("\ufeff" if self._form.bom else "") + csv_line(names, safe=sys.stdout.isatty()))

    def _line(self, row: Row, names: Sequence[str]) -> None:
        write(csv_row(row, names, raw=self._form.raw, safe=sys.stdout.isatty()))


def csv_row(row: Row, names: Sequence[str], *, raw: bool, safe: bool = False) -> str:
    """Return a line of CSV; what has no column of its own goes to `extra`. `safe` is for a terminal."""
    others = {name: value for name, value in row.items() if name not in names}
    held = {**row, "extra": others} if others else row
    cells = [_csv_cell(held.get(name)) for name in names]
    harmless = [_harmless(held.get(name), cells[index]) for index, name in enumerate(names)]
    return csv_line(cells if raw else harmless, safe=safe)


def show_rows(rows: Iterable[Row], columns: Sequence[str], form: Form) -> None:
    """Write rows: a table shows these columns, JSON and CSV all fields."""
    writer = RowWriter(columns, form)
    for row in rows:
        writer.add(row)
    writer.close()


def show_record(record: Row, sentence: str, form: Form) -> None:
    """Write one result: a sentence for people, which `--quiet` leaves out, the record for programs."""
    if not form.for_people:
        _show_one(record, form)
    elif not is_quiet():
        write(printable(sentence, one_line=True) + "\n")


def show_fields(record: Row, form: Form) -> None:
    """Write one object: for people a line for each field, for programs the object."""
    if form.for_people:
        from .tables import show_records

        show_records([[(name, _cell(value)) for name, value in record.items()]])
    else:
        _show_one(record, form)


def show_document(document: Row, form: Form) -> None:
    """Write one JSON object, on one line for NDJSON."""
    _write_json(dict(document), indent=None if form.kind is OutputFormat.NDJSON else 2)


def _show_one(record: Row, form: Form) -> None:
    if form.kind is OutputFormat.CSV:
        show_rows([record], list(record), form)
    else:
        show_document(record, form)


def _write_json(value: object, *, indent: int | None = 2) -> None:
    # Amounts of money are decimals; as text they stay exact.
    escaped = not is_utf8(sys.stdout)
    text = printable_json(json.dumps(value, ensure_ascii=escaped, indent=indent, default=str))
    write(text + "\n", ascii_only=escaped)


def csv_line(cells: Sequence[str], *, safe: bool = False) -> str:
    """Return one line; `safe` has escapes in place of what would steer a terminal."""
    if safe:
        cells = [printable(cell, one_line=True) for cell in cells]
    line = io.StringIO()
    # Before Python 3.13, a carriage return is quoted only where it is part of the line's end.
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"


def _harmless(value: object, text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula: an apostrophe goes before one that would be."""
    if isinstance(value, str) and _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _show_table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    from .tables import show_table

    show_table([[_cell(row.get(name)) for name in columns] for row in rows], columns)


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _cell(value: object) -> str:
    """Return a value as text for a table; what would steer a terminal is escaped."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable(_csv_cell(value), one_line=True)
