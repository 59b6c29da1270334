"""Dates and waits in HTTP headers, in every form."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stringee_async.core.http_headers import http_date, parse_retry_after, wait_in

TEN_YEARS = 10 * 365 * 24 * 3600


EPOCH = 784_111_777.0
"""1994-11-06 08:49:37 UTC, the example of RFC 9110."""


@pytest.mark.parametrize(
    "text",
    ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"],
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Ho_Chi_Minh"])
@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a running process cannot be set here")
def test_http_dates_are_read_in_all_three_forms_as_utc(
    text: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert http_date(text) == EPOCH
    finally:
        monkeypatch.undo()
        assert os.environ.get("TZ") == before
        time.tzset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Sun, 06 Nov 1994 08:49:37 GMT ", EPOCH),
        ("Sun, 06 Nov 1994 08:49:60 GMT", EPOCH + 22),
        ("Sun, 06 Nov 1994 10:49:37 +0200", EPOCH),
        ("Sun, 06 Nov 1994 08:49:37 -0000", EPOCH),
        ("", None),
        ("soon", None),
        ("Sun, 99 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:99999999999999999999 GMT", None),
        ("Sun, 06 Nov 99999999999999999999 08:49:37 GMT", None),
    ],
)
def test_http_date_edges(text: str, expected: float | None) -> None:
    """Second 60 counts as 59, offsets count, and what is not a date is None."""
    assert http_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("0", 0.0),
        ("7", 7.0),
        (" 7\t", 7.0),
        ("1.5", 1.5),
        ("0.000000001", 1e-9),
        ("3600", 3600.0),
        ("999999999999999999", TEN_YEARS),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10.0),
        ("Sun, 06 Nov 1994 08:49:27 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", TEN_YEARS),
        ("Sun, 06 Nov 99999 08:49:37 GMT", None),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1_000", None),
        ("1e3", None),
        ("0x10", None),
        ("inf", None),
        ("nan", None),
        ("1.", None),
        (".5", None),
        ("1,5", None),
        ("1 2", None),
        ("²", None),
        ("٣", None),
        ("soon", None),
        ("9" * 20, TEN_YEARS),
        ("9" * 5000, TEN_YEARS),
        (f"{EPOCH + 90:.0f}", 90.0),
        (f"{EPOCH + 90.5:.1f}", 90.5),
        (f"{(EPOCH + 90) * 1000:.0f}", 90.0),
        (f"{EPOCH - 90:.0f}", 0.0),
        (f"{EPOCH + 2 * 365 * 24 * 3600:.0f}", TEN_YEARS),
        ("315360000", TEN_YEARS),
    ],
)
def test_retry_after_is_read_in_every_form(text: str | None, expected: float | None) -> None:
    """Seconds, fractions, dates and points in time are read; garbage, signs and foreign digits are no wait at all."""
    assert parse_retry_after(text, EPOCH) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": f"{EPOCH + 7:.0f}", "Date": "Sun, 06 Nov 1994 08:49:37 GMT"}, 7.0),
        ({"Retry-After": "in 70"}, 70.0),
        ({"Retry-After": "in 70", "Date": "Thu, 01 Jan 1970 00:00:00 GMT"}, 70.0),
    ],
)
def test_a_point_in_time_is_measured_by_the_clock_of_the_server(
    headers: dict[str, str], expected: float | None
) -> None:
    """The `Date` of the response says what time it is there; without a sensible one this machine's clock does."""
    given = {
        name: f"{time.time() + 70:.0f}" if value == "in 70" else value for name, value in headers.items()
    }
    assert wait_in(given) == pytest.approx(expected, abs=30)


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,9} \d\d:\d\d:\d{1,4} \w{0,4}"))
def test_no_header_text_breaks_the_reading_of_waits(text: str) -> None:
    """Whatever stands in the header, reading it gives a sane number or None, and never raises."""
    wait = parse_retry_after(text, EPOCH)
    assert wait is None or 0 <= wait <= TEN_YEARS
