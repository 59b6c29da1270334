"""The rows of a roster file: agents and queues, and everything that is wrong with them.

One job: from the text of a CSV file to the values of `roster`, each row checked, each problem kept with its line. What the
columns mean is told in `roster_file`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ..core.errors import ConfigError
from ..core.fields import international, label, login_id
from ..core.phone_numbers import read_phone_number, visible
from ..core.redaction import personal_shortened
from .counts import counted
from .csv_text import records
from .roster import RosterAgent, RosterQueue

COLUMNS: Final = ("kind", "user_id", "name", "phone", "routing", "groups", "backup_groups")
SEPARATOR: Final = "|"
_REQUIRED: Final = ("user_id", "name")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class RosterRows:
    """What was read so far, and all that is wrong with it.

    Args:
        phone_code: The calling code of numbers that begin with 0, or None.
    """

    def __init__(self, phone_code: str | None) -> None:
        self.phone_code = phone_code
        self.agents: dict[str, RosterAgent] = {}
        self.queues: dict[str, RosterQueue] = {}
        self.lines: dict[tuple[str, str], int] = {}
        self.problems: list[tuple[int, str]] = []

    def problem(self, line: int, text: str) -> None:
        """Keep what is wrong with a line; 0 for the file as a whole."""
        self.problems.append((line, text))

    def take(self, line: int, row: Mapping[str, str]) -> None:
        """Read one row of either kind."""
        kind = row.get("kind", "").casefold() or "agent"
        if kind == "agent":
            self._agent(line, row)
        elif kind == "queue":
            self._queue(line, row)
        else:
            self.problem(line, f"kind is {personal_shortened(repr(kind))}; it must be agent or queue")

    def compare(self) -> None:
        """Check what can be seen only when everything was read."""
        groups = {group for agent in self.agents.values() for group in agent.groups}
        for queue in self.queues.values():
            for name in dict.fromkeys(queue.groups + queue.backup_groups):
                if name not in groups:
                    self.problem(
                        self.lines["queue", queue.name],
                        f"queue {queue.name!r}: no agent is in group {name!r}",
                    )
        if not self.agents and not self.problems:
            self.problem(0, "there is no agent in it")

    def _agent(self, line: int, row: Mapping[str, str]) -> None:
        user_id, phone = self._user_id(line, row), self._phone(line, row)
        routing = row.get("routing", "").casefold() or "app"
        if routing not in ("app", "phone"):
            self.problem(line, f"routing is {personal_shortened(repr(routing))}; it must be app or phone")
        if routing == "phone" and not row.get("phone"):
            self.problem(line, "routing is phone, but there is no phone number")
        if row.get("backup_groups"):
            self.problem(line, "backup_groups is for queues; put the agent's groups into groups")
        if self._named(line, row) and user_id and self._new(line, "agent", "user_id", user_id):
            self.agents[user_id] = RosterAgent(
                user_id=user_id,
                name=row["name"],
                phone=phone,
                routing="phone" if routing == "phone" else "app",
                groups=self._groups(line, row, "groups"),
            )

    def _user_id(self, line: int, row: Mapping[str, str]) -> str:
        user_id = row.get("user_id", "")
        if user_id:
            return self._checked(line, login_id, "user_id", user_id)
        self.problem(line, "user_id is empty")
        return ""

    def _checked(self, line: int, rule: Callable[[str, str], str], column: str, value: str) -> str:
        """Return a value that its rule takes; else note what the rule says, and return an empty text."""
        try:
            return rule(column, value)
        except ConfigError as error:
            self.problem(line, error.message)
            return ""

    def _queue(self, line: int, row: Mapping[str, str]) -> None:
        phone, groups = self._phone(line, row), self._groups(line, row, "groups")
        backup = self._groups(line, row, "backup_groups")
        for column in ("user_id", "routing"):
            if row.get(column):
                self.problem(line, f"{column} is for agents; leave it empty in the row of a queue")
        for name in sorted(set(groups) & set(backup)):
            self.problem(line, f"group {name!r} is in groups and in backup_groups")
        if self._named(line, row) and self._new(line, "queue", "name", row["name"]):
            self.queues[row["name"]] = RosterQueue(
                name=row["name"], phone=phone, groups=groups, backup_groups=backup
            )

    def _named(self, line: int, row: Mapping[str, str]) -> bool:
        name = row.get("name", "")
        if not name:
            self.problem(line, "name is empty")
        elif name.isprintable():  # what is not was told of already
            self._checked(line, label, "name", name)
        return bool(name)

    def _new(self, line: int, kind: str, column: str, value: str) -> bool:
        first = self.lines.setdefault((kind, value), line)
        if first != line:
            self.problem(line, f"{column} {personal_shortened(repr(value))} stands in line {first} already")
        return first == line

    def _phone(self, line: int, row: Mapping[str, str]) -> str | None:
        given = row.get("phone", "")
        try:
            return read_phone_number(str(international(given, self.phone_code))) if given else None
        except ValueError as error:
            self.problem(line, f"phone {personal_shortened(repr(given))} {error}")
            return None

    def _groups(self, line: int, row: Mapping[str, str], column: str) -> tuple[str, ...]:
        names = [name.strip() for name in row.get(column, "").split(SEPARATOR) if name.strip()]
        for name, count in Counter(names).items():
            if name.isprintable():
                self._checked(line, label, column, name)
            if count > 1:
                self.problem(line, f"{column} names {name!r} twice")
        return tuple(dict.fromkeys(names))


def named_cells(text: str, found: RosterRows) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, cells by column) for each row that is not empty.

    Args:
        text: The text of the file.
        found: Where problems go.
    """
    rows = records(text)
    first, header = next(rows, (1, list[str]()))
    columns = [visible(name).casefold() for name in header]
    if not _good_header(first, columns, found):
        return
    for line, cells in rows:
        stripped = [visible(cell) for cell in cells]
        if not any(stripped):
            continue
        if any(stripped[len(columns) :]):
            found.problem(
                line, f"{counted(len(cells), 'cell')}, but there are {counted(len(columns), 'column')}"
            )
        elif len(cells) < len(columns):
            found.problem(
                line,
                f"only {counted(len(cells), 'cell')}, but there are {counted(len(columns), 'column')}; "
                "is the file cut off here?",
            )
        else:
            _look_at_cells(line, columns, stripped, found)
            yield line, dict(zip(columns, stripped, strict=False))


def _look_at_cells(line: int, columns: list[str], cells: list[str], found: RosterRows) -> None:
    """Note cells, in the columns that are read, that hold more than a line of text."""
    for column, cell in zip(columns, cells, strict=False):
        if column not in COLUMNS:
            continue
        if _CONTROL.search(cell):
            found.problem(line, f"{column} holds a line break or a control character; is a quote not closed?")


def _good_header(first: int, columns: list[str], found: RosterRows) -> bool:
    missing = [name for name in _REQUIRED if name not in columns]
    unknown = [name for name in columns if name and name not in COLUMNS]
    twice = [name for name, count in Counter(columns).items() if name and count > 1]
    if missing:
        found.problem(
            first,
            f"{counted(len(missing), 'column')} missing: {' and '.join(missing)}; the first line must name the columns",
        )
    if unknown:
        found.problem(first, f"unknown column {', '.join(unknown)}; there are: {', '.join(COLUMNS)}")
    if twice:
        found.problem(first, f"column {', '.join(twice)} stands there twice")
    return not (missing or unknown or twice)
