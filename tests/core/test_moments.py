"""Times in responses: read with their offset or in the vendor's zone, and what is no time names no moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from stringee_async.core.moments import moment_of

EIGHT = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01 10:00:00", datetime(2026, 11, 1, 10, tzinfo=EIGHT)),
        (" 2026-11-01T10:00:00 ", datetime(2026, 11, 1, 10, tzinfo=EIGHT)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=EIGHT)),
        ("2026-11-01 10:00:00.76", datetime(2026, 11, 1, 10, 0, 0, 760_000, EIGHT)),
        ("2026-11-01 10:00:00,60", datetime(2026, 11, 1, 10, 0, 0, 600_000, EIGHT)),
        ("2026-11-01T10:00:00Z", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T10:00:00+0700", datetime(2026, 11, 1, 3, tzinfo=UTC)),
    ],
)
def test_a_time_without_an_offset_is_in_the_zone_that_is_given(text: str, moment: datetime) -> None:
    assert moment_of(text, EIGHT) == moment


def test_the_zone_is_utc_where_none_is_given() -> None:
    assert moment_of("2026-11-01 10:00:00") == datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [None, "", " ", "yesterday", "2026-11-31 10:00:00", "2026-11-01 25:00:00", "2026-11-01x", "20261101"],
)
def test_what_is_no_time_names_no_moment(text: str | None) -> None:
    assert moment_of(text) is None


@pytest.mark.parametrize("text", ["1765122412345", "1736265600000", "1765122412", "2026-W44-1"])
def test_digits_alone_are_no_time(text: str) -> None:
    """Thirteen digits that count milliseconds can be read as a date of long ago."""
    assert moment_of(text) is None


@pytest.mark.parametrize(
    "text", ["0000-00-00 00:00:00", "0001-01-01 00:00:00", "1970-01-01 08:00:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_year_that_stands_for_no_time_names_no_moment(text: str) -> None:
    assert moment_of(text) is None
