"""What a picture of a contact centre consists of, whatever its form: boxes in columns, and lines between them."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import attrs

Column: TypeAlias = Literal["number", "queue", "group", "agent"]
COLUMNS: Final[tuple[Column, ...]] = ("number", "queue", "group", "agent")
"""From left to right: a call comes in at a number."""


@attrs.frozen(kw_only=True)
class Node:
    """A box.

    Args:
        id: Its name in the picture, such as `q1`.
        column: Where it stands.
        title: What it is called.
        detail: A line in small print; may be empty.
        warning: What is wrong with it, such as `no agents`; may be empty.
        many: How many things it stands for.
    """

    id: str
    column: Column
    title: str
    detail: str = ""
    warning: str = ""
    many: int = 1


@attrs.frozen(kw_only=True)
class Edge:
    """A line from one box to another.

    Args:
        start: The box on the left.
        end: The box on the right.
        backup: Whether calls take it only if no agent of a primary group is free.
        label: What is written at it, such as `level 1`; may be empty.
    """

    start: str
    end: str
    backup: bool = False
    label: str = ""


@attrs.frozen(kw_only=True)
class PictureData:
    """A picture of a contact centre.

    Args:
        title: Its title.
        subtitle: How much of everything is there.
        nodes: The boxes, column by column, sorted by name within one.
        edges: The lines.
        notes: What a person should know, in words.
    """

    title: str
    subtitle: str = ""
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    notes: tuple[str, ...] = ()
