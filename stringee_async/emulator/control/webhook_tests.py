"""Sends one event with a body of the user's own to an address of this machine, signed as the vendor signs."""

import json
import time
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

from ..stringee.events import SIGNATURE, signature
from ..webhook_sender import address, ask_once
from .bodies import account, text, vendor, whole
from .host import Host
from .replies import RefusedError

NAMES = ("vendor", "event", "url", "account", "method")
_SHOWN = 4096
"""Bytes of the response that are shown."""


async def send(host: Host, body: Mapping[str, Any]) -> dict[str, Any]:
    """Send an event now and return what came back."""
    given = dict(body)
    dialect = vendor(host, given.get("vendor"))
    state = account(dialect, whole(given, "account", 0))
    url = address(text(given, "url"))
    if url is None:
        raise RefusedError("url must be an http address on the loopback interface; nothing was sent")
    method = text(given, "method", "POST").upper()
    if method not in ("GET", "POST") or (method == "GET" and dialect.vendor != "ringme"):
        raise RefusedError("method must be POST, or for RingMe GET too")
    content, kind = _content(dialect.vendor, given.get("event"))
    headers = {"Content-Type": kind} if method == "POST" else {}
    if method == "GET":
        joint = "&" if url.raw_query_string else "?"
        url, content = type(url)(f"{url}{joint}{content.decode()}", encoded=True), b""
    elif dialect.vendor == "stringee":
        headers[SIGNATURE] = signature(state.signing_key, content)
    began = time.monotonic()
    status, error, response = await ask_once(
        method, url, content if method == "POST" else None, headers, host.delivery_timeout
    )
    return {
        "status": status,
        "error": error or None,
        "seconds": round(time.monotonic() - began, 3),
        "headers": headers,
        "body": content.decode("utf-8", "replace"),
        "response": response[:_SHOWN].decode("utf-8", "replace"),
    }


def _content(vendor: str, event: object) -> tuple[bytes, str]:
    """The bytes of an event, and what they are: a text goes as it is, RingMe's fields go as a form."""
    if isinstance(event, str) and event:
        return event.encode("utf-8", "surrogatepass"), "application/json" if vendor != "ringme" else _FORM
    if vendor == "ringme" and isinstance(event, dict):
        return urlencode(cast("dict[str, Any]", event)).encode(), _FORM
    if isinstance(event, dict | list):
        return json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass"), "application/json"
    raise RefusedError("event must be the body to send: an object, or a text")


_FORM = "application/x-www-form-urlencoded"
