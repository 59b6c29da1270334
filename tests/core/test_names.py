"""Names and values compared as vendors keep them."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async.core.names import may_be, same_name, same_value


@pytest.mark.parametrize(
    ("field", "found", "wanted", "same"),
    [
        ("name", "An  Binh ", "An Binh", True),
        ("name", "Ha\u0300", "Hà", True),
        ("label", "an", "An", False),
        ("groupName", " A", "A", True),
        ("phone_number", "+84901", "84901", True),
        ("phone_number", "84901", "84902", False),
        ("from_number_callout_to_agent", "84 901", "84901", True),
        ("phone_number", "abc", "84901", False),
        ("schedule", " x", "x", False),
        ("routing_type", 1, 2, False),
        ("routing_type", "1", 1, False),
    ],
)
def test_values_are_compared_as_vendors_keep_them(field: str, found: Any, wanted: Any, same: bool) -> None:
    """Blanks and form of names, and signs of numbers, make no difference; anything else does."""
    assert same_value(field, found, wanted) is same


@pytest.mark.parametrize(
    ("stored", "wanted", "maybe"),
    [
        ("u\ufffd", "u9", True),
        ("\ufffd\ufffdu9", "u9", True),
        ("12*\ufffdsales", "sales", True),
        ("B\ufffdn  Hang", "Ban Hang", True),
        ("x\ufffd", "u9", False),
        (None, "u9", False),
        (17, 17, True),
        (17, 18, False),
    ],
)
def test_a_stored_value_with_lost_letters_may_be_the_wanted_one(
    stored: Any, wanted: Any, maybe: bool
) -> None:
    assert may_be(stored, wanted) is maybe


def test_names_that_are_not_there() -> None:
    """No name equals nothing."""
    assert not same_name(None, "An")
