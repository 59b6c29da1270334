"""Phone numbers: what people write becomes digits with the country code; what is none is refused with advice."""

from __future__ import annotations

import pytest

from stringee_async import ConfigError
from stringee_async.core.phone_numbers import read_phone_number
from stringee_async.core.validation import phone_number, required_text, user_id


@pytest.mark.parametrize(
    "text",
    ["84901234567", "+84901234567", "0084901234567", "+84 90-123.45 67", "(84) 901234567", "84.901.234.567",
     " 84901234567\u00a0", "\u202a+84 901 234 567\u202c", "84\u200b901234567"],
)  # fmt: skip
def test_forms_of_one_number(text: str) -> None:
    assert read_phone_number(text) == "84901234567"
    assert phone_number("phone_number", text) == "84901234567"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("84901234567.0", "decimal part"), ("84901234567,0", "decimal part"), ("84901234567.00", "decimal part"),
        ("+84901234567.0", "decimal part"), ("8.49E+10", "rounded by a spreadsheet"),
        ("8,49E+10", "rounded by a spreadsheet"), ("8.4901234567e10", "rounded by a spreadsheet"),
        ("84 901 234 567.0", "decimal part"), ("84-901-234-567.0", "decimal part"),
        ("84.901.234.567.0", "decimal part"), ("84901234567 .0", "decimal part"), ("12.5", "decimal part"),
        ("84 901 234 567,00", "decimal part"), ("+84 (0)901234567", r"holds \(0\)"),
        ("849E8", "rounded by a spreadsheet"), ("12-02-2026", "date"), ("12/02/2026", "date"),
        ("12\u201302\u20132026", "date"), ("12\u201102\u20112026", "date"), ("12 - 02 - 2026", "date"),
        ("12. 02. 2026", "date"), ("12.02.2026.", "date"), ("12.11.2026", "date"), ("1.2.26", "date"), ("2026-02-12", "date"), ("2026/2/1", "date"),
        ("0901234567", "begins with 0"), ("+0901234567", "begins with 0"), ("0", "3 to 20 digits"),
        ("12", "3 to 20 digits"), ("9" * 21, "3 to 20 digits"), ("84 90 12x", "3 to 20 digits"),
        ("++84901234567", "3 to 20 digits"), ("84901234567;84901234568", "3 to 20 digits"),
        ("\u0668\u0664901234567", "3 to 20 digits"), ("", "3 to 20 digits"), ("123.0", "decimal part"),
        ("84901234567.000", "decimal part"), ("2026-02-12 00:00:00", "looks like a date"),
        ("#N/A", "error of a spreadsheet"), ("0901234567", "phone_country"), ("000901234567", "begins with 0"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_advice(text: str, advice: str) -> None:
    """No digit is ever gained or lost: what a spreadsheet spoiled, a date or a national number is refused."""
    with pytest.raises(ValueError, match=advice):
        read_phone_number(text)
    if text:
        with pytest.raises(ConfigError, match=f"phone_number .*{advice}"):
            phone_number("phone_number", text)


def test_texts_of_one_line() -> None:
    for good in ("Nguyễn Văn An", "A B", "Anne-Marie O'Neil", "می\u200cخواهم", "\U0001f600"):
        assert required_text("name", good) == good
    for bad in ("a\nb", "a\tb", "a\x00b", "\x7f", "a\x85b", "a\u2028b", "a\u2029b"):
        with pytest.raises(ConfigError, match="control characters"):
            required_text("name", bad)
    with pytest.raises(ConfigError, match="blanks around it"):
        user_id("agent_id", "a ")
