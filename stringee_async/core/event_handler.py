"""Webhook handlers for aiohttp's router, and the callbacks that they run.

Events of one key are handled one after the other, in order of arrival, so that the latest one wins; events of different
keys run side by side. A handler's `aclose` lets the app's shutdown wait for callbacks under way.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from .errors import ConfigError
from .keyed_lock import KeyedLock

if TYPE_CHECKING:
    from aiohttp import web

logger = logging.getLogger("stringee_async.webhooks")

E = TypeVar("E")


class Ordered(Generic[E]):
    """Runs a callback for events, in order of arrival for each key; an error of the callback is logged."""

    def __init__(self, callback: Callable[[E], Awaitable[None]], key_of: Callable[[E], Hashable]) -> None:
        self._callback = callback
        self._key_of = key_of
        self._locks = KeyedLock()  # waiters take a lock in order of arrival
        self._running: set[asyncio.Task[bool]] = set()  # the event loop keeps only weak references

    def arrived(self, event: E) -> asyncio.Task[bool]:
        """Have an event handled behind the earlier ones of its key; the task returns whether its callback succeeded."""
        task = asyncio.get_running_loop().create_task(self._handle(event, self._key_of(event)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def aclose(self, grace: float) -> None:
        """Wait until the callbacks of all events have ended, and drop what takes longer, with a warning for each event.

        Events that arrive meanwhile count too.
        """
        clock = asyncio.get_running_loop().time
        end = clock() + grace
        while self._running:
            _, late = await asyncio.wait(self._running, timeout=max(0.0, end - clock()))
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _handle(self, event: E, key: Hashable) -> bool:
        name = type(event).__name__
        name = f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
        try:
            async with self._locks.hold(key):
                await self._callback(event)
        except asyncio.CancelledError:
            logger.warning("%s was dropped before its callback had ended: %r", name, event)
            raise
        except Exception:
            logger.exception("the callback for %s failed", name)
            return False
        return True


class EventHandler(Protocol):
    """A handler for aiohttp's router that waits for its callbacks when the app ends."""

    def __call__(self, request: web.Request, /) -> Coroutine[Any, Any, web.StreamResponse]:
        """Serve one request."""
        ...

    async def aclose(self, app: object = None, /) -> None:
        """Wait for the callbacks that run, up to the grace time; each event that is dropped then is logged.

        Args:
            app: The app that ends, as aiohttp's signals give it; not used.
        """
        ...


def event_handler(
    handle: Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]],
    events: Ordered[Any],
    grace: float,
) -> EventHandler:
    """Return the handler with an `aclose` that waits for its events' callbacks."""
    if isinstance(grace, bool) or not isinstance(grace, int | float) or not 0 <= grace < math.inf:
        raise ConfigError(f"grace must be a number of seconds of at least 0, got {grace!r}")

    async def aclose(_: object = None) -> None:
        await events.aclose(grace)

    handler = cast("Any", handle)  # aiohttp's router takes nothing but a function
    handler.aclose = aclose
    return cast("EventHandler", handler)
