"""Whole pages of a listing, as the vendor serves them, up to the end or to where they do not advance."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from typing import Any, TypeVar

from .drift import Extent, size_of
from .errors import READ_AGAIN, PagingError
from .model import Malformed, detach
from .page import Page
from .prefetch import Window

T = TypeVar("T")


class PageIterator(AsyncIterator[Page[T]]):
    """Pages as served, in order."""

    def __init__(
        self,
        window: Window[Page[T]],
        key: Callable[[T], Hashable],
        start: int,
        listing: object,
        name: str | None = None,
    ) -> None:
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
        size = size_of(page)
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
