"""Holds reading while the vendor cannot be reached: one list at a time is tried again, until it comes or patience ends.

`observed` reads so; adapters pass each list through `held`. A list that failed is read from its beginning, what was read
before it stays.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Final, TypeVar

from ..core.clock import Clock
from ..core.errors import SdkError
from ..core.outage import FIRST_PROBE, LONGEST_PROBE, sign_of
from .adapter import Adapter, Progress
from .things import Reading, Scope

T = TypeVar("T")

logger = logging.getLogger("stringee_async.provision")
_hold: Final[ContextVar[ReadingHold | None]] = ContextVar("stringee_async_reading_hold", default=None)
_FROM_THE_START: Final = frozenset({"unreachable"})
_ONCE_REACHED: Final = frozenset({"unreachable", "page"})
"""Signs of an outage; a foreign page before anything was read means a wrong address."""


async def observed(
    adapter: Adapter,
    scope: Scope,
    progress: Progress,
    *,
    patience: float,
    waiting: Callable[[], None] = lambda: None,
) -> Reading:
    """Return a part of the live state, read with patience.

    Args:
        adapter: The account.
        scope: What is read.
        progress: Told how far it is.
        patience: Seconds that an outage may last; 0: it is raised at once.
        waiting: Told before each wait for the vendor.

    Raises:
        SdkError: The vendor rejects a call, or could not be reached for as long as patience goes.
    """
    token = _hold.set(ReadingHold(patience, adapter.clock, waiting) if patience else None)
    try:
        return await adapter.observe(scope, progress)
    finally:
        _hold.reset(token)


async def held(read: Callable[[], Awaitable[T]]) -> T:
    """Return what a read returns, which is made again while the vendor cannot be reached, if reading is patient.

    Args:
        read: Reads; nothing is kept of one that fails.
    """
    hold = _hold.get()
    return await (read() if hold is None else hold.through(read))


class ReadingHold:
    """Whether one reading is held.

    Args:
        patience: Seconds that an outage may last.
        clock: Measures them.
        waiting: Told before each wait.
    """

    def __init__(self, patience: float, clock: Clock, waiting: Callable[[], None]) -> None:
        self._patience = patience
        self._clock = clock
        self._waiting = waiting
        self._probing = asyncio.Lock()
        self._since: float | None = None
        """When the first read of the present outage began; None: there is none."""
        self._signs = _FROM_THE_START

    async def through(self, read: Callable[[], Awaitable[T]]) -> T:
        """Return what a read returns, once the vendor can be reached.

        Raises:
            SdkError: It failed otherwise, or the outage outlasted patience.
        """
        while True:
            began = self._clock.monotonic()
            try:
                return self._reached(await read())
            except SdkError as error:
                failed = self._outage(error)
            if self._since is None:
                self._since = began
                logger.warning(
                    "the vendor cannot be reached; reading goes on once it can, for at most %g s: %s",
                    self._patience,
                    failed.without_next_step(),
                )
            async with self._probing:
                if self._since is not None:  # else another read has come through meanwhile
                    return await self._probed(read, failed, self._since + self._patience)

    async def _probed(self, read: Callable[[], Awaitable[T]], failed: SdkError, deadline: float) -> T:
        """Read again and again, with longer waits between."""
        pause = FIRST_PROBE
        while (left := deadline - self._clock.monotonic()) > 0:
            self._waiting()
            await self._clock.sleep(min(pause, left))
            try:
                return self._reached(await read())
            except SdkError as error:
                failed = self._outage(error)
            pause = min(LONGEST_PROBE, 2 * pause)
        raise failed

    def _reached(self, result: T) -> T:
        self._since, self._signs = None, _ONCE_REACHED
        return result

    def _outage(self, error: SdkError) -> SdkError:
        """Return an error that an outage leads to; raise any other."""
        if sign_of(error) not in self._signs:
            raise error
        return error
