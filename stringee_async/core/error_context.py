"""What an error says beside what happened: which object the call was about, and what to do next.

One job: these two texts, from a request and the error that it ended in. The command line has words of its own for what
to do next, in terms of its options.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from .codec import loads
from .errors import (
    MAY_HAVE_ACTED,
    AlreadyExistsError,
    ConflictError,
    DecodeError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from .redaction import LONGEST_FACT, clipped, personal_shortened, shortened
from .retry_class import RetryClass
from .wire import Request

_HOLE: Final = re.compile(r"\{(\w+)\}")
_ID: Final = re.compile(r"(?:^|_)id$|[a-z]I[dD]$|^(?:group|queue|agent|extension)$")
_PERSONAL: Final = re.compile(r"name$|title$|number$|phone$", re.IGNORECASE)
_MOST: Final = 3


def object_of(request: Request) -> str | None:
    """Return which object a request is about, such as `agent_id AG_1`; None if it names none.

    Ids stand there as they are, unless one looks like a phone number or an e-mail address; of names and numbers the
    first and last two characters.

    Args:
        request: The request.
    """
    body = _body(request)
    named = dict([*_ids(body), *_of_query(request), *_of_path(request)][-_MOST:])
    if not named:
        named = {name: shortened(value) for name, value in body.items() if _PERSONAL.search(name)}
    return ", ".join(f"{name} {value}" for name, value in named.items()) or None


def _of_path(request: Request) -> Iterator[tuple[str, str]]:
    pattern = "".join(
        f"(?P<{part}>[^/]+)" if place % 2 else re.escape(part)
        for place, part in enumerate(_HOLE.split(request.path))
    )
    found = re.search(pattern + r"\Z", urlsplit(request.url).path)
    for name, value in (found.groupdict() if found else {}).items():
        if value != "@me":
            yield name, _shown(unquote(value))


def _of_query(request: Request) -> Iterator[tuple[str, str]]:
    return _ids(dict(parse_qsl(urlsplit(request.url).query)))


def _body(request: Request) -> dict[str, str]:
    """Return the texts and numbers of a JSON body."""
    try:
        body: Any = loads(request.body or b"{}")
    except DecodeError:
        return {}
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    return {name: str(value) for name, value in fields.items() if isinstance(value, (str, int))}


def _ids(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, _shown(value)) for name, value in fields.items() if _ID.search(name))


def _shown(value: str) -> str:
    return personal_shortened(clipped(value, LONGEST_FACT))


def next_step(error: SdkError, request: Request) -> str | None:
    """Return what the caller should do next; None where the message says it, or nobody can tell.

    Args:
        error: What the call ended in, with its outcome.
        request: The request.
    """
    if error.outcome == "unknown":
        fate = MAY_HAVE_ACTED.removeprefix("; ")
        told = "" if fate in error.message else f"{fate}: "
        return told + _after_unknown(request)
    step = next((step for kind, step in _STEPS if isinstance(error, kind)), None)
    return step if step is None or isinstance(step, str) else step(error, request)


def _after_unknown(request: Request) -> str:
    if request.retry_class is not RetryClass.CREATE:
        return "sending it again is safe"
    if request.natural_key is not None:
        return f"use {_resource(request)}.ensure, which looks first, or look before you send it again"
    return "look before you send it again"


def _exists(error: SdkError, request: Request) -> str:
    its_id = f"its id is {error.existing_id} (existing_id); " if error.existing_id else ""
    if request.retry_class is RetryClass.CREATE and request.natural_key is not None:
        return f"{its_id}{_resource(request)}.ensure takes what is there and changes what differs"
    return f"{its_id}choose another name or number, or change what is there"


def _not_found(_: SdkError, request: Request) -> str:
    verb = request.operation.rpartition(".")[2]
    if verb in {"delete", "remove"}:
        return "check the id, or give missing_ok=True if being gone already is fine"
    return "check the id: it may be of another kind, or of another account"


def _limited(error: SdkError, _: Request) -> str | None:
    wait = "" if error.retry_after is None else f"wait {error.retry_after:g} s; "
    return (
        None
        if error.outcome == "not_sent"
        else f"{wait}rate_limit= of the client keeps below the vendor's limit"
    )


def _resource(request: Request) -> str:
    return request.operation.rpartition(".")[0]


_STEPS: Final[tuple[tuple[type[SdkError], str | Callable[[SdkError, Request], str | None]], ...]] = (
    (NotFoundError, _not_found),
    (AlreadyExistsError, _exists),
    (LimitReachedError, "delete what is not needed, or have the vendor raise the limit"),
    (ConflictError, "undo what the message names, then send it again"),
    (
        PermissionDeniedError,
        "use credentials that may do it, or ask the account's administrator for the right",
    ),
    (InvalidRequestError, "correct what the message names"),
    (RateLimitedError, _limited),
    (ServerError, "try it again later"),
)
