"""Times in requests: the vendor's pages show two forms, so the form is the caller's choice.

Times in responses stay text, because the vendor does not say in which zone they are; `moment_of` reads those without
an offset as GMT+8. Source: itniotech.com, api/call (record query, agent query).
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final

import attrs

from ..core.errors import ConfigError
from ..core.moments import moment_of as core_moment_of
from ..core.options import exact_text, shown
from ..core.unset import UNSET, Unset
from ..core.validation import required_text

VENDOR_ZONE: Final = timezone(timedelta(hours=8))
"""The zone that the pages show in ISO times; likely that of unmarked times too."""


@attrs.frozen
class TimeFormat:
    """How datetimes are written.

    Args:
        pattern: As for `datetime.strftime`; None for ISO 8601 with the offset, such as
            `2025-01-08T00:00:00+08:00`.
        zone: The zone that datetimes are converted to, and that text without an offset is in.
    """

    pattern: str | None = None
    zone: tzinfo = VENDOR_ZONE

    def write(self, name: str, value: object) -> str:
        """Return a time as it is sent; text goes as it is.

        Raises:
            ConfigError: It is neither a datetime with a zone nor text in this form or in ISO 8601, naming `name`.
        """
        moment = self.moment(name, value)
        if isinstance(value, str):
            return exact_text(value)
        there = moment.astimezone(self.zone)
        if self.pattern is None:
            return there.isoformat(timespec="seconds")
        return there.strftime(self.pattern)

    def moment(self, name: str, value: object) -> datetime:
        """Return the moment that a time names; text without an offset is in the zone of this format.

        Raises:
            ConfigError: As for `write`.
        """
        if isinstance(value, datetime):
            if value.utcoffset() is None:
                raise ConfigError(
                    f"{name} must have a zone, such as datetime(..., tzinfo=UTC): without one it is ambiguous"
                )
            return value
        if not isinstance(value, str):
            raise ConfigError(f"{name} must be a datetime or text, got {type(value).__name__}")
        read = self._read(required_text(name, value).strip())
        if read is None:
            raise ConfigError(f"{name} must be a time such as 2025-01-08 00:00:00, got {shown(value)}")
        return read if read.tzinfo else read.replace(tzinfo=self.zone)

    def _read(self, text: str) -> datetime | None:
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(text)
        with contextlib.suppress(ValueError):
            return None if self.pattern is None else datetime.strptime(text, self.pattern)
        return None


PLAIN_TIME: Final = TimeFormat("%Y-%m-%d %H:%M:%S")
"""The form of the samples, such as `2025-01-08 00:00:00`, in GMT+8."""
ISO_TIME: Final = TimeFormat()
"""ISO 8601 with the offset, in GMT+8."""


def moment_of(text: str | None) -> datetime | None:
    """Return the moment that a time of a response names, in GMT+8 where it has no offset; None if it is no time."""
    return core_moment_of(text, VENDOR_ZONE)


def form_of(form: object) -> TimeFormat:
    """Return a form of times, checked."""
    if not isinstance(form, TimeFormat):
        raise ConfigError(f"time_format must be a TimeFormat, got {type(form).__name__}")
    return form


def span(
    start: datetime | str | Unset, end: datetime | str | Unset, form: TimeFormat, *, days: int | None = None
) -> tuple[str | Unset, str | Unset]:
    """Return `start_time` and `end_time` as they are sent; `days` is the longest span that the vendor takes."""
    form = form_of(form)
    given = {name: value for name, value in (("start_time", start), ("end_time", end)) if value is not UNSET}
    written = {name: form.write(name, value) for name, value in given.items()}
    if len(given) == 2:
        first, last = (form.moment(name, value) for name, value in given.items())
        if last < first:
            raise ConfigError("end_time must not be before start_time")
        if days is not None and last - first > timedelta(days=days):
            raise ConfigError(f"end_time must be at most {days} days after start_time")
    return written.get("start_time", UNSET), written.get("end_time", UNSET)
