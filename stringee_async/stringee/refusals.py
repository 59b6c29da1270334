"""What each of Stringee's refusals means, as tables.

A refusal of Stringee's is a JSON object with an `r`; a 401 may also come with `message` or `msg` alone, or with
nothing.
Source: developer.stringee.com, icc-rest-api; what the pages leave open is taken in every form that was seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ..core.code_meaning import Meaning
from ..core.coerce import as_int
from ..core.errors import (
    AlreadyExistsError,
    ApiError,
    AuthError,
    ConflictError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    PermissionDeniedError,
    ResponseError,
)
from ..core.http_headers import wait_in
from ..core.messages import Response
from ..core.names import is_id
from ..core.response import (
    BY_STATUS,
    LONGEST_TEXT,
    facts,
    fields_of,
    foreign_refusal,
    http_failure,
    is_framework_page,
    says_limit_reached,
    says_nothing,
    vendor_refusal,
)

VENDOR: Final = "Stringee"
SETTINGS: Final = "icc_url, api_url"

_MISSING: Final = (
    r"(?:not|n['’]t)\s+(?:be\s+|been\s+)?(?:found|find|exist)|no\s+longer\s+exist|\bno\s+such\b|non-?existent"
    r"|already\s+(?:been\s+)?(?:deleted|removed)"
    r"|không tìm thấy|không tồn tại"
)
_RIGHT: Final = r"permission|forbidden|access denied|not\s+(?:allowed|authori[sz]ed)|unauthori[sz]ed\s+to\b|không có quyền"
_CREDENTIAL: Final = r"(?:api\s?key|key\s?sid|token|jwt|signature)"
_BAD: Final = r"(?:invalid|expired|wrong|bad|missing|incorrect|malformed|revoked|hết hạn)"


_BY_STATUS: Final[Mapping[int, type[ApiError]]] = MappingProxyType({**BY_STATUS, 409: AlreadyExistsError})
Codes = Mapping[int, Meaning]
"""By `r`: what it means."""
CODES: Final[Codes] = MappingProxyType(
    {
        2: Meaning(AlreadyExistsError, "there is such an object already"),
        45: Meaning(AuthError, "the credentials were rejected"),
    }
)
"""By `r`, for all calls but those that `call_codes` is about."""
_BY_BOTH: Final[Mapping[tuple[int, int], type[ApiError]]] = MappingProxyType(
    {(403, 5): AuthError, (401, 45): AuthError, (403, 45): AuthError}
)
_BY_WORDS: Final[tuple[tuple[str, type[ApiError]], ...]] = (
    # The first row that fits decides.
    (r"\AAGENT_NOT_FOUND_OR_IN_ANOTHER_CALL\Z", ConflictError),
    (rf"{_CREDENTIAL}\W[^.;]{{0,20}}{_BAD}|{_BAD}\W[^.;]{{0,20}}{_CREDENTIAL}", AuthError),
    # "not found or you have no permission for it" speaks of an object, not of the credentials.
    (rf"\A(?=[\s\S]*?(?:{_MISSING}))[\s\S]*?(?:{_RIGHT})", NotFoundError),
    (_RIGHT, PermissionDeniedError),
    (rf"{_CREDENTIAL}|unauthori[sz]ed|authenticat", AuthError),
    (_MISSING, NotFoundError),
    (r"exist(?:s|ed)?\b|already|đã tồn tại", AlreadyExistsError),
)

_ID_KEY: Final = re.compile(r"\w+ID")
_OTHER_IDS: Final = frozenset({"projectID", "accountID", "requestID"})

_KEY_STEP: Final = (
    "check that the key SID and secret belong together, that the token carries cty stringee-api;v=1 (this "
    "client sends it), and that the project lives in the region of this host (icc_url, api_url)"
)


def refusal(response: Response, code: int | None = None, codes: Codes = CODES) -> ResponseError:
    """Return the error for a response that is no success; `code` is its `r`, where that is known already.

    `codes` says what an `r` means; the same numbers mean other things on the call host.
    """
    status, fields = response.status, fields_of(response)
    text = message_of(fields)
    said = _code(fields.get("r")) if code is None else code
    failure = http_failure(status, text=text, code=said, wait=wait_in(response.headers), setting="URL")
    if failure is None and not _is_stringees(response, fields, said):
        return foreign_refusal(response, VENDOR, SETTINGS)
    if failure is not None:
        failure.add(**facts(response))
        return failure
    existing_id = _existing_id(fields)
    meaning = codes.get(said) if isinstance(said, int) else None
    known = None if meaning is None else meaning.kind
    kind = _kind(status, said, text[:LONGEST_TEXT], known, named=existing_id is not None)
    step = None
    if meaning is not None and meaning.kind is kind:
        text, step = text or meaning.text, meaning.step
    if kind is AuthError and (status in {401, 403} or said == 5):
        text, step = text or "the credentials were refused", _KEY_STEP
    return vendor_refusal(
        kind,
        text,
        f"HTTP {status}, r {said}",
        code=said,
        step=step,
        existing_id=existing_id if kind is AlreadyExistsError else None,
        **facts(response),
    )


def _is_stringees(response: Response, fields: Mapping[str, Any], code: int | str | None) -> bool:
    """Return whether a refusal is in Stringee's form."""
    if code is not None:
        return True
    if response.status != 401:
        return False
    return says_nothing(response) or (bool(message_of(fields)) and not is_framework_page(fields))


def _kind(
    status: int, code: int | str | None, text: str, meaning: type[ApiError] | None, *, named: bool
) -> type[ApiError]:
    """Return what a refusal means: by status and code where they are known, else by its words."""
    certain = _BY_STATUS.get(status)
    if isinstance(code, int):
        certain = _BY_BOTH.get((status, code)) or certain or meaning
    said = next(
        (kind for pattern, kind in _BY_WORDS if re.search(pattern, text, re.IGNORECASE)), InvalidRequestError
    )
    if said in {AlreadyExistsError, InvalidRequestError} and says_limit_reached(text):
        said = LimitReachedError
    if said is LimitReachedError and not named and certain in {None, AlreadyExistsError}:
        return LimitReachedError
    return certain or said


def _code(value: object) -> int | str | None:
    """Return an `r` that is a number or a text; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        return as_int(value)
    except ValueError:
        return value if isinstance(value, str) and value else None


def message_of(fields: Mapping[str, Any]) -> str:
    """Return the vendor's words, from either of the two names that they come under."""
    for name in ("message", "msg"):
        text = fields.get(name)
        if isinstance(text, str) and text:
            return text
    return ""


def _existing_id(fields: Mapping[str, Any]) -> str | None:
    for name, value in fields.items():
        if _ID_KEY.fullmatch(name) and name not in _OTHER_IDS and is_id(value):
            return str(value)
    return None
