"""JSON text with something in it that is not JSON: half an emoji, a stray byte, a raw tab, NaN.

Such text is taken apart by its brackets and commas, and its strings are repaired, so that one bad value costs that
value and not the whole response. This file looks at strings and brackets only; the decoder finds out whether a part
is JSON.
"""

from __future__ import annotations

import re
from itertools import pairwise
from types import MappingProxyType
from typing import Final

_STRING: Final = rb'"(?:[^"\\]|\\.)*+"'
_MARK: Final = re.compile(_STRING + rb"|[][{},]", re.DOTALL)
_MEMBER: Final = re.compile(rb"\s*(" + _STRING + rb")\s*:\s*(.*?)\s*", re.DOTALL)
_SURROGATES: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole pair
    rb"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"  # half of one
    rb"|\\.",
    re.DOTALL,
)
_HALF: Final = len(rb"\ud800")
_CONTROL: Final = re.compile(rb"[\x00-\x1f]")
_STRINGS: Final = re.compile(_STRING, re.DOTALL)
_CLOSED_BY: Final = MappingProxyType({b"{": b"}", b"[": b"]"})
_DEEPEST: Final = 500
"""Brackets inside each other; more of them is an attack, and no decoder takes them."""
_REPLACEMENT: Final = rb"\ufffd"


def elements(data: bytes) -> list[bytes] | None:
    """Return the texts of an array's elements; None if the text is not an array with all its brackets."""
    return _parts(data, b"[")


def members(data: bytes) -> list[tuple[bytes, bytes]] | None:
    """Return the texts of an object's names and values; None if the text is not an object with all its brackets."""
    parts = _parts(data, b"{")
    if parts is None:
        return None
    found = [_MEMBER.fullmatch(part) for part in parts]
    return None if None in found else [(match[1], match[2]) for match in found if match]


def _parts(data: bytes, opening: bytes) -> list[bytes] | None:
    """Return what stands between the outermost commas; a comma too many at the end is forgiven."""
    text = data.strip()
    if not text.startswith(opening):
        return None
    cuts: list[int] = [0]
    open_brackets: list[bytes] = []
    for mark in _MARK.finditer(text):
        sign = mark[0]
        if sign in _CLOSED_BY:
            open_brackets.append(_CLOSED_BY[sign])
            if len(open_brackets) > _DEEPEST:
                return None
        elif sign in {b"}", b"]"}:
            if not open_brackets or open_brackets.pop() != sign:
                return None
            if not open_brackets:
                cuts.append(mark.start())
        elif sign == b"," and len(open_brackets) == 1:
            cuts.append(mark.start())
    if open_brackets or cuts[-1] != len(text) - 1:
        return None
    parts = [text[start + 1 : end].strip() for start, end in pairwise(cuts)]
    if not parts[-1]:
        parts.pop()
    return parts if all(parts) else None


def mended(data: bytes) -> tuple[bytes, bool]:
    """Return JSON text with its strings made whole, and whether any text was lost by that."""
    text = data.decode("utf-8", "replace").encode()
    whole = _STRINGS.sub(_mended_string, text)
    return whole, text != data or whole.count(_REPLACEMENT) > text.count(_REPLACEMENT)


def _mended_string(found: re.Match[bytes]) -> bytes:
    text = _CONTROL.sub(lambda control: rb"\u%04x" % control[0][0], found[0])
    return _SURROGATES.sub(_whole, text)


def _whole(found: re.Match[bytes]) -> bytes:
    return _REPLACEMENT if found[0][1:2] == b"u" and len(found[0]) == _HALF else found[0]
