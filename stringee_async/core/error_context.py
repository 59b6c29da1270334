"""What an error adds to what happened: the object that the call was about, and what to do next.

Both come from the request. The command line has its own words for what to do next, and each vendor's `refusals` says
what that vendor's refusals mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlsplit

import attrs

from .error_remedies import REMEDIES
from .errors import (
    MAY_HAVE_ACTED,
    AlreadyExistsError,
    AuthError,
    ConflictError,
    DeadlineError,
    DecodeError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    OutcomeUnknownError,
    PagingError,
    PermissionDeniedError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from .json_codec import loads
from .messages import Request
from .redaction import LONGEST_FACT, clipped, personal_shortened, shortened
from .retry_class import RetryClass

_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ID: Final = re.compile(r"(?:^|_)ids?$|^id_list$")
_LOGIN: Final = re.compile(r"^(?:stringee_user_id|user_id|from|to_user|account)$")
_NUMBER: Final = re.compile(r"number$|phone$|_num$|^callee$|^caller$")
_NAME: Final = re.compile(r"name$|title$")
_OF_PERSON: Final = re.compile(r"^(?:caller_id_name|pet_name)$")
_IDS: Final = MappingProxyType({"group": "group_id", "queue": "queue_id", "id_list": "id"})
"""Fields that hold ids, and are not named so."""
_OF_PEOPLE: Final = frozenset({"agents", "team_leaders", "users"})
"""Resources whose names are those of people."""
_MOST: Final = 4
_SHORTEST: Final = 3
"""Characters of a personal value that is looked for in a vendor's words."""


@attrs.frozen
class _Field:
    """A value of a request that tells the object."""

    name: str
    value: str
    personal: bool = False
    is_id: bool = False

    def __str__(self) -> str:
        text = clipped(self.value, LONGEST_FACT)
        shown = text if self.is_id else shortened(text) if self.personal else personal_shortened(text)
        return f"{self.name} {shown}"


def describe(error: SdkError, request: Request) -> None:
    """Put on an error which object its call was about and what to do next, unless it says so already."""
    fields = list(_fields(request))
    error.know(
        tuple(field.value for field in fields if field.is_id),
        tuple(field.value for field in fields if field.personal and len(field.value) >= _SHORTEST),
    )
    error.object = error.object or _object(fields, request)
    error.next_step = error.next_step or next_step(error, request)


def _object(fields: list[_Field], request: Request) -> str | None:
    """Return which object a request is about, such as `agent_id AG_1`; None if it names none.

    Ids stand there as they are, of names, numbers and login ids of people the first and last two characters.
    """
    ids = {field.name: field for field in fields if field.is_id}
    others = {field.name: field for field in fields if not field.is_id}
    named = list(ids.values())
    if request.retry_class is RetryClass.CREATE or not named:
        named = [*list(others.values())[:2], *named]
    return ", ".join(map(str, named[-_MOST:])) or None


def _fields(request: Request) -> Iterator[_Field]:
    """Yield the ids, login ids, names and numbers of a request; those of its path last."""
    people = request.operation.partition(".")[0] in _OF_PEOPLE
    for sent_name, value in (*_body(request), *parse_qsl(urlsplit(request.url).query)):
        name = _HUMP.sub("_", sent_name).lower()
        if _LOGIN.search(name) or _NUMBER.search(name):
            yield _Field(name, value, personal=True)
        elif name in _IDS or _ID.search(name):
            yield _Field(_IDS.get(name, name), value, is_id=True)
        elif _NAME.search(name):
            yield _Field(name, value, personal=people or _OF_PERSON.search(name) is not None)
    for name, value in request.path_values().items():
        if value != "@me":
            yield _Field(name, value, is_id=True)


def _body(request: Request) -> Iterator[tuple[str, str]]:
    """Yield the texts and numbers of a JSON body, also those of its `params`; of a list all of them as one text."""
    try:
        body: Any = loads(request.content or b"{}")
    except DecodeError:
        return
    fields = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
    inner: Any = fields.get("params")
    if isinstance(inner, dict):
        fields = {**fields, **cast("dict[str, Any]", inner)}
    for name, value in fields.items():
        if isinstance(value, (str, int)) and value != "":
            yield name, str(value)
        elif isinstance(value, list):
            items = [str(item) for item in cast("list[object]", value) if isinstance(item, (str, int))]
            yield name, ", ".join(items)


def next_step(error: SdkError, request: Request) -> str | None:
    """Return what the caller should do next; None where the message says it."""
    if error.outcome == "unknown":
        fate = MAY_HAVE_ACTED.removeprefix("; ")
        told = "" if fate in error.message else f"{fate}: "
        return told + _after_unknown(request)
    for kind, step in _STEPS:
        if isinstance(error, kind):
            return REMEDIES[kind].step if step is None else step(error, request)
    return None


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
    return f"{its_id}{REMEDIES[AlreadyExistsError].step}"


def _not_found(_: SdkError, request: Request) -> str:
    verb = request.operation.rpartition(".")[2]
    if verb in {"delete", "remove"}:
        return "check the id, or give missing_ok=True if being gone already is fine"
    return REMEDIES[NotFoundError].step


def _limited(error: SdkError, _: Request) -> str:
    wait = "wait" if error.retry_after is None else f"wait {round(error.retry_after, 1):g} s"
    if error.outcome == "not_sent":
        return f"{wait}, then send it again"
    return wait + REMEDIES[RateLimitedError].step.removeprefix("wait")


def _unreadable(error: SdkError, _: Request) -> str | None:
    if error.foreign:
        return None  # the message says what to check
    return REMEDIES[DecodeError].step


def _resource(request: Request) -> str:
    return request.operation.rpartition(".")[0]


_STEPS: Final[tuple[tuple[type[SdkError], Callable[[SdkError, Request], str | None] | None], ...]] = (
    (NotFoundError, _not_found),
    (AlreadyExistsError, _exists),
    (LimitReachedError, None),
    (ConflictError, None),
    (PermissionDeniedError, None),
    (AuthError, None),
    (InvalidRequestError, None),
    (RateLimitedError, _limited),
    (ServerError, None),
    (DecodeError, _unreadable),
    (PagingError, None),
    (OutcomeUnknownError, None),
    (DeadlineError, None),
)
"""Classes whose message does not say what to do; what does it for one call, or None for the text of the class."""
