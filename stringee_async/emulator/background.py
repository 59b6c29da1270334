"""Owns the tasks that outlive a response (late commits, webhooks), so that ``settle`` and ``close`` find them all."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any


class Background:
    """The background tasks of one emulator, which accepts them only between ``open`` and ``close``."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Accept tasks from now on, in the running event loop."""
        self._loop = asyncio.get_running_loop()

    def spawn(self, work: Coroutine[Any, Any, None]) -> bool:
        """Start a task and return True; outside ``open`` and ``close`` discard the coroutine and return False."""
        if self._loop is None:
            work.close()
            return False
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def settle(self) -> None:
        """Wait until no task is running, including those that are started meanwhile."""
        # gather over finished tasks returns at once, before the loop has let them leave the set
        while pending := [task for task in self._tasks if not task.done()]:
            await asyncio.gather(*pending)

    async def close(self) -> None:
        """Accept no more tasks, and cancel the running ones."""
        self._loop = None
        await cancel_all(self._tasks)


async def cancel_all(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they have ended."""
    cancelled = list(tasks)
    for task in cancelled:
        task.cancel()
    await asyncio.gather(*cancelled, return_exceptions=True)
