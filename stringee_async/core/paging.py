"""Listings: pages fetched lazily, ahead and in order, and made whole again when rows move.

One job: turn "give me page n" into `Paged`, which can be iterated as often as wanted. How a page is asked for
and read is the vendor's business. The rules:

- the end is decided by the number of pages, or of rows, that the vendor states, never by a short page; where it
  states neither, by a page that is empty, brings nothing new, or holds less than the vendor is known to serve
  (`page`);
- pages are asked for up to `read_ahead` ahead, in a window that grows as the reader goes on, and handed out in
  order; leaving the loop cancels what is under way (`read_ahead`);
- each row is yielded once, known by its key. If a row may have slipped between two pages, the listing is read again,
  yielding only what was not yet seen, until nothing moved during a pass or `max_passes` are over (`item_iterator`,
  `drift`). `Paged.drift` tells what happened, and whether the result is certain;
- a page that brings nothing new is asked for once more, then it is an error; so is an end that keeps receding
  behind empty pages;
- a resumed run does not know what the previous run yielded: it makes one pass, and says so if rows moved;
- what a run finds out belongs to it; the listing shows the results of the run that finished last.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Hashable
from typing import Final, Generic, TypeVar

from .drift import Drift
from .errors import ConfigError
from .item_iterator import ItemIterator
from .model import Malformed
from .options import exact_whole, shown
from .page import Fetch, Page
from .page_iterator import PageIterator
from .prefetch import Window
from .resume_token import Place, position_of

__all__ = ("MAX_PASSES", "Drift", "Fetch", "ItemIterator", "Page", "Paged")

T = TypeVar("T")

MAX_PASSES: Final = 3
"""How often a listing whose rows move is read at most, unless the caller says otherwise."""


class Paged(Generic[T]):
    """A listing. `async for item in listing` reads it; each loop reads it afresh.

    Args:
        begin: Called when the reading begins; returns what fetches the pages of that run.
        key: What makes two rows the same row.
        page_size: Rows per page.
        read_ahead: How many pages may be under way ahead of the reader; 0 fetches one at a time.
        scope: What tells this listing from others (operation, account, filters), for resume tokens.
        name: What is listed, such as `agents.list`, for its repr.
        max_passes: How often the listing is read at most while its rows move. Where rows do nothing but vanish, as
            when the loop deletes them, it is read on as long as each pass brings rows that the one before skipped.
    """

    def __init__(
        self,
        begin: Callable[[], Fetch[T]],
        *,
        key: Callable[[T], Hashable],
        page_size: int,
        read_ahead: int = 0,
        scope: str = "",
        name: str = "",
        max_passes: int = MAX_PASSES,
    ) -> None:
        self._begin = begin
        self._key = key
        self._page_size = page_size
        self._read_ahead = read_ahead
        self._scope = scope
        self._name = name
        self._max_passes = max_passes
        self._start: Place | None = None
        self.drift: Drift | None = None
        """What changed during the run that finished last; None if nothing did."""
        self.malformed: list[Malformed] = []
        """Rows of that run of which no model could be made."""
        self.certain = False
        """Whether that run brought every row that existed throughout. Only then does a row's absence prove anything,
        and only if the keys of all rows could be read (`Model.unreadable`)."""

    def __repr__(self) -> str:
        name = self._name or "a listing"
        return (
            f"<{type(self).__name__} of {name}, page_size={self._page_size}, read_ahead={self._read_ahead}>"
        )

    def finding(self) -> str | None:
        """Return the name of a search in this listing, such as `agents.find`; None if the listing has no name."""
        return f"{self._name.rpartition('.')[0]}.find" if self._name else None

    def __aiter__(self) -> ItemIterator[T]:
        return ItemIterator(
            self._window(),
            key=self._key,
            scope=self._fingerprint(),
            max_passes=self._max_passes,
            start=self._start,
            finished=self._show,
            listing=self,
            name=self._name or None,
        )

    def _window(self) -> Window[Page[T]]:
        size, fetch = self._page_size, self._begin()
        return Window(lambda number: fetch(number, size), self._read_ahead)

    def _show(self, run: ItemIterator[T]) -> None:
        self.drift, self.malformed, self.certain = run.drift, run.malformed, run.certain

    def pages(self, start: int = 1) -> AsyncIterator[Page[T]]:
        """Iterate over whole pages as the vendor serves them, without mending drift.

        Args:
            start: Number of the first page to read, from 1.

        Yields:
            Each `Page`, in order.

        Raises:
            ConfigError: `start` is below 1.
            PagingError: The pages do not advance.
        """
        page = exact_whole(start)
        if page is None or page < 1:
            raise ConfigError(f"start must be a page number of at least 1, got {shown(start)}")
        return PageIterator(self._window(), self._key, page, self, self._name or None)

    async def collect(self) -> list[T]:
        """Read the whole listing into a list.

        As nobody leaves on the way, a page is always under way, or as many as `read_ahead` allows.
        """
        rows: list[T] = []
        reader = aiter(self)
        reader.stay()
        async for item in reader:
            rows.append(item)
            rows += reader.rest()
        return rows

    async def first(self) -> T | None:
        """Return the first row, or None if there is none; costs one page unless that page is empty."""
        async for item in self:
            return item
        return None

    async def total(self) -> int | None:
        """Return how many rows the vendor states, or None if it does not; costs one page."""
        return (await self._begin()(1, self._page_size)).total

    def _fingerprint(self) -> str:
        return hashlib.sha256(f"{self._scope}|{self._page_size}".encode()).hexdigest()[:16]

    def resume(self, token: str) -> Paged[T]:
        """Return this listing from behind the row at which `token` was taken.

        Args:
            token: What `ItemIterator.token()` returned, perhaps in another process.

        Raises:
            ConfigError: The token is not one, or belongs to another listing, filter, page size or account.
        """
        start = position_of(token, self._fingerprint())
        copy: Paged[T] = Paged(
            self._begin,
            key=self._key,
            page_size=self._page_size,
            read_ahead=self._read_ahead,
            scope=self._scope,
            name=self._name,
            max_passes=self._max_passes,
        )
        copy._start = start
        return copy
