"""Puts a malformed value into the first row of a body, into its name if it has one, so that no client overlooks it."""

import gzip
import re
from collections.abc import Callable
from typing import Literal, TypeAlias

import attrs

from ..dialect import Response

MalformedForm: TypeAlias = Literal["not_utf8", "half_emoji", "raw_tab", "nan"]
"""How a value is malformed."""

_TEXTS = {"not_utf8": b"\xff", "half_emoji": b"\\ud83d", "raw_tab": b"\t"}
_KEYS = (rb"name|groupName|petName|title", rb"label", rb"\w+")
_STARTS = tuple(re.compile(rb'[{,] ?"(?:' + key + rb')": ?"') for key in _KEYS)


def with_malformed_value(response: Response, form: str) -> Response:
    """Return the response with one odd value; unchanged only if its body has no place for one."""
    change: Callable[[bytes], bytes] = (
        _with_nan if form == "nan" else lambda body: _with_text(body, _TEXTS[form])
    )
    if ("Content-Encoding", "gzip") in response.headers:
        return attrs.evolve(response, body=gzip.compress(change(gzip.decompress(response.body)), mtime=0))
    return attrs.evolve(response, body=change(response.body))


def _first_row(body: bytes) -> int:
    """Where the first row begins, or the whole object where there are no rows; -1 where there is neither."""
    rows = body.find(b"[{")
    return body.find(b"{") if rows < 0 else rows + 1


def _with_text(body: bytes, odd: bytes) -> bytes:
    """Put odd bytes at the beginning of a text of the first row."""
    start = max(_first_row(body), 0)
    found = next(filter(None, (pattern.search(body, start) for pattern in _STARTS)), None)
    return body if found is None else body[: found.end()] + odd + body[found.end() :]


def _with_nan(body: bytes) -> bytes:
    """Put a field of its own at the beginning of the first row."""
    start = _first_row(body) + 1
    if not start:
        return body
    more = b'"odd": NaN' + (b"" if body[start:].lstrip().startswith(b"}") else b", ")
    return body[:start] + more + body[start:]
