"""What the resources of every vendor share: a host, the pages of its listings, and sending, removing and listing.

A vendor adds its envelope, and says what a request for a page looks like and how pages are served. A resource file adds
its operations, fields and docstrings.
"""

from __future__ import annotations

import abc
import logging
from collections.abc import Callable, Coroutine, Hashable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar, cast

import attrs

from .call_state import Decode
from .compound import Compound
from .declarations import Field, document_settings
from .docstrings import document_arguments, document_errors, document_results
from .errors import NotFoundError, SdkError
from .fields import international
from .json_codec import encode
from .messages import Request, Response, Upload
from .names import in_camel_case
from .operation import Operation
from .page import Page
from .paging import MAX_PASSES, Paged
from .secrets import Secret
from .session import Session
from .tally import CallId
from .unset import UNSET
from .validation import boolean, whole_number

if TYPE_CHECKING:
    from .listing_watch import ListingWatch

logger = logging.getLogger("stringee_async.resource")

T = TypeVar("T")

_SHORTEST_SECRET: Final = 4

SHARED_ARGUMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "page_size": "Rows per page, 1 to 100; the server may serve another number.",
        "read_ahead": "Pages fetched ahead of the reader, in order; 0 fetches one at a time.",
        "max_passes": "How often the listing is read at most while its rows move; see `Paged.drift`.",
        "strict": "Raise `DecodeError` for a malformed row instead of setting its value aside.",
        "missing_ok": "Count an object that is not there as deleted.",
        "extra": "More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not "
        "checked.",
        "ensure.extra": "As for `create`. What the vendor does not show is written each time.",
        "settings": "Any of these, by keyword.",
        "filters": "Any of these, by keyword.",
    }
)
"""What these arguments mean in every method, or in that method, which takes them; `help` shows it where a docstring does
not.
"""

SHARED_RESULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ensure": "The object's id, and whether it was created, changed or adopted.",
        "list": "A listing; one that was interrupted goes on with its `token` and `resume`.",
    }
)
"""What methods of a name return."""
_MISSING: Final = ("NotFoundError: The object, or what it belongs to, is not there.",)
_GONE: Final = (
    "NotFoundError: The object is not there, and no earlier attempt of this call lost its response.",
)
SHARED_ERRORS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(("get", "update", "rename", "replace"), _MISSING),
        **dict.fromkeys(("delete", "remove"), _GONE),
    }
)
"""What methods of a name raise beside what every call may raise."""
_REMARKS: Final = MappingProxyType(
    {
        "ensure": "Survives a lost response without making a second object, and twenty callers at once make one.",
    }
)

MAX_PAGE_SIZE: Final = 100


@attrs.frozen
class PageOptions:
    """How a listing is read; its fields are those of `SHARED_ARGUMENTS`."""

    page_size: int
    read_ahead: int = 0
    max_passes: int = MAX_PASSES
    strict: bool = False


@attrs.frozen(kw_only=True)
class Host:
    """A session, the host that it talks to, and the account; `phone_code` None refuses national phone numbers."""

    session: Session
    url: str
    account: str
    phone_code: str | None = None


@attrs.frozen(kw_only=True)
class PageSource(abc.ABC, Generic[T]):
    """The pages of one listing.

    Args:
        host: The session and host to ask.
        operation: What is listed.
        filters: What tells this listing from others of the operation; `UNSET` values are left out.
        first: The request without its page number; made at once, so that a wrong id is refused before anything is sent.
        strict: Raise for a row with a malformed value instead of setting the value aside.
    """

    host: Host
    operation: Operation
    filters: Mapping[str, object]
    first: Request
    strict: bool = False

    @property
    def name(self) -> str:
        """The operation's name, such as `agents.list`."""
        return self.operation.name

    @property
    def scope(self) -> str:
        """What tells this listing from all others, for resume tokens."""
        given = sorted((name, value) for name, value in self.filters.items() if value is not UNSET)
        return f"{self.host.url}|{self.host.account}|{self.operation.name}|{given}"

    @property
    def watch(self) -> ListingWatch | None:
        """What tells the observers of the client about this listing; None where there are none."""
        session = self.host.session
        if session.observers is None:
            return None
        from .listing_watch import ListingWatch

        return ListingWatch(session.observers, session.state.vendor, self.operation.name)

    def fetch(self, number: int, *, size: int, run: CallId) -> Coroutine[Any, Any, Page[T]]:
        """Fetch one page, for a run through the listing."""
        read = partial(self.read, number=number, size=size)
        return self.host.session.send(self.request(number, size), read, listing=run)

    def unfiltered(self, names: Iterable[str]) -> PageSource[T]:
        """Return the pages without the filters of these names, in camel case too; themselves if they have none."""
        unwanted = {spelling for name in names for spelling in (name, in_camel_case(name))}
        filters = {name: value for name, value in self.filters.items() if name not in unwanted}
        if len(filters) == len(self.filters):
            return self
        return attrs.evolve(self, filters=filters, first=self.first.without_query(unwanted))

    @abc.abstractmethod
    def request(self, number: int, size: int) -> Request:
        """Return the request for a page."""

    @abc.abstractmethod
    def read(self, response: Response, *, number: int, size: int) -> Page[T]:
        """Read a page, or raise what the vendor said."""


