"""Times as ITNIO TECH writes and reads them. Times without an offset are taken as GMT+8, the vendor's own."""

import datetime as dt
import re

_ZONE = dt.timezone(dt.timedelta(hours=8))
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
DAY = 86_400.0


def written(seconds: float) -> str:
    """Write Unix seconds as ``yyyy-MM-dd HH:mm:ss``."""
    return dt.datetime.fromtimestamp(seconds, _ZONE).strftime("%Y-%m-%d %H:%M:%S")


def iso_written(seconds: float) -> str:
    """Write Unix seconds as ISO 8601 with the offset."""
    return dt.datetime.fromtimestamp(seconds, _ZONE).isoformat(timespec="seconds")


def plain(text: str) -> float | None:
    """Read ``yyyy-MM-dd HH:mm:ss`` into Unix seconds; None if it is something else."""
    if not _PLAIN.fullmatch(text):
        return None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=_ZONE).timestamp()
    except ValueError:
        return None


def iso(text: str) -> float | None:
    """Read ISO 8601 with an offset into Unix seconds; None if it is something else."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if "T" not in text or moment.tzinfo is None else moment.timestamp()


def either(text: str) -> float | None:
    """Read either of the two forms into Unix seconds; None if it is something else."""
    found = plain(text)
    return iso(text) if found is None else found


def midnight(text: str) -> float | None:
    """Read ``yyyy-MM-dd`` into the Unix seconds at which that day begins; None if it is something else."""
    return plain(f"{text} 00:00:00")
