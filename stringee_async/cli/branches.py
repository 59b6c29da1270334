"""Things that hang together as a tree: drawn on a terminal, indented elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from ..core.redaction import printable
from .streams import write


@attrs.frozen
class Branch:
    """A line, and the lines below it."""

    text: str
    below: tuple[Branch, ...] = ()


def show_branches(branches: Sequence[Branch]) -> None:
    """Write trees: with lines between them on a terminal, as indented text elsewhere."""
    from .tables import console, show

    if console().is_terminal:
        show(*drawn(branches))
    else:
        write("".join(f"{line}\n" for line in indented(branches)))


def drawn(branches: Sequence[Branch]) -> list[Any]:
    """Return trees as `rich` draws them."""
    from rich.text import Text
    from rich.tree import Tree

    def grown(branch: Branch) -> Tree:
        tree = Tree(Text(printable(branch.text, one_line=True)), guide_style="dim")
        tree.children.extend(map(grown, branch.below))
        return tree

    return [grown(branch) for branch in branches]


def indented(branches: Sequence[Branch], depth: int = 0) -> Iterator[str]:
    """Yield a line for each branch, two blanks deeper than what it hangs from."""
    for branch in branches:
        yield "  " * depth + printable(branch.text, one_line=True)
        yield from indented(branch.below, depth + 1)
