"""One vendor account, many processes: a rate limiter on Redis or Valkey, given to a client as `rate_limit`.

| file            | its one job                                                        |
|-----------------|--------------------------------------------------------------------|
| `limiter`       | hands out permits in this process; the local limiter while the store is down |
| `head_of_line`  | the queue of one lane, and the one waiter that asks for it         |
| `waiting`       | waiting that a pause or an outage ends                             |
| `shares`        | splits a limit into two lanes with rate, burst and lots            |
| `store`         | what is asked of the store, over redis-py (owner of `redis`)       |
| `decision`      | the decision: throttled-py's script, with pause and lending (owner of `throttled`) |
| `quota_url`     | the address of the store with its settings; never shows a password |
| `quota_state`   | who shares a quota now, and how much of it is used                 |

It needs `pip install "stringee-async[redis]"`.
"""

from __future__ import annotations

from .limiter import RedisRateLimiter
from .quota_state import QuotaState, Sharer, StoreDownError

__all__ = ["QuotaState", "RedisRateLimiter", "Sharer", "StoreDownError"]
