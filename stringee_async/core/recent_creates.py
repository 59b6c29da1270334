"""Creates that a listing may not show yet, by natural key, so that `ensure` does not make a second object.

They are those that succeeded or whose outcome is unknown, until they are older than the settle time. A listing may
lag, and a create whose caller was cancelled may take effect later: in that time, a listing without the object proves
nothing.
"""

from __future__ import annotations

import logging
import math
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

logger = logging.getLogger("stringee_async.session")

_MOST: Final = 100_000
"""Keys remembered at most; more than any vendor takes within a settle time."""


class RecentCreates:
    """The recent creates of one session and its views, by natural key. Memory is bounded by time and by number."""

    __slots__ = ("_full", "_oldest", "_under_way", "_unknown", "_until")

    def __init__(self) -> None:
        # Plain numbers, so that the collector has nothing to look at however many creates are remembered.
        self._under_way: dict[Hashable, int] = {}
        # Oldest first. A plain dict would step over all that was removed at its front to find the oldest.
        self._until: OrderedDict[Hashable, float] = OrderedDict()
        self._unknown: set[Hashable] = set()
        self._oldest = math.inf
        self._full = False

    def left(self, key: Hashable) -> None:
        """Note that a create of this key leaves now."""
        under_way = self._under_way
        under_way[key] = under_way.get(key, 0) + 1

    def failed(self, key: Hashable) -> None:
        """Note that a create that had left was seen to fail: it made nothing."""
        others = self._under_way.pop(key, 1) - 1
        if others:
            self._under_way[key] = others

    def ended(self, key: Hashable, now: float, settle: float, *, unknown: bool) -> None:
        """Note that a create that was sent succeeded, or that its outcome is unknown.

        `settle` seconds from now, a listing without the object proves something.
        """
        others = self._under_way.pop(key, 1) - 1
        if others:
            self._under_way[key] = others
        ends = now + settle
        if self._oldest <= now or len(self._until) >= _MOST:
            self._forget_old(now)
        earlier = self._until.pop(key, -math.inf)  # goes behind the others, which end before it
        self._until[key] = max(ends, earlier) if earlier > ends else ends
        if unknown:
            self._unknown.add(key)
        if ends < self._oldest:
            self._oldest = ends

    def until(self, key: Hashable) -> float:
        """Return the monotonic time before which a listing without the object proves nothing.

        It is infinite while a create is under way, and minus infinity where none is remembered.
        """
        return math.inf if key in self._under_way else self._until.get(key, -math.inf)

    def seen(self, key: Hashable) -> bool:
        """Note that a listing shows the object. The next one may not show it yet: a vendor has several servers.

        Returns whether the outcome of a remembered create was unknown: then this object is its result.
        """
        unknown = key in self._unknown
        self._unknown.discard(key)
        return unknown

    def forget(self, key: Hashable) -> None:
        """Note that a listing without the object has proved that what is remembered made nothing."""
        self._until.pop(key, None)
        self._unknown.discard(key)

    def moved(self, now: float, settle: float) -> None:
        """Note that the client serves another event loop: the outcome of the creates under way stays unknown."""
        ends = now + settle
        self._unknown.update(self._under_way)
        remembered = OrderedDict((key, min(until, ends)) for key, until in self._until.items())
        remembered.update(dict.fromkeys(self._under_way, ends))
        self._until, self._under_way = remembered, {}
        self._oldest = min(remembered.values(), default=math.inf)

    def __len__(self) -> int:
        return len(self._until) + len(self._under_way)

    def _forget_old(self, now: float) -> None:
        """Forget what is old enough, from the oldest on; where there is too much, the oldest goes before its time."""
        remembered = self._until
        while remembered:
            key, until = next(iter(remembered.items()))
            if until > now:
                self._oldest = until
                if len(remembered) < _MOST:
                    return
                if not self._full:
                    self._full = True
                    logger.warning(
                        "more than %d creates within the settle time; the oldest are forgotten", _MOST
                    )
            self.forget(key)
        self._oldest = math.inf
