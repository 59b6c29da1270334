"""Callbacks for events: one after the other for each key, whatever order they take to finish.

One job: an event that arrived later is never handled before, or beside, an earlier one of the same key, so that the
latest one wins. Events of different keys run side by side.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

logger = logging.getLogger("stringee_async.webhooks")

E = TypeVar("E")


class Ordered(Generic[E]):
    """Runs a callback for events, in order of arrival for each key.

    Args:
        callback: Called once for each event; an error of it is logged and keeps nothing from going on.
        key_of: What must not overtake each other: events with the same key.
    """

    def __init__(self, callback: Callable[[E], Awaitable[None]], key_of: Callable[[E], Hashable]) -> None:
        self._callback = callback
        self._key_of = key_of
        self._turns: dict[
            Hashable, tuple[asyncio.Lock, int]
        ] = {}  # a lock gives its turns in order of arrival
        self._running: set[asyncio.Task[bool]] = set()  # the event loop keeps only weak references

    def arrived(self, event: E) -> asyncio.Task[bool]:
        """Have an event handled behind the earlier ones of its key.

        Args:
            event: The event.

        Returns:
            The task that handles it: True if the callback succeeded, False if it failed; cancelled if it was dropped.
        """
        key = self._key_of(event)
        turn, users = self._turns.get(key) or (asyncio.Lock(), 0)
        self._turns[key] = (turn, users + 1)
        task = asyncio.get_running_loop().create_task(self._handle(event, turn))
        self._running.add(task)
        task.add_done_callback(lambda done: self._ended(key, done))
        return task

    async def aclose(self, grace: float) -> None:
        """Wait until the callbacks of all events have ended, and drop what takes longer, with a warning for each event.

        Events that arrive meanwhile count too.

        Args:
            grace: Seconds to wait.
        """
        clock = asyncio.get_running_loop().time
        end = clock() + grace
        while self._running:
            _, late = await asyncio.wait(self._running, timeout=max(0.0, end - clock()))
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _ended(self, key: Hashable, done: asyncio.Task[bool]) -> None:
        self._running.discard(done)
        turn, users = self._turns[key]
        if users > 1:
            self._turns[key] = (turn, users - 1)
        else:
            del self._turns[key]

    async def _handle(self, event: E, turn: asyncio.Lock) -> bool:
        name = type(event).__name__
        name = f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
        try:
            async with turn:
                await self._callback(event)
        except asyncio.CancelledError:
            logger.warning("%s was dropped before its callback had ended: %r", name, event)
            raise
        except Exception:
            logger.exception("the callback for %s failed", name)
            return False
        return True
