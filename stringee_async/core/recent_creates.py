"""Creates that may still show in a listing: what a session remembers so that `ensure` does not make a second object.

One job: for each natural key, the creates that succeeded or whose outcome nobody saw, until they are older than the
settle time. A listing may lag behind, and a create whose caller was cancelled may take effect later: in that time, a
listing without the object proves nothing. A create that was seen to fail is forgotten at once.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Hashable
from typing import Final

logger = logging.getLogger(__name__)

_MOST: Final = 100_000
"""Keys remembered at most; more than any vendor takes within a settle time."""

_NONE: Final = (-math.inf, False)


class RecentCreates:
    """The recent creates of one session and its views, by natural key. Memory is bounded by time and by number."""

    __slots__ = ("_ended", "_full", "_oldest", "_under_way")

    def __init__(self) -> None:
        self._under_way: dict[Hashable, int] = {}
        # Until when a listing without the object proves nothing, and whether nobody saw the outcome; oldest first.
        self._ended: dict[Hashable, tuple[float, bool]] = {}
        self._oldest = math.inf
        self._full = False

    def left(self, key: Hashable) -> None:
        """Note that a create of this key leaves now.

        Args:
            key: The natural key of the object.
        """
        under_way = self._under_way
        under_way[key] = under_way[key] + 1 if key in under_way else 1

    def failed(self, key: Hashable) -> None:
        """Note that a create that had left was seen to fail: it made nothing.

        Args:
            key: The natural key of the object.
        """
        under_way = self._under_way
        if under_way.get(key, 0) > 1:
            under_way[key] -= 1
        else:
            under_way.pop(key, None)

    def ended(self, key: Hashable, now: float, settle: float, *, unknown: bool) -> None:
        """Note that a create that had left succeeded, or that nobody saw its outcome.

        Args:
            key: The natural key of the object.
            now: The monotonic time in seconds.
            settle: Seconds after which a listing without the object proves something.
            unknown: Whether nobody saw the outcome.
        """
        under_way = self._under_way
        if under_way.get(key, 0) > 1:
            under_way[key] -= 1
        else:
            under_way.pop(key, None)
        ended, until = self._ended, now + settle
        if self._oldest <= now or len(ended) >= _MOST:
            self._forget_old(now)
        if key in ended:
            earlier = ended.pop(key)  # goes behind the others, which end before it
            until = max(until, earlier[0])
            unknown = unknown or earlier[1]
        ended[key] = (until, unknown)
        if until < self._oldest:
            self._oldest = until

    def until(self, key: Hashable) -> float:
        """Return the monotonic time before which a listing without the object proves nothing.

        It is infinite while a create is under way, and minus infinity where none is remembered.

        Args:
            key: The natural key of the object.
        """
        return math.inf if key in self._under_way else self._ended.get(key, _NONE)[0]

    def seen(self, key: Hashable) -> bool:
        """Note that a listing shows the object, so that it is to be believed from now on.

        Args:
            key: The natural key of the object.

        Returns:
            Whether nobody had seen the outcome of a create that is remembered: then this object is its result.
        """
        return self._ended.pop(key, _NONE)[1]

    def settled(self, key: Hashable) -> None:
        """Note that a listing without the object has proved that what is remembered made nothing.

        Args:
            key: The natural key of the object.
        """
        self._ended.pop(key, None)

    def __len__(self) -> int:
        return len(self._ended) + len(self._under_way)

    def _forget_old(self, now: float) -> None:
        """Forget what is old enough, from the oldest on; where there is too much, the oldest goes before its time."""
        ended = self._ended
        while ended:
            key, (until, _) = next(iter(ended.items()))
            if until > now:
                self._oldest = until
                if len(ended) < _MOST:
                    return
                if not self._full:
                    self._full = True
                    logger.warning(
                        "more than %d creates within the settle time; the oldest are forgotten", _MOST
                    )
            del ended[key]
        self._oldest = math.inf
