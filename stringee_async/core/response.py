"""What the responses of every vendor share: what HTTP says, and whether a response is the vendor's.

A vendor's `refusals` says what its own refusals look like and mean; any other response is foreign, and proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from .coerce import as_int
from .errors import (
    ApiError,
    AuthError,
    ConflictError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from .json_codec import Raw, fields_apart, loads, readable
from .messages import Response
from .retry_class import Outcome

E = TypeVar("E", bound=ApiError)
T = TypeVar("T")

_NOT_DONE: Final = "refused"
_HTTP: Final[Mapping[int, tuple[str, Outcome]]] = MappingProxyType(
    {
        408: ("the server waited for the request too long", "unknown"),
        421: (
            "the request reached a server that does not serve this host; it was not carried out",
            _NOT_DONE,
        ),
        425: ("the server takes no request this early on a connection; it was not carried out", _NOT_DONE),
    }
)
"""Statuses that are failures of the server although they are below 500, and whether it may have acted."""

BY_STATUS: Final[Mapping[int, type[ApiError]]] = MappingProxyType(
    {401: AuthError, 403: PermissionDeniedError, 404: NotFoundError, 409: ConflictError}
)
"""What a vendor's refusal means by its status alone, where its table does not say otherwise."""
LONGEST_TEXT: Final = 1_000
"""Characters of a text that are searched for words."""
SILENT: Final = "the vendor does not say why: check the arguments"
"""What to do next where a refusal has no words."""

_JSON_STARTS: Final = frozenset(b'{["-0123456789tfn')
_NO_ROUTE: Final = (
    r"(?is)(?:the )?route\b.*\b(?:not found|could not be found)"
    r"|cannot (?:get|post|put|patch|delete)[ :]+/|e_route_not_found"
)
"""What web frameworks say in JSON of a route that they do not have."""
_GATEWAYS: Final = frozenset(
    {
        "no route matched with those values",
        "no route matched with the values",
        "missing authentication token",
        "user is not authorized to access this resource",
        "user is not authorized to access this resource with an explicit deny",
        "you cannot consume this service",
        "your ip address is not allowed",
    }
)
"""What gateways say in JSON, lower-case and without the full stop: of a route that they do not have, or of a caller."""
_GENERIC: Final = frozenset({"error", "fail", "failed", "failure"})
"""What a `status` in text says where it is a convention of frameworks, and no code of the vendor's."""


def facts(response: Response) -> dict[str, Any]:
    """Return what an error should know of the response."""
    return {
        "status": response.status,
        "body": response.body,
        "request_id": response.headers.get("X-Request-Id"),
    }


def is_success(response: Response) -> bool:
    """Return whether the HTTP status says success."""
    return 200 <= response.status < 300


def code_in(fields: Mapping[str, Raw], name: str) -> int:
    """Return the code by which a response says whether the call succeeded."""
    if name not in fields:
        raise DecodeError(
            f"the response holds no {name}, so it does not say whether the call succeeded",
            paths=(f"$.{name}",),
        )
    value = loads(fields[name])
    try:
        if isinstance(value, bool):
            raise ValueError  # noqa: TRY301 - read as "not a code", like other values
        return as_int(value)
    except ValueError:
        raise DecodeError(f"{name} is not a whole number", paths=(f"$.{name}",)) from None


def reading(response: Response, read: Callable[[bytes], T], vendor: str, settings: str) -> T:
    """Read the body of a success; an error on the way is told what it should know of the response.

    `settings` names the settings that hold the vendor's addresses.
    """
    try:
        return read(response.body)
    except SdkError as error:
        if isinstance(error, DecodeError):
            describe_unreadable(error, response, vendor, settings)
        error.add(**facts(response))
        raise


def vendor_refusal(
    kind: type[E], text: str, said: str, *, code: int | str | None, step: str | None = None, **more: Any
) -> E:
    """Return the error of a vendor's refusal; `said`, such as `HTTP 400`, stands in for a text that is empty."""
    if step is None and kind is InvalidRequestError and not text:
        step = SILENT
    return kind(text or f"the vendor refused ({said})", code=code, next_step=step, **more)


def fields_of(response: Response) -> dict[str, Any]:
    """Return the fields of a response that is one JSON object; none where it is something else. Raises nothing.

    A stray byte in one of them is replaced, and a field that is no JSON is left out.
    """
    try:
        fields: Any = loads(response.body)
    except DecodeError:
        try:
            return readable(fields_apart(response.body))
        except DecodeError:
            return {}
    return cast("dict[str, Any]", fields) if isinstance(fields, dict) else {}


