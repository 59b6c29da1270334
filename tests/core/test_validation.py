"""Checks of arguments: what passes is returned as it is sent, and what does not is named."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from stringee_async.core.errors import ConfigError
from stringee_async.core.operation import path_segment
from stringee_async.core.validation import aware_datetime, boolean, identifier, required_text, whole_number

TAKEN: list[tuple[Any, Any]] = [
    *((identifier, value) for value in ("A1", "AG_XPHOV0V7X71EFH98", "nguyễn", "a.b", "...")),
    (required_text, " An "),
    (boolean, False),
]


@pytest.mark.parametrize(("check", "value"), TAKEN)
def test_what_passes_is_taken_as_it_is(check: Any, value: Any) -> None:
    """Ids are opaque, for one: nothing about their form is assumed."""
    assert check("arg", value) == value


def test_numpys_booleans_are_taken() -> None:
    flag = type("bool_", (), {"__module__": "numpy", "__bool__": lambda _: True})()
    assert boolean("arg", flag) is True


NO_IDS = (
    "",
    "  ",
    ".",
    "..",
    "a/b",
    "a\\b",
    "a\r\nb",
    "a\x00",
    "a\x7f",
    "\ud800",
    7,
    None,
    " u1",
    "u1 ",
    "u\x001",
    "u1\n",
)
REFUSED: list[tuple[Any, Any, str]] = [
    *((check, value, "") for check in (identifier, path_segment) for value in NO_IDS),
    *((required_text, value, "") for value in ("\t", "a\x00b", "a\x1b[31m", "x" * 100_000)),
    (required_text, 5, "must be text, got 5"),
    (required_text, b"a-secret", "must be text, got bytes$"),
    (required_text, 84901234567, r"must be text, got 84\.\.\.67"),
    (required_text, [1], r"must be text, got \[1\] \(list\)"),
    (boolean, 1, "must be True or False, got 1"),
    (boolean, None, "must be True or False, got None"),
    (boolean, "yes", "must be True or False, got 'yes'"),
    (boolean, type("bool", (), {})(), r"must be True or False, got .*\(bool\)"),
]


@pytest.mark.parametrize(("check", "value", "message"), REFUSED)
def test_what_does_not_pass_is_named(check: Any, value: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^arg {message}"):
        check("arg", value)


@pytest.mark.parametrize(
    ("value", "limits", "message"),
    [
        (0, {"minimum": 1}, "at least 1"),
        (9, {"maximum": 5}, "at most 5"),
        (9, {"minimum": 1, "maximum": 5}, "between 1 and 5"),
        (True, {}, "whole number"),
        (1.0, {}, "whole number"),
        ("1", {}, "whole number"),
    ],
)
def test_whole_numbers_have_a_range(value: Any, limits: dict[str, int], message: str) -> None:
    with pytest.raises(ConfigError, match=f"size must be .*{message}"):
        whole_number("size", value, **limits)
    assert whole_number("size", 3, **limits) == 3


@pytest.mark.parametrize("value", [datetime(2026, 11, 1), "2026-11-01", 1.0, None])
def test_a_time_without_a_zone_is_named(value: Any) -> None:
    with pytest.raises(ConfigError, match="since must be a datetime with a zone"):
        aware_datetime("since", value)


def test_a_time_of_another_zone_is_taken_to_utc() -> None:
    hanoi = timezone(timedelta(hours=7))
    assert (
        aware_datetime("since", datetime(2026, 11, 1, 7, tzinfo=hanoi)).isoformat()
        == "2026-11-01T00:00:00+00:00"
    )
