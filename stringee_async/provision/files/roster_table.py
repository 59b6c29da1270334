"""Reads a roster: a CSV file with one agent in each row.

One job: from the bytes of the file to agents of a specification, each cell checked by the rule of its field, and every
problem of the file told with its line and column. `csv_text` says what encodings and separators are read, `roster_columns`
what the columns may be called::

    user_id,name,phone,routing,groups
    an.nguyenvan,Nguyễn Văn An,84123456789,app,Sales Hanoi|VIP Care

| column           | what stands in it                                                                   |
|------------------|-------------------------------------------------------------------------------------|
| `user_id`        | the id that the agent logs in with; the one column that must be there               |
| `name`           | the name shown to others                                                            |
| `phone`          | digits with country code; national numbers where a country is set                   |
| `routing`        | `app` or `phone`                                                                    |
| `extension`      | for vendors that know agents by extensions                                          |
| `groups`         | the agent's groups, separated by a bar, or by `;` where that separates no cells     |
| `was`            | the `user_id` that the agent had before                                             |
| `id`             | the vendor's id, where two agents carry one `user_id`                               |
| `x-VENDOR:FIELD` | a field that only one vendor has, as text                                           |
| `#...`, `x-...`  | a column of the user's own, which is not read                                       |

A column that is not there, and an empty cell, state nothing, but an empty cell of `groups` states that the agent is in no
group. A bar at the end of a cell of `groups` says that bars alone separate: `Sales; North|` is one group.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from ...core.errors import ConfigError
from ...core.fields import calling_code
from ...core.phone_numbers import visible
from ...core.redaction import personal_shortened
from ..spec import AgentSpec
from .csv_text import CsvError, decoded, records, separator_of
from .problems import Problem
from .roster_cells import RosterCells
from .roster_columns import Column, columns_of, wrong_width
from .spec_checks import folded

_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_IDENTITIES: Final = ("user_id", "was", "id")
"""Columns in which no value may stand twice."""

_Reader: TypeAlias = tuple[Column, int, str, Callable[[str, str], Any]]
"""A column, its index, its name, and what reads its cells."""


def read_roster_table(
    data: bytes, *, source: str, phone_country: str | None, problems: list[Problem]
) -> list[AgentSpec]:
    """Return the agents of a roster, in the order of its rows, without those whose rows are wrong.

    Args:
        data: The file's bytes.
        source: The file's name, for messages.
        phone_country: Country of numbers that begin with 0, such as `"VN"`; None refuses them.
        problems: Takes everything that is wrong with the file; if it takes something, the agents are not all there.

    Raises:
        ConfigError: `phone_country` is no such country.
    """
    code = calling_code("phone_country", phone_country)
    before, rows = len(problems), _Rows(source, problems)
    try:
        text = decoded(data)
        separator = separator_of(text)
        rows.take_all(text, separator, RosterCells(separator, code, text))
    except CsvError as error:
        rows.broken(error)
    if not rows.agents and len(problems) == before:
        problems.append(Problem(file=source, text="there is no agent in it"))
    return rows.agents


class _Rows:
    """What was read so far, and everything that is wrong with it."""

    def __init__(self, source: str, problems: list[Problem]) -> None:
        self.agents: list[AgentSpec] = []
        self._source = source
        self._problems = problems
        self._line = 0
        self._seen: dict[str, dict[str, tuple[str, int]]] = {name: {} for name in _IDENTITIES}

    def take_all(self, text: str, separator: str, cells: RosterCells) -> None:
        """Read the header and every row."""
        clean = visible if _INVISIBLE.search(text) else str.strip
        readers: list[_Reader] | None = None
        width, before = 0, len(self._problems)
        for line, record in records(text, self.broken):
            row = [clean(cell) for cell in record]
            if not any(row):
                continue
            self._line = line
            if readers is None:
                columns, width = columns_of(row, self._tell), len(row)
                readers = [(each, each.index, each.name, cells.check_of(each.name)) for each in columns]
                if not readers:
                    return
            elif len(row) < width or any(row[width:]):
                self._tell(0, "", wrong_width(row, width, separator))
            else:
                self._take(readers, row)
        if readers is None and len(self._problems) == before:
            self._tell(
                0, "", "the file is empty; its first line must name the columns, such as user_id,name,groups"
            )

    def broken(self, error: CsvError) -> None:
        """Tell of a record that cannot be read."""
        self._problems.append(Problem(file=self._source, line=error.line, text=error.text))

    def _tell(self, column: int, header: str, text: str) -> None:
        self._problems.append(
            Problem(file=self._source, line=self._line, column=column, path=header, text=text)
        )

    def _take(self, readers: list[_Reader], row: list[str]) -> None:
        """Read one row, and keep its agent if nothing is wrong with it."""
        before, given = len(self._problems), dict[str, Any]()
        for column, index, name, read in readers:
            cell = row[index]
            if cell:
                try:
                    given[name] = read(name, cell)
                except ConfigError as error:
                    text = error.message if name == "phone" else personal_shortened(error.message)
                    self._tell(index + 1, name, text.removeprefix(f"{name} "))
            elif name == "groups":
                given[name] = ()
            elif name == "user_id":
                self._tell(index + 1, name, "is empty")
            if column.vendor and name in given:
                given.setdefault("x", {}).setdefault(column.vendor, {})[column.field] = given.pop(name)
        self._compare(readers, row, given)
        if len(self._problems) == before:
            self.agents.append(AgentSpec(file=self._source, line=self._line, **given))

    def _compare(self, readers: list[_Reader], row: list[str], given: dict[str, Any]) -> None:
        """Look for what is wrong with the row as a whole, and among the rows."""
        for _, index, name, _ in readers:
            if name in self._seen and name in given:
                self._once(index + 1, name, given[name])
            elif name == "phone" and not row[index] and given.get("routing") == "phone":
                self._tell(index + 1, name, "is empty, but routing is phone")
        if "was" in given and given["was"] == given.get("user_id"):
            self._tell(0, "was", "is the user_id itself; it must be the one that the agent had before")

    def _once(self, column: int, name: str, value: str) -> None:
        """Tell of a value that stands in a line before already, and of a login id that differs by case only."""
        first, line = self._seen[name].setdefault(folded(value), (value, self._line))
        if line == self._line:
            return
        shown, other = personal_shortened(repr(value)), personal_shortened(repr(first))
        if first == value:
            self._tell(column, name, f"{shown} stands in line {line} already")
        elif name == "user_id":
            self._tell(
                column,
                name,
                f"{shown} and {other} in line {line} differ by case or by the form of letters only",
            )
