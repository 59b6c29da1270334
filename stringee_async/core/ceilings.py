"""Ceilings: how often a vendor lets one operation be called, beside the limit that holds for all of them.

One job: keep the calls of such an operation apart before they enter the gate, so that other operations never wait for
them. A call that waits below its ceiling holds no connection slot and is not at the head of the line.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from .clock import Clock
from .ratelimit import LocalRateLimiter, RateLimit
from .unset import Lane

NO_LIMITS: Final[Mapping[str, RateLimit]] = MappingProxyType({})
"""What a vendor that documents no such limit has."""


class Turn:
    """Lets one call at a time through: those that wait in order of arrival, interactive calls before bulk ones."""

    __slots__ = ("_taken", "_waiting")

    def __init__(self) -> None:
        self._taken = False
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {"interactive": deque(), "bulk": deque()}

    async def take(self, lane: Lane) -> None:
        """Wait for the turn; `pass_on` ends it."""
        if not self._taken:
            self._taken = True
            return
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[lane].append(given)
        try:
            await given
        except asyncio.CancelledError:
            if not given.cancelled():  # it was this call's turn already
                self.pass_on()
            raise

    def pass_on(self) -> None:
        """Give the turn to the next call that waits."""
        for line in self._waiting.values():
            while line:
                given = line.popleft()
                if not given.done():
                    given.set_result(None)
                    return
        self._taken = False


class Ceiling:
    """The ceiling of one operation, for one client. Its calls take their turn, interactive ones before bulk ones."""

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
        self._limiter = LocalRateLimiter(limit, clock=clock)
        self._turn = Turn()

    async def enter(
        self, operation: str, lane: Lane, enter: Callable[[], Awaitable[None]], now: Callable[[], float]
    ) -> None:
        """Wait for a permit, then `enter`.

        One call at a time has a permit and has not entered: permits that pile up during a pause or a shortage of slots
        would be spent all at once.
        """
        turn = self._turn
        await turn.take(lane)
        try:
            await self._limiter.acquire(operation, lane)
            permitted = now()
            await enter()
            late = now() - permitted
            if late > 0.0:
                self._limiter.sent_late(late, late)
        finally:
            turn.pass_on()

    def move(self) -> None:
        """Serve the running event loop from now on."""
        self._turn = Turn()


def ceilings_of(limits: Mapping[str, RateLimit], clock: Clock) -> Mapping[str, Ceiling]:
    """Return the ceilings of a client, by operation."""
    return {operation: Ceiling(limit, clock) for operation, limit in limits.items()}
