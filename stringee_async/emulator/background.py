"""Owns the tasks that outlive a response (late commits, webhooks) and the timers of calls, so that ``settle`` and ``close`` find them all."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any


class Background:
    """The background tasks and timers of one emulator, which accepts them only between ``open`` and ``close``."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Accept tasks from now on, in the running event loop."""
        self._loop = asyncio.get_running_loop()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
        """Start a task and return it; outside ``open`` and ``close`` discard the coroutine and return None."""
        if self._loop is None:
            work.close()
            return None
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def spawn(self, work: Coroutine[Any, Any, None]) -> bool:
        """Start a task, and return whether it was started."""
        return self.start(work) is not None

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something after so many seconds, unless the emulator is closed by then; ``settle`` does not wait for it."""
        if self._loop is None:
            return

        def due() -> None:
            self._timers.discard(timer)
            act()

        timer = self._loop.call_later(seconds, due)
        self._timers.add(timer)

    def cancel(self) -> None:
        """Cancel the running tasks and timers; new ones are accepted as before."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        for task in self._tasks:
            task.cancel()

    async def settle(self) -> None:
        """Wait until no task is running, including those that are started meanwhile."""
        # gather over finished tasks returns at once, before the loop has let them leave the set
        while pending := [task for task in self._tasks if not (task.done() or task.cancelling())]:
            await asyncio.gather(*pending)

    async def close(self) -> None:
        """Accept no more tasks and timers, and cancel the running ones."""
        self._loop = None
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        await cancel_all(self._tasks)


async def cancel_all(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they have ended."""
    cancelled = list(tasks)
    for task in cancelled:
        task.cancel()
    await asyncio.gather(*cancelled, return_exceptions=True)
