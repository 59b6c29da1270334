"""The boxes of a drawn picture: their lines of text and their sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import attrs

from .picture_data import Node, PictureData
from .picture_text import broken, text_width
from .shown_values import one_line

TITLE: Final = 13.5
"""Font size of a box's title, in pixels."""
DETAIL: Final = 11.0
"""Font size of its small print."""
LABEL: Final = 9.5
"""Font size of what is written at a line."""
PAD: Final = 12.0
"""Room between a box's border and its text."""
_BOLD: Final = 1.13
"""How much wider bold letters are."""
_WIDEST: Final = 230.0
_WIDEST_LINE: Final = 300.0
"""The same where title and small print share a line."""
_BETWEEN: Final = 10.0
_NARROWEST: Final = 84.0
_STEP: Final = {"title": 17.0, "detail": 14.5, "warning": 14.5}


@attrs.frozen(kw_only=True)
class Text:
    """A line of text in a box.

    Args:
        role: `title`, `detail` or `warning`.
        text: The text.
        base: How far below the box's upper edge its base line is.
        left: How far it is from where the texts begin.
    """

    role: str
    text: str
    base: float
    left: float = 0.0


@attrs.frozen(kw_only=True)
class Box:
    """A box with its text.

    Args:
        node: What it shows.
        texts: Its lines.
        width: How wide it must be at least.
        height: How high it is.
    """

    node: Node
    texts: tuple[Text, ...]
    width: float
    height: float


def boxes_of(picture: PictureData) -> Mapping[str, Box]:
    """Return the boxes of a picture, by id; high enough for the labels of the lines that reach them."""
    labels = Counter(edge.end for edge in picture.edges if edge.label)
    boxes = [_flat(node) or _box(node) for node in picture.nodes]
    return {
        box.node.id: attrs.evolve(
            box, height=max(box.height, 14.0 + (LABEL + 1.5) * (labels[box.node.id] - 1))
        )
        for box in boxes
    }


def _box(node: Node) -> Box:
    """Return a box whose lines stand one below the other."""
    lines = [("title", text) for text in broken(node.title, TITLE * _BOLD, _WIDEST, 3)]
    lines += [("detail", text) for text in broken(node.detail, DETAIL, _WIDEST, 2)]
    lines += [("warning", text) for text in broken(node.warning, DETAIL, _WIDEST, 1)]
    texts: list[Text] = []
    height = 6.0
    for role, text in lines:
        height += _STEP[role]
        texts.append(Text(role=role, text=text, base=height - 4.0))
    wide = max((_width(role, text) for role, text in lines), default=0.0)
    return Box(node=node, texts=tuple(texts), width=_outer(wide), height=height + 6.0)


def _flat(node: Node) -> Box | None:
    """Return the low box of one agent, with name and `user_id` side by side; None where they need more room."""
    if node.column != "agent" or node.many > 1:
        return None
    title, detail = one_line(node.title), one_line(node.detail)
    left = _width("title", title) + _BETWEEN
    wide = left + _width("detail", detail) if detail else left - _BETWEEN
    if wide > _WIDEST_LINE:
        return None
    texts = [Text(role="title", text=title, base=17.5)]
    if detail:
        texts.append(Text(role="detail", text=detail, base=17.5, left=round(left, 1)))
    return Box(node=node, texts=tuple(texts), width=_outer(wide), height=25.0)


def _width(role: str, text: str) -> float:
    return text_width(text, TITLE * _BOLD if role == "title" else DETAIL)


def _outer(wide: float) -> float:
    return round(max(_NARROWEST, wide + 2 * PAD + 4))
