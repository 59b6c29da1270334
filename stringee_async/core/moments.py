"""Times in responses, as text: the moment that one names, if it names one.

One job: read a time that begins with a date such as `2026-11-01`. Anything else is no time: digits alone may count
milliseconds, and years such as 1, 1970 and 9999 stand for no time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Final

_DATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T].+)?")
_YEARS: Final = range(2000, 9999)


def moment_of(text: str | None, zone: tzinfo = UTC) -> datetime | None:
    """Return the moment that a time names, in `zone` where it has no offset; None if it names none."""
    stated = (text or "").strip()
    if not _DATED.fullmatch(stated):
        return None
    try:
        read = datetime.fromisoformat(stated)
    except ValueError:
        return None
    if read.year not in _YEARS:
        return None
    return read if read.tzinfo else read.replace(tzinfo=zone)
