"""Writes that were sent and whose outcome is unknown: counted, logged once each, and kept for the caller."""

from __future__ import annotations

import json
import logging
import re
from collections import deque
from functools import partial
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlsplit

import attrs

from .messages import Request
from .redaction import shortened
from .tally import Tally

logger = logging.getLogger("stringee_async.unknown_writes")

_KEPT: Final = 1000
_OWN: Final = "@me"
"""Stands for the caller's own account in a path, and tells no object from another."""
_KEY_NAMES: Final = (
    re.compile(r"id(?:_?list)?$", re.IGNORECASE),
    re.compile(r"(?:number|name)$", re.IGNORECASE),
)


@attrs.frozen
class UnknownWrite:
    """A write that was sent and whose outcome is unknown; the vendor may have carried it out.

    Args:
        operation: Name of the operation, such as `"agents.create"`.
        key: What tells the object from others: the natural key of what is created, or ids of the path and query, or
            ids, number or name of the body, with slashes between them; empty where there is none. `str` shows
            only the first and last two characters of each.
    """

    operation: str
    key: str = attrs.field(repr=False)

    def __str__(self) -> str:
        shown = "/".join(shortened(part) for part in self.key.split("/")) if self.key else ""
        return f"{self.operation} ({shown})" if shown else self.operation


class UnknownWrites:
    """The unknown writes of one client: their `count`, and the latest of them."""

    def __init__(self) -> None:
        self.count = 0
        self._latest: deque[UnknownWrite] = deque(maxlen=_KEPT)

    def left(self, request: Request, tally: Tally | None, call_id: str) -> UnknownWrite:
        """Keep a write that left: report it once the call of several requests that it belongs to has ended, or now."""
        write = unknown_write(request)
        if tally is None or tally.closed:
            self.add(write, call_id)
        else:
            tally.keep([partial(self.add, write, call_id)])
            tally.lost |= {request.identity}
        return write

    def add(self, write: UnknownWrite, call_id: str) -> None:
        """Count and log one."""
        self.count += 1
        self._latest.append(write)
        logger.warning(
            "%s left, but its outcome is not known: the vendor may have carried it out (call=%s)",
            write,
            call_id,
        )

    def latest(self) -> tuple[UnknownWrite, ...]:
        """Return the latest thousand, oldest first."""
        return tuple(self._latest)


def unknown_write(request: Request) -> UnknownWrite:
    """Return what is to be remembered of a request."""
    return UnknownWrite(
        request.operation, "/".join(_natural(request) or _from_url(request) or _from_body(request.content))
    )


def _natural(request: Request) -> list[str]:
    """Return the parts of the natural key that a create has; addresses are left out, as they may be secret."""
    key: object = request.natural_key
    fields = cast("tuple[object, ...]", key) if isinstance(key, tuple) else ()
    parts = [str(part) for part in fields[1:] if isinstance(part, (str, int))]
    return [part for part in parts if part != _OWN and "/" not in part]


def _from_url(request: Request) -> list[str]:
    """Return the ids in the path and in the query."""
    query = parse_qsl(urlsplit(request.url).query)
    return [part for part in request.path_values().values() if part != _OWN] + [
        value for name, value in query if _KEY_NAMES[0].search(name)
    ]


def _from_body(body: bytes | None) -> list[str]:
    """Return the ids in a body, or else its number or name."""
    try:
        data = json.loads(body or b"")
    except ValueError:
        return []
    fields = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    plain: list[tuple[str, str]] = []
    for name, value in fields.items():
        values = cast("list[object]", value) if isinstance(value, list) else [value]
        plain += [(name, str(each)) for each in values if isinstance(each, (str, int)) and each]
    for pattern in _KEY_NAMES:
        found = [value for name, value in plain if pattern.search(name)]
        if found:
            return found
    return []
