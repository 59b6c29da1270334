"""How Stringee answers: `r`, `message` or `msg`, `project`, `data`; and what each refusal means.

One job: turn an answer into its payload or into the right error. Success is HTTP 2xx with `r` equal to 0.
Source: developer.stringee.com, icc-rest-api; what the pages leave open is taken in every form that was seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn, TypeVar, cast

import attrs

from ..core.clock import wait_in
from ..core.codec import Raw, loads, mapping, shallow
from ..core.coerce import as_int
from ..core.errors import (
    AlreadyExistsError,
    ApiError,
    AuthError,
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    RateLimitedError,
    ServerError,
)
from ..core.model import Model
from ..core.wire import Response

M = TypeVar("M", bound=Model)

_NOT_FOUND: Final = re.compile(r"not\s+(be\s+)?found|not\s+exist|không tìm thấy|không tồn tại", re.IGNORECASE)
_EXISTS: Final = re.compile(r"exist(s|ed)?\b|already|đã tồn tại", re.IGNORECASE)
_AUTH: Final = re.compile(
    r"api\s?key|key\s?sid|token|jwt|signature|unauthori[sz]ed|authenticat|permission|forbidden|access denied",
    re.IGNORECASE,
)
_ID_KEY: Final = re.compile(r"\w+ID")
_OTHER_IDS: Final = frozenset({"projectID", "accountID", "requestID"})

_KEY_HINT: Final = (
    "; check that the key SID and secret belong together, that the token carries cty stringee-api;v=1 (this "
    "client sends it), and that the project lives in the region of this host (icc_url, api_url)"
)


@attrs.frozen
class Created:
    """What a create returns.

    Args:
        id: The new object's id.
        project: The project it is in, as the vendor wrote it, or None.
        message: What the vendor said.
    """

    id: str
    project: int | str | None
    message: str


def read_done(response: Response) -> None:
    """Read the answer of a call that returns nothing."""
    if _plain_success(response) is None:
        succeeded(response)


def read_object(response: Response) -> dict[str, Any]:
    """Read an answer whose fields stand at the top level."""
    fields = _plain_success(response)
    if fields is not None:
        return fields
    return {name: loads(value) for name, value in succeeded(response).items()}


def _plain_success(response: Response) -> dict[str, Any] | None:
    """Return the fields of an answer that says success in the documented form, else None; decodes once."""
    if not 200 <= response.status < 300 or not says_json(response):
        return None
    try:
        fields = mapping(response.body)
    except DecodeError:
        return None
    code = fields.get("r")
    return fields if code == 0 and type(code) is int else None


def created(response: Response, id_key: str) -> Created:
    """Read the answer of a create.

    Args:
        response: The answer.
        id_key: Name of the id, such as `agentID`.

    Raises:
        DecodeError: The answer says success and holds no id.
    """
    fields = read_object(response)
    new_id = fields.get(id_key)
    if not _is_id(new_id):
        raise DecodeError(
            f"the answer says success but holds no {id_key}", paths=(f"$.{id_key}",), **facts(response)
        )
    return Created(id=str(new_id), project=_project(fields), message=_message(fields))


def succeeded(response: Response, *, says_so: bool = True) -> dict[str, Raw]:
    """Return the answer's fields, or raise what the vendor said.

    Args:
        response: The answer.
        says_so: Whether success must be said by an `r` of 0; a few calls of the call host have none.
    """
    if not 200 <= response.status < 300:
        _refuse(response, _fields_of_refusal(response))
    try:
        fields = _fields(response)
        code = _code(fields) if says_so or "r" in fields else 0
    except DecodeError as error:
        error.add(**facts(response))
        raise
    if code != 0:
        _refuse(response, {"r": code, **_fields_of_refusal(response)})
    return fields


def says_json(response: Response) -> bool:
    """Return whether the content type, if there is one, lets the body be JSON."""
    kind = response.headers.get("Content-Type", "").lower()
    return not kind or "json" in kind or kind.startswith(("text/plain", "text/javascript"))


def _fields(response: Response) -> dict[str, Raw]:
    if not says_json(response):
        kind = response.headers.get("Content-Type", "").lower()
        raise DecodeError(f"the answer is {kind.split(';')[0]!r} instead of JSON; is a proxy in between?")
    return shallow(response.body)


def _code(fields: Mapping[str, Raw]) -> int:
    if "r" not in fields:
        raise DecodeError(
            "the answer holds no r, so it does not say whether the call succeeded", paths=("$.r",)
        )
    value = loads(fields["r"])
    try:
        if isinstance(value, bool):
            raise ValueError  # noqa: TRY301 - read as "not a code", like other odd values
        return as_int(value)
    except ValueError:
        raise DecodeError("r is not a whole number", paths=("$.r",)) from None


def _fields_of_refusal(response: Response) -> dict[str, Any]:
    try:
        fields: Any = loads(response.body)
    except DecodeError:
        return {}
    return cast("dict[str, Any]", fields) if isinstance(fields, dict) else {}


def _refuse(response: Response, fields: Mapping[str, Any]) -> NoReturn:
    """Raise the error for a refusal. One row for each form that a refusal takes."""
    status, text = response.status, _message(fields)
    code = fields.get("r")
    try:
        code = as_int(code)
    except ValueError:
        code = code if isinstance(code, str) else None
    headers = response.headers
    asked = wait_in(headers)
    kind: type[ApiError]
    if status == 429 or (status == 503 and asked is not None):
        kind, text = RateLimitedError, text or "too many requests"
    elif status >= 500:
        kind, text, asked = ServerError, text or "the server failed", None
    else:
        kind, asked = _refusal(status, code, text), None
    if kind is AuthError and (status in {401, 403} or code == 5):
        text = (text or "the credentials were refused") + _KEY_HINT
    if 300 <= status < 400:
        text = "the host redirects; redirects are not followed, so set the URL it points to"
    raise kind(
        text or f"the vendor refused (HTTP {status}, r {code})",
        code=code,
        retry_after=asked,
        existing_id=_existing_id(fields) if kind is AlreadyExistsError else None,
        **facts(response),
    )


def _refusal(status: int, code: int | str | None, text: str) -> type[ApiError]:
    if status in {401, 403} or code == 45:
        return AuthError
    if status == 404:
        return NotFoundError
    if status == 409 or code == 2:
        return AlreadyExistsError
    if status >= 300:
        return InvalidRequestError
    if _NOT_FOUND.search(text):
        return AuthError if _AUTH.search(text) else NotFoundError
    if _EXISTS.search(text):
        return AlreadyExistsError
    if _AUTH.search(text):
        return AuthError
    return InvalidRequestError


def facts(response: Response) -> dict[str, Any]:
    """Return what an error should know of the answer."""
    return {
        "status": response.status,
        "body": response.body,
        "request_id": response.headers.get("X-Request-Id"),
    }


def _is_id(value: object) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and value != ""


def _message(fields: Mapping[str, Any]) -> str:
    for name in ("message", "msg"):
        text = fields.get(name)
        if isinstance(text, str) and text:
            return text
    return ""


def _project(fields: Mapping[str, Any]) -> int | str | None:
    project = fields.get("project")
    return project if isinstance(project, (int, str)) and not isinstance(project, bool) else None


def _existing_id(fields: Mapping[str, Any]) -> str | None:
    for name, value in fields.items():
        if _ID_KEY.fullmatch(name) and name not in _OTHER_IDS and _is_id(value):
            return str(value)
    return None
