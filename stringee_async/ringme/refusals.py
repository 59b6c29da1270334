"""What each of RingMe's refusals means, as tables.

A refusal of RingMe's is a JSON object with a `message` or a `status` that is text; a 401 may also come with nothing.
HTTP's own phrase alone (`Forbidden`, `Not Found`) and a `status` that is no code (`error`) are a gateway's. Source: the
vendor's pages on responses, errors and limits; what they leave open is taken in every form that was seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from ..core.code_meaning import Meaning
from ..core.errors import (
    AlreadyExistsError,
    ApiError,
    AuthError,
    ConflictError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    ResponseError,
)
from ..core.http_headers import wait_in
from ..core.messages import Response
from ..core.response import (
    BY_STATUS,
    LONGEST_TEXT,
    fields_of,
    foreign_refusal,
    http_failure,
    is_framework_page,
    is_success,
    says_limit_reached,
    says_nothing,
    vendor_refusal,
)
from ..core.response import facts as plain_facts
from ..core.secrets import MASK
from .quota import seconds_to_reset

VENDOR: Final = "RingMe"
SETTINGS: Final = "url"

_EXISTS: Final = re.compile(
    r"\balready\b|\bexists\b|\bduplicate|уже\s+(есть|существует|добавлен)", re.IGNORECASE
)
_EXISTS_NOT: Final = re.compile(
    r"\bnot\s+exist|n['’]t\s+exist|\bno\s+longer\s+exist|already\s+(?:been\s+)?(?:deleted|removed)|не\s+существует",
    re.IGNORECASE,
)
_IN_QUEUE: Final = re.compile(r"queue|очеред", re.IGNORECASE)
_STATISTICS: Final = re.compile(r"\bstat(s|istics?)?\b|статистик", re.IGNORECASE)
_DENIALS: Final = frozenset(
    {"access_denied", "user_blocked", "user_access_type_deny", "app_access_type_deny"}
)
_QUOTA: Final = "rate_limit_exceeded"

_SPEAKING: Final = frozenset({400, 409, 422})
"""Statuses whose meaning depends on the text."""

_REFUSED_STEP: Final = "a new token was asked for and refused too: is this the host that gave it (url)?"
_RIGHT_STEP: Final = "check the access level of the application and of its user, and that '@me' stands for a realm of the user's own"
_QUEUE_STEP: Final = "take the agent out of its queues first; remove_from_queues=True does it"
_BUSY_STEP: Final = "wait until the query that runs has ended, then send it again"

BY_CODE: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "limit_exceeded": Meaning(
            LimitReachedError,
            "there are as many of these as the vendor allows",
            cause="an extension takes 100 events at most, and other objects have limits of their own",
        ),
        "client_not_found": Meaning(
            NotFoundError,
            "there is no such client",
            cause="client_id names a client that this exchange does not have, or that the application may not see",
            step="check client_id; without it the client is that of the application's own user",
        ),
        "access_denied": Meaning(PermissionDeniedError, "this is not allowed", step=_RIGHT_STEP),
        "user_blocked": Meaning(
            PermissionDeniedError,
            "the application's user is blocked",
            step="have the exchange's administrator unblock the user",
        ),
        "user_access_type_deny": Meaning(
            PermissionDeniedError,
            "the access level of the application's user does not allow this",
            step=_RIGHT_STEP,
        ),
        "app_access_type_deny": Meaning(
            PermissionDeniedError, "the access level of the application does not allow this", step=_RIGHT_STEP
        ),
        _QUOTA: Meaning(
            RateLimitedError,
            "the hourly quota is used up",
            cause="all applications of the client share one quota of requests per hour",
        ),
    }
)
"""By code, which the vendor sends as `status`."""


_LINKS: Final = re.compile(
    rb'("(?:record_url|storage_url|url)"\s*:\s*)(?:"(?:[^"\\]|\\.)*+"?|\[[^\]]*+\]?|\{[^}]*+\}?)',
    re.IGNORECASE,
)
"""What an error must not keep of a body: links, which alone give access to a recording, or to where events are reported."""

Special = Callable[[int, str | None, str], type[ApiError] | None]
"""What a refusal means for one operation, from HTTP status, code and text; None for what it always means."""


def check(response: Response, special: Special | None = None) -> None:
    """Raise what the vendor said, unless it is a success; `special` says what a refusal means for this operation."""
    if not is_success(response):
        raise refusal(response, special)


def still_in_queue(status: int, code: str | None, text: str) -> type[ApiError] | None:  # noqa: ARG001 - one signature
    """Return the error of a deletion that was refused because the agent is in a queue, if the text says so."""
    return ConflictError if status in {400, 403, 409} and _IN_QUEUE.search(text) else None


def not_removed(status: int, code: str | None, text: str) -> type[ApiError] | None:
    """Say the same where the caller forbade taking the agent out: its status is not documented, nor its words.

    With that much asked there is no other known reason for 400 or 409, and every other 403 carries a code.
    """
    if status in {400, 409} or (status == 403 and code not in _DENIALS):
        return ConflictError
    return still_in_queue(status, code, text)


def is_behind_the_end(response: Response) -> bool:
    """Return whether a response says that a listing has no such page: 404 in the vendor's form, without a code."""
    if response.status != 404:
        return False
    fields = fields_of(response)
    return is_ringmes(response, fields) and not _text(fields.get("status"))


