"""Parts of a download that broke off: what tells that they are of the same bytes, and whether one fits behind another."""

from __future__ import annotations

import re
from typing import Final

import attrs

from .errors import DecodeError, TransportError
from .saving import Sink
from .streamed import StreamedResponse

_RANGE: Final = re.compile(r"bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\*)")


@attrs.frozen
class Part:
    """A part of a download.

    Args:
        first: Its first byte.
        length: The length of the whole; 0 where the host does not say it.
    """

    first: int
    length: int


def part_of(response: StreamedResponse) -> Part | None:
    """Return which part of a download a response holds; None where it says nothing of that."""
    stated = _RANGE.fullmatch(response.headers.get("Content-Range", "").strip().lower())
    if response.status != 206 or stated is None:
        return None
    return Part(int(stated[1]), 0 if stated[2] == "*" else int(stated[2]))


async def fit(response: StreamedResponse, part: Part | None, sink: Sink) -> None:
    """Have what was received end where a response begins.

    Raises:
        TransportError: It is another part than the one that was asked for.
        DecodeError: The host begins again, and the target cannot.
    """
    first = 0 if part is None else part.first
    unsaid = response.status == 206 and part is None
    if first not in {0, sink.size} or (sink.size and unsaid):
        raise TransportError("the host sent another part of the recording than was asked for")
    if not first and sink.size and not await sink.restart():
        raise DecodeError(
            "the host begins again with a download that broke off, and the writer cannot: give a path"
        )


def check_end(part: Part | None, sink: Sink) -> None:
    """Raise if a part has ended before the whole: a host may send less than it was asked for."""
    if part is not None and sink.size < part.length:
        raise TransportError(f"the host sent {sink.size:,} of {part.length:,} bytes")


def validator_of(response: StreamedResponse) -> str:
    """Return what tells that a later response is of the very same bytes; empty where nothing does, or ranges are not served."""
    headers = response.headers
    if headers.get("Accept-Ranges", "").lower() == "none":
        return ""
    tag = headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")
