"""Work that goes on after its response was sent: late commits, and calls that the emulator makes itself.

One job: own the tasks, so that ``settle`` waits for all of them and ``close`` leaves none behind.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """The tasks of one emulator; it takes work only between ``open`` and ``close``."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Take work from now on, in the running event loop."""
        self._loop = asyncio.get_running_loop()

    def spawn(self, work: Coroutine[Any, Any, None]) -> bool:
        """Begin work; to be called in the loop's thread.

        Args:
            work: what to do; it is closed unbegun if no work is taken.

        Returns:
            Whether it was begun.
        """
        if self._loop is None:
            work.close()
            return False
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def settle(self) -> None:
        """Wait until nothing is under way; work that is begun meanwhile is waited for too."""
        # Of done tasks alone gather would return at once, before the loop has let them leave the set.
        while pending := [task for task in self._tasks if not task.done()]:
            await asyncio.gather(*pending)

    async def close(self) -> None:
        """Take no more work, and cancel what is under way."""
        self._loop = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
