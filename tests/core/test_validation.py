"""Checks of arguments: what passes is returned as it is sent, and what does not is named."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async.core.errors import ConfigError
from stringee_async.core.operation import path_segment
from stringee_async.core.validation import boolean, identifier, required_text, whole_number


@pytest.mark.parametrize(
    "value", ["", "  ", ".", "..", "a/b", "a\\b", "a\r\nb", "a\x00", "a\x7f", "\ud800", 7, None]
)
def test_what_is_no_id_is_refused(value: Any) -> None:
    for check in (identifier, path_segment):
        with pytest.raises(ConfigError, match="thing_id"):
            check("thing_id", value)


@pytest.mark.parametrize("value", ["A1", "AG_XPHOV0V7X71EFH98", "nguyễn", "a.b", "..."])
def test_what_can_be_an_id_is_taken_as_it_is(value: str) -> None:
    """Ids are opaque: nothing about their form is assumed."""
    assert identifier("thing_id", value) == value


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


def test_required_text_and_boolean() -> None:
    assert required_text("name", " An ") == " An "
    assert boolean("strict", False) is False
    flag = type("bool_", (), {"__module__": "numpy", "__bool__": lambda _: True})()
    assert boolean("strict", flag) is True
    for value, said in ((1, "got 1"), ("yes", "got 'yes'"), (type("bool", (), {})(), r"got .*\(bool\)")):
        with pytest.raises(ConfigError, match=f"arg must be True or False, {said}"):
            boolean("arg", value)
    for wrong_text, said in (
        (5, "5"),
        (b"a-secret", "bytes$"),
        (84901234567, r"84\.\.\.67"),
        ([1], r"\[1\] \(list\)"),
    ):
        with pytest.raises(ConfigError, match=f"arg must be text, got {said}"):
            required_text("arg", wrong_text)
    for check, wrong in ((required_text, b"x"), (required_text, "\t"), (boolean, 1), (boolean, None)):
        with pytest.raises(ConfigError, match="arg"):
            check("arg", wrong)  # type: ignore[operator]


@pytest.mark.parametrize("wrong", [" u1", "u1 ", "u\x001", "u1\n"])
def test_ids_with_blanks_around_them_or_control_characters_are_refused(wrong: str) -> None:
    """An id is compared exactly, so what cannot be seen must not be in it."""
    with pytest.raises(ConfigError, match="user_id"):
        identifier("user_id", wrong)


@pytest.mark.parametrize("wrong", ["a\x00b", "a\x1b[31m", "x" * 100_000])
def test_no_text_holds_control_characters_or_is_endless(wrong: str) -> None:
    """What no one types is refused in every text, and so is a text longer than any field."""
    with pytest.raises(ConfigError, match="note"):
        required_text("note", wrong)
