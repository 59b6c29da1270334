"""What every limiter promises, the same tests for that of one process and for the shared one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from benchmarks.quota import most_in_any_window
from stringee_async.core.errors import ClosedError, ConfigError
from stringee_async.core.limiter_protocol import RateLimiter
from stringee_async.core.ratelimit import LocalRateLimiter, RateLimit
from stringee_async.core.unset import Lane

from ..kit.services import RedisServer
from .rig import sharing, take

LIMIT = RateLimit(100, 0.25)


@pytest.fixture(params=["local", "shared"])
async def limiter(request: pytest.FixtureRequest) -> AsyncIterator[RateLimiter]:
    """A limiter of each kind."""
    if request.param == "local":
        yield LocalRateLimiter(LIMIT)
        return
    server: RedisServer = request.getfixturevalue("redis_server")
    async with sharing(server, LIMIT) as (shared,):
        yield shared


async def test_no_window_holds_more_than_the_limit_whatever_is_cancelled_and_paused(
    limiter: RateLimiter,
) -> None:
    times: list[float] = []
    lanes: tuple[Lane, ...] = ("interactive", "bulk")
    tasks = [asyncio.create_task(take(limiter, times, lanes[number % 2])) for number in range(150)]
    await asyncio.sleep(0.1)
    for task in tasks[::7]:
        task.cancel()
    limiter.pause(0.05)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert most_in_any_window(times, LIMIT.per) <= LIMIT.requests
    assert len(times) == sum(not task.cancelled() for task in tasks)


@pytest.mark.parametrize("lane", ["interactive", "bulk"])
async def test_calls_of_a_lane_are_served_in_order(limiter: RateLimiter, lane: Lane) -> None:
    order: list[int] = []

    async def work(number: int) -> None:
        await limiter.acquire("x", lane)
        order.append(number)

    await asyncio.gather(*(work(number) for number in range(40)))
    assert order == list(range(40))


async def test_a_pause_stops_calls_that_wait_and_those_that_come(limiter: RateLimiter) -> None:
    times: list[float] = []
    waiting = [asyncio.create_task(take(limiter, times)) for _ in range(40)]
    await asyncio.sleep(0.01)
    began = asyncio.get_running_loop().time()
    limiter.pause(0.1)
    limiter.pause(0.05)  # ends earlier: changes nothing
    await take(limiter, times, "interactive")
    await asyncio.gather(*waiting)
    assert not [moment for moment in times if began + 0.01 < moment < began + 0.1]
    assert max(times) >= began + 0.1


async def test_a_pause_must_be_a_number_and_none_below_zero_is_one(limiter: RateLimiter) -> None:
    with pytest.raises(ConfigError, match="seconds"):
        limiter.pause(float("nan"))
    limiter.pause(-1.0)
    await asyncio.wait_for(limiter.acquire("x", "bulk"), 1.0)


async def test_a_cancelled_call_takes_nothing_from_those_behind_it(limiter: RateLimiter) -> None:
    """Half of the calls are cancelled while they wait; the others are done in the time of half the calls."""
    times: list[float] = []
    tasks = [asyncio.create_task(take(limiter, times)) for _ in range(120)]
    await asyncio.sleep(0)
    for task in tasks[1::2]:
        task.cancel()
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert 60 <= len(times) <= 70  # the burst is given before any call is cancelled
    assert asyncio.get_running_loop().time() - began < 0.3


async def test_another_running_loop_is_refused(limiter: RateLimiter) -> None:
    await limiter.acquire("x", "bulk")

    async def use() -> None:
        await limiter.acquire("x", "bulk")

    with pytest.raises(ClosedError, match="still runs"):
        await asyncio.to_thread(asyncio.run, use())
