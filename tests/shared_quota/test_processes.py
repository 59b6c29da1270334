"""Two processes on one quota, one of them with a clock 5 s ahead: the limit holds, and neither starves."""

from __future__ import annotations

from benchmarks.quota import most_in_any_window, together
from stringee_async.core.ratelimit import RateLimit
from stringee_async.shared_quota.shares import rate_of

from ..kit.services import RedisServer


async def test_the_clock_of_a_process_does_not_count(redis_server: RedisServer) -> None:
    limit, seconds = RateLimit(50, 0.25), 0.6
    url = f"{redis_server.url}?limit=50/0.25&processes=2&name=clocks"
    found = await together([(url, "bulk", 20, seconds, skew) for skew in (0.0, 5.0)])
    times = [moment for one in found for moment in one["times"]]
    assert most_in_any_window(times, limit.per) <= limit.requests
    assert len(times) >= 0.7 * rate_of(limit) * seconds
    for one in found:
        assert len(one["times"]) >= 0.25 * len(times)
