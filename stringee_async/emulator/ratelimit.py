"""The server's rate limit: fixed windows, one count per account."""

import math


class FixedWindow:
    """Counts calls in windows that begin at whole multiples of their length; a test may change time and limit."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}

    def used(self, account: str, now: float, limit: tuple[int, float]) -> tuple[int, float]:
        """How many calls were allowed in the present window, and seconds until it ends."""
        _, length = limit
        window = math.floor(now / length)
        counted, used = self._counts.get(account, (window, 0))
        return used if counted == window else 0, (window + 1) * length - now

    @property
    def accounts(self) -> list[str]:
        """The accounts that made calls."""
        return list(self._counts)

    def take(self, account: str, now: float, limit: tuple[int, float] | None) -> float:
        """Count one call; return 0.0 if it is allowed, else the seconds until the window ends."""
        if limit is None:
            return 0.0
        most, length = limit
        window = math.floor(now / length)
        counted, used = self._counts.get(account, (window, 0))
        if counted != window:
            used = 0
        if used >= most:
            return max((window + 1) * length - now, 1e-9)
        self._counts[account] = (window, used + 1)
        return 0.0