class Resource:
    """The base of every resource: how its operations are called."""

    _spelt: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    """Brings the ids in the fields of a natural key into one spelling, where a vendor has several."""
    _shared_arguments: ClassVar[Mapping[str, str]] = SHARED_ARGUMENTS
    _shared_errors: ClassVar[Mapping[str, tuple[str, ...]]] = SHARED_ERRORS
    _shared_results: ClassVar[Mapping[str, str]] = SHARED_RESULTS
    _declared: ClassVar[Iterable[Field]] = ()
    """The fields that methods take by name; `help` shows their texts, too."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        declared = {field.name: field.sentences for field in cls._declared}
        document_errors(cls, cls._shared_errors)
        document_results(cls, cls._shared_results, _REMARKS)
        document_arguments(cls, {**cls._shared_arguments, **declared})
        document_settings(cls)

    def __init__(self, host: Host) -> None:
        self._host = host

    def __repr__(self) -> str:
        host = self._host
        return f"<{type(self).__name__} of account {host.account!r} at {host.url}>"

    def _phone(self, value: T) -> T:
        """Return a national phone number in its international form, if the client has a country; all else as it is."""
        return cast("T", international(value, self._host.phone_code))

    async def _send(
        self,
        operation: Operation,
        read: Decode[T],
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        content_type: str | None = None,
    ) -> T:
        """Send one call and return what `read` makes of its response; a body that is not bytes is sent as JSON."""
        key: Hashable = None
        if operation.natural_key is not None:
            fields: Any = body
            if path:
                fields = {**path, **fields}
            key = operation.natural_key(fields if self._spelt is None else self._spelt(fields))
        # The bytes get no name here: the locals of this frame are shown in tracebacks, and a body may hold a secret.
        request = operation.request(
            self._host.url,
            path=path,
            query=query,
            body=body if body is None or isinstance(body, (bytes, Upload)) else encode(body),
            content_type=content_type,
            natural_key=key,
        )
        session = self._host.session
        if session.observers is not None:
            read = partial(_read_masked, read, body)
        try:
            return await session.send(request, read)
        except SdkError as error:
            error.mask(*_secrets_in(body))  # the vendor's words may repeat them
            raise

    async def _gone(
        self,
        operation: Operation,
        read: Decode[object],
        *,
        missing_ok: bool,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        content_type: str | None = None,
    ) -> None:
        """Remove something; what is not there counts as removed if the caller says so, or if a response was lost."""
        boolean("missing_ok", missing_ok)
        with Compound(operation.name, repeatable=False) as call:
            try:
                await self._send(
                    operation, read, path=path, query=query, body=body, content_type=content_type
                )
            except NotFoundError as error:
                if any(past.outcome == "unknown" for past in error.history):
                    logger.debug(
                        "call=%s operation=%s deleted: a response was lost, and the object is gone",
                        call.id(), operation.name,
                    )  # fmt: skip
                elif not missing_ok:
                    raise

    def _paged(
        self,
        pages: PageSource[T],
        options: PageOptions,
        *,
        key: Callable[[T], Hashable],
        max_page_size: int = MAX_PAGE_SIZE,
    ) -> Paged[T]:
        """Return a listing; `max_page_size` is the most rows per page that the vendor serves."""
        return Paged(
            pages,
            key=key,
            page_size=whole_number("page_size", options.page_size, minimum=1, maximum=max_page_size),
            read_ahead=whole_number("read_ahead", options.read_ahead, minimum=0, maximum=64),
            max_passes=whole_number("max_passes", options.max_passes, minimum=1),
        )


def _read_masked(read: Decode[T], body: object, response: Response) -> T:
    """Read a response; a secret of the body that a refusal repeats is masked before observers are told of it."""
    try:
        return read(response)
    except SdkError as error:
        error.mask(*_secrets_in(body))
        raise


def _secrets_in(body: object) -> list[str]:
    """Return the secrets of a body; those that are too short for that are words of any message."""
    values: Iterable[object] = (
        cast("Mapping[str, object]", body).values() if isinstance(body, Mapping) else ()
    )
    found = [value.reveal() for value in values if isinstance(value, Secret)]
    return [secret for secret in found if len(secret) >= _SHORTEST_SECRET]
