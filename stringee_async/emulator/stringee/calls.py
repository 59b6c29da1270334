"""The call log and the recordings of the call host.

Facts: the official page on the call log, and public projects for recordings: 400 for a call that was not recorded, 404
until the file is ready. The emulator's own choices: version 1 of the log only, calls in the order in which they began,
filters that compare whole values, and spans whose ends both count.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from ..dialect import Response, json_response
from ..state import Row
from .fields import FieldError
from .pages import listed
from .request_context import Act, StringeeContext
from .tables import CALL_LOG

_SPANS = ("start_time", "answer_time", "stop_time")
_EXACT = ("id", "from_number", "to_number", "from_user_id")


def _list(context: StringeeContext) -> Row:
    query = context.call.query
    if query.get("version", "1") != "1":
        raise FieldError("version 2 is not emulated")
    context.state.end_calls(context.vendor_settings.recording_delay)
    found = [row for row in context.state.call_log.values() if _asked_for(row, query)]
    found.sort(key=lambda row: row["start_time"])
    return listed(context, CALL_LOG, found, {"r": 0, "message": "Success"})


def _asked_for(row: Row, query: Mapping[str, str]) -> bool:
    """Tell whether a call passes the filters of a query."""
    if any(name in query and row[name] != query[name] for name in _EXACT):
        return False
    return all(
        _time(query, f"from_{name}", 0) <= row[name] <= _time(query, f"to_{name}", row[name])
        for name in _SPANS
    )


def _time(query: Mapping[str, str], name: str, otherwise: int) -> int:
    """The time that a query names, in milliseconds."""
    text = query.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit()):
        raise FieldError(f"{name} must be a time in milliseconds")
    return int(text)


def _recording(context: StringeeContext) -> Response:
    context.state.end_calls(context.vendor_settings.recording_delay)
    row: Any = context.state.call_log.get(context.call.target)
    if row is None:
        return json_response({"r": -1, "message": "Call not found"}, 404)
    if not row["recorded"]:
        return json_response({"r": -1, "message": "Call was not recorded"}, 400)
    sound = context.state.recording(row["id"])
    if sound is None:
        return json_response({"r": -1, "message": "Recording is not ready"}, 404)
    return _part(sound, context.call.headers)


def _part(sound: bytes, headers: Mapping[str, str]) -> Response:
    """A recording, or its end where a range is asked for and the recording is the same."""
    tag = f'"{hashlib.sha256(sound).hexdigest()[:16]}"'
    shown = [("Content-Type", "audio/mpeg"), ("Accept-Ranges", "bytes"), ("ETag", tag)]
    first, _, last = headers.get("Range", "").removeprefix("bytes=").partition("-")
    if not first.isdigit() or last or headers.get("If-Range", tag) != tag or int(first) >= len(sound):
        return Response(200, sound, tuple(shown))
    shown.append(("Content-Range", f"bytes {first}-{len(sound) - 1}/{len(sound)}"))
    return Response(206, sound[int(first) :], tuple(shown))


ACTS: dict[str, Act] = {"call_records.list": _list, "recordings.save": _recording}
"""What carries out each operation."""
