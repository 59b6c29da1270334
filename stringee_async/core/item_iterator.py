"""Rows of one run through a listing, each once, in as many passes as it takes.

One job: hand out the rows of each page that were not seen yet, deal with pages that bring nothing new, and remember
where the row yielded last stands. Whether rows moved is told by `drift`, where the end is by `page`. What a run finds
out belongs to the run: two runs through one listing do not mix.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from typing import Final, TypeVar

import attrs

from .drift import Drift, DriftWatch
from .errors import READ_AGAIN, PagingError
from .model import Malformed, detach
from .page import Extent, Page
from .prefetch import Window
from .resume_token import Place, token_of

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
    """

    def __init__(
        self,
        window: Window[Page[T]],
        *,
        key: Callable[[T], Hashable],
        scope: str,
        max_passes: int,
        start: Place | None,
        finished: Callable[[ItemIterator[T]], None],
        listing: object,
        name: str | None = None,
    ) -> None:
        self._window = window
        self._key = key
        self._scope = scope
        self._finished = finished
        self._listing = listing
        self._name = name
        self.drift: Drift | None = None
        """What changed during this run; None if nothing did, or it has not come to its end."""
        self.malformed: list[Malformed] = []
        """Rows of which no model could be made, so far."""
        self.certain = False
        """Whether this run came to its end and brought every row that existed throughout. Only then does a row's
        absence prove anything, and only if the keys of all rows could be read (`Model.unreadable`)."""
        self._seen: set[int] = set()
        self._rows: Sequence[T] = ()
        self._former: Sequence[T] = ()
        self._places: Sequence[int] = ()
        self._index = 0
        self._number = 1
        self._page_number = 0
        self._page_keys: list[Hashable] = []
        self._page_malformed: tuple[Malformed, ...] = ()
        self._rows_before: int | None = None
        self._last: int | None = None
        self._retried = False
        self._exhausted = False
        self._ended = False
        self._receded = 0
        self._pushed: int | None = None
        self._proven = True
        self._latest: Place | None = None
        self._start = start
        self._watch = DriftWatch(max_passes, None if start is None else (start.total, start.drifted))
        self._extent = Extent(0 if start is None else start.rows)
        self._pages_at_start: int | None = None
        self._resumed = start is not None
        if start is not None:
            self._number = start.page
            window.rewind(start.page)

    def __del__(self) -> None:
        """Let go of the pages of a run that was left early."""
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
        watch = self._watch
        place = attrs.evolve(self._latest, total=watch.total, drifted=watch.changed)
        return token_of(self._scope, place)

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
            index = self._places[self._index - 1]
            key = str(self._page_keys[index - 1])
            self._latest = Place(
                page=self._page_number,
                index=index,
                key=key,
                total=None,
                drifted=False,
                rows=self._rows_before,
            )

    async def _advance(self) -> None:
        """Take the next page, or begin another pass, or end."""
        if self._ended:
            if not self._watch.needs_another_pass(len(self._seen)):
                self._finish()
                return
            self._begin_pass()
        page = await self._window.get(self._last)
        self._note_end(page)
        if not self._take(page):
            return
        self._number += 1
        self._last = page.total_pages
        self._retried = False

    def _begin_pass(self) -> None:
        self._lay_out((), [], [])
        self._number, self._last, self._page_number = 1, None, 0
        self._page_malformed = ()
        self._ended = False
        self._extent = Extent(0)
        self._window.rewind(1)

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
                    "the listing cannot be trusted",
                    operation=self._name,
                    next_step=READ_AGAIN,
                )

    def _take(self, page: Page[T]) -> bool:
        """Make the page's rows the current ones; return False if the page must be asked for again."""
        keys = list(map(self._key, page.items))
        marks = list(map(hash, keys))
        first_pass = self._watch.passes == 1
        again = 0 if self._seen.isdisjoint(marks) else sum(mark in self._seen for mark in marks)
        if keys:
            stale = again == len(keys) if first_pass and self._start is None else keys == self._page_keys
        else:
            stale = bool(page.malformed) and page.malformed == self._page_malformed
        if page.number != self._number or (stale and not self._is_pushed_back(page)):
            return self._stuck(page)
        self._pushed = self._pushed if stale else None
        if not first_pass:
            again = sum(map(set(self._page_keys).__contains__, keys))
        in_turn = (
            self._window.in_turn or page.total_pages is None
        )  # without a known end nothing is read ahead
        joined = bool(again) and in_turn and keys[:again] == self._page_keys[-again:]
        self._watch.see(page, again, strict=self._retried, joined=joined)
        self._page_malformed = page.malformed
        self._proven = self._proven and page.proven
        rows_before = self._extent.rows
        self._ended = self._extent.ends(page, self._number, settled=not self._watch.moved)
        if self._number == 1:
            self._pages_at_start = page.total_pages
        if not self._ended and self._outgrown():
            self._ended = True
            self._watch.give_up()
        self._set_aside(page)
        skipped = 0
        if self._start is not None:
            place, self._start = self._start, None
            skipped = self._skip_to(place, keys)
        self._lay_out(page.items, keys, marks, skipped, seen_before=bool(again) or not first_pass)
        self._watch.found = self._watch.found or bool(self._rows)
        self._page_number, self._rows_before = self._number, rows_before
        return True

    def _outgrown(self) -> bool:
        """Return whether rows are added faster than they are read, so that this pass would never end."""
        return (
            self._pages_at_start is not None
            and self._number >= _GROWTH * self._pages_at_start + _GROWTH_LEAST
        )

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

    def _lay_out(
        self,
        items: Sequence[T],
        keys: list[Hashable],
        marks: list[int],
        skipped: int = 0,
        *,
        seen_before: bool = False,
    ) -> None:
        """Queue those rows of a page that were not seen yet, behind the first `skipped`."""
        self._remember()
        # One page late, as the loop's variable still holds the last row of the page before.
        detach(self._former)
        self._former = self._rows
        self._page_keys, self._index = keys, 0
        seen = self._seen
        if not skipped and not seen_before:
            expected = len(seen) + len(marks)
            seen.update(marks)
            if len(seen) == expected:
                self._places, self._rows = range(1, len(marks) + 1), items
                return
            seen.difference_update(marks)  # a row stands twice on the page itself
        places: list[int] = []
        first_pass = self._watch.passes == 1
        for place, mark in enumerate(marks, 1):
            # A key of which bytes were replaced identifies nothing, so its row is not taken for one that was seen.
            if place > skipped and (mark not in seen or (first_pass and _UNREADABLE in str(keys[place - 1]))):
                places.append(place)
            seen.add(mark)
        self._places, self._rows = places, [items[place - 1] for place in places]

    def _stuck(self, page: Page[T]) -> bool:
        """Deal with a page that brings nothing new."""
        self._watch.see(page, 0, strict=True)
        beyond = page.total_pages is not None and self._number > page.total_pages
        everything = page.total is not None and len(self._seen) >= page.total
        # A vendor that states nothing responds to a page behind the end with its last one, or its only one.
        endless = page.total_pages is None and page.total is None and page.number == self._number
        if endless or beyond or everything:
            self._lay_out((), [], [])
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

    def _set_aside(self, page: Page[T]) -> None:
        if page.malformed and self._watch.passes == 1:
            logger.warning("page %d: %d rows could not be read", page.number, len(page.malformed))
            self.malformed.extend(page.malformed)

    def _skip_to(self, place: Place, keys: list[Hashable]) -> int:
        """Return how many rows the earlier process had yielded: up to its last row, or to its place on the page."""
        texts = [str(key) for key in keys]
        if place.key in texts:
            return texts.index(place.key) + 1
        self._watch.suspect()
        return min(place.index, len(texts))

    def _finish(self) -> None:
        self._lay_out((), [], [])
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
        self._finished(self)
