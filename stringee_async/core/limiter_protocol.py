"""The protocol of rate limiters: what a session asks before it sends. The limiter of one process is in `ratelimit`."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final, Protocol

from .deprecated import warn_renamed
from .unset import Lane


class RateLimiter(Protocol):
    """What a session asks before it sends; give any object of this shape as `rate_limit`.

    It may have more of what `LocalRateLimiter` has: `try_acquire` and `unrestricted` spare calls the queue while permits
    are there for the asking, and `sent_late` is told of requests that left later than they were permitted.
    """

    async def acquire(self, operation: str, lane: Lane) -> None:
        """Wait until one request of `operation` may leave."""
        ...

    def pause(self, seconds: float) -> None:
        """Give no permit for `seconds`, because the vendor asked for a pause."""
        ...


_OLD_NAMES: Final = MappingProxyType(
    {"try_acquire": "acquire_at_once", "sent_late": "delayed", "unrestricted": "unhindered"}
)


def optional_method(limiter: RateLimiter, name: str, otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that a limiter may have, by its name or the old one."""
    method = getattr(limiter, name, None)
    if method is None:
        method = getattr(limiter, _OLD_NAMES[name], None)
        if method is not None:
            warn_renamed(f"{type(limiter).__name__}.{_OLD_NAMES[name]}", name)
    return otherwise if method is None else method
