"""RingMe's quota: requests per customer and window, reported in three headers of each response.

Facts: reference, section 4. Over the quota the next calls succeed only in the next window. The emulator's own
choice: a customer's first window starts with its first call, and rejected calls are not counted.
"""

import math

from ..settings import RateLimit

_NAMES = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


class Quota:
    """Counts calls per customer; time and quota are arguments of each call."""

    def __init__(self) -> None:
        self._windows: dict[int, tuple[float, int]] = {}

    def used(self, account: int, now: float, quota: RateLimit) -> tuple[int, float]:
        """How many calls were allowed in the present window, and seconds until it ends."""
        _, length = quota
        start, used = self._windows.get(account, (now, 0))
        passed = math.floor((now - start) / length)
        return (used if passed == 0 else 0), start + (passed + 1) * length - now

    @property
    def accounts(self) -> list[int]:
        """The customers that made calls."""
        return list(self._windows)

    def take(self, account: int, now: float, quota: RateLimit) -> tuple[bool, tuple[int, int, int]]:
        """Count one call, or reject it; return whether it is allowed, and the numbers of the three headers."""
        most, length = quota
        start, used = self._windows.get(account, (now, 0))
        passed = math.floor((now - start) / length)
        if passed:
            start, used = start + passed * length, 0
        allowed = used < most
        self._windows[account] = (start, used + allowed)
        return allowed, (most, max(most - used - allowed, 0), max(1, math.ceil(start + length - now)))


def headers(numbers: tuple[int, int, int], case: str) -> tuple[tuple[str, str], ...]:
    """Make the headers of one response from what ``take`` returned."""
    if case == "none":
        return ()
    names = _NAMES if case == "title" else tuple(getattr(name, case)() for name in _NAMES)
    return tuple((name, f"{number}") for name, number in zip(names, numbers, strict=True))
