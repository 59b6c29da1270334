"""Times in HTTP headers: dates, and what `Retry-After` asks for."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

_SECONDS: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_YEAR: Final = 365.0 * 24 * 3600
_LONGEST: Final = 10 * _YEAR
_PLAIN_DIGITS: Final = 8


def http_date(text: str) -> float | None:
    """Return an HTTP date (RFC 9110, section 5.6.7, in any of its three forms) as seconds since 1970.

    Args:
        text: The header's value.

    Returns:
        The time, or None if the text is not a date. Second 60 counts as 59.
    """
    try:
        date = parsedate_to_datetime(re.sub(r"(:\d\d):60\b", r"\1:59", text.strip()))
        # The asctime form names no zone and means UTC, not this machine's.
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def server_time(headers: Mapping[str, str]) -> float:
    """Return the time of a response as seconds since 1970: its `Date`, else this machine's clock.

    Args:
        headers: The response's headers.
    """
    return http_date(headers.get("Date", "")) or time.time()


def parse_retry_after(text: str | None, now: float) -> float | None:
    """Return the seconds that a `Retry-After` header asks for.

    Some servers send a point in time as a number: seconds or milliseconds since 1970. A number above ten years is read
    like this if the time that it names is within a year of `now`.

    Args:
        text: The header's value: seconds, whole or with a fraction, or an HTTP date.
        now: Seconds since 1970 by the server's clock.

    Returns:
        Seconds from 0 up to ten years; None if there is no header or it is garbage. A number that is too large to be
        meant gives ten years, which is longer than any call waits.
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

    Args:
        number: Seconds from now, or a point in time as seconds or milliseconds since 1970.
        now: Seconds since 1970 by the clock of the server that sent the number.

    Returns:
        Seconds from 0 on; None if the number is too large for either.
    """
    if number <= _LONGEST:
        return number
    for moment in (number, number / 1000):
        if abs(moment - now) <= _YEAR:
            return max(0.0, moment - now)
    return None


def wait_in(headers: Mapping[str, str], name: str = "Retry-After") -> float | None:
    """Return the seconds that a header of a response asks for; see `parse_retry_after`.

    Args:
        headers: The response's headers; their `Date` is the server's clock.
        name: The header's name.
    """
    text = headers.get(name)
    if text is None:
        return None
    if len(text) <= _PLAIN_DIGITS and text.isascii() and text.isdigit():
        return float(text)  # by far the most, and no need to ask for the time
    return parse_retry_after(text, server_time(headers))
