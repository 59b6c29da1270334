"""Reads a contact centre that is described in one CSV file: queues, groups and people.

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
| `backup_groups` |                                            | groups asked when no agent there is free  |

Groups need no rows of their own: those that an agent is in are created.
"""

from __future__ import annotations

import unicodedata
from importlib import resources
from pathlib import Path

from ..core.errors import SpecError
from ..core.fields import calling_code
from .counts import counted
from .csv_text import CsvError, decoded
from .roster import Roster
from .roster_rows import RosterRows, named_cells


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
    found = RosterRows(calling_code("phone_country", phone_country))
    try:
        for line, row in named_cells(unicodedata.normalize("NFC", decoded(data)), found):
            found.take(line, row)
    except CsvError as problem:
        if not problem.line:
            raise SpecError(f"{source}: {problem.text}") from None
        found.problem(problem.line, problem.text)
    found.compare()
    if found.problems:
        problems = tuple(f"{_where(line)}{text}" for line, text in sorted(found.problems))
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise SpecError(
            f"{source}: {counted(len(problems), 'problem')}\n{lines}",
            problems=problems,
            paths=tuple(f"line {line}" for line, _ in sorted(found.problems)),
        )
    return Roster(tuple(found.agents.values()), tuple(found.queues.values()))


def _where(line: int) -> str:
    return f"line {line}: " if line else ""
