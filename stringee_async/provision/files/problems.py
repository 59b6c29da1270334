"""What is wrong with specification files: each problem with its place, all of them in one error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from ...core.errors import SpecError
from ..counts import counted

SHOWN: Final = 20
"""How many problems the message of an error shows; the error holds all of them."""


@attrs.frozen(kw_only=True)
class Problem:
    """One thing that is wrong with a file.

    Args:
        file: The file, as it was given.
        line: The line, from 1; 0 where the form of the file tells none.
        column: The column, from 1; 0 likewise.
        path: The path of keys, such as `queues.list[0].name`; may be empty.
        text: What is wrong, and what to do; shows no secret and no whole phone number.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = ""
    text: str

    @property
    def where(self) -> str:
        """Its place, such as `centre.yaml:12:5`, and the path of keys where there is no line."""
        place = ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])
        return place if self.line or not self.path else f"{place}: {self.path}"

    def __str__(self) -> str:
        """Return it in one line: `file:line:column: path: what is wrong`."""
        path = f"{self.path}: " if self.path and self.line else ""
        return f"{self.where}: {path}{self.text}"


def error_of(problems: Sequence[Problem]) -> SpecError:
    """Return one error for all problems, in the order of files and lines."""
    files = {problem.file: None for problem in problems}
    order = {file: number for number, file in enumerate(files)}
    ordered = sorted(problems, key=lambda problem: (order[problem.file], problem.line, problem.column))
    lines = tuple(map(str, ordered))
    more = [f"  and {len(lines) - SHOWN:,} more"] if len(lines) > SHOWN else []
    text = "\n".join([counted(len(lines), "problem"), *(f"  {line}" for line in lines[:SHOWN]), *more])
    return SpecError(text, problems=lines, paths=tuple(problem.where for problem in ordered))
