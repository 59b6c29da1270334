"""The operations on calls of the past and on recordings, and the refusal of a second query of the statistics.

Facts: the second reference, sections 2 to 4. The emulator's own choices: the span of every query must end before the
month after the next begins, a span in the future is taken, legs are paged as calls are, counts of legs look like those of
calls, and an archive takes any fields.
"""

import calendar
import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ..dialect import Response, json_response
from ..state import Row
from .call_history import Recorded
from .extensions import page_of
from .refusal import Refusal, not_found
from .request_context import Act, RingMeContext

STATISTICS = frozenset(
    {
        "call_records.list",
        "call_records.list_without_legs",
        "call_records.get",
        "call_records.stats",
        "call_legs.list",
        "call_legs.stats",
        "recordings.list",
        "recordings.stats",
    }
)
"""The operations of which one customer has one at a time."""
BUSY = Refusal("There is an existing stats request for this client", 429)
_FORM = "%Y-%m-%d %H:%M:%S"


class Turns:
    """Whose query of the statistics runs; one runs from its arrival until its response."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def take(self, account: str, seconds: float) -> bool:
        """Begin a query that takes so long; False if another one runs."""
        now = time.monotonic()
        if now < self._until.get(account, 0.0):
            return False
        self._until[account] = now + seconds
        return True


def _span(context: RingMeContext) -> tuple[str, str]:
    """The span that a query asks for, both ends included, as rows have it."""
    query = context.call.query
    try:
        begin, end = (
            datetime.strptime(query[name], _FORM).replace(tzinfo=UTC)
            for name in ("start_datetime", "end_datetime")
        )
    except (KeyError, ValueError):
        raise Refusal("start_datetime and end_datetime are required, as YYYY-MM-DD HH:MM:SS") from None
    year, month = divmod(begin.year * 12 + begin.month, 12)
    last = datetime(year, month + 1, calendar.monthrange(year, month + 1)[1], 23, 59, 59, tzinfo=UTC)
    if end < begin or end > last:
        raise Refusal("end_datetime must not be later than the month after that of start_datetime")
    return query["start_datetime"], query["end_datetime"]


def _in_span(context: RingMeContext, rows: list[Row], keep: Callable[[Row], bool]) -> list[Row]:
    """The rows that are asked for, in the order that is asked for."""
    begin, end = _span(context)
    found = [row for row in rows if begin <= row["init_time_gmt"] <= end and keep(row)]
    found.sort(key=lambda row: row["init_time_gmt"], reverse=_order(context) == "desc")
    return found


def _order(context: RingMeContext) -> str:
    order = context.call.query.get("order", "desc")
    if order not in ("asc", "desc"):
        raise Refusal("order must be asc or desc")
    return order


def _calls(context: RingMeContext) -> Response:
    return _paged(context, "call_history", _asked_calls(context))


def _calls_without_legs(context: RingMeContext) -> Response:
    rows = [{name: row[name] for name in row if name != "cdr"} for row in _asked_calls(context)]
    return _paged(context, "calls", rows)


def _asked_calls(context: RingMeContext) -> list[Row]:
    """The calls of the span that have what is asked for."""
    query = context.call.query
    wanted = {name: query[name] for name in ("flow", "extension_id", "to_username") if name in query}

    def keep(row: Mapping[str, Any]) -> bool:
        return all(f"{row[name]}" == value for name, value in wanted.items())

    return _in_span(context, context.state.call_history.rows_where("call_records"), keep)


def _paged(context: RingMeContext, name: str, rows: list[Row]) -> Response:
    """The page of these rows that is asked for."""
    page = page_of(context, rows)
    shown = {"page": page.number, "per_page": page.size, "order": _order(context)}
    return json_response({**shown, name: list(page.rows)})


def _legs(context: RingMeContext) -> list[Row]:
    """The legs of the span at the extension in the path."""
    key = context.extension()
    legs = [leg for row in context.state.call_history.rows_where("call_records") for leg in row["cdr"]]
    return _in_span(context, legs, lambda leg: leg["extension_id"] == key)


def _counted(rows: list[Row]) -> Response:
    """How many of these rows came in and went out."""
    flows = [row["flow"] for row in rows]
    return json_response({flow: {"total": flows.count(flow)} for flow in ("in", "out")})


def _call(context: RingMeContext) -> Response:
    row = context.state.call_history.row("call_records", context.call.ids["call"].upper())
    if row is None:
        raise not_found()
    return json_response(dict(row))


def _recordings(context: RingMeContext) -> Response:
    return json_response(list(page_of(context, _recorded(context)).rows))


def _recorded(context: RingMeContext) -> list[Row]:
    """The recordings of the span that is asked for."""
    history = context.state.call_history
    rows = history.rows_where("recordings")
    return _in_span(context, rows, lambda row: history.ready(row["record_uuid"]) is not None)


def _found(context: RingMeContext) -> tuple[str, Recorded]:
    """The recording in the path, which must be there by now."""
    key = context.call.ids["record"].upper()
    found = context.state.call_history.ready(key)
    if found is None:
        raise Refusal("Record not found", 404)
    return key, found


def _file(context: RingMeContext) -> Response:
    key, found = _found(context)
    name = ("Content-Disposition", f'attachment; filename="{key}.mp3"')
    return Response(200, found.content, (("Content-Type", "audio/mpeg"), name))


def _link(context: RingMeContext) -> Response:
    _, found = _found(context)
    host, _, port = context.call.headers.get("Host", "").rpartition(":")
    other = "127.0.0.1" if host == "localhost" else "localhost"
    return json_response({"record_url": f"http://{other}:{port}{found.link}"})


def _delete(context: RingMeContext) -> Response:
    key, _ = _found(context)
    context.state.call_history.remove_recording(key)
    return context.deleted()


def _delete_all(context: RingMeContext) -> Response:
    for row in _recorded(context):
        context.state.call_history.remove_recording(row["record_uuid"])
    return context.deleted()


def _stats(context: RingMeContext) -> Response:
    found = _recorded(context)
    return json_response({"count": len(found), "size": sum(row["record_file_size"] for row in found)})


def _archive(context: RingMeContext) -> Response:
    context.state.call_history.archived.append(context.body())
    return json_response({"message": "Accepted"})


def stored(found: Recorded | None, headers: Mapping[str, str]) -> Response:
    """Respond as the storage host: with a file, or with its end if a range is asked for and the file is the same."""
    if headers.get("Authorization") is not None:
        return Response(400, b"no token is taken here", (("Content-Type", "text/plain"),))
    if found is None:
        return Response(404, b"no such file", (("Content-Type", "text/plain"),))
    content = found.content
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    shown = [("Content-Type", "audio/mpeg"), ("Accept-Ranges", "bytes"), ("ETag", tag)]
    first, _, last = headers.get("Range", "").removeprefix("bytes=").partition("-")
    if not first.isdigit() or last or headers.get("If-Range", tag) != tag or int(first) >= len(content):
        return Response(200, content, tuple(shown))
    shown.append(("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}"))
    return Response(206, content[int(first) :], tuple(shown))


ACTS: dict[str, Act] = {
    "call_records.list": _calls,
    "call_records.list_without_legs": _calls_without_legs,
    "call_records.get": _call,
    "call_records.stats": lambda context: _counted(_asked_calls(context)),
    "call_legs.list": lambda context: _paged(context, "cdr", _legs(context)),
    "call_legs.stats": lambda context: _counted(_legs(context)),
    "recordings.list": _recordings,
    "recordings.save": _file,
    "recordings.link": _link,
    "recordings.delete": _delete,
    "recordings.delete_all": _delete_all,
    "recordings.stats": _stats,
    "recordings.archive": _archive,
}
"""What carries out each operation."""
