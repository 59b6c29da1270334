"""The queue of one lane in one process: one task asks for permits, the calls behind it wait in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable


class HeadOfLine:
    """The calls that wait for permits of one lane.

    Args:
        lease: Gets permits, at most as many as it is given, and returns how many may be used now.
    """

    def __init__(self, lease: Callable[[int], Awaitable[int]]) -> None:
        self._lease = lease
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._live = 0
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return self._live

    async def wait(self) -> None:
        """Wait for a permit behind those that wait already."""
        loop = asyncio.get_running_loop()
        permit: asyncio.Future[None] = loop.create_future()
        self._waiting.append(permit)
        self._live += 1
        if self._task is None:
            self._task = loop.create_task(self._serve(), name="shared quota: head of line")
        try:
            await permit
        except asyncio.CancelledError:
            if permit.cancelled():
                self._live -= 1
            elif permit.exception() is None:
                self._give(1)  # cancelled in the instant of its permit: the next one has it
            raise

    def end(self, error: Exception | None) -> None:
        """Stop asking; who waits gets `error`. With None the event loop has ended, and no call can be told."""
        task, self._task = self._task, None
        if task is not None and error is not None:
            task.cancel()
        if error is None:
            self._live = 0
        while self._waiting:
            permit = self._waiting.popleft()
            if error is not None and not permit.done():
                permit.set_exception(error)
                self._live -= 1
                permit.exception()  # retrieved, so that asyncio logs nothing of a call that was cancelled meanwhile

    async def _serve(self) -> None:
        try:
            while wanted := len(self):
                self._give(await self._lease(wanted))
        except Exception as error:  # noqa: BLE001 - every call that waits is told
            self._task = None
            self.end(error)
        finally:
            if self._task is asyncio.current_task():
                self._task = None

    def _give(self, permits: int) -> None:
        """Give permits to the first who still wait; what is left over lapses."""
        while self._waiting and permits:
            permit = self._waiting.popleft()
            if not permit.done():
                permit.set_result(None)
                self._live -= 1
                permits -= 1
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft()
