"""How RingMe answers: the object itself, an array of them, or nothing; and what each refusal means.

One job: turn an answer into its payload or into the right error. Success is any HTTP 2xx; a refusal is told by
its HTTP status and, not always, by `status` and `message` in a JSON body. Source: the vendor's pages on answers,
errors and limits; what they leave open is taken in every form that was seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NoReturn, TypeVar, cast

import attrs

from ..core.clock import wait_in
from ..core.codec import Raw, loads, rows, shallow
from ..core.coerce import as_int
from ..core.convert import Loader
from ..core.errors import (
    AlreadyExistsError,
    ApiError,
    AuthError,
    ConflictError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    PagingError,
    PermissionDeniedError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from ..core.model import Malformed, Model
from ..core.paging import Page
from ..core.wire import Response
from .quota import seconds_to_reset

M = TypeVar("M", bound=Model)
T = TypeVar("T")

_EXISTS: Final = re.compile(
    r"\balready\b|\bexists\b|\bduplicate|уже\s+(есть|существует|добавлен)", re.IGNORECASE
)
_EXISTS_NOT: Final = re.compile(r"\bnot\s+exist|n't\s+exist|не\s+существует", re.IGNORECASE)
_IN_QUEUE: Final = re.compile(r"queue|очеред", re.IGNORECASE)
_STATISTICS: Final = re.compile(r"\bstat(s|istics?)?\b|статистик", re.IGNORECASE)
_DENIALS: Final = frozenset(
    {"access_denied", "user_blocked", "user_access_type_deny", "app_access_type_deny"}
)
_QUOTA: Final = "rate_limit_exceeded"

_REFUSED_HINT: Final = "; a new token was asked for and refused too: is this the host that gave it (url)?"
_RIGHT_HINT: Final = "; check the access level of the application and of its user, and that '@me' stands for a realm of the user's own"


# -- what succeeded ------------------------------------------------------------------------------------------


def read_deleted(response: Response) -> None:
    """Read the answer of a removal: 204 and nothing, or another 2xx with any JSON."""
    _check(response)
    if response.body.strip():
        _reading(response, loads)


def read_done(response: Response) -> None:
    """Read the answer of a call that returns nothing: any JSON, or the status that says there is none."""
    _check(response)
    if response.status != 204:
        _reading(response, loads)


def read_model(response: Response, loader: Loader[M]) -> M:
    """Read an answer that is one object.

    Args:
        response: The answer.
        loader: Reads it.

    Raises:
        DecodeError: The answer says success and is no such object.
    """
    _check(response)
    return _reading(response, lambda body: _model(body, loader))


def _model(body: bytes, loader: Loader[M]) -> M:
    row, kind = shallow(body), loader.model
    known = {field.name for field in attrs.fields(cast("Any", kind))}
    if known and not known & row.keys():
        # A model whose fields are all optional would be made of anything, an error message in HTTP 200 too.
        raise DecodeError(f"the answer is no {kind.__name__}: it has none of its fields", paths=("$",))
    loaded = loader.load(body)
    if isinstance(loaded, Malformed):
        raise DecodeError(
            f"the answer is no {kind.__name__}: {loaded.path}: {loaded.reason}", paths=(loaded.path,)
        )
    return loaded


def read_list(response: Response, loader: Loader[M], *, strict: bool) -> Page[M]:
    """Read a listing that comes whole.

    Args:
        response: The answer: an array, `{"result": [...]}`, or one object alone.
        loader: Reads the rows.
        strict: Raise for a row that does not fit.

    Raises:
        PagingError: The answer states more rows than it holds.
    """
    _check(response)

    def page(body: bytes) -> Page[M]:
        raw_rows, total = _rows(body, loader)
        if total is not None and total > len(raw_rows):
            raise PagingError(
                f"the answer states {total} rows and holds {len(raw_rows)}; this list has no pages to ask for"
            )
        items, malformed = loader.load_all(raw_rows, strict=strict)
        return Page(
            items=items,
            malformed=malformed,
            number=1,
            total_pages=1,
            total=len(raw_rows),
            page_size=max(1, len(raw_rows)),
        )

    return _reading(response, page)


def read_page(response: Response, loader: Loader[M], *, number: int, strict: bool) -> Page[M]:
    """Read one page of a listing; how many pages there are is never told, and how many rows only by some hosts.

    Args:
        response: The answer, as for `read_list`. A page that is not there, HTTP 404 behind the first, is empty.
        loader: Reads the rows.
        number: The page that was asked for.
        strict: Raise for a row that does not fit.
    """
    if response.status == 404 and number > 1 and not _text(_fields_of_refusal(response).get("status")):
        return Page(items=(), number=number, total_pages=None, total=None, page_size=1)
    _check(response)

    def page(body: bytes) -> Page[M]:
        raw_rows, total = _rows(body, loader)
        if number == 1 and len(raw_rows) == 1 and bytes(raw_rows[0]) == body:
            total = 1  # an object alone is how a host writes a list of one
        items, malformed = loader.load_all(raw_rows, strict=strict)
        return Page(
            items=items,
            malformed=malformed,
            number=number,
            total_pages=None,
            total=total,
            page_size=max(1, len(raw_rows)),  # a host may serve fewer than it is asked for
        )

    return _reading(response, page)


def _rows(body: bytes, loader: Loader[Any]) -> tuple[list[Raw], int | None]:
    """Return the rows of a listing, and how many there are in all where the answer says so."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return rows(body), None
    block = shallow(body)
    if "result" in block:
        listed = bytes(block["result"])
        return ([] if listed == b"null" else rows(listed)), _total(block)
    if not block:
        return [], None
    # One object alone: it must be a row, or a message in HTTP 200 would pass for an empty listing.
    loaded = loader.load(body)
    if isinstance(loaded, Malformed):
        raise DecodeError(f"the answer is no listing: {loaded.path}: {loaded.reason}", paths=(loaded.path,))
    return [Raw(body)], None


