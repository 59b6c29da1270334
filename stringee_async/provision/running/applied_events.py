"""The events of a run as an async iterator: what `apply_events` returns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Self

from ..report import Report
from ..run_events import Event


class AppliedEvents(AsyncIterator[Event]):
    """A run under way, as its events; the last one is `Finished`. Leaving it ends the run cleanly.

    Args:
        begin: Begins the run; called with what it tells its events to.
    """

    def __init__(self, begin: Callable[[Callable[[Event], None]], Awaitable[Report]]) -> None:
        self._begin = begin
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._over = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def __anext__(self) -> Event:
        """Return the next event.

        Raises:
            SdkError: As for `apply`, once all events before were handed out.
        """
        if self._over:
            raise StopAsyncIteration
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        try:
            event = await self._events.get()
        except asyncio.CancelledError:
            await self.aclose()
            raise
        if event is None:
            self._over = True
            await self._task
            raise StopAsyncIteration
        return event

    async def aclose(self) -> None:
        """End the run if it is under way, and wait until its report is written."""
        self._over = True
        task, self._task = self._task, None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task])
        if task is not None and not task.cancelled():
            task.exception()  # seen

    async def _run(self) -> None:
        try:
            await self._begin(self._events.put_nowait)
        finally:
            self._events.put_nowait(None)
