"""Pages fetched ahead of the reader, in order.

The first page comes alone, because it says how many there are; from page 2 on, as many are under way as the reader allows.
If the reader will consume everything and the window is one page wide, the next request leaves before a page is read.
Fetches under way end when the window is dropped.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Generic, TypeVar

from .loops import cancel, drop

T = TypeVar("T")

Fetch = Callable[[int], Coroutine[Any, Any, T]]
"""Fetches the page of this number."""


class Window(Generic[T]):
    """Pages under way, in order."""

    def __init__(self, fetch: Fetch[T], read_ahead: int) -> None:
        self._pages = _UnderWay(fetch)
        self._widest = max(1, read_ahead)
        self.one_by_one = self._widest == 1
        """Whether each page is asked for only when the one before it has come."""
        self._ahead = read_ahead > 0
        self._pipelined = False
        self._leave: Callable[[], object] | None = None

    def read_to_end(self) -> None:
        """Expect a reader who consumes every page."""
        self._ahead, self._pipelined = True, self.one_by_one

    def rewind(self, number: int) -> None:
        """Begin again at page `number`, dropping what is under way."""
        self._pages.begin(number)

    async def get(self, last: int | None) -> T:
        """Return the next page, and ask for those behind it up to page `last`."""
        pages = self._pages
        if not self._ahead or (last is None and not pages.asked):
            page = await pages.fetch(pages.next)
            pages.next += 1
            return page
        pages.last = last
        if self._leave is None:
            self._leave = weakref.finalize(self, cancel, pages, asyncio.get_running_loop())
        while len(pages.asked) < self._widest and (not pages.asked or pages.more()):
            pages.ask_pipelined() if self._pipelined else pages.ask()
        try:
            page = await pages.asked[0]
        except BaseException:
            # Failed or cancelled: the next call asks for this page again.
            pages.begin(pages.next - len(pages.asked))
            raise
        pages.asked.popleft()
        return page


class _UnderWay(Generic[T]):
    """The pages that were asked for. They hold no reference to the window, so that it can be dropped."""

    __slots__ = ("asked", "fetch", "last", "next", "worker")

    def __init__(self, fetch: Fetch[T]) -> None:
        self.fetch = fetch
        self.asked: deque[asyncio.Future[T]] = deque()
        self.worker: asyncio.Task[None] | None = None
        self.next = 1
        self.last: int | None = None

    def __iter__(self) -> Iterator[asyncio.Future[Any]]:
        """Return what runs."""
        return iter(self.asked if self.worker is None else (self.worker, *self.asked))

    def begin(self, number: int) -> None:
        """Begin again at page `number`."""
        for future in self:
            drop(future)
        self.asked.clear()
        self.next = number

    def more(self) -> bool:
        """Return whether a further page is known to be there."""
        return self.last is not None and self.next <= self.last

    def ask(self) -> None:
        """Fetch the next page in a task of its own."""
        self.asked.append(asyncio.get_running_loop().create_task(self.fetch(self.next)))
        self.next += 1

    def ask_pipelined(self) -> None:
        """Fetch the next page in a task that continues with the page behind it as soon as a page has come."""
        self.worker = asyncio.get_running_loop().create_task(self._work(self._expected()))

    def _expected(self) -> asyncio.Future[T]:
        """Return what the next page will arrive in."""
        page: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.asked.append(page)
        self.next += 1
        return page

    async def _work(self, expected: asyncio.Future[T]) -> None:
        # A worker that was dropped may get here with a future that is cancelled; it ends then.
        while not expected.done():
            try:
                page = await self.fetch(self.next - 1)
            except asyncio.CancelledError:
                expected.cancel()
                raise
            except Exception as error:  # noqa: BLE001 - it is the reader's
                expected.set_exception(error)
                return
            expected.set_result(page)
            if self.more():
                expected = self._expected()
