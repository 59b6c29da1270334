"""Rows of one run through a listing, each once, in as many passes as it takes.

`drift` says whether rows moved and where a pass ends. What a run finds out belongs to the run: two runs through one
listing do not mix.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from .deprecated import Renamed
from .drift import Drift, DriftWatch, Extent, Replay, SeenKeys
from .errors import READ_AGAIN, PagingError
from .model import Malformed, detach
from .page import Page
from .prefetch import Window
from .resume_token import Position, token_of

if TYPE_CHECKING:
    from .listing_watch import ListingWatch

logger = logging.getLogger("stringee_async.paging")

T = TypeVar("T")

_UNREADABLE: Final = "\ufffd"

_GROWTH: Final = 3
_GROWTH_LEAST: Final = 10
"""A pass ends at this many times the pages that were stated when it began, and this many more."""


class ItemIterator(AsyncIterator[T]):
    """Rows of one run through a listing, each once.

    Args:
        window: Fetches the pages.
        key: What makes two rows the same row.
        scope: What tells the listing from others, for tokens.
        max_passes: How often the listing is read at most.
        start: Where to go on, for a resumed run.
        finished: Told when the run has come to its end.
        listing: What is read, for the repr.
        name: The operation that lists it, for errors.
        watch: Tells observers of the run; None where there are none.
    """

    _rows: Sequence[T] = ()
    _former: Sequence[T] = ()
    _indexes: Sequence[int] = ()
    _index = 0
    _number = 1
    _page_number = 0
    _page_malformed: tuple[Malformed, ...] = ()
    _rows_before: int | None = None
    _last: int | None = None
    _retried = False
    _exhausted = False
    _ended = False
    _receded = 0
    _pushed: int | None = None
    _proven = True
    _latest: tuple[int, int, Hashable, int | None] | None = None
    _outgrown_at: int | None = None

    def __init__(
        self,
        window: Window[Page[T]],
        *,
        key: Callable[[T], Hashable],
        scope: str,
        max_passes: int,
        start: Position | None,
        finished: Callable[[ItemIterator[T]], None],
        listing: object,
        name: str | None = None,
        watch: ListingWatch | None = None,
    ) -> None:
        self._told = watch
        self._window = window
        self._key = key
        self._scope = scope
        self._finished = finished
        self._listing = listing
        self._name = name
        self.drift: Drift | None = None
        """What changed during this run; None if nothing did, or it has not come to its end."""
        self.malformed: list[Malformed] = []
        """Rows that could not be decoded, so far."""
        self.certain = False
        """Whether this run came to its end and brought every row that existed throughout. Only then does a row's
        absence prove anything, and only if the keys of all rows could be read (`Model.unreadable`)."""
        self.doubled: list[Hashable] = []
        """Keys that one page held more than once: they are there twice, as no change during the reading explains that."""
        self._seen = SeenKeys()
        self._page_keys: list[Hashable] = []
        self._start = start
        self._watch = DriftWatch(max_passes, None if start is None else (start.total, start.drifted))
        self._extent = Extent(0 if start is None else start.rows)
        self._replay = Replay()
        self._resumed = start is not None
        if start is not None:
            self._number = start.page
            window.rewind(start.page)

    def __del__(self) -> None:
        """Release the pages of a run that was left early."""
        detach(self._former)
        detach(self._rows)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} over {self._listing!r}>"

    def token(self) -> str:
        """Return a text with which `Paged.resume` goes on behind the row yielded last.

        Raises:
            PagingError: No row was yielded yet.
        """
        self._remember()
        if self._latest is None:
            raise PagingError("no row was yielded yet, so there is nowhere to resume")
        page, index, key, rows = self._latest
        watch = self._watch
        return token_of(
            self._scope,
            Position(
                page=page, index=index, key=str(key), total=watch.total, drifted=watch.changed, rows=rows
            ),
        )

    async def __anext__(self) -> T:
        while self._index >= len(self._rows):
            if self._exhausted:
                raise StopAsyncIteration
            await self._advance()
        self._index += 1
        return self._rows[self._index - 1]

    def read_to_end(self) -> None:
        """Say that the reader will read to the end, so that the next page can be under way while this one is read."""
        self._window.read_to_end()

    def drain_page(self) -> Sequence[T]:
        """Return, without waiting, the rows of the current page that were not yielded yet; they count as yielded."""
        begun, self._index = self._index, len(self._rows)
        return self._rows[begun:]

    stay = Renamed("read_to_end")
    rest = Renamed("drain_page")

    def _remember(self) -> None:
        """Note where the row yielded last stands, for `token`."""
        if self._index:
            index = self._indexes[self._index - 1]
            self._latest = (self._page_number, index, self._page_keys[index - 1], self._rows_before)

    async def _advance(self) -> None:
        """Take the next page, or begin another pass, or end."""
        if self._ended:
            if self._replay.proves():
                self._watch.moved = False
            if not self._watch.needs_another_pass(len(self._seen)):
                self._finish()
                return
            self._begin_pass()
        page = await self._window.get(self._last)
        if page.items or page.malformed:
            self._receded = 0
        else:
            self._check_end(page)
        if not self._take(page):
            return
        self._number += 1
        self._last = page.total_pages
        self._retried = False

    def _begin_pass(self) -> None:
        self._queue((), [])
        self._number, self._last, self._page_number = 1, None, 0
        self._page_malformed = ()
        self._ended = False
        self._extent = Extent(0)
        self._replay.begin()
        self._window.rewind(1)

    def _check_end(self, page: Page[T]) -> None:
        """Stop at a listing whose end recedes while its pages are empty."""
        if self._last is not None and page.total_pages is not None and page.total_pages > self._last:
            self._receded += 1
            if self._receded > 1:
                self._window.rewind(self._number)
                raise PagingError(
                    f"page {self._number} is empty and the number of pages keeps growing; "
                    "the listing cannot be trusted",
                    operation=self._name,
                    next_step=READ_AGAIN,
                )

    def _take(self, page: Page[T]) -> bool:
        """Make the page's rows the current ones; return False if the page must be asked for again."""
        keys = list(map(self._key, page.items))
        first_pass = self._watch.passes == 1
        number_is_wrong = page.number != self._number
        added = first_pass and not number_is_wrong and self._seen.add_new(keys)
        again = self._seen.count(keys) if first_pass and not added else 0
        if keys:
            stale = again == len(keys) if first_pass and self._start is None else keys == self._page_keys
        else:
            stale = bool(page.malformed) and page.malformed == self._page_malformed
        if number_is_wrong or (stale and not self._is_pushed_back(page)):
            return self._stuck(page)
        self._pushed = self._pushed if stale else None
        if not first_pass:
            again = sum(map(set(self._page_keys).__contains__, keys))
        # Without a known end nothing is read ahead.
        one_by_one = self._window.one_by_one or page.total_pages is None
        joined = bool(again) and one_by_one and keys[:again] == self._page_keys[-again:]
        self._watch.see(page, again, strict=self._retried, joined=joined)
        rows_before = self._extent.rows
        self._find_end(page)
        if self._number > 1 or not self._ended:
            self._replay.see(page, keys, self._number, first_pass=first_pass)
        self._page_malformed = page.malformed
        if page.malformed and first_pass:
            logger.warning("page %d: %d rows could not be read", page.number, len(page.malformed))
            self.malformed.extend(page.malformed)
            if self._told is not None:
                self._told.set_aside(page, rows_before)
        skipped = 0
        if self._start is not None:
            start, self._start = self._start, None
            skipped = self._skip_to(start, keys)
        self._queue(page.items, keys, skipped, added=added)
        self._watch.found = self._watch.found or bool(self._rows)
        self._page_number, self._rows_before = self._number, rows_before
        return True

    def _find_end(self, page: Page[T]) -> None:
        """Find out whether the page is the last one of this pass, or rows are added faster than they are read."""
        self._proven = self._proven and page.proven
        self._ended = self._extent.ends(page, self._number, steady=not self._watch.moved)
        if self._number == 1:
            pages = page.total_pages
            self._outgrown_at = None if pages is None else _GROWTH * pages + _GROWTH_LEAST
        if not self._ended and self._outgrown_at is not None and self._number >= self._outgrown_at:
            self._ended = True
            self._watch.give_up()

    def _is_pushed_back(self, page: Page[T]) -> bool:
        """Return whether a page brings nothing new because at least as many rows were added in front of it.

        Then the total grew by that many, once: a total that grows with every such page is one that cannot be trusted.
        """
        grown = self._watch.grown(page)
        if grown and self._pushed is None:
            self._pushed = grown
        elif grown:
            return False
        if not page.items or (self._pushed or 0) < len(page.items):
            return False
        self._pushed = (self._pushed or 0) - len(page.items)
        return True

    def _queue(
        self, items: Sequence[T], keys: list[Hashable], skipped: int = 0, *, added: bool = False
    ) -> None:
        """Queue the page's unseen rows after the first `skipped`; all are new if they were `added` to those seen."""
        self._remember()
        # One page late, as the loop's variable still holds the last row of the page before.
        detach(self._former)
        self._former = self._rows
        self._page_keys, self._index = keys, 0
        if added or not keys:
            self._rows = items[skipped:] if skipped else items
            self._indexes = range(skipped + 1, len(keys) + 1)
            return
        indexes: list[int] = []
        seen = self._seen.unpacked()
        first_pass = self._watch.passes == 1
        if first_pass and len(set(keys)) < len(keys):
            self.doubled += [key for key, number in Counter(keys).items() if number > 1]
        for index, key in enumerate(keys, 1):
            # A key of which bytes were replaced identifies nothing, so its row is not taken for one that was seen.
            if index > skipped and (key not in seen or (first_pass and _UNREADABLE in str(key))):
                indexes.append(index)
            seen.add(key)
        self._indexes, self._rows = indexes, [items[index - 1] for index in indexes]

    def _stuck(self, page: Page[T]) -> bool:
        """Deal with a page that brings nothing new."""
        self._watch.see(page, 0, strict=True)
        beyond = page.total_pages is not None and self._number > page.total_pages
        everything = page.total is not None and len(self._seen) >= page.total
        # A vendor without totals responds past the end with its last or only page.
        endless = page.total_pages is None and page.total is None and page.number == self._number
        if endless or beyond or everything:
            self._queue((), [])
            self._page_number = self._number
            self._ended = True
            return True
        self._window.rewind(self._number)
        if self._retried:
            raise PagingError(
                f"page {self._number} brings no new row, twice; the listing cannot be trusted "
                f"({len(self._seen)} of {page.total} rows were read)",
                operation=self._name,
                next_step=READ_AGAIN,
            )
        self._retried = True
        return False

    def _skip_to(self, start: Position, keys: list[Hashable]) -> int:
        """Return how many rows of the page the previous run had yielded: up to its last row, or to its index."""
        texts = [str(key) for key in keys]
        if start.key in texts:
            return texts.index(start.key) + 1
        self._watch.suspect()
        return min(start.index, len(texts))

    def _finish(self) -> None:
        self._queue((), [])
        detach(self._former)
        self._former = ()
        self._exhausted = True
        self._window.rewind(self._number)
        short = not self._resumed and self._extent.lacks(self._watch.total)
        self.drift = self._watch.result(short=short)
        whole = self.drift is None or self.drift.certain
        self.certain = whole and self._proven and not self._resumed and not self.malformed
        if self.drift is not None:
            logger.warning("the listing changed while it was read: %s", self.drift)
            if self._told is not None:
                self._told.drifted(self.drift)
        self._finished(self)
