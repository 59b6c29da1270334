"""How ITNIO TECH refuses: its envelope first, the HTTP status second.

What the vendor's codes mean is in `codes`. A refusal of ITNIO TECH's has a `status` that is a whole number; a number
such as 404 there is a web server's own page, which speaks HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ..core.errors import DecodeError, InvalidRequestError, RateLimitedError, ResponseError
from ..core.http_headers import wait_in
from ..core.json_codec import Raw, loads_mended
from ..core.messages import Response
from ..core.response import BY_STATUS, foreign_refusal, http_failure, vendor_refusal
from ..core.response import facts as plain_facts
from ..core.secrets import MASK
from .codes import meaning_of

VENDOR: Final = "ITNIO TECH"
SETTINGS: Final = "url"

_HIDDEN: Final = re.compile(
    rb'("(?:\w*password|\w*url|authentication)"\s*:\s*)'
    rb'(?:"(?:[^"\\]|\\.)*+"?|\[[^\]]*+\]?|\{[^}]*+\}?|[^\s,\]}]+)'
    rb'|("code"\s*:\s*)(?:"[0-9a-z]{4,10}"|[0-9]{4,10})|\b[0-9a-f]{32}\b',
    re.IGNORECASE,
)
"""What an error must not keep of a body: passwords, links to files, one-time passwords, credentials, perhaps signatures."""
_SIGNATURE: Final = re.compile(r"\b[0-9a-fA-F]{32}\b")

_WHATEVER_THE_BODY: Final = frozenset({408, 421, 425, 429})


def refusal(operation: str, response: Response, code: int | None, top: Mapping[str, Raw]) -> ResponseError:
    """Return the error for a response that is no success; `code` is None where there is no envelope.

    The name of the operation is needed because the meaning of a code depends on it.
    """
    status, wait, reason = response.status, wait_in(response.headers), reason_of(top)
    of_web_server = code is not None and 400 <= code < 600
    if code is not None and of_web_server and 200 <= status < 300:
        status = code
    failure = http_failure(status, text=reason, code=code, wait=wait, setting="URL")
    asked = status == 503 and wait is not None
    if failure is not None and (status in _WHATEVER_THE_BODY or asked):
        return failure
    if code is not None and code < 0:
        meaning = meaning_of(operation, code)
        pause = wait if meaning.kind is RateLimitedError else None
        return meaning.kind(
            (reason or meaning.text) + meaning.hint, code=code, retry_after=pause, next_step=meaning.step
        )
    if failure is not None:
        return failure
    if code is None or of_web_server:
        error = foreign_refusal(response, VENDOR, SETTINGS)
        error.add(**facts(response))
        return error
    if status < 300:
        return vendor_refusal(InvalidRequestError, reason, f"status {code}", code=code)
    return vendor_refusal(BY_STATUS.get(status, InvalidRequestError), reason, f"HTTP {status}", code=code)


def reason_of(top: Mapping[str, Raw]) -> str:
    """Return the vendor's words; what cannot be decoded does not hide a refusal."""
    for name in ("reason", "msg", "message"):
        try:
            text, _ = loads_mended(top.get(name, b"null"))
        except DecodeError:
            continue
        if isinstance(text, str) and text.strip():
            return _SIGNATURE.sub(MASK, text.strip())
    return ""


def facts(response: Response) -> dict[str, Any]:
    """Return what an error should know of the response, without passwords, credentials and signatures."""
    return {**plain_facts(response), "body": _HIDDEN.sub(_masked, response.body)}


def _masked(found: re.Match[bytes]) -> bytes:
    mask = MASK.encode()
    name = found[1] or found[2]
    return name + b'"' + mask + b'"' if name else mask
