"""Sessions that nobody closed: those of event loops that a client left, and those of clients that were dropped.

One job: close their connections without a word from aiohttp or asyncio, although the loop that they belong to may be
gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import warnings
from collections.abc import Callable
from typing import Any

import aiohttp

_Left = tuple[asyncio.AbstractEventLoop, aiohttp.ClientSession, Callable[[], object]]


class LeftSessions:
    """The sessions of one client on event loops that it left."""

    __slots__ = ("_closing", "_left")

    def __init__(self) -> None:
        self._left: list[_Left] = []
        self._closing: set[asyncio.Task[None]] = set()

    def __bool__(self) -> bool:
        return bool(self._left)

    def add(
        self,
        loop: asyncio.AbstractEventLoop,
        session: aiohttp.ClientSession,
        silence: Callable[[], object],
    ) -> None:
        """Keep a session until `close`.

        Args:
            loop: The loop that it belongs to.
            session: The session.
            silence: Takes back the warning that nobody closed it.
        """
        self._left.append((loop, session, silence))

    async def close(self) -> None:
        """Close all of them; a loop that merely does not run closes its own when it runs again."""
        left, self._left = self._left, []
        ended: list[aiohttp.ClientSession] = []
        while left:
            loop, session, silence = left.pop()
            silence()
            if loop.is_closed():
                ended.append(session)
            else:
                loop.call_soon_threadsafe(_close_there, session, self._closing)
            del session, silence
        if not ended:
            return
        with warnings.catch_warnings():
            # The sockets of an ended loop can only be collected, and would warn that nobody closed them.
            warnings.simplefilter("ignore", ResourceWarning)
            while ended:
                await ended.pop().close()
            gc.collect()


def _close_there(session: aiohttp.ClientSession, closing: set[asyncio.Task[None]]) -> None:
    """Close a session in the running loop, to which it belongs."""
    task = asyncio.get_running_loop().create_task(session.close())
    closing.add(task)  # a loop keeps only weak references to its tasks
    task.add_done_callback(closing.discard)


def left_open(
    session: aiohttp.ClientSession,
    connector: aiohttp.TCPConnector,
    loop: asyncio.AbstractEventLoop,
    site: str,
) -> None:
    """Say that a client was not closed, and close its connections without a word from aiohttp or asyncio.

    Called when the client is collected, or at the latest when the interpreter exits, while everything needed for this
    is still there.

    Args:
        session: The session of the client.
        connector: Its connector.
        loop: The loop that both belong to.
        site: File and line where the client was made.
    """
    warnings.warn(
        f"a client was not closed: use `async with`, or `await client.aclose()`; it was made at {site}",
        ResourceWarning,
        stacklevel=2,
    )
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
