"""Runs of items over a vendor that can have an outage."""

from __future__ import annotations

import asyncio
from collections import Counter
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
