"""How far this machine's clock is from the server's, learnt from the `Date` header."""

from __future__ import annotations

import logging

from .clock import Clock
from .http_headers import http_date
from .messages import Response

logger = logging.getLogger("stringee_async.auth")


class SkewMeter:
    """Learns from the `Date` header how far this machine's clock is from the server's.

    Args:
        clock: Where the wall time comes from.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._warned = False
        self.skew = 0.0
        """Seconds to add to the wall clock to get the server's time."""

    def now(self) -> float:
        """Return seconds since 1970 by the server's clock, as far as known."""
        return self._clock.time() + self.skew

    def learn(self, response: Response) -> bool:
        """Measure from one response; return whether the known skew changed by more than 5 seconds."""
        server = http_date(response.headers.get("Date", ""))
        if server is None:
            return False
        skew = server - self._clock.time()
        if abs(skew - self.skew) <= 5.0:
            return False
        self.skew = skew
        if not self._warned:
            self._warned = True
            logger.warning("this machine's clock is %.0f s from the server's; set it by NTP", -skew)
        return True
