"""Rules of the clock: waits asked for by the vendor are read in every form, and garbage is no wait."""

from __future__ import annotations

import asyncio
import time

import pytest

from stringee_async.core.clock import RealClock, wait_until_set

from ..kit import virtual


@virtual
async def test_real_clock_follows_the_running_loop() -> None:
    """Monotonic time is the loop's own, so virtual time moves the SDK; wall time is the machine's."""
    clock, loop = RealClock(), asyncio.get_running_loop()
    before = clock.monotonic()
    await clock.sleep(86_400.0)
    assert clock.monotonic() - before == 86_400.0
    assert clock.monotonic() == loop.time()
    assert abs(clock.time() - time.time()) < 5


class FastClock(RealClock):
    """A clock on which an hour takes some milliseconds."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 1e6)


class BrokenClock(RealClock):
    """A clock that cannot wait."""

    async def sleep(self, seconds: float) -> None:
        raise ValueError(f"no timer for {seconds:g} s")


@virtual
async def test_an_event_is_waited_for_on_the_clock_that_is_given() -> None:
    loop, event = asyncio.get_running_loop(), asyncio.Event()
    begun = loop.time()
    await wait_until_set(event, 3600.0, FastClock())
    assert loop.time() - begun < 1.0
    loop.call_later(5.0, event.set)
    await wait_until_set(event, 3600.0, RealClock())
    assert 5.0 <= loop.time() - begun < 6.0
    with pytest.raises(ValueError, match="no timer"):
        await wait_until_set(asyncio.Event(), 1.0, BrokenClock())
