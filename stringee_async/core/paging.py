"""Listings: pages fetched lazily, ahead of the reader and in order, and read again when rows move.

One job: turn a source of pages into `Paged`, which can be iterated any number of times. The vendor's code requests and
decodes a page (`resource`). The rules:

- the end is decided by the number of pages, or of rows, that the vendor states, never by a short page; where it
  states neither, by a page that is empty, brings nothing new, or holds less than the vendor is known to serve
  (`page`);
- pages are asked for up to `read_ahead` ahead, as soon as the first page tells how many there are, and handed out in
  order; leaving the loop cancels what is under way (`prefetch`);
- each row is yielded once, known by its key. If a row may have slipped between two pages, the listing is read again,
  yielding only what was not yet seen, until nothing moved during a pass or `max_passes` are over (`item_iterator`,
  `drift`). `Paged.drift` tells what happened, and whether the result is certain;
- a page that brings nothing new is asked for once more, then it is an error; so is an end that keeps receding
  behind empty pages;
- a resumed run does not know what the previous run yielded: it makes one pass, and says so if rows moved;
- what a run finds out belongs to it; the listing shows the results of the run that finished last.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from .dict_iterator import DictIterator
from .drift import Drift, Extent
from .errors import READ_AGAIN, ConfigError, PagingError
from .item_iterator import ItemIterator
from .model import Malformed, detach
from .options import exact_whole, shown
from .page import Page
from .prefetch import Window
from .resume_token import Position, position_of
from .tally import CallId

if TYPE_CHECKING:
    from .listing_watch import ListingWatch

__all__ = ("MAX_PASSES", "DictIterator", "Drift", "ItemIterator", "Page", "Paged", "Pages")

T = TypeVar("T")

MAX_PASSES: Final = 3
"""How often a listing whose rows move is read at most, unless the caller says otherwise."""


class Pages(Protocol[T]):
    """A source of pages; see `resource.PageSource`."""

    @property
    def name(self) -> str:
        """What is listed, such as `agents.list`; empty where it has no name."""
        ...

    @property
    def scope(self) -> str:
        """What tells this listing from all others, for resume tokens."""
        ...

    def fetch(self, number: int, *, size: int, run: CallId) -> Coroutine[Any, Any, Page[T]]:
        """Fetch the page of this number, with `size` rows per page, for one run through the listing."""
        ...

    def unfiltered(self, names: Iterable[str]) -> Pages[T]:
        """Return the pages without the filters of these names; themselves if they have none of them."""
        ...


class Paged(Generic[T]):
    """A listing. `async for item in listing` reads it; each loop reads it afresh.

    Args:
        pages: Where its pages come from.
        key: What makes two rows the same row.
        page_size: Rows per page.
        read_ahead: How many pages may be under way ahead of the reader; 0 fetches one at a time.
        max_passes: How often the listing is read at most while its rows move. Where rows do nothing but vanish, as
            when the loop deletes them, it is read on as long as each pass brings rows that the one before skipped.
        start: Where to go on, for a resumed listing.
    """

    def __init__(
        self,
        pages: Pages[T],
        *,
        key: Callable[[T], Hashable],
        page_size: int,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        start: Position | None = None,
    ) -> None:
        self._pages = pages
        self._key = key
        self._page_size = page_size
        self._read_ahead = read_ahead
        self._max_passes = max_passes
        self._start = start
        self.drift: Drift | None = None
        """What changed during the run that finished last; None if nothing did."""
        self.malformed: list[Malformed] = []
        """Rows of that run that could not be decoded."""
        self.certain = False
        """Whether that run brought every row that existed throughout. Only then does a row's absence prove anything,
        and only if the keys of all rows could be read (`Model.unreadable`)."""
        self.doubled: list[Hashable] = []
        """Keys that a page of that run held more than once; each of these rows was yielded once."""

    def __repr__(self) -> str:
        name = self._pages.name or "a listing"
        return (
            f"<{type(self).__name__} of {name}, page_size={self._page_size}, read_ahead={self._read_ahead}>"
        )

    def finding(self) -> str | None:
        """Return the name of a search in this listing, such as `agents.find`; None if the listing has no name."""
        name = self._pages.name
        return f"{name.rpartition('.')[0]}.find" if name else None

    def __aiter__(self) -> ItemIterator[T]:
        return ItemIterator(
            self._window(),
            key=self._key,
            scope=self.fingerprint(),
            max_passes=self._max_passes,
            start=self._start,
            finished=self._show,
            listing=self,
            name=self._pages.name or None,
            watch=self._watch(),
        )

    def _watch(self) -> ListingWatch | None:
        """Return what tells observers of a run; pages of another source than a client's have none."""
        watch: ListingWatch | None = getattr(self._pages, "watch", None)
        return watch

    def _window(self) -> Window[Page[T]]:
        return Window(
            partial(self._pages.fetch, size=self._page_size, run=CallId()), read_ahead=self._read_ahead
        )

    def _show(self, run: ItemIterator[T]) -> None:
        self.drift, self.malformed, self.certain = run.drift, run.malformed, run.certain
        self.doubled = run.doubled

    def pages(self, start: int = 1) -> AsyncIterator[Page[T]]:
        """Iterate over whole pages as the vendor serves them, without repairing drift.

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
        name = self._pages.name or None
        return PageIterator(self._window(), self._key, page, self, name, self._watch())

    async def collect(self) -> list[T]:
        """Read the whole listing into a list.

        As the whole listing is read, a page is always under way, or as many as `read_ahead` allows.
        """
        rows: list[T] = []
        reader = aiter(self)
        reader.read_to_end()
        async for item in reader:
            rows.append(item)
            rows += reader.drain_page()
        return rows

    def dicts(self) -> DictIterator:
        """Iterate over the listing as dictionaries, as `to_dict` writes each row; memory does not grow with it.

        Reading ahead, `drift` and `malformed` are as for rows, and `token()` of what is returned resumes this listing.
        A row may lack keys that others have, and have some that the vendor added.
        """
        return DictIterator(aiter(self))

    async def first(self) -> T | None:
        """Return the first row, or None if there is none; costs one page unless that page is empty."""
        async for item in self:
            return item
        return None

    async def total(self) -> int | None:
        """Return how many rows the vendor states, or None if it does not; costs one page."""
        return (await self._pages.fetch(1, size=self._page_size, run=CallId())).total

    def unfiltered(self, names: Iterable[str]) -> Paged[T]:
        """Return this listing without the filters of these names; itself if it has none of them."""
        pages = self._pages.unfiltered(names)
        if pages is self._pages:
            return self
        return Paged(
            pages,
            key=self._key,
            page_size=self._page_size,
            read_ahead=self._read_ahead,
            max_passes=self._max_passes,
        )

    def fingerprint(self) -> str:
        """Return what tells this listing, its filters, page size and account from all others, for resume tokens."""
        import hashlib

        return hashlib.sha256(f"{self._pages.scope}|{self._page_size}".encode()).hexdigest()[:16]

    def resume(self, token: str) -> Paged[T]:
        """Return this listing from behind the row at which `token` was taken.

        Args:
            token: What `ItemIterator.token()` returned, perhaps in another process.

        Raises:
            ConfigError: The token is not one, or belongs to another listing, filter, page size or account.
        """
        return Paged(
            self._pages,
            key=self._key,
            page_size=self._page_size,
            read_ahead=self._read_ahead,
            max_passes=self._max_passes,
            start=position_of(token, self.fingerprint()),
        )


class PageIterator(AsyncIterator[Page[T]]):
    """Pages as served, in order."""

    def __init__(
        self,
        window: Window[Page[T]],
        key: Callable[[T], Hashable],
        start: int,
        listing: object,
        name: str | None = None,
        watch: ListingWatch | None = None,
    ) -> None:
        self._told = watch
        self._listing = listing
        self._name = name
        self._window = window
        self._window.rewind(start)
        self._key = key
        self._number = start
        self._last: int | None = None
        self._previous: tuple[frozenset[Hashable], tuple[Malformed, ...]] | None = None
        self._extent = Extent(0 if start == 1 else None)
        self._done = False
        self._current: Sequence[T] = ()
        self._former: Sequence[T] = ()

    def __del__(self) -> None:
        """Let go of the pages whose rows are still held."""
        detach(self._former)
        detach(self._current)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} over {self._listing!r}, next page {self._number}>"

    async def __anext__(self) -> Page[T]:
        if self._done:
            raise StopAsyncIteration
        page = await self._window.get(self._last)
        held = (frozenset(self._key(item) for item in page.items), page.malformed)
        size = len(page.items) + len(page.malformed)
        if self._previous is not None and not size and self._beyond(page):
            self._stop()
            raise StopAsyncIteration
        if held == self._previous and size:
            self._stop()
            # Where rows are stated and pages are not, the pages should have gone on.
            awaited = page.total_pages is None and self._extent.short_of(page.total)
            if self._beyond(page) and not awaited:
                raise StopAsyncIteration
            raise PagingError(
                f"page {self._number} holds the same rows as the page before it",
                operation=self._name,
                next_step=READ_AGAIN,
            )
        self._previous = held
        self._last = page.total_pages
        if page.malformed and self._told is not None:
            self._told.set_aside(page, self._extent.rows)
        self._done = self._extent.ends(page, self._number)
        self._number += 1
        # One page late, as the loop's variable still holds the page before.
        detach(self._former)
        self._former, self._current = self._current, page.items
        return page

    def _beyond(self, page: Page[Any]) -> bool:
        """Return whether nothing says that there is a page of this number."""
        return page.total_pages is None or self._number > page.total_pages

    def _stop(self) -> None:
        self._done = True
        self._window.rewind(self._number)
