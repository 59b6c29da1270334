"""The values of a file, each with its place, before anything is known of what they mean.

YAML, JSON and TOML all end in these. A scalar keeps the text that was typed; the reader converts it by the type that is
declared for its key, so that `0123`, `1e3` and `no` stay what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NoReturn, TypeAlias, cast

import attrs

from .problems import Problem

DEEPEST: Final = 20
"""How many lists and maps may stand within each other."""
MOST: Final = 2_000_000
"""How many values a file may hold."""

NodeKind: TypeAlias = Literal["plain", "text", "number", "flag", "null", "list", "map"]
"""`plain`: a scalar without quotes, whose type the file leaves open (YAML); `text`: one in quotes; `number`: the digits
as typed."""
NO_KEYS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({})


@attrs.frozen
class Node:
    """One value.

    Args:
        kind: What the file says that it is.
        value: A text (`flag`: `true` or `false`), a tuple of nodes, or a dict of nodes.
        file: The file.
        line: The line, from 1; 0 where the form of the file tells none.
        column: The column, from 1.
        path: The path of keys.
        keys: Of a map, the line and column of each key.
    """

    kind: NodeKind
    value: str | tuple[Node, ...] | dict[str, Node]
    file: str
    line: int = 0
    column: int = 0
    path: str = ""
    keys: Mapping[str, tuple[int, int]] = NO_KEYS

    @property
    def text(self) -> str:
        """The text of a scalar; of a list or map, an empty one."""
        return self.value if isinstance(self.value, str) else ""

    @property
    def items(self) -> tuple[Node, ...]:
        """The elements of a list."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def members(self) -> Mapping[str, Node]:
        """The members of a map."""
        return cast("dict[str, Node]", self.value) if self.kind == "map" else {}

    @property
    def where(self) -> str:
        """Its place in one text."""
        return self.problem("").where

    @property
    def empty(self) -> bool:
        """Whether nothing was written, as behind a key and a colon."""
        return self.kind == "null" or (self.kind == "plain" and self.text == "")

    @property
    def shown(self) -> str:
        """What it is, for messages."""
        if self.empty:
            return "nothing"
        return {"list": "a list", "map": "a map", "flag": "true or false", "number": "a number"}.get(
            self.kind, "text"
        )

    def problem(self, text: str) -> Problem:
        """Return a problem at its place."""
        return Problem(file=self.file, line=self.line, column=self.column, path=self.path, text=text)

    def problem_of(self, key: str, text: str) -> Problem:
        """Return a problem at one of its keys."""
        line, column = self.keys.get(key, (self.line, self.column))
        return Problem(file=self.file, line=line, column=column, path=below(self.path, key), text=text)


class MalformedFileError(Exception):
    """A file cannot be read at all.

    Args:
        problem: What is wrong, and where.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def malformed(file: str, text: str, line: int = 0, column: int = 0, path: str = "") -> NoReturn:
    """Raise the error for a file that cannot be read on."""
    raise MalformedFileError(Problem(file=file, line=line, column=column, path=path, text=text)) from None


def below(path: str, key: str | int) -> str:
    """Return the path of a member or an element."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def twice(file: str, key: str, first: tuple[int, int], second: tuple[int, int], path: str) -> Problem:
    """Return the problem of a key that one map holds twice."""
    return Problem(
        file=file,
        line=second[0],
        column=second[1],
        path=path,
        text=f"the key {key[:60]!r} stands in line {first[0]} already; keep one of them",
    )
