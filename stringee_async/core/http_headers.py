"""Times in HTTP headers: dates, the wait that `Retry-After` asks for, and clock skew learnt from `Date`."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC
from typing import Final

from .clock import Clock, RealClock
from .messages import Response

logger = logging.getLogger("stringee_async.auth")

_SECONDS: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_YEAR: Final = 365.0 * 24 * 3600
_LONGEST: Final = 10 * _YEAR
_PLAIN_DIGITS: Final = 8


def http_date(text: str) -> float | None:
    """Return an HTTP date (RFC 9110, section 5.6.7, in any of its three forms) as seconds since 1970, else None.

    Second 60 counts as 59.
    """
    from email.utils import parsedate_to_datetime  # takes a while, and most programs never need it

    try:
        date = parsedate_to_datetime(re.sub(r"(:\d\d):60\b", r"\1:59", text.strip()))
        # The asctime form names no zone and means UTC, not this machine's.
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def server_time(headers: Mapping[str, str]) -> float:
    """Return the time of a response as seconds since 1970: its `Date`, else this machine's clock."""
    return http_date(headers.get("Date", "")) or RealClock().time()


def parse_retry_after(text: str | None, now: float) -> float | None:
    """Return the seconds that a `Retry-After` header asks for.

    Some servers send a point in time as a number: seconds or milliseconds since 1970. A number above ten years is read
    like this if the time that it names is within a year of `now`; a larger one gives ten years, which is longer than any
    call waits. None if there is no header or it is garbage.
    """
    if text is None:
        return None
    text = text.strip(" \t")
    if _SECONDS.fullmatch(text):
        seconds = seconds_meant(float(text), now)
        return _LONGEST if seconds is None else seconds
    date = http_date(text)
    return None if date is None else min(max(0.0, date - now), _LONGEST)


def seconds_meant(number: float, now: float) -> float | None:
    """Return the seconds until the time that a number names, whether it counts from now or from 1970.

    None if the number is too large for either.
    """
    if number <= _LONGEST:
        return number
    for moment in (number, number / 1000):
        if abs(moment - now) <= _YEAR:
            return max(0.0, moment - now)
    return None


def wait_in(headers: Mapping[str, str], name: str = "Retry-After") -> float | None:
    """Return the seconds that a header of a response asks for; see `parse_retry_after`."""
    text = headers.get(name)
    if text is None:
        return None
    if len(text) <= _PLAIN_DIGITS and text.isascii() and text.isdigit():
        return float(text)  # by far the most, and no need to ask for the time
    return parse_retry_after(text, server_time(headers))


class SkewMeter:
    """Learns from the `Date` header how far this machine's clock is from the server's."""

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