def http_failure(
    status: int,
    *,
    text: str = "",
    code: int | str | None = None,
    wait: float | None = None,
    setting: str = "url",
) -> ApiError | None:
    """Return the error of a status that means the same whatever the body is; None for every other status.

    `wait` is used for 429 and 503. `setting` names the setting that holds the address, for redirects.
    """
    if status == 429:
        return RateLimitedError(text or "too many requests", code=code, retry_after=wait)
    if status in _HTTP:
        sentence, outcome = _HTTP[status]
        return ServerError(text or sentence, code=code, outcome=outcome)
    if status >= 500:
        asked = wait if status == 503 else None
        return ServerError(text or "the server failed", code=code, retry_after=asked)
    if 300 <= status < 400:
        return InvalidRequestError(
            "the host redirects, and redirects are not followed",
            next_step=f"set the {setting} that it points to",
            code=code,
        )
    return None


def says_nothing(response: Response) -> bool:
    """Return whether the body is empty, or is JSON without any content."""
    return response.body.strip() in {b"", b"{}", b"[]", b"null"}


def is_framework_page(fields: Mapping[str, Any]) -> bool:
    """Return whether a JSON object is what web frameworks and gateways say of a route that they do not have."""
    names = fields.keys()
    if names & {"statusCode", "timestamp"} or {"error", "path"} <= names or {"kind", "apiVersion"} <= names:
        return True
    status = fields.get("status")
    if "error" in names and type(status) is int:
        return True
    if isinstance(status, str) and status.strip().lower() in _GENERIC:
        return True
    said = str(fields.get("message", ""))[:LONGEST_TEXT].strip().rstrip(".").lower()
    return said in _GATEWAYS or re.match(_NO_ROUTE, said) is not None


def foreign_refusal(response: Response, vendor: str, settings: str) -> DecodeError:
    """Return the error for a refusal that is not in the vendor's form."""
    return DecodeError(
        f"this response{_kind(response)} is not {vendor}'s{_check(settings)}; "
        "it proves nothing about the object or the credentials",
        foreign=True,
        **facts(response),
    )


def describe_unreadable(error: DecodeError, response: Response, vendor: str, settings: str) -> None:
    """Say of a success that could not be read what it is instead of JSON, and whether it is the vendor's at all."""
    body = response.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body and body[0] not in _JSON_STARTS:
        error.foreign = True
        error.message += f"{_kind(response)}; this response is not {vendor}'s{_check(settings)}"
    elif error.paths == ("$",):
        error.message += _kind(response)


def _kind(response: Response) -> str:
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    return f" ({kind[:80]!r})" if kind and "json" not in kind else ""


def _check(settings: str) -> str:
    return f": check the address ({settings}), and the proxy or firewall in between"


_MOST: Final = r"\b(?:max\w*|limit\w*|quota|allow\w*|cap)\b"
_THINGS: Final = r"\b(?:agents?|groups?|queues?|seats?|users?|extensions?|sounds?|trunks?|accounts?|members|licen[cs]es?)\b"
_OVER: Final = r"\bexceed\w*"
_REACHED: Final = (
    rf"(?i)\breach\w*\b[^.]{{0,40}}{_MOST}|{_MOST}[^.]{{0,40}}\breach\w*"
    rf"|\b(?:max\w*|exceed\w*)\b[^.]{{0,30}}\b(?:number|count|amount)\s+of\b(?!\s+(?:characters|digits))"
    rf"|\b(?:licen[cs]e|quota)\w*\b[^.]{{0,20}}{_OVER}|{_OVER}[^.]{{0,20}}\bquota\b"
    rf"|{_THINGS}[^.]{{0,20}}{_MOST}[^.]{{0,20}}{_OVER}|{_MOST}[^.]{{0,20}}{_THINGS}[^.]{{0,20}}{_OVER}"
    rf"|{_OVER}[^.]{{0,30}}{_MOST}[^.]{{0,20}}{_THINGS}"
    rf"|\b(?:number|count|amount)\s+of\s+[^.]{{0,20}}{_THINGS}[^.]{{0,20}}{_OVER}"
    rf"|\btoo many\s+[^.]{{0,20}}{_THINGS}"
    rf"|\ballows?\s+only\b[^.]{{0,20}}{_THINGS}|\b(?:not|cannot|can't|no)\b[^.]{{0,40}}\bmore than\s+[0-9]+\s+[^.]{{0,20}}{_THINGS}"
    r"|\b(?:not enough|no (?:free|more|available))\s+[^.]{0,10}(?:licen[cs]es?|seats?)\b"
    r"|(?:đạt|vượt)[^.]{0,20}(?:giới hạn|số lượng tối đa)"
    r"|(?:достигнут|превышен)\w*[^.]{0,40}(?:лимит|максимальн|количеств)|лимит[^.]{0,30}(?:достигнут|превышен|исчерпан)"
)

_OF_A_VALUE: Final = r"(?i)\b(?:length|characters?|digits|bytes|long)\b|\brate\b|\brequests?\b|\bper (?:second|minute|hour|day)\b"
"""Words of texts that are about one value, or about how often a client sends requests."""


def says_limit_reached(text: str) -> bool:
    """Return whether a refusal says that as many objects are there as may be."""
    return re.search(_REACHED, text) is not None and re.search(_OF_A_VALUE, text) is None
