"""The log of requests as JSON: what came, what was sent back, and the fault that it met. Credentials are masked."""

import re
from collections.abc import Mapping
from typing import Any

from ..log import RecordedRequest

_SECRET = {"authorization", "x-stringee-auth", "sign", "cookie", "proxy-authorization"}
_FORM_SECRET = re.compile(
    r"((?:client_secret|refresh_token|access_token|password)\"?[=:]\s*\"?)([^&\"]{4,})", re.IGNORECASE
)
_CODES = {
    "stringee": re.compile(rb'\r\n\r\n\{"r": ?(-?\d+)'),
    "itniotech": re.compile(rb'\r\n\r\n\{"status": ?"?(-?\d+)'),
}
_SHOWN = 16 * 1024
"""Bytes of a body that are shown."""


def shown(record: RecordedRequest, offset: float) -> dict[str, Any]:
    """Show one request whole; the arguments are those of ``summary``."""
    return {
        **summary(record, offset),
        "headers": _headers(record.headers),
        "body": _text(record.body),
        "response": _response(record.sent),
    }


def summary(record: RecordedRequest, offset: float) -> dict[str, Any]:
    """Show one request without headers and bodies.

    Args:
        record: the request.
        offset: seconds from event loop time to Unix time.
    """
    return {
        "number": record.number,
        "vendor": record.vendor,
        "operation": record.operation,
        "method": record.method,
        "path": record.path,
        "query": record.raw_query,
        "connection": record.connection,
        "arrived": round(record.arrived + offset, 3),
        "seconds": None if record.finished is None else round(record.finished - record.arrived, 6),
        "status": record.status,
        "code": _code(record),
        "acted": record.acted,
        "refusal": record.refusal,
        "fault": record.fault,
    }


def _code(record: RecordedRequest) -> str | None:
    """The vendor's own code of a failure that hides behind HTTP 200; None for none."""
    pattern = _CODES.get(record.vendor)
    found = pattern.search(record.sent) if pattern is not None and record.sent else None
    return None if found is None or found[1] == b"0" else found[1].decode()


def _headers(headers: Mapping[str, str]) -> list[list[str]]:
    return [[name, _masked(value) if name.lower() in _SECRET else value] for name, value in headers.items()]


def _masked(value: str) -> str:
    scheme, space, rest = value.rpartition(" ")
    return f"{scheme}{space}{rest[:4]}…"


def _text(body: bytes) -> str:
    """A body as text, cut where it is long; what is no UTF-8 is only counted."""
    try:
        whole = body[:_SHOWN].decode("utf-8", "strict" if len(body) <= _SHOWN else "ignore")
    except UnicodeDecodeError:
        return f"[{len(body)} bytes]"
    more = f"\n[{len(body) - _SHOWN} bytes more]" if len(body) > _SHOWN else ""
    return _FORM_SECRET.sub(r"\1…", whole) + more


def _response(sent: bytearray | None) -> dict[str, Any] | None:
    """What was sent back, as far as it is kept; None for nothing."""
    if not sent:
        return None
    head, _, body = bytes(sent).partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(": ") for line in lines[1:]]
    return {"line": lines[0], "headers": [[name, value] for name, _, value in pairs], "body": _text(body)}
