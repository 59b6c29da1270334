"""Moments and ages as they are typed: `7d`, `2026-11-01`, `2026-11-01T08:00+07:00`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

import typer

_AGE: Final = re.compile(r"(\d{1,5})(s|m|h|d|w)")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FORMS: Final = (
    "2026-11-01, 2026-11-01T08:00, 2026-11-01T08:00+07:00, or 7d for seven days ago (s, m, h, d, w)"
)
"""How a moment is typed, for help and messages."""


def moment(text: str, option: str, zone: tzinfo = UTC) -> datetime:
    """Return a moment that was typed; one without a zone is in `zone`, an age is counted back from now."""
    typed = text.strip()
    try:
        if _AGE.fullmatch(typed):
            return datetime.now(UTC) - age(typed, option)
        found = datetime.fromisoformat(typed)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"must be {FORMS}; got {text!r}", param_hint=option) from None
    return found if found.utcoffset() is not None else found.replace(tzinfo=zone)


def age(text: str, option: str) -> timedelta:
    """Return a length of time that was typed, such as `90d`."""
    found = _AGE.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(
            f"must be a number with s, m, h, d or w, such as 90d; got {text!r}", param_hint=option
        )
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