def _total(block: Mapping[str, Raw]) -> int | None:
    try:
        total = as_int(loads(block["total_count"]))
    except (KeyError, ValueError):
        return None
    return total if total >= 0 else None


def _reading(response: Response, read: Callable[[bytes], T]) -> T:
    """Read the body of a success; an error on the way gets the facts of the answer."""
    try:
        kind = response.headers.get("Content-Type", "").lower()
        if kind and "json" not in kind and not kind.startswith(("text/plain", "text/javascript")):
            raise DecodeError(f"the answer is {kind.split(';')[0]!r} instead of JSON; is a proxy in between?")
        return read(response.body)
    except SdkError as error:
        error.add(**_facts(response))
        raise


# -- what was refused ----------------------------------------------------------------------------------------


def agent_deletion(response: Response) -> None:
    """Read the answer to deleting an agent that may be in a queue; see `still_in_queue`."""
    _check(response, still_in_queue)
    read_deleted(response)


def kept_agent_deletion(response: Response) -> None:
    """The same for a deletion that was told not to take the agent out of its queues."""
    _check(response, not_removed)
    read_deleted(response)


def still_in_queue(status: int, code: str | None, text: str) -> type[ApiError] | None:  # noqa: ARG001 - one signature
    """Say that a deletion was refused because the agent is in a queue, where the words tell."""
    return ConflictError if status in {400, 403, 409} and _IN_QUEUE.search(text) else None


def not_removed(status: int, code: str | None, text: str) -> type[ApiError] | None:
    """Say the same where the caller forbade taking the agent out: its status is not documented, nor its words.

    With that much asked there is no other known reason for 400 or 409, and every other 403 carries a code.
    """
    if status in {400, 409} or (status == 403 and code not in _DENIALS):
        return ConflictError
    return still_in_queue(status, code, text)


Special = Callable[[int, str | None, str], type[ApiError] | None]
"""What a refusal means for one operation, from HTTP status, code and text; None for what it always means."""


def _check(response: Response, special: Special | None = None) -> None:
    """Raise what the vendor said, unless it is a success."""
    if 200 <= response.status < 300:
        return
    _refuse(response, _fields_of_refusal(response), special)


def _fields_of_refusal(response: Response) -> dict[str, Any]:
    try:
        fields: Any = loads(response.body)
    except DecodeError:
        return {}
    return cast("dict[str, Any]", fields) if isinstance(fields, dict) else {}


def _refuse(response: Response, fields: Mapping[str, Any], special: Special | None) -> NoReturn:
    """Raise the error for a refusal."""
    status, text, code = response.status, _text(fields.get("message")), _text(fields.get("status")) or None
    kind = special(status, code, text) if special is not None else None
    asked = _asked(response)
    kind = kind or _refusal(status, code, text, asked)
    if kind is not RateLimitedError:
        asked = None
    if kind is AuthError:
        text = (text or "the token was refused") + _REFUSED_HINT
    elif kind is PermissionDeniedError:
        text = (text or "this is not allowed") + _RIGHT_HINT
    elif 300 <= status < 400:
        text = "the host redirects; redirects are not followed, so set the url that it points to"
    raise kind(
        text or f"the vendor refused (HTTP {status})", code=code, retry_after=asked, **_facts(response)
    )


def _refusal(status: int, code: str | None, text: str, asked: float | None) -> type[ApiError]:
    """Return the class of a refusal. One row for each form that is documented or was seen."""
    if status == 429:
        # A second query of the statistics while one runs is refused like this too; no quota is used up then.
        busy = code != _QUOTA and _STATISTICS.search(text)
        return ConflictError if busy else RateLimitedError
    if status == 503 and asked is not None:
        return RateLimitedError
    if status >= 500:
        return ServerError
    if status in {400, 409, 422} and _EXISTS.search(text) and not _EXISTS_NOT.search(text):
        return AlreadyExistsError
    return _BY_STATUS.get(status, InvalidRequestError)


_BY_STATUS: Final[Mapping[int, type[ApiError]]] = MappingProxyType(
    {401: AuthError, 403: PermissionDeniedError, 404: NotFoundError, 409: ConflictError}
)


def _asked(response: Response) -> float | None:
    """Return the seconds to wait that a refusal names."""
    headers = response.headers
    asked = wait_in(headers)
    # The reset of the hour comes with every answer, so by itself it makes no pause out of a 503.
    return seconds_to_reset(headers) if asked is None and response.status == 429 else asked


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _facts(response: Response) -> dict[str, Any]:
    return {
        "status": response.status,
        "body": response.body,
        "request_id": response.headers.get("X-Request-Id"),
    }
