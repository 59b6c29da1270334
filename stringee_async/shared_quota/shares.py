"""How a limit is split between the two lanes: rate, burst, lots and what an idle lane lends.

A GCRA with burst B and rate r lets through at most r x T + B in any window of T seconds. Both lanes together have 80 % of
the limit as rate and 10 % as burst; the rest is for what happens between a permit and the arrival of its request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from ..core.ratelimit import RateLimit
from ..core.unset import Lane

_RATE: Final = 0.8
_BURST: Final = 0.1
_LARGEST_LOT: Final = 8
_LOT_SECONDS: Final = 0.2
_SMALLEST_SPLIT: Final = 10
"""Requests; a smaller limit is one bucket for both lanes, as a lane needs a burst of its own."""


@attrs.frozen(kw_only=True)
class LaneShare:
    """What one lane has of the limit.

    Args:
        bucket: Name of its bucket in the store.
        other: Name of the bucket of the other lane.
        interval: Seconds for each permit.
        burst: Permits that may be given at once.
        lot: The most permits that a process asks for at once.
        ahead: Permits that may be reserved beyond the burst.
        lent_interval: Seconds for each permit of the other lane.
        lent: Permits that may be taken of the other lane at once; more than that it keeps for its own next call.
    """

    bucket: str
    other: str
    interval: float
    burst: int
    lot: int
    ahead: int
    lent_interval: float
    lent: int


def rate_of(limit: RateLimit) -> float:
    """Return permits a second of both lanes together."""
    return min(_RATE * limit.requests, max(limit.requests - _burst_of(limit), _RATE)) / limit.per


def _burst_of(limit: RateLimit) -> int:
    if limit.requests < _SMALLEST_SPLIT:
        return 1
    return max(2, min(int(limit.burst or _BURST * limit.requests), limit.requests // 2))


def split(limit: RateLimit, interactive: float, processes: int) -> Mapping[Lane, LaneShare]:
    """Return the shares of the two lanes.

    Args:
        limit: The account's limit.
        interactive: Part of it that the interactive lane has.
        processes: How many processes share it.
    """
    rate, burst = rate_of(limit), _burst_of(limit)
    lot = max(1, min(_LARGEST_LOT, int(_LOT_SECONDS * rate)))
    if limit.requests < _SMALLEST_SPLIT:
        whole = LaneShare(
            bucket="all", other="all", interval=1 / rate, burst=burst, lot=1,
            ahead=2 * processes, lent_interval=1 / rate, lent=0,
        )  # fmt: skip
        return {"interactive": whole, "bulk": whole}
    first = min(max(1, round(interactive * burst)), burst - 1)
    bursts: dict[Lane, int] = {"interactive": first, "bulk": burst - first}
    intervals: dict[Lane, float] = {
        "interactive": 1 / (interactive * rate),
        "bulk": 1 / ((1 - interactive) * rate),
    }
    others: dict[Lane, Lane] = {"interactive": "bulk", "bulk": "interactive"}
    return {
        lane: LaneShare(
            bucket=lane,
            other=other,
            interval=intervals[lane],
            burst=bursts[lane],
            lot=min(lot, bursts[lane]),
            ahead=2 * processes * lot,
            lent_interval=intervals[other],
            lent=bursts[other] - bursts[other] // 2,
        )
        for lane, other in others.items()
    }


def local_share(limit: RateLimit, processes: int) -> RateLimit:
    """Return what one process may send while the store is down: its part of the rate, without a burst."""
    each = rate_of(limit) * limit.per / processes
    if each >= 1:
        return RateLimit(int(each), limit.per, burst=1)
    return RateLimit(1, limit.per / each, burst=1)
