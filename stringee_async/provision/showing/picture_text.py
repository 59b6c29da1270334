"""How wide a text is, without a font at hand, and how it is broken into lines that fit into a box."""

from __future__ import annotations

import unicodedata
from typing import Final

from .shown_values import one_line

_WIDTHS: Final = (
    ("iIjl|.,:;'! ", 0.36),
    ("ftr()[]{}/\\-", 0.44),
    ("mwMW@%", 0.96),
    ("ABCDEFGHJKLNOPQRSTUVXYZ&", 0.72),
    ("0123456789", 0.64),
)
"""Parts of the font size, of a wide font (DejaVu Sans), so that usual fonts need less."""
_WIDTH: Final = {letter: width for letters, width in _WIDTHS for letter in letters}
_OTHER: Final = 0.62


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is.

    Args:
        text: The text.
        size: The font size, in the unit of the result.
    """
    return size * sum(map(_letter, text))


def broken(text: str, size: float, widest: float, most: int) -> list[str]:
    """Return a text in lines that are no wider than asked for; the last ends with an ellipsis where text is left out.

    Args:
        text: The text.
        size: The font size.
        widest: How wide a line may be.
        most: How many lines there may be.
    """
    lines, rest = list[str](), one_line(text)
    while rest and len(lines) < most - 1:
        line = _fitting(rest, size, widest)
        lines.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    if rest:
        lines.append(_clipped(rest, size, widest))
    return lines


def _letter(letter: str) -> float:
    if letter in _WIDTH:
        return _WIDTH[letter]
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if unicodedata.combining(letter):
        return 0.0
    base = unicodedata.normalize("NFD", letter)[0]
    return _WIDTH.get(base, _OTHER)


def _fitting(text: str, size: float, widest: float) -> str:
    """Return the beginning of a text that fits, up to a blank where there is one; a single letter always fits."""
    if text_width(text, size) <= widest:
        return text
    end, wide = 0, 0.0
    while end < len(text) and (wide := wide + size * _letter(text[end])) <= widest:
        end += 1
    blank = text.rfind(" ", 0, end + 1)
    return text[: blank if blank > 0 else max(end, 1)]


def _clipped(text: str, size: float, widest: float) -> str:
    if text_width(text, size) <= widest:
        return text
    room = widest - size * 0.9
    end, wide = 0, 0.0
    while end < len(text) and (wide := wide + size * _letter(text[end])) <= room:
        end += 1
    return f"{text[:end].rstrip()}…"
