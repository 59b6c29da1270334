"""Rules of the clock: waits asked for by the vendor are read in every form, and garbage is no wait."""

from __future__ import annotations

import asyncio
import time

from stringee_async.core.clock import RealClock

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
