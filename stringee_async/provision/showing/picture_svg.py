"""A picture as SVG: readable by itself in any viewer, light or dark, without scripts, fonts or anything from the network."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from .picture_boxes import DETAIL, LABEL, PAD, TITLE, Box, boxes_of
from .picture_data import COLUMNS, Column, Edge, PictureData
from .picture_layout import Layout, layout_of
from .picture_text import broken, text_width
from .shown_values import one_line

FONTS: Final = "Inter, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_GAP: Final = 11.0
_MARGIN: Final = 32.0
_TOP: Final = 122.0
_BOTTOM: Final = 72.0
_HEADINGS: Final[dict[Column, str]] = {
    "number": "Numbers",
    "queue": "Queues",
    "group": "Groups",
    "agent": "Agents",
}
_COLOURS: Final[dict[Column, tuple[str, str]]] = {
    "number": ("#7c3aed", "#f5f3ff"),
    "queue": ("#2563eb", "#eff6ff"),
    "group": ("#0d9488", "#f0fdfa"),
    "agent": ("#64748b", "#ffffff"),
}
_LINES: Final = {
    "route": ('stroke="#2563eb" stroke-width="1.8"', "primary group: asked first"),
    "backup": ('stroke="#c2410c" stroke-width="1.8" stroke-dasharray="6 4"', "backup group"),
    "other": ('stroke="#94a3b8" stroke-width="1.3"', ""),
}


def svg_of(picture: PictureData) -> str:
    """Return a picture as an SVG document, which ends with a line break; the same picture gives the same text."""
    boxes = boxes_of(picture)
    layout = layout_of(picture, {id: box.height for id, box in boxes.items()}, gap=_GAP)
    return "\n".join(_Sheet(picture, boxes, layout).lines()) + "\n"


def escaped(text: str) -> str:
    """Return text as XML shows it, on one line."""
    return html.escape(one_line(text), quote=True)


@attrs.frozen(kw_only=True)
class _Place:
    """A column on the sheet: its left edge and its width."""

    left: float
    width: float


class _Sheet:
    """One drawing: where its columns are, and how its parts are written."""

    def __init__(self, picture: PictureData, boxes: Mapping[str, Box], layout: Layout) -> None:
        self.picture, self.boxes, self.layout = picture, boxes, layout
        self.used: list[Column] = [
            column for column in COLUMNS if any(box.node.column == column for box in boxes.values())
        ]
        self.places: list[_Place] = []
        left = _MARGIN
        for number, column in enumerate(self.used):
            width = max(box.width for box in boxes.values() if box.node.column == column)
            self.places.append(_Place(left=left, width=width))
            left += width + self._channel(number)
        heading = max(text_width(picture.title, 22), text_width(picture.subtitle, 13))
        legend = sum(width for *_, width in self._legend_items())
        right = self.places[-1].left + self.places[-1].width if self.places else _MARGIN
        self.width = round(max(right, _MARGIN + min(heading, 900), _MARGIN + legend, 420.0) + _MARGIN)
        self.notes = [
            line for note in picture.notes for line in broken(note, 12, self.width - 2 * _MARGIN, 3)
        ]
        self.height = round(_TOP + layout.height + _BOTTOM + 18 * len(self.notes))

    def lines(self) -> Iterator[str]:
        """Yield the lines of the document."""
        title = escaped(self.picture.title)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" role="img" font-family="{FONTS}">'
        )
        yield f"<title>{title}</title>"
        yield f"<desc>{escaped(self.picture.subtitle)}</desc>"
        yield f'<rect width="{self.width}" height="{self.height}" rx="12" fill="#ffffff"/>'
        shown = broken(self.picture.title, 22, self.width - 2 * _MARGIN, 1)
        yield _text(_MARGIN, 48, shown[0] if shown else "", 22, "#0f172a", bold=True)
        yield _text(_MARGIN, 71, self.picture.subtitle, 13, "#475569")
        for place, column in zip(self.places, self.used, strict=True):
            yield _text(place.left, _TOP - 16, _HEADINGS[column], 12, _COLOURS[column][0], bold=True)
        yield from self._edges()
        for box in self.boxes.values():
            yield from self._box(box)
        yield from self._legend()
        yield "</svg>"

    def _channel(self, number: int) -> float:
        """Return the room right of a column: more where many lines run."""
        if number == len(self.used) - 1:
            return 0.0
        ids = set(self.layout.columns[number])
        running = sum(any(name in ids for name in path[:-1]) for path in self.layout.paths)
        return min(150.0, 80.0 + 2.0 * running)

    def _box(self, box: Box) -> Iterator[str]:
        place = self.places[self.used.index(box.node.column)]
        top = round(_TOP + self.layout.centre[box.node.id] - box.height / 2, 1)
        colour, ground = _COLOURS[box.node.column]
        detail = f"\n{one_line(box.node.detail)}" if box.node.detail else ""
        yield f'<g id="{box.node.id}"><title>{html.escape(one_line(box.node.title) + detail)}</title>'
        if box.node.many > 1:
            yield (
                f'<rect x="{place.left + 4:g}" y="{top + 4:g}" width="{place.width:g}" height="{box.height:g}" '
                f'rx="7" fill="{ground}" stroke="{colour}" stroke-opacity="0.5"/>'
            )
        yield (
            f'<rect x="{place.left:g}" y="{top:g}" width="{place.width:g}" height="{box.height:g}" rx="7" '
            f'fill="{ground}" stroke="{colour}"/>'
        )
        yield f'<rect x="{place.left:g}" y="{top:g}" width="5" height="{box.height:g}" rx="2.5" fill="{colour}"/>'
        for text in box.texts:
            base, left = round(top + text.base, 1), place.left + PAD + 4 + text.left
            if text.role == "title":
                yield _text(left, base, text.text, TITLE, "#0f172a", bold=True)
            else:
                yield _text(left, base, text.text, DETAIL, "#b91c1c" if text.role == "warning" else "#475569")
        yield "</g>"

    def _edges(self) -> Iterator[str]:
        """Yield the lines, those of backup groups last, each from a place of its own at its box."""
        starts, ends = self._ports()
        pairs = list(zip(self.picture.edges, self.layout.paths, strict=True))
        for wanted in ("other", "route", "backup"):
            style = _LINES[wanted][0]
            drawn = [number for number, (edge, _) in enumerate(pairs) if self._kind(edge) == wanted]
            if drawn:
                yield f'<g fill="none" {style} stroke-linecap="round">'
                for number in drawn:
                    yield f'<path d="{self._path(pairs[number][1], starts[number], ends[number])}"/>'
                yield "</g>"
        for number, (edge, path) in enumerate(pairs):
            if edge.label:
                right, wide = self.places[self._column(path[-1])].left - 8, text_width(edge.label, LABEL)
                top = ends[number] - LABEL / 2
                yield f'<rect x="{right - wide:g}" y="{top:g}" width="{wide:g}" height="{LABEL:g}" fill="#ffffff"/>'
                yield _text(right, ends[number] + 3.4, edge.label, LABEL, "#475569", anchor="end")

    def _kind(self, edge: Edge) -> str:
        if edge.backup:
            return "backup"
        return "route" if self.boxes[edge.end].node.column == "group" else "other"

    def _column(self, name: str) -> int:
        return next(number for number, column in enumerate(self.layout.columns) if name in column)

    def _path(self, path: Sequence[str], start: float, end: float) -> str:
        """Return the curve of a line, through the places that it has in columns that it passes."""
        first = self.places[self._column(path[0])]
        x, y = first.left + first.width, start
        parts = [f"M{x:g} {y:g}"]
        for name in path[1:]:
            place = self.places[self._column(name)]
            last = name == path[-1]
            to = end if last else round(_TOP + self.layout.centre[name], 1)
            bend = round((place.left - x) / 2, 1)
            parts.append(f"C{x + bend:g} {y:g} {place.left - bend:g} {to:g} {place.left:g} {to:g}")
            x, y = place.left, to
            if not last:
                x = place.left + place.width
                parts.append(f"H{x:g}")
        return "".join(parts)

    def _ports(self) -> tuple[dict[int, float], dict[int, float]]:
        """Return where each line leaves and reaches its box, by its number: sorted by where it goes, so that none cross there."""
        leaving, reaching = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
        for number, path in enumerate(self.layout.paths):
            leaving[path[0]].append(number)
            reaching[path[-1]].append(number)
        centre, paths = self.layout.centre, self.layout.paths
        starts, ends = dict[int, float](), dict[int, float]()
        for name, numbers in leaving.items():
            order = sorted(numbers, key=lambda number: (centre[paths[number][1]], number))
            starts |= zip(order, self._spread(name, len(order)), strict=True)
        for name, numbers in reaching.items():
            order = sorted(numbers, key=lambda number: (centre[paths[number][-2]], number))
            ends |= zip(order, self._spread(name, len(order)), strict=True)
        return starts, ends

    def _spread(self, name: str, number: int) -> list[float]:
        room = self.boxes[name].height - 12
        step = min(LABEL + 1.5, room / (number - 1)) if number > 1 else 0.0
        middle = _TOP + self.layout.centre[name]
        return [round(middle + step * (index - (number - 1) / 2), 1) for index in range(number)]

    def _legend_items(self) -> list[tuple[str, str, float]]:
        """Return the style, the text and the width of each sort of line that is drawn."""
        columns = {
            self.boxes[edge.start].node.column for edge in self.picture.edges if self._kind(edge) == "other"
        }
        others = (
            ("number", "number of the queue"),
            ("queue", "agent of the queue"),
            ("group", "agent of the group"),
        )
        words = {"other": ", ".join(text for column, text in others if column in columns)}
        kinds = {self._kind(edge) for edge in self.picture.edges}
        items = [(style, text or words[kind]) for kind, (style, text) in _LINES.items() if kind in kinds]
        return [(style, text, 46 + text_width(text, 12) + 24) for style, text in items]

    def _legend(self) -> Iterator[str]:
        top = _TOP + self.layout.height + 40
        left = _MARGIN
        for style, text, width in self._legend_items():
            yield f'<path d="M{left:g} {top - 4:g}h36" fill="none" {style}/>'
            yield _text(left + 46, top, text, 12, "#475569")
            left = round(left + width, 1)
        for number, note in enumerate(self.notes):
            yield _text(_MARGIN, top + 24 + 18 * number, note, 12, "#b45309")


def _text(
    left: float, base: float, text: str, size: float, colour: str, *, bold: bool = False, anchor: str = ""
) -> str:
    weight = ' font-weight="600"' if bold else ""
    anchored = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{left:g}" y="{base:g}" font-size="{size:g}" fill="{colour}"{weight}{anchored}>{escaped(text)}</text>'
