"""Whether a mock has taken the place of aiohttp's session, as aioresponses and vcrpy do.

One job: to see it at the cost of a comparison, without loading aiohttp. A client then sends through a session, so that a
test sees its requests and none leaves the machine.
"""

from __future__ import annotations

import sys
from typing import Any

_known: tuple[Any, Any, Any] | None = None
"""aiohttp's session and its two ways to send a request, once seen as they are in its source."""


def session_is_mocked() -> bool:
    """Return whether aiohttp's session, or its way to send a request, is not aiohttp's own."""
    module: Any = sys.modules.get("aiohttp")
    session = getattr(module, "ClientSession", None)
    if session is None:
        return False
    found = (session, getattr(session, "_request", None), getattr(session, "request", None))
    return found != _known and not _is_original(found)


def _is_original(found: tuple[Any, Any, Any]) -> bool:
    global _known
    source = getattr(sys.modules.get("aiohttp.client"), "__file__", None)
    original = isinstance(found[0], type) and all(
        getattr(getattr(way, "__code__", None), "co_filename", None) == source for way in found[1:]
    )
    if original:
        _known = found
    return original
