"""Webhook handlers for aiohttp's router that can be closed.

One job: give a handler its `aclose`, with a grace time, so that an app's shutdown can wait for callbacks under way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Protocol, cast

from .errors import ConfigError
from .ordered import Ordered

if TYPE_CHECKING:
    from aiohttp import web


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
    """Return the handler with an `aclose` that waits for its events' callbacks.

    Args:
        handle: Serves one request.
        events: Runs the callbacks.
        grace: Seconds that `aclose` waits before it drops what still runs.

    Raises:
        ConfigError: `grace` is no finite number of seconds of at least 0.
    """
    if isinstance(grace, bool) or not isinstance(grace, int | float) or not 0 <= grace < math.inf:
        raise ConfigError(f"grace must be a number of seconds of at least 0, got {grace!r}")

    async def aclose(_: object = None) -> None:
        await events.aclose(grace)

    handler = cast("Any", handle)  # aiohttp's router takes nothing but a function
    handler.aclose = aclose
    return cast("EventHandler", handler)
