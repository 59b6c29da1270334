"""A run of many requests against a server that responds badly, and what must hold of it."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

from stringee_async import Request, RetryClass, SdkError, Timeouts
from stringee_async.core.pooled_transport import PooledTransport

from .fuzz_server import Ending, FuzzServer
from .mutations import Pieces, mutated, owner
from .virtual_time import until

_ENDINGS: tuple[Ending, ...] = ("keep", "keep", "keep", "keep", "keep", "close", "close", "reset")


def descriptors() -> int:
    """Return how many file descriptors this process has open."""
    return len(list(Path(f"/proc/{os.getpid()}/fd").iterdir()))


async def fuzz(seed: int, requests: int, *, concurrency: int = 16) -> Counter[str]:
    """Send requests over connections that are used again, and check that no response belongs to another request.

    Args:
        seed: Where chance begins.
        requests: How many.
        concurrency: How many at once.

    Returns:
        How many ended in which way.
    """
    random_ = random.Random(seed)
    ended: Counter[str] = Counter()
    tasks, before = asyncio.all_tasks(), descriptors()
    transport = PooledTransport(concurrency)
    limits = Timeouts(connect=10.0, attempt=0.3)

    def respond(number: int) -> tuple[Pieces, Ending]:
        return mutated(random_, number), random_.choice(_ENDINGS)

    async with FuzzServer(respond, random_) as server:

        async def one(number: int) -> None:
            request = Request(
                operation="probe.call", method="GET", path="/{number}", url=f"{server.url}/{number}",
                retry_class=RetryClass.READ,
            )  # fmt: skip
            try:
                response = await transport.send(request, limits)
            except SdkError as error:
                ended[type(error).__name__] += 1
                return
            found = owner(response.body)
            assert found in (number, None), f"request {number} got the response to {found}"
            ended["spoiled" if found is None else "whole"] += 1

        numbers = iter(range(requests))

        async def worker() -> None:
            for number in numbers:
                await one(number)

        await asyncio.gather(*(worker() for _ in range(concurrency)))
        assert server.requests <= requests
        await transport.aclose()
        await until(lambda: not server.open, "every connection is closed")
    assert asyncio.all_tasks() == tasks
    await until(
        lambda: descriptors() <= before + 1, "every descriptor is closed"
    )  # uvloop opens one of its own
    assert sum(ended.values()) == requests
    return ended
