"""What `--dry-run` shows: the request that would have been sent, with secrets and numbers masked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qsl, quote, urlsplit

from ..core.redaction import EXAMPLES, personal_shortened, printable, shortened
from ..core.retry_class import RetryClass
from ..core.secrets import MASK
from .output import Form, RowWriter, note
from .streams import write

if TYPE_CHECKING:
    from ..core.messages import Request

_SECRET: Final = re.compile(
    r"pass|secret|token|credential|(^|_)pin($|_)|api_?key|^sign$|otp|^code$|verify_?code", re.IGNORECASE
)
_NUMBER: Final = re.compile(
    r"phone|number|mobile|msisdn|(^|_)num(s|$|_)|^(to|from|caller|callee|dest\w*|src\w*|dst\w*)$",
    re.IGNORECASE,
)
_LONG_ID: Final = re.compile(r"\d{16,}")
"""No phone number has so many digits."""
_DIALLED: Final = re.compile(r"[+\d][\d .()-]{4,}")


def record(request: Request) -> dict[str, Any]:
    """Return what is shown of a request, for programs."""
    return {
        "dry_run": True,
        "operation": request.operation,
        "method": request.method,
        "url": _url(request),
        "body": _body(request),
    }


def show_requests(requests: Sequence[Request], form: Form) -> None:
    """Write requests: method, URL and body for people, records for programs."""
    writer = RowWriter((), form)
    for request in requests:
        if form.for_people:
            _show(record(request))
        else:
            writer.add(record(request))
    if not form.for_people:
        writer.close()
    reads = any(request.retry_class is RetryClass.READ for request in requests)
    more = " What follows depends on the response to the read, so it is not shown." if reads else ""
    note(f"Dry run: nothing was sent.{more}")


def _show(shown: Mapping[str, Any]) -> None:
    write(printable(f"{shown['method']} {shown['url']}", one_line=True) + "\n")
    body = shown["body"]
    if body is not None:
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=2)
        write(printable(text, one_line=False) + "\n")


def _url(request: Request) -> str:
    """Return the URL; a value of path or query that is a number or a secret is masked."""
    parts = urlsplit(request.url)
    path = parts.path
    for name, value in request.path_values().items():
        masked = _value(name, value)
        if masked != value:
            path = path.replace(quote(value, safe="@"), str(masked))
    query = "&".join(
        f"{name}={_value(name, value)}" for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    return f"{parts.scheme}://{parts.netloc}{path}{f'?{query}' if query else ''}"


def _body(request: Request) -> Any:
    if request.body is None:
        return None
    content = request.content
    if content is not None:
        try:
            return _masked("", json.loads(content))
        except ValueError:
            pass
    kind = request.headers.get("Content-Type", "").partition(";")[0] or "data"
    return f"({len(request.body):,} bytes of {kind})"


def _masked(name: str, value: Any) -> Any:
    """Return a value of a body without secrets and numbers; `name` is that of the field it is in."""
    if isinstance(value, dict):
        held = cast("Mapping[str, Any]", value)
        return {key: _masked(key, one) for key, one in held.items()}
    if isinstance(value, list):
        items = cast("Sequence[Any]", value)
        return [_masked(name, one) for one in items]
    if value is None or isinstance(value, bool):
        return MASK if value is not None and _SECRET.search(name) else value
    masked = _value(name, str(value))
    return value if masked == str(value) else masked


def _value(name: str, text: str) -> str:
    if _SECRET.search(name):
        return MASK if text else text
    if _LONG_ID.fullmatch(text):
        return text
    if _NUMBER.search(name) and _DIALLED.fullmatch(text) and text not in EXAMPLES:
        return shortened(text)
    return personal_shortened(text)
