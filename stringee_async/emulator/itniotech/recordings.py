"""Recordings of the emulated ITNIO TECH service: files behind links, which need no credentials."""

import hashlib
import time
from collections.abc import Mapping

import attrs

from ..dialect import Response

PREFIX = "/recordings/"
_MISSING = Response(404, b"no such file", (("Content-Type", "text/plain"),))


@attrs.frozen
class Recording:
    """What was recorded of a call.

    Args:
        content: the bytes of the file.
        ready: the monotonic time in seconds from which on it is there.
    """

    content: bytes = attrs.field(repr=False)
    ready: float


def file_response(recording: Recording | None, headers: Mapping[str, str]) -> Response:
    """Respond with a file, or with its end if a range is asked for and the file is the same."""
    if recording is None or time.monotonic() < recording.ready:
        return _MISSING
    content = recording.content
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    shown = [("Content-Type", "audio/mpeg"), ("Accept-Ranges", "bytes"), ("ETag", tag)]
    first, _, last = headers.get("Range", "").removeprefix("bytes=").partition("-")
    if not first.isdigit() or last or headers.get("If-Range", tag) != tag or int(first) >= len(content):
        return Response(200, content, tuple(shown))
    shown.append(("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}"))
    return Response(206, content[int(first) :], tuple(shown))
