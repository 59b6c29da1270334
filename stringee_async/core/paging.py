"""Listings: pages fetched lazily, ahead and in order, and made whole again when rows move.

One job: turn "give me page n" into `Paged`, which can be iterated as often as wanted. How a page is asked for
and read is the vendor's business. The rules:

- the end is decided by the number of pages, or of rows, that the vendor states, never by a short page; where it
  states neither, by a page that is empty, brings nothing new, or holds less than the vendor is known to serve;
- pages are asked for up to `read_ahead` ahead, in a window that grows as the reader goes on, and handed out in
  order; leaving the loop cancels what is under way;
- each row is yielded once, known by its key. If the stated total changes while reading, or rows come again, a
  row may have slipped between two pages: the listing is then swept again, yielding only what was not yet seen,
  until a sweep is quiet. `Paged.drift` tells what happened, and whether the result is certain;
- a page that brings nothing new is asked for once more, then it is an error; so is an end that keeps receding
  behind empty pages;
- a resumed run does not know what its forerunner yielded: it is never swept again, and says so if rows moved.

A removal and an addition that cancel out between two pages leave no trace in the totals; no client can see it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Hashable, Sequence
from typing import Any, Final, Generic, TypeVar

import attrs

from .errors import ConfigError, PagingError
from .model import Malformed
from .options import exact_whole, shown
from .read_ahead import Window
from .resume import Place, place_of, token_of

logger = logging.getLogger(__name__)

T = TypeVar("T")

_MAX_SWEEPS: Final = 25


@attrs.frozen(kw_only=True)
class Page(Generic[T]):
    """One page of a listing.

    Args:
        items: The rows.
        number: Number of the page, from 1.
        total_pages: How many pages there are, or None where the vendor does not say.
        total: How many rows there are, or None.
        page_size: Rows per page. Where neither pages nor rows are stated, a page that holds fewer is the last one; a
            vendor that may serve fewer than it is asked for has here what it served, so that only an empty page is.
        malformed: Rows of which no model could be made.
    """

    items: tuple[T, ...]
    number: int
    total_pages: int | None
    total: int | None
    page_size: int
    malformed: tuple[Malformed, ...] = ()


@attrs.frozen(kw_only=True)
class Drift:
    """What changed while a listing was read.

    Args:
        first_total: Rows when the reading began.
        last_total: Rows at its end.
        repeated: Rows that came again because others moved them.
        sweeps: How often the listing was read.
        certain: Whether the last sweep was quiet and brought as many rows as are stated, so that every row that
            existed throughout was yielded.
            Never after a resume: then rows may be missing, or come again that the earlier run had yielded.
    """

    first_total: int | None
    last_total: int | None
    repeated: int
    sweeps: int
    certain: bool


Fetch = Callable[[int, int], Coroutine[Any, Any, Page[T]]]
"""Fetches the page of this number with this many rows."""


class Paged(Generic[T]):
    """A listing. `async for item in listing` reads it; each loop reads it afresh.

    Args:
        fetch: Fetches one page.
        key: What makes two rows the same row.
        page_size: Rows per page.
        read_ahead: How many pages may be under way ahead of the reader; 0 fetches one at a time.
        scope: What tells this listing from others (operation, account, filters), for resume tokens.
        name: What is listed, such as `agents.list`, for its repr.
    """

    def __init__(
        self,
        fetch: Fetch[T],
        *,
        key: Callable[[T], Hashable],
        page_size: int,
        read_ahead: int = 0,
        scope: str = "",
        name: str = "",
    ) -> None:
        self._fetch = fetch
        self._key = key
        self._page_size = page_size
        self._read_ahead = read_ahead
        self._scope = scope
        self._name = name
        self._start: Place | None = None
        self.drift: Drift | None = None
        """What changed during the latest finished run; None if nothing did."""
        self.malformed: list[Malformed] = []
        """Rows of the latest run of which no model could be made."""

    def __repr__(self) -> str:
        name = self._name or "a listing"
        return (
            f"<{type(self).__name__} of {name}, page_size={self._page_size}, read_ahead={self._read_ahead}>"
        )

    def __aiter__(self) -> ItemIterator[T]:
        self.drift = None
        self.malformed = []
        return ItemIterator(self)

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
        return _PageIterator(self, page)

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
        return (await self._fetch(1, self._page_size)).total

    def _fingerprint(self) -> str:
        return hashlib.sha256(f"{self._scope}|{self._page_size}".encode()).hexdigest()[:16]

    def resume(self, token: str) -> Paged[T]:
        """Return this listing from behind the row at which `token` was taken.

        Args:
            token: What `ItemIterator.token()` returned, perhaps in another process.

        Raises:
            ConfigError: The token is not one, or belongs to another listing, filter, page size or account.
        """
        start = place_of(token, self._fingerprint())
        copy: Paged[T] = Paged(
            self._fetch, key=self._key, page_size=self._page_size, read_ahead=self._read_ahead
        )
        copy._scope, copy._name = self._scope, self._name
        copy._start = start
        return copy


class _PageIterator(AsyncIterator[Page[T]]):
    """Pages as served, in order."""

    def __init__(self, paged: Paged[T], start: int) -> None:
        size, fetch = paged._page_size, paged._fetch
        self._window: Window[Page[T]] = Window(lambda number: fetch(number, size), paged._read_ahead)
        self._window.rewind(start)
        self._key = paged._key
        self._number = start
        self._last: int | None = None
        self._previous: tuple[frozenset[Hashable], tuple[Malformed, ...]] | None = None
        self._rows: int | None = 0 if start == 1 else None
        self._done = False

    async def __anext__(self) -> Page[T]:
        if self._done:
            raise StopAsyncIteration
        page = await self._window.get(self._last)
        held = (frozenset(self._key(item) for item in page.items), page.malformed)
        if self._previous is not None and page.total_pages is None and not _size(page):
            self._stop()
            raise StopAsyncIteration
        if held == self._previous and _size(page):
            self._stop()
            if page.total_pages is None and (page.total is None or self._rows is None):
                raise StopAsyncIteration
            raise PagingError(f"page {self._number} holds the same rows as the page before it")
        self._previous = held
        self._last = page.total_pages
        self._number += 1
        self._rows = None if self._rows is None else self._rows + _size(page)
        self._done = self._number > self._last if self._last is not None else _ends(page, self._rows)
        return page

    def _stop(self) -> None:
        self._done = True
        self._window.rewind(self._number)


def _size(page: Page[Any]) -> int:
    """Return how many rows a page was served with, odd ones too."""
    return len(page.items) + len(page.malformed)


def _ends(page: Page[Any], rows: int | None) -> bool:
    """Return whether a page is the last one where the number of pages is not stated.

    Args:
        page: The page.
        rows: How many rows there were up to its end, or None where that is not known.
    """
    return _size(page) < page.page_size or (
        page.total is not None and rows is not None and rows >= page.total
    )


class ItemIterator(AsyncIterator[T]):
    """Rows of one run through a listing, each once.

    Args:
        paged: The listing.
    """

    def __repr__(self) -> str:
        return f"<{type(self).__name__} over {self._paged!r}>"

    def __init__(self, paged: Paged[T]) -> None:
        self._paged = paged
        size, fetch = paged._page_size, paged._fetch
        self._window: Window[Page[T]] = Window(lambda number: fetch(number, size), paged._read_ahead)
        self._key = paged._key
        self._seen: set[int] = set()
        self._rows: Sequence[T] = ()
        self._places: Sequence[int] = ()
        self._index = 0
        self._number = 1
        self._page_number = 0
        self._page_keys: list[Hashable] = []
        self._page_malformed: tuple[Malformed, ...] = ()
        self._last: int | None = None
        self._first_total: int | None = None
        self._first_page = True
        self._totals: tuple[int | None, int | None] = (None, None)
        self._repeated = 0
        self._sweeps = 1
        self._restless = False
        self._retried = False
        self._drifted = False
        self._exhausted = False
        self._ended = False
        self._missing = False
        self._receded = 0
        self._latest: tuple[int, int, Hashable] | None = None
        self._resume = paged._start
        self._resumed = self._resume is not None
        self._count: int | None = None if self._resumed else 0
        if self._resume is not None:
            self._number = self._resume.page
            self._window.rewind(self._number)

    def token(self) -> str:
        """Return a text with which `Paged.resume` goes on behind the row yielded last.

        Raises:
            PagingError: No row was yielded yet.
        """
        self._remember()
        if self._latest is None:
            raise PagingError("no row was yielded yet, so there is nowhere to resume")
        page, index, key = self._latest
        place = Place(page=page, index=index, key=str(key), total=self._totals[0], drifted=self._drifted)
        return token_of(self._paged._fingerprint(), place)

    async def __anext__(self) -> T:
        while self._index >= len(self._rows):
            if self._exhausted:
                raise StopAsyncIteration
            await self._advance()
        self._index += 1
        return self._rows[self._index - 1]

    def stay(self) -> None:
        """Say that the reader will read to the end, so that the next page can be under way while this one is read."""
        self._window.stay()

    def rest(self) -> Sequence[T]:
        """Return, without waiting, the rows of the current page that were not yielded yet; they count as yielded."""
        begun, self._index = self._index, len(self._rows)
        return self._rows[begun:]

    def _remember(self) -> None:
        """Note where the row yielded last stands, for `token`."""
        if self._index:
            place = self._places[self._index - 1]
            self._latest = (self._page_number, place, self._page_keys[place - 1])

    async def _advance(self) -> None:
        """Take the next page, or begin another sweep, or end."""
        if self._page_number and self._at_end():
            # A resumed run does not know what its forerunner yielded, so it must not start from the top.
            if not self._restless or self._resumed or self._sweeps >= _MAX_SWEEPS:
                self._finish()
                return
            self._lay_out((), [], [])
            self._sweeps += 1
            self._restless = False
            self._number, self._last, self._page_number = 1, None, 0
            self._page_malformed = ()
            self._count = 0
            self._window.rewind(1)
        page = await self._window.get(self._last)
        self._note_total(page)
        self._note_end(page)
        if not self._take(page):
            return
        self._page_number = self._number
        self._number += 1
        self._last = page.total_pages
        self._retried = False

    def _at_end(self) -> bool:
        return self._ended if self._last is None else self._number > self._last

    def _note_total(self, page: Page[T]) -> None:
        if self._first_page:
            self._first_page = False
            self._first_total = page.total if self._resume is None else self._resume.total
            moved = self._resume is not None and (self._resume.drifted or page.total != self._resume.total)
        else:
            moved = (page.total, page.total_pages) != self._totals
        if moved:
            self._restless = self._drifted = True
        self._totals = (page.total, page.total_pages)

    def _note_end(self, page: Page[T]) -> None:
        """Stop at a listing whose end recedes while its pages are empty."""
        if page.items or page.malformed:
            self._receded = 0
        elif self._last is not None and page.total_pages is not None and page.total_pages > self._last:
            self._receded += 1
            if self._receded > 1:
                self._window.rewind(self._number)
                raise PagingError(
                    f"page {self._number} is empty and the number of pages keeps growing; "
                    "the listing cannot be trusted"
                )

    def _take(self, page: Page[T]) -> bool:
        """Make the page's rows the current ones; return False if the page must be asked for again."""
        keys = list(map(self._key, page.items))
        marks = list(map(hash, keys))
        again = 0 if self._seen.isdisjoint(marks) else sum(mark in self._seen for mark in marks)
        if keys:
            stale = (
                again == len(keys) if self._sweeps == 1 and self._resume is None else keys == self._page_keys
            )
        else:
            stale = bool(page.malformed) and page.malformed == self._page_malformed
        if stale or page.number != self._number:
            return self._stuck(page)
        if again and self._sweeps == 1:
            self._repeated += again
            self._restless = self._drifted = True
        self._page_malformed = page.malformed
        self._count = None if self._count is None else self._count + _size(page)
        self._ended = _ends(page, self._count)
        if (
            self._ended
            and page.total_pages is None
            and self._count is not None
            and self._count < (page.total or 0)
        ):
            self._drifted = self._missing = True
        self._set_aside(page)
        skipped = 0
        if self._resume is not None:
            place, self._resume = self._resume, None
            skipped = self._skip_to(place, keys)
        self._lay_out(page.items, keys, marks, skipped, again)
        return True

    def _lay_out(
        self, items: Sequence[T], keys: list[Hashable], marks: list[int], skipped: int = 0, again: int = 0
    ) -> None:
        """Put down those rows of a page that were not seen yet, behind the first `skipped`, to be yielded."""
        self._remember()
        self._page_keys, self._index = keys, 0
        seen = self._seen
        if not skipped and not again:
            expected = len(seen) + len(marks)
            seen.update(marks)
            if len(seen) == expected:
                self._places, self._rows = range(1, len(marks) + 1), items
                return
            seen.difference_update(marks)  # a row stands twice on the page itself
        places: list[int] = []
        for place, mark in enumerate(marks, 1):
            if place > skipped and mark not in seen:
                places.append(place)
            seen.add(mark)
        self._places, self._rows = places, [items[place - 1] for place in places]

    def _stuck(self, page: Page[T]) -> bool:
        """Deal with a page that brings nothing new."""
        beyond = page.total_pages is not None and self._number > page.total_pages
        everything = page.total is not None and len(self._seen) >= page.total
        # A vendor that states nothing says so with a page of its own choice: its last one, or its only one.
        endless = page.total_pages is None and page.total is None and page.number == self._number
        if endless or beyond or everything:
            self._lay_out((), [], [])
            self._number = max(self._number, page.total_pages or 0)
            self._ended = True
            return True
        self._window.rewind(self._number)
        if self._retried:
            raise PagingError(
                f"page {self._number} brings no new row, twice; the listing cannot be trusted "
                f"({len(self._seen)} of {page.total} rows were read)"
            )
        self._retried = True
        return False

    def _set_aside(self, page: Page[T]) -> None:
        if page.malformed and self._sweeps == 1:
            logger.warning("page %d: %d rows could not be read", page.number, len(page.malformed))
            self._paged.malformed.extend(page.malformed)

    def _skip_to(self, place: Place, keys: list[Hashable]) -> int:
        """Return how many rows the earlier process had yielded: up to its last row, or to its place on the page."""
        texts = [str(key) for key in keys]
        if place.key in texts:
            return texts.index(place.key) + 1
        self._restless = self._drifted = True
        return min(place.index, len(texts))

    def _finish(self) -> None:
        self._exhausted = True
        self._window.rewind(self._number)
        if self._drifted:
            self._paged.drift = Drift(
                first_total=self._first_total,
                last_total=self._totals[0],
                repeated=self._repeated,
                sweeps=self._sweeps,
                certain=not self._restless and not self._missing,
            )
            logger.warning("the listing changed while it was read: %s", self._paged.drift)
