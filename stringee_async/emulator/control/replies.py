"""Responses of the control API and of the page, with the headers that keep other sites out."""

import json
from typing import Any

from aiohttp import web

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Headers of every response: nothing is kept, framed, run or fetched from elsewhere."""


class RefusedError(Exception):
    """A request that cannot be carried out; nothing was changed."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def reply(data: Any, status: int = 200, **headers: str) -> web.Response:
    """Respond with JSON."""
    return raw(json.dumps(data).encode(), "application/json", status, **headers)


def raw(body: bytes, kind: str, status: int = 200, **headers: str) -> web.Response:
    """Respond with a body of this kind."""
    return web.Response(status=status, body=body, headers={**HEADERS, "Content-Type": kind, **headers})


def refusal(error: RefusedError, **headers: str) -> web.Response:
    """Respond with the reason of a refusal."""
    return reply({"error": str(error)}, error.status, **headers)
