"""A contact centre described in one CSV file: queues, groups and people.

One job: read the file, say everything that is wrong with it in one go, and give frozen values. The first line
names the columns, in any order and any case; `csv_text` says what encodings and separators are read::

    kind,user_id,name,phone,routing,groups,backup_groups
    queue,,Sales North,842499990001,,Sales Hanoi|Sales Hai Phong,Sales Da Nang
    agent,an.nguyenvan,Nguyễn Văn An,84951234567,app,Sales Hanoi|VIP Care,

| column          | in an `agent` row                          | in a `queue` row                          |
|-----------------|--------------------------------------------|-------------------------------------------|
| `kind`          | `agent`, or empty; may be left out         | `queue`                                   |
| `user_id`       | the id the agent logs in with; unique      |                                           |
| `name`          | the person's name                          | the queue's name; unique                  |
| `phone`         | digits with country code                   | caller id when an agent's phone is rung   |
| `routing`       | `app` (default) or `phone`                 |                                           |
| `groups`        | the agent's groups, separated by a bar     | groups asked first                        |
| `backup_groups` |                                            | groups asked when nobody there is free    |

Groups need no rows of their own: those that somebody is in are created.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Final, Literal

import attrs

from ..core.errors import ConfigError, SpecError
from ..core.fields import calling_code, international, label, login_id
from ..core.phone_numbers import read_phone_number, visible
from ..core.redaction import personal_shortened
from .csv_text import CsvError, decoded, records
from .wording import counted

Routing = Literal["app", "phone"]

COLUMNS: Final = ("kind", "user_id", "name", "phone", "routing", "groups", "backup_groups")
SEPARATOR: Final = "|"
_REQUIRED: Final = ("user_id", "name")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@attrs.frozen(kw_only=True)
class RosterAgent:
    """One person.

    Args:
        user_id: The id the agent logs in with.
        name: Name.
        phone: Digits with country code, or None.
        routing: Where calls ring: `"app"` (app or SIP phone) or `"phone"`.
        groups: Names of the agent's groups.
    """

    user_id: str
    name: str
    phone: str | None
    routing: Routing
    groups: tuple[str, ...]


@attrs.frozen(kw_only=True)
class RosterQueue:
    """One queue and the groups that its calls go to.

    Args:
        name: Name.
        phone: Caller id when an agent's phone is rung, or None.
        groups: Names of the groups asked first.
        backup_groups: Names of the groups asked when nobody in the first ones is free.
    """

    name: str
    phone: str | None
    groups: tuple[str, ...]
    backup_groups: tuple[str, ...]


@attrs.frozen
class Roster:
    """A whole contact centre.

    Args:
        agents: The people, in the order of the file.
        queues: The queues, in the order of the file.
    """

    agents: tuple[RosterAgent, ...]
    queues: tuple[RosterQueue, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of all groups that somebody is in, sorted."""
        return tuple(sorted({group for agent in self.agents for group in agent.groups}))

    @property
    def memberships(self) -> tuple[tuple[str, str], ...]:
        """Every (group name, user id)."""
        return tuple((group, agent.user_id) for agent in self.agents for group in agent.groups)

    @property
    def routings(self) -> tuple[tuple[str, str, int], ...]:
        """Every (queue name, group name, 1 for asked first or 0 for backup)."""
        return tuple(
            (queue.name, group, primary)
            for queue in self.queues
            for groups, primary in ((queue.groups, 1), (queue.backup_groups, 0))
            for group in groups
        )


def read_roster(path: Path, *, phone_country: str | None = None) -> Roster:
    """Read a roster file.

    Args:
        path: The CSV file.
        phone_country: Country of numbers that begin with 0, such as `"VN"`; None refuses them.

    Raises:
        ConfigError: `phone_country` is no such country.
        SpecError: The file cannot be read, or rows are wrong; the message names every line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SpecError(f"{path}: cannot be read ({error.strerror})") from None
    return parse_roster(data, source=path.name, phone_country=phone_country)


def packaged_roster() -> Roster:
    """Return the roster that ships with the package: 500 people, 20 groups, 10 queues.

    The people are invented; their numbers lie in a range that no operator uses.
    """
    return parse_roster(packaged_text().encode(), source="roster.csv")


def packaged_text() -> str:
    """Return the CSV text of that roster, to begin one's own."""
    return resources.files(__package__ or "").joinpath("roster.csv").read_text(encoding="utf-8")


