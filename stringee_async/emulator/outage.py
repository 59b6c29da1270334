"""Outages: for some seconds the emulator cannot be reached, as a vendor in trouble, and then it can again.

One job: begin and end them in time. What an outage does to a connection is `connections`' business; that nobody can
connect, while it refuses, is the server's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import get_args

from .checks import is_number
from .connections import Connections, Weather

logger = logging.getLogger("stringee_async.emulator")

_TRY_AGAIN = 0.05


class Outages:
    """The outages of one emulator. Where several overlap, the one that began last shows, until all have ended.

    Args:
        connections: what they strike.
        listen: begins to listen (True) or stops (False).
    """

    def __init__(self, connections: Connections, listen: Callable[[bool], Awaitable[None]]) -> None:
        self._connections = connections
        self._listen = listen
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: list[Weather] = []
        self._listening = True
        self._changing = asyncio.Lock()

    def begin(self, seconds: float, kind: Weather, after: float) -> None:
        """Have an outage, in the running event loop; returns at once.

        Args:
            seconds: how long.
            kind: what it does.
            after: seconds from now until it begins.

        Raises:
            ValueError: a duration is negative or not finite, or the kind is unknown.
        """
        for name, value in (("seconds", seconds), ("after", after)):
            if not is_number(value) or value < 0:
                raise ValueError(f"{name} must be a finite number of seconds, 0 or more, not {value!r}")
        if kind not in get_args(Weather):
            raise ValueError(f"kind must be one of {', '.join(get_args(Weather))}, not {kind!r}")
        task = asyncio.get_running_loop().create_task(self._run(seconds, kind, after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, seconds: float, kind: Weather, after: float) -> None:
        await asyncio.sleep(after)
        self._under_way.append(kind)
        await self._apply()
        await asyncio.sleep(seconds)
        self._under_way.remove(kind)
        await self._apply()

    async def _apply(self) -> None:
        """Show the outage that began last, or be reachable if none is under way."""
        async with self._changing:
            shown = self._under_way[-1] if self._under_way else None
            if shown == "refuse" and self._listening:
                self._listening = False
                await self._listen(False)
            self._connections.turn(shown)
            if shown != "refuse" and not self._listening:
                await self._listen_again()

    async def _listen_again(self) -> None:
        """Listen on the same port; wait for it where somebody else has taken it meanwhile."""
        told = False
        while not self._listening:
            try:
                await self._listen(True)
                self._listening = True
            except OSError as error:
                if not told:
                    logger.warning("the outage goes on: the port cannot be listened on: %s", error)
                told = True
                await asyncio.sleep(_TRY_AGAIN)

    async def close(self) -> None:
        """End all of them."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
