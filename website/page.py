"""A generated page, and the Markdown that several of them need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Final

import attrs

_BAR: Final = re.compile(r"`[^`]*`|\|")
_FIRST_SENTENCE: Final = re.compile(r"\.(?=\s|$)")


@attrs.frozen(kw_only=True)
class Page:
    """A page of the reference.

    Args:
        path: Where it goes below `docs/`.
        title: What the navigation calls it.
        text: Its Markdown.
    """

    path: PurePosixPath
    title: str
    text: str


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells are escaped, and may hold Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    """Return a cell in one line; a bar is escaped where it stands outside of code."""
    return _BAR.sub(
        lambda found: found[0].replace("|", r"\|") if found[0] == "|" else found[0], " ".join(text.split())
    )


def first_sentence(text: str | None) -> str:
    """Return the first sentence of a docstring."""
    line = " ".join((text or "").strip().split("\n\n")[0].split())
    found = _FIRST_SENTENCE.search(line)
    return line[: found.start() + 1] if found else line