def refusal(response: Response, special: Special | None = None) -> ResponseError:
    """Return the error for a response that is no success; `special` as for `check`."""
    status, fields = response.status, fields_of(response)
    text, code = _text(fields.get("message")), _text(fields.get("status")) or None
    if status == 429 and code != _QUOTA and _STATISTICS.search(text[:LONGEST_TEXT]):
        # The vendor refuses a second query of the statistics while one runs; no quota is used up then.
        return ConflictError(text, code=code, next_step=_BUSY_STEP, **facts(response))
    meaning = BY_CODE.get(code or "")
    said = meaning.text if meaning is not None and status == 429 else ""
    failure = http_failure(status, text=text or said, code=code, wait=wait_of(response))
    if failure is not None:
        failure.add(**facts(response))
        return failure
    if not is_ringmes(response, fields):
        return foreign_refusal(response, VENDOR, SETTINGS)
    kind = special(status, code, text) if special is not None else None
    kind = kind or _kind(status, code, text[:LONGEST_TEXT])
    step = None
    if kind is AuthError:
        text, step = text or "the token was refused", _REFUSED_STEP
    elif meaning is not None and meaning.kind is kind:
        text, step = text or meaning.text, meaning.step
    elif kind is PermissionDeniedError:
        text, step = text or "this is not allowed", _RIGHT_STEP
    elif kind is ConflictError and _IN_QUEUE.search(text[:LONGEST_TEXT]):
        step = _QUEUE_STEP
    return vendor_refusal(kind, text, f"HTTP {status}", code=code, step=step, **facts(response))


def is_ringmes(response: Response, fields: Mapping[str, Any]) -> bool:
    """Return whether a refusal is in RingMe's form."""
    if says_nothing(response):
        return response.status == 401
    text, code = (fields.get(name) for name in ("message", "status"))
    if not any(isinstance(said, str) and said for said in (text, code)) or is_framework_page(fields):
        return False
    coded = isinstance(code, str) and code != "" and not code.isdigit()
    return coded or not is_bare_phrase(response.status, text)


def is_bare_phrase(status: int, text: object) -> bool:
    """Return whether a text is no more than HTTP's own phrase for a status, as gateways write it.

    RingMe's 403 has a code wherever one is documented, and its 404 says `Not found`, with a small letter.
    """
    said = text.strip().rstrip(".") if isinstance(text, str) else ""
    return (status == 403 and said.lower() == "forbidden") or (status == 404 and said == "Not Found")


def _kind(status: int, code: str | None, text: str) -> type[ApiError]:
    """Return the class of a refusal. One row for each form that is documented or was seen."""
    by_code = BY_CODE.get(code or "")
    if by_code is not None and status != 401:
        return by_code.kind
    if status in _SPEAKING and says_limit_reached(text):
        return LimitReachedError
    if status in _SPEAKING and _EXISTS.search(text) and not _EXISTS_NOT.search(text):
        return AlreadyExistsError
    return BY_STATUS.get(status, InvalidRequestError)


def facts(response: Response) -> dict[str, Any]:
    """Return what an error should know of the response, without links."""
    return {**plain_facts(response), "body": _LINKS.sub(rb'\1"' + MASK.encode() + b'"', response.body)}


def wait_of(response: Response) -> float | None:
    """Return the seconds to wait that a refusal names."""
    asked = wait_in(response.headers)
    # The reset of the hour comes with every response, so by itself it makes no pause out of a 503.
    return seconds_to_reset(response.headers) if asked is None and response.status == 429 else asked


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
