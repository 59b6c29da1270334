"""Where the pages of a listing come from: one request for each page.

A vendor says what its requests for a page look like and how it serves pages; the listing says which pages it asks for.
"""

from __future__ import annotations

import abc
from collections.abc import Coroutine, Mapping
from functools import partial
from typing import Any, Generic, TypeVar

import attrs

from .messages import Request, Response
from .operation import Operation
from .page import Page
from .resource import Host
from .tally import CallId
from .unset import UNSET

T = TypeVar("T")


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

    def fetch(self, number: int, *, size: int, run: CallId) -> Coroutine[Any, Any, Page[T]]:
        """Fetch one page."""
        read = partial(self.read, number=number, size=size)
        return self.host.session.send(self.request(number, size), read, listing=run)

    @abc.abstractmethod
    def request(self, number: int, size: int) -> Request:
        """Return the request for a page."""

    @abc.abstractmethod
    def read(self, response: Response, *, number: int, size: int) -> Page[T]:
        """Read a page, or raise what the vendor said."""
