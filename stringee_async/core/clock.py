"""Time: a protocol, and the real clock behind it.

This is the only place that asks the time or sleeps, so that tests can run on virtual time. Everything that waits
measures on `monotonic`; `time` is for values that leave the process (`exp`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """What the SDK needs to know about time."""

    def monotonic(self) -> float:
        """Return seconds on a clock that never jumps; only differences mean anything."""
        ...

    def time(self) -> float:
        """Return seconds since 1970 by the machine's wall clock, which may jump."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` without blocking the event loop."""
        ...


class RealClock:
    """The event loop's clock, the machine's wall clock, and asyncio's sleep.

    `monotonic` is the running loop's own time, so a loop with virtual time moves the SDK with it.
    """

    __slots__ = ()

    def monotonic(self) -> float:
        """Return the running event loop's time in seconds."""
        return asyncio.get_running_loop().time()

    def time(self) -> float:
        """Return seconds since 1970."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds`."""
        await asyncio.sleep(seconds)


async def wait_until_set(event: asyncio.Event, seconds: float, clock: Clock) -> None:
    """Wait until an event is set, at most `seconds` on a clock."""
    sleep, set_ = asyncio.ensure_future(clock.sleep(seconds)), asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((sleep, set_), return_when=asyncio.FIRST_COMPLETED)
        if sleep.done():
            sleep.result()
    finally:
        sleep.cancel()
        set_.cancel()
        await asyncio.gather(sleep, set_, return_exceptions=True)


def runs_on_the_loop(clock: Clock) -> bool:
    """Return whether a clock measures and waits as the event loop does, so that the loop's timers do for it."""
    kind = type(clock)
    return issubclass(kind, RealClock) and (kind.monotonic, kind.sleep) == (
        RealClock.monotonic,
        RealClock.sleep,
    )


def off_the_loop(clock: Clock | None) -> Clock | None:
    """Return a clock that the event loop's timers cannot stand in for; None for every other."""
    return None if clock is None or runs_on_the_loop(clock) else clock


def monotonic_of(clock: Clock) -> Callable[[], float]:
    """Return what tells a clock's monotonic time on the running event loop, by the shortest way there is."""
    return asyncio.get_running_loop().time if runs_on_the_loop(clock) else clock.monotonic
