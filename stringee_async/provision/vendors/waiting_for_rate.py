"""A refusal for rate is waiting, not failing: a unit that the vendor refused several times in a row begins again.

The client makes a few attempts for each call, and all its calls wait together after a refusal. Of ten thousand units some
meet a refusal at each attempt.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from ...core.errors import RateLimitedError

T = TypeVar("T")

_CALLS: Final = 8
"""How often a call is made at most that is refused for rate each time."""


async def waiting_for_rate(act: Callable[[], Awaitable[T]], *, longest: float) -> T:
    """Return what a call returns, which is made again while it is refused for rate.

    Args:
        act: Makes the call; a refusal means that it did nothing.
        longest: Seconds; the call is not made again where the vendor asks for a longer wait than that.

    Raises:
        RateLimitedError: It was refused too often, or the vendor asks for a long wait.
    """
    for _ in range(_CALLS - 1):
        try:
            return await act()
        except RateLimitedError as error:
            if (error.retry_after or 0.0) > longest:
                raise
    return await act()
