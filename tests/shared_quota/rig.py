"""Limiters of one quota for the tests, as processes would make them, over the session's Redis."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from stringee_async.core.limiter_protocol import RateLimiter
from stringee_async.core.ratelimit import RateLimit
from stringee_async.core.unset import Lane
from stringee_async.shared_quota import RedisRateLimiter

from ..kit.services import RedisServer

_NUMBERS = itertools.count()


@asynccontextmanager
async def sharing(
    server: RedisServer, limit: RateLimit, count: int = 1, processes: int = 2
) -> AsyncGenerator[list[RedisRateLimiter]]:
    """Open limiters that share one new quota, and close them."""
    name = f"test {next(_NUMBERS)}"
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(RedisRateLimiter(server.url, limit, processes, name=name))
            for _ in range(count)
        ]


async def take(limiter: RateLimiter, times: list[float], lane: Lane = "bulk", count: int = 1) -> None:
    """Take permits one after another, and note when."""
    for _ in range(count):
        await limiter.acquire("x", lane)
        times.append(asyncio.get_running_loop().time())
