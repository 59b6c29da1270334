"""Runs of items over a vendor that can have an outage."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

from stringee_async.core.bulk import ItemOutcome
from stringee_async.core.errors import NotSentError

Outcomes = list[ItemOutcome[Any, Any]]


def now() -> float:
    return asyncio.get_running_loop().time()


def states(outcomes: Outcomes) -> dict[str, int]:
    return dict(Counter(outcome.state for outcome in outcomes))


class Vendor:
    """A function that fails from `begins` to `ends`, in seconds from now (None: for ever), and says when it was called."""

    def __init__(self, begins: float = 0.0, ends: float | None = 10.0) -> None:
        self.started = now()
        self.begins, self.ends = begins, ends
        self.calls: list[tuple[float, int]] = []

    async def __call__(self, item: int) -> int:
        since = now() - self.started
        self.calls.append((since, item))
        await asyncio.sleep(0.1)
        if self.begins <= since and (self.ends is None or since < self.ends):
            raise NotSentError
        return item

    def between(self, first: float, last: float) -> list[int]:
        """Return the items that were started in this span of time, in seconds from the start."""
        return [item for when, item in self.calls if first <= when < last]


async def _all(run: Any) -> Outcomes:
    return [outcome async for outcome in run]


class Work:
    """A function that takes time and counts how often it is at work."""

    def __init__(self, seconds: float = 0.1) -> None:
        self.seconds = seconds
        self.begun: list[int] = []
        self.running = self.peak = 0

    async def __call__(self, number: int) -> int:
        self.begun.append(number)
        self.running += 1
        self.peak = max(self.peak, self.running)
        try:
            await asyncio.sleep(self.seconds * (1 + number % 3))
            return number * 10
        finally:
            self.running -= 1


class Source:
    """Numbers that count how many of them were pulled."""

    def __init__(self, count: int) -> None:
        self.count, self.pulled = count, 0

    def __iter__(self) -> Iterator[int]:
        for number in range(self.count):
            self.pulled += 1
            yield number
