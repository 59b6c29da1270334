"""What the tests of ITNIO TECH share beyond `tests.kit`.

One job: responses in this vendor's envelope, a ready-made client over a scripted transport, and one over the emulator.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

from stringee_async import ItniotechClient
from stringee_async.core.messages import Response

from ..kit import ScriptedTransport, answer
from ..kit.emulated import Site, emulated

API_KEY = "bDqJFiq9"
API_SECRET = "canary-7bz1lzh9"
URL = "https://itnio.example"
MISSING: Any = object()
Centre = Site[ItniotechClient]
"""An emulated call centre and a client of it."""


def envelope(data: Any = None, *, status: Any = "0", reason: Any = "success") -> dict[str, Any]:
    """Make the envelope of a response; a part given as `MISSING` is left out."""
    parts = {"status": status, "reason": reason, "data": data}
    return {name: value for name, value in parts.items() if value is not MISSING}


def ok(data: Any = None, **headers: str) -> Response:
    """Make a successful response."""
    return answer(envelope(data), **headers)


def refused(code: Any, reason: Any = "no", status: int = 200, **headers: str) -> Response:
    """Make a refusal."""
    return answer(envelope(status=code, reason=reason), status, **headers)


def rows(*records: dict[str, Any], **block: Any) -> Response:
    """Make a page that is the whole listing; fields of the block may be replaced."""
    full = {"total": len(records), "size": 50, "current": 1, "pages": 1 if records else 0, **block}
    return ok({**full, "records": list(records)})


def client_over(transport: ScriptedTransport, **options: Any) -> ItniotechClient:
    """Make an ITNIO TECH client over a scripted transport."""
    return ItniotechClient(API_KEY, API_SECRET, url=URL, transport=transport, **options)


def body_of(transport: ScriptedTransport, index: int = -1) -> Any:
    """Return what a request held."""
    return json.loads(transport.requests[index].body or b"null")


def centre_of(
    options: dict[str, Any] | None = None, /, **settings: Any
) -> contextlib.AbstractAsyncContextManager[Centre]:
    """Run an emulated call centre and a client of it; see `emulated`."""
    return emulated(ItniotechClient, options, **settings)
