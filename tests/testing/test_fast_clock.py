"""`FastClock`: waits return at once, move its time, and are recorded."""

from __future__ import annotations

import asyncio
import time

import pytest

from stringee_async import ConfigError
from stringee_async.testing import FastClock


async def test_waits_overlap_are_recorded_and_move_both_times() -> None:
    clock = FastClock()
    began, wall = time.monotonic(), clock.time()
    await asyncio.gather(clock.sleep(30.0), clock.sleep(10.0), clock.sleep(0.0))
    clock.advance(5.0)
    assert clock.slept == [30.0, 10.0]
    assert clock.monotonic() == 35.0
    assert clock.time() == pytest.approx(wall + 35.0)
    assert time.monotonic() - began < 1.0
    with pytest.raises(ConfigError, match="seconds"):
        clock.advance(-1.0)


async def test_a_cancelled_wait_moves_nothing() -> None:
    clock = FastClock()
    wait = asyncio.ensure_future(clock.sleep(30.0))
    await asyncio.sleep(0)
    wait.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wait
    assert (clock.monotonic(), clock.slept) == (0.0, [])
