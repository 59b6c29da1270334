"""Starts and ends outages; what an outage does to open connections is in ``connections.py``."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import get_args

from .background import Background
from .connections import Connections, OutageKind
from .settings import is_number

logger = logging.getLogger("stringee_async.emulator")

_RETRY_DELAY = 0.05


class Outages:
    """The outages of one emulator. If several overlap, the latest one applies, until all have ended."""

    def __init__(self, connections: Connections, listen: Callable[[bool], Awaitable[None]]) -> None:
        self._connections = connections
        self._listen = listen
        self._tasks = Background()
        self._tasks.open()
        self._under_way: list[OutageKind] = []
        self._listening = True
        self._changing = asyncio.Lock()

    def begin(self, seconds: float, kind: OutageKind, after: float) -> None:
        """Schedule an outage in the running event loop; ValueError for a wrong duration or kind."""
        for name, value in (("seconds", seconds), ("after", after)):
            if not is_number(value) or value < 0:
                raise ValueError(f"{name} must be a finite number of seconds, 0 or more, not {value!r}")
        if kind not in get_args(OutageKind):
            raise ValueError(f"kind must be one of {', '.join(get_args(OutageKind))}, not {kind!r}")
        self._tasks.spawn(self._run(seconds, kind, after))

    async def _run(self, seconds: float, kind: OutageKind, after: float) -> None:
        await asyncio.sleep(after)
        self._under_way.append(kind)
        await self._apply()
        await asyncio.sleep(seconds)
        self._under_way.remove(kind)
        await self._apply()

    async def _apply(self) -> None:
        """Apply the latest outage, or none if all have ended."""
        async with self._changing:
            shown = self._under_way[-1] if self._under_way else None
            if shown == "refuse" and self._listening:
                self._listening = False
                await self._listen(False)
            self._connections.set_outage(shown)
            if shown != "refuse" and not self._listening:
                await self._listen_again()

    async def _listen_again(self) -> None:
        """Listen on the same port again; retry while another process holds it."""
        warned = False
        while not self._listening:
            try:
                await self._listen(True)
                self._listening = True
            except OSError as error:
                if not warned:
                    logger.warning("the outage goes on: the port cannot be listened on: %s", error)
                warned = True
                await asyncio.sleep(_RETRY_DELAY)

    async def close(self) -> None:
        """Cancel all outages."""
        await self._tasks.close()
