"""One quota of eight processes with fifty coroutines each for two minutes, and an outage of the store of 30 s.

Run with `-s` to see the figures.
"""

from __future__ import annotations

import asyncio
import time

import pytest

from benchmarks.quota import most_in_any_window, together
from stringee_async.core.ratelimit import RateLimit
from stringee_async.core.unset import Lane
from stringee_async.shared_quota.shares import rate_of
from tests.kit.services import RedisServer, redis_server

__all__ = ["redis_server"]

pytestmark = pytest.mark.timeout(600)

LIMIT = RateLimit(1000, 10.0)


async def test_eight_processes_hold_the_limit_use_the_rate_and_wait_no_longer_than_a_queue(
    redis_server: RedisServer,
) -> None:
    """One of them has a clock that is 5 s ahead, another one 5 s behind."""
    seconds = 120.0
    url = f"{redis_server.url}?limit=1000/10&processes=8&name=soak"
    skews = (5.0, -5.0, *(0.0,) * 6)
    found = await together([(url, "bulk", 50, seconds, skew) for skew in skews])
    times = sorted(moment for one in found for moment in one["times"])
    most = most_in_any_window(times, LIMIT.per)
    used = len(times) / (rate_of(LIMIT) * seconds)
    ideal = 400 / rate_of(LIMIT)
    begun = times[0] + 2 * ideal
    waits = sorted(
        wait
        for one in found
        for moment, wait in zip(one["times"], one["waits"], strict=True)
        if moment > begun
    )
    calls = sum(one["calls"] for one in found) / len(times)
    shares = sorted(len(one["times"]) / len(times) for one in found)
    p99 = waits[int(0.99 * (len(waits) - 1))] / ideal
    print(
        f"\nmost {most} of {LIMIT.requests}, used {used:.1%}, p99 {p99:.2f} of ideal, {calls:.2f} calls a permit, {shares}"
    )
    assert most <= LIMIT.requests
    assert used >= 0.95
    assert p99 <= 1.5
    assert calls <= 1.2
    assert shares[0] >= 0.8 / 8


async def test_a_store_that_is_down_for_thirty_seconds_makes_it_slower_and_never_opens_it() -> None:
    lanes: tuple[Lane, ...] = ("bulk", "interactive")
    with RedisServer() as server:
        url = f"{server.url}?limit=1000/10&processes=4"
        running = asyncio.create_task(together([(url, lane, 50, 75.0, 0.0) for lane in (*lanes, *lanes)]))
        await asyncio.sleep(20)
        down = time.monotonic()
        server.freeze()
        await asyncio.sleep(20)
        server.kill()
        await asyncio.sleep(10)
        server.start()
        back = time.monotonic()
        found = await running
    times = sorted(moment for one in found for moment in one["times"])
    most = most_in_any_window(times, LIMIT.per)
    meanwhile = sum(down + 2 < moment < back for moment in times) / (back - down - 2)
    after = [moment for moment in times if moment > back + 10]
    again = len(after) / (times[-1] - back - 10)
    print(
        f"\nmost {most} of {LIMIT.requests}, {meanwhile:.0f}/s while it was down, {again:.0f}/s from 10 s after on"
    )
    assert most <= LIMIT.requests
    assert meanwhile >= 0.5 * rate_of(LIMIT)
    assert again >= 0.95 * rate_of(LIMIT)