def parse_roster(data: bytes, *, source: str, phone_country: str | None = None) -> Roster:
    """Make a roster from the bytes of a CSV file.

    Args:
        data: The file's bytes.
        source: Name of the file, for messages.
        phone_country: Country of numbers that begin with 0, such as `"VN"`; None refuses them.

    Raises:
        ConfigError: `phone_country` is no such country.
        SpecError: Not text, not CSV, or wrong columns or rows; the message names every line.
    """
    reading = _Reading(calling_code("phone_country", phone_country))
    try:
        for line, row in _rows(decoded(data), reading):
            reading.take(line, row)
    except CsvError as problem:
        if not problem.line:
            raise SpecError(f"{source}: {problem.text}") from None
        reading.problem(problem.line, problem.text)
    reading.compare()
    if reading.problems:
        problems = tuple(f"{_where(line)}{text}" for line, text in sorted(reading.problems))
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise SpecError(
            f"{source}: {counted(len(problems), 'problem')}\n{lines}",
            problems=problems,
            paths=tuple(f"line {line}" for line, _ in sorted(reading.problems)),
        )
    return Roster(tuple(reading.agents.values()), tuple(reading.queues.values()))


def _where(line: int) -> str:
    return f"line {line}: " if line else ""


def _rows(text: str, reading: _Reading) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, cells by column) for each row that is not empty."""
    rows = records(text)
    first, header = next(rows, (1, list[str]()))
    columns = [visible(name).casefold() for name in header]
    if not _good_header(first, columns, reading):
        return
    for line, cells in rows:
        stripped = [visible(cell) for cell in cells]
        if not any(stripped):
            continue
        if any(stripped[len(columns) :]):
            reading.problem(
                line, f"{counted(len(cells), 'cell')}, but there are {counted(len(columns), 'column')}"
            )
        elif len(cells) < len(columns):
            reading.problem(
                line,
                f"only {counted(len(cells), 'cell')}, but there are {counted(len(columns), 'column')}; "
                "is the file cut off here?",
            )
        else:
            _look_at_cells(line, columns, stripped, reading)
            yield line, dict(zip(columns, stripped, strict=False))


def _look_at_cells(line: int, columns: list[str], cells: list[str], reading: _Reading) -> None:
    """Note cells, in the columns that are read, that hold more than a line of text."""
    for column, cell in zip(columns, cells, strict=False):
        if column not in COLUMNS:
            continue
        if _CONTROL.search(cell):
            reading.problem(
                line, f"{column} holds a line break or a control character; is a quote not closed?"
            )


def _good_header(first: int, columns: list[str], reading: _Reading) -> bool:
    missing = [name for name in _REQUIRED if name not in columns]
    unknown = [name for name in columns if name and name not in COLUMNS]
    twice = [name for name, count in Counter(columns).items() if name and count > 1]
    if missing:
        reading.problem(
            first,
            f"{counted(len(missing), 'column')} missing: {' and '.join(missing)}; the first line must name the columns",
        )
    if unknown:
        reading.problem(first, f"unknown column {', '.join(unknown)}; there are: {', '.join(COLUMNS)}")
    if twice:
        reading.problem(first, f"column {', '.join(twice)} stands there twice")
    return not (missing or unknown or twice)


class _Reading:
    """What was read so far, and all that is wrong with it."""

    def __init__(self, phone_code: str | None) -> None:
        self.phone_code = phone_code
        self.agents: dict[str, RosterAgent] = {}
        self.queues: dict[str, RosterQueue] = {}
        self.lines: dict[tuple[str, str], int] = {}
        self.problems: list[tuple[int, str]] = []

    def problem(self, line: int, text: str) -> None:
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
        try:
            return login_id("user_id", user_id) if user_id else self._missing(line, "user_id")
        except ConfigError as error:
            self.problem(line, error.message)
            return ""

    def _missing(self, line: int, column: str) -> str:
        self.problem(line, f"{column} is empty")
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
            self._labelled(line, "name", name)
        return bool(name)

    def _labelled(self, line: int, column: str, name: str) -> None:
        """Note a name that no name can be."""
        try:
            label(column, name)
        except ConfigError as error:
            self.problem(line, error.message)

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
                self._labelled(line, column, name)
            if count > 1:
                self.problem(line, f"{column} names {name!r} twice")
        return tuple(dict.fromkeys(names))
