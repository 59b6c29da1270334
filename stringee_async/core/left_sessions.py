"""Sessions that were not closed: those of event loops that a client left, and those of clients that were dropped.

One job: close their connections without a word from aiohttp or asyncio, although the loop that they belong to may be
gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import warnings
import weakref
from collections.abc import Callable, Iterable
from typing import Any

import aiohttp

Idle = Callable[[], Iterable[asyncio.BaseTransport]]
"""Returns the connections of a session that wait for a request."""
_Left = tuple[asyncio.AbstractEventLoop, aiohttp.ClientSession, Idle, Callable[[], object]]


class LeftSessions:
    """The sessions of one client on event loops that it left."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left: list[_Left] = []

    def __bool__(self) -> bool:
        return bool(self._left)

    def add(
        self,
        loop: asyncio.AbstractEventLoop,
        session: aiohttp.ClientSession,
        idle: Idle,
        silence: Callable[[], object],
    ) -> None:
        """Keep a session until `close`.

        Args:
            loop: The loop that it belongs to.
            session: The session.
            idle: Returns those of its connections that wait for a request.
            silence: Silences the warning that it was not closed.
        """
        self._left.append((loop, session, idle, silence))

    async def close(self) -> None:
        """Close all of them; a loop that merely does not run closes its own when it runs again."""
        left, self._left = self._left, []
        ended: list[aiohttp.ClientSession] = []
        while left:
            loop, session, idle, silence = left.pop()
            silence()
            if loop.is_closed():
                ended.append(session)
            else:
                _Closing(session, idle(), loop)
            del session, idle, silence
        if not ended:
            return
        with warnings.catch_warnings():
            # The sockets of an ended loop can only be collected, and would warn that they were not closed.
            warnings.simplefilter("ignore", ResourceWarning)
            while ended:
                await ended.pop().close()
            gc.collect()


class _Closing:
    """Connections of a loop that does not run: it ends them when it runs again, or when it is closed without running.

    The loop's queue alone keeps this object, and a loop that is closed drops its queue.

    Args:
        session: The session of the connections.
        idle: Those of them that wait for a request.
        loop: The loop.
    """

    __slots__ = ("__weakref__", "_dropped")

    def __init__(
        self,
        session: aiohttp.ClientSession,
        idle: Iterable[asyncio.BaseTransport],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        if not loop.is_running():
            for transport in idle:
                transport.close()  # its socket is closed by the loop, or with it
        self._dropped = weakref.finalize(self, _close_silently, session, session.connector, loop)
        loop.call_soon_threadsafe(self.run)

    def run(self) -> None:
        """Close what is left, as the loop runs."""
        self._dropped()


def left_open(
    session: aiohttp.ClientSession,
    connector: aiohttp.TCPConnector,
    loop: asyncio.AbstractEventLoop,
    site: str,
    idle: Idle,
) -> None:
    """Say that a client was not closed, and close its connections without a word from aiohttp or asyncio.

    Called when the client is collected, or at the latest when the interpreter exits, while everything needed for this
    is still there.

    Args:
        session: The session of the client.
        connector: Its connector.
        loop: The loop that both belong to.
        site: File and line where the client was made.
        idle: Returns those of its connections that wait for a request.
    """
    warnings.warn(
        f"a client was not closed: use `async with`, or `await client.aclose()`; it was made at {site}",
        ResourceWarning,
        stacklevel=2,
    )
    if loop.is_closed() or loop.is_running():
        _close_silently(session, connector, loop)
    else:
        _Closing(session, idle(), loop)


def _close_silently(session: aiohttp.ClientSession, connector: Any, loop: asyncio.AbstractEventLoop) -> None:
    """Close connections without a word from aiohttp or asyncio."""
    with warnings.catch_warnings(), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        session.detach()
        # Its first step closes the connections; to wait for them there may be no loop any more.
        closing: Any = connector.close()
        try:
            closing.send(None)
        finally:
            closing.close()
            if loop.is_closed():
                del connector, closing
                gc.collect()
