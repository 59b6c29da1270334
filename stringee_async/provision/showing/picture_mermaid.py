"""A picture as a Mermaid flowchart, for documents and review requests that draw it themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .picture_data import COLUMNS, Column, Edge, Node, PictureData
from .shown_values import one_line

_SYNTAX: Final = re.compile(r"[^\w ]|_")
_SHAPES: Final[dict[Column, tuple[str, str]]] = {
    "number": ("([", "])"),
    "queue": ("[", "]"),
    "group": ("(", ")"),
    "agent": ("[", "]"),
}
_STYLES: Final[dict[Column, str]] = {
    "number": "fill:#ede9fe,stroke:#7c3aed,color:#1e1b4b",
    "queue": "fill:#dbeafe,stroke:#2563eb,color:#172554",
    "group": "fill:#ccfbf1,stroke:#0d9488,color:#042f2e",
    "agent": "fill:#f8fafc,stroke:#64748b,color:#0f172a",
}
"""Both fill and text are set, so that a dark page draws neither on its own ground."""


def escaped(text: str) -> str:
    """Return text with character codes in place of all but letters, digits and blanks."""
    return _SYNTAX.sub(lambda found: f"#{ord(found[0])};", one_line(text))


def mermaid_of(picture: PictureData) -> str:
    """Return a picture as a flowchart, which ends with a line break."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: PictureData) -> Iterator[str]:
    yield "flowchart LR"
    yield f"    accTitle: {_bare(picture.title)}"
    yield f"    accDescr: {_bare(picture.subtitle or picture.title)}"
    for node in picture.nodes:
        yield f"    {_box(node)}"
    for edge in picture.edges:
        yield f"    {_line(edge)}"
    for column in COLUMNS:
        ids = [node.id for node in picture.nodes if node.column == column]
        if ids:
            yield f"    classDef {column} {_STYLES[column]}"
            yield f"    class {','.join(ids)} {column}"


def _box(node: Node) -> str:
    opening, closing = _SHAPES[node.column]
    parts = [escaped(part) for part in (node.title, node.detail, node.warning) if part]
    return f'{node.id}{opening}"{"<br/>".join(parts)}"{closing}'


def _line(edge: Edge) -> str:
    label = edge.label or ("backup" if edge.backup else "")
    arrow = "-.->" if edge.backup else "-->"
    return (
        f'{edge.start} {arrow}|"{escaped(label)}"| {edge.end}'
        if label
        else f"{edge.start} {arrow} {edge.end}"
    )


def _bare(text: str) -> str:
    """Return text for a place that knows no character codes."""
    return re.sub(r"[^\w ,.-]", " ", one_line(text)).strip() or "picture"
