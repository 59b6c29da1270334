"""Connections that were not closed: those on event loops that a client left, and those of clients that were dropped.

One job: close them without a word from aiohttp or asyncio, although the loop that they belong to may be gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import warnings
import weakref
from collections.abc import Callable, Iterable
from typing import Protocol


class Connections(Protocol):
    """The connections of one transport on one event loop."""

    loop: asyncio.AbstractEventLoop

    def transports(self) -> Iterable[asyncio.BaseTransport]:
        """Return those whose sockets may be closed while the loop does not run."""
        ...

    def drop(self) -> None:
        """Close all at once, or let go of them where the loop is closed."""
        ...


class LeftConnections:
    """The connections of one client on event loops that it left."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left: list[tuple[Connections, Callable[[], object]]] = []

    def add(self, connections: Connections, silence: Callable[[], object]) -> None:
        """Keep connections until `close`; `silence` silences the warning that they were not closed."""
        self._left.append((connections, silence))

    def close(self) -> None:
        """Close all of them; a loop that merely does not run closes its own when it runs again."""
        left, self._left = self._left, []
        while left:
            connections, silence = left.pop()
            silence()
            if connections.loop.is_closed():
                _drop_silently(connections)
            else:
                _Closing(connections)
            del connections, silence


class _Closing:
    """Connections of a loop that does not run: it ends them when it runs again, or when it is closed without running.

    The loop's queue alone keeps this object, and a loop that is closed drops its queue.
    """

    __slots__ = ("__weakref__", "_dropped")

    def __init__(self, connections: Connections) -> None:
        if not connections.loop.is_running():
            for transport in connections.transports():
                transport.close()  # its socket is closed by the loop, or with it
        self._dropped = weakref.finalize(self, _drop_silently, connections)
        connections.loop.call_soon_threadsafe(self.run)

    def run(self) -> None:
        """Close what is left, as the loop runs."""
        self._dropped()


def left_open(connections: Connections, site: str) -> None:
    """Say that the client made at `site` was not closed, and close its connections.

    Called when the client is collected, or at the latest when the interpreter exits, while everything needed for this
    is still there.
    """
    warnings.warn(
        f"a client was not closed: use `async with`, or `await client.aclose()`; it was made at {site}",
        ResourceWarning,
        stacklevel=2,
    )
    loop = connections.loop
    if loop.is_closed() or loop.is_running():
        _drop_silently(connections)
    else:
        _Closing(connections)


def _drop_silently(connections: Connections) -> None:
    with warnings.catch_warnings(), contextlib.suppress(Exception):
        # The sockets of a closed loop can only be collected, and would warn that they were not closed.
        warnings.simplefilter("ignore")
        connections.drop()
        if connections.loop.is_closed():
            gc.collect()
