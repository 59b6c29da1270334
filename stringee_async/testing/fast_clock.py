"""A clock whose waits return at once, so that a test of a pause of 30 s takes milliseconds."""

from __future__ import annotations

import asyncio
import time

from ..core.options import not_negative

_ROUNDING = 1e-9
"""Shorter waits come from rounding and are not recorded."""


class FastClock:
    """A clock for `clock=` of a client: waits return at once, move its time, and are recorded.

    Its time moves by waits and by `advance` alone. Waits at the same time overlap, as they do in real time. Timeouts of a
    client (`connect`, `attempt`, `total`) stay on real time, since they limit what the network does.

    Attributes:
        slept: The waits that ended, in seconds, in order.
    """

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._now = 0.0
        self._began = time.time()

    def monotonic(self) -> float:
        """Return the seconds by which the clock has moved."""
        return self._now

    def time(self) -> float:
        """Return seconds since 1970: the moment at which the clock was made, and what it moved since."""
        return self._began + self._now

    async def sleep(self, seconds: float) -> None:
        """Let other tasks run once, then move the time to the end of the wait."""
        end = self._now + seconds
        await asyncio.sleep(0)
        self._now = max(self._now, end)
        if seconds > _ROUNDING:
            self.slept.append(seconds)

    def advance(self, seconds: float) -> None:
        """Move the time by `seconds`, for example until a token has expired; nothing is recorded.

        Raises:
            ConfigError: `seconds` is not a number of at least 0.
        """
        self._now += not_negative("seconds", seconds)

    def __repr__(self) -> str:
        return f"<FastClock, {self._now:g} s later, {len(self.slept)} waits>"
