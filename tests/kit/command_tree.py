"""The commands of the command line, each with the words that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each command below `command`, with its path."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name, one in below.items():
        yield from leaves(one, (*path, name))
