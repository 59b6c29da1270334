"""Pages fetched ahead of the reader, in order.

One job: keep a window of fetches under way. It grows 1, 1, 2, 4, ... up to the read-ahead, each time the reader
asks, so a reader who leaves early has cost little. For one who is known to stay it is as wide as it may be from the
second page on, and never empty: the next request leaves before a page is read. What is under way ends when the window
is dropped. What a page is, this file does not know.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from .tasks import cancel, drop

T = TypeVar("T")


class Window(Generic[T]):
    """Pages under way, in order.

    Args:
        fetch: Fetches the page of this number.
        read_ahead: How many pages may be under way; 0 fetches each when it is asked for, without a task.
    """

    def __init__(self, fetch: Callable[[int], Coroutine[Any, Any, T]], read_ahead: int) -> None:
        self._fetch = fetch
        self._limit = max(1, read_ahead)
        self._ahead = read_ahead > 0
        self._stays = False
        self._width = 1
        self._asked = 0
        self._next = 1
        self._tasks: deque[asyncio.Task[T]] = deque()
        self._leave: Callable[[], object] | None = None

    def rewind(self, number: int) -> None:
        """Begin again at page `number`, dropping what is under way."""
        for task in self._tasks:
            drop(task)
        self._tasks.clear()
        self._next = number

    def stay(self) -> None:
        """Be as wide as allowed and never empty from now on, for a reader who stays to the end."""
        self._ahead = self._stays = True
        self._width = self._limit

    async def get(self, last: int | None) -> T:
        """Return the next page, and ask for those behind it up to page `last`."""
        if not self._ahead:
            page = await self._fetch(self._next)
            self._next += 1
            return page
        self._asked += 1
        if self._asked > 2:
            self._width = min(self._width * 2, self._limit)
        self._top_up(last)
        task = self._tasks[0]
        try:
            page = await task
            if self._stays and len(self._tasks) == 1 and last is not None and self._next <= last:
                self._ask(asyncio.get_running_loop())
                await asyncio.sleep(0)  # now it leaves
        except BaseException:
            # Failed or cancelled: the next call asks for this page again.
            self.rewind(self._next - len(self._tasks))
            raise
        self._tasks.popleft()
        return page

    def _top_up(self, last: int | None) -> None:
        loop = asyncio.get_running_loop()
        if self._leave is None:
            self._leave = weakref.finalize(self, cancel, self._tasks, loop)
        while len(self._tasks) < self._width:
            if self._tasks and (last is None or self._next > last):
                return
            self._ask(loop)

    def _ask(self, loop: asyncio.AbstractEventLoop) -> None:
        self._tasks.append(loop.create_task(self._fetch(self._next)))
        self._next += 1
