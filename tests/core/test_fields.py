"""One rule for each kind of field: what passes, and what a wrong value is told."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import phone_key
from stringee_async.core.errors import ConfigError
from stringee_async.core.fields import (
    LOGIN_LONGEST,
    NAME_LONGEST,
    Choice,
    calling_code,
    international,
    label,
    login_id,
)
from stringee_async.core.unset import UNSET
from stringee_async.core.validation import phone_number


@pytest.mark.parametrize(
    ("country", "code"),
    [("VN", "84"), ("vn", "84"), ("+84", "84"), ("84", "84"), ("RU", "7"), ("kz", "7"), (None, None)],
)
def test_a_country_is_two_letters_or_its_calling_code(country: str | None, code: str | None) -> None:
    """Both spellings mean the same."""
    assert calling_code("phone_country", country) == code


@pytest.mark.parametrize("wrong", ["Vietnam", "XX", "IT", "0", "84901", "", 84])
def test_a_country_whose_national_numbers_are_not_known_is_refused(wrong: Any) -> None:
    """Where the leading 0 is not simply left out, nothing is guessed."""
    with pytest.raises(ConfigError, match="phone_country"):
        calling_code("phone_country", wrong)


def test_only_national_numbers_get_the_countrys_code() -> None:
    """One leading 0 is replaced; all else goes on to the check as it is."""
    assert international("090 123-4567", "84") == "84901234567"
    for same in ("84901234567", "0084901", "+84901", "0901x", "0.0", "01.02.2026", UNSET, None, 5):
        assert international(same, "84") is same
    assert international("0901234567", None) == "0901234567"


SPELLINGS = {
    "VN": (
        "84901234567",
        ["0901234567", "090 123 45 67", "090.123.4567", "(090) 123-4567", "090\u2011123\u20134567", "\u202a0901234567\u202c",
         "+84901234567", "+84 90 123 45 67", "0084 901 234 567", "84901234567", "84.901.234.567"],
    ),
    "RU": (
        "79121234567",
        ["89121234567", "8 (912) 123-45-67", "8-912-123-45-67", "8 912 1234567", "+7 912 123-45-67", "+7(912)1234567",
         "0079121234567", "79121234567", "7 912 123 45 67"],
    ),
    "KZ": (
        "77011234567",
        ["87011234567", "8 701 123 45 67", "8 (701) 123-45-67", "+7 701 123 45 67", "77011234567", "007 701 1234567"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("country", "spelling"), [(country, one) for country, (_, all_) in SPELLINGS.items() for one in all_]
)
def test_the_usual_spellings_of_a_country_are_one_number(country: str, spelling: str) -> None:
    """Sent as digits and compared by its key."""
    wanted, code = SPELLINGS[country][0], calling_code("phone_country", country)
    assert phone_number("to", international(spelling, code)) == wanted
    assert phone_key(spelling, country=country) == phone_key(spelling, country=code) == wanted


@pytest.mark.parametrize("country", ["VN", "RU", "KZ"])
def test_numbers_of_other_countries_are_left_alone(country: str) -> None:
    code = calling_code("phone_country", country)
    for number in (
        "+81234567890",
        "+8612345678901",
        "+44 20 7946 0958",
        "0044 20 7946 0958",
        "+8 9121234567",
    ):
        assert international(number, code) is number


@pytest.mark.parametrize("country", ["VN", "RU", "KZ"])
@pytest.mark.parametrize(
    ("spoilt", "advice"),
    [
        ("84901234567.0", "format the column as text"), ("89121234567.0", "format the column as text"),
        ("0901234567,0", "format the column as text"), ("8,49E+10", "enter the number again"),
        ("8.9121E+10", "enter the number again"), ("7,70112E10", "enter the number again"), ("#N/A", "mend it"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_spoilt_is_refused_in_every_country(
    country: str, spoilt: str, advice: str
) -> None:
    given = international(spoilt, calling_code("phone_country", country))
    with pytest.raises(ConfigError, match=f"to .*{advice}"):
        phone_number("to", given)
    assert phone_key(spoilt, country=country) is None


@pytest.mark.parametrize(
    ("given", "digits"),
    [("84.90.1234", "84901234"), ("12.34.2026", "12342026"), ("+84\u2011901\u2013234567", "84901234567")],
)
def test_figures_that_are_no_date_are_a_number(given: str, digits: str) -> None:
    """A date has a day and a month that are possible."""
    assert phone_number("phone", given) == digits


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ("A\nB", "a line break"),
        ("A\u2028B", "a line break"),
        ("A\tB", "control character"),
        ("\u200b\ufeff", "invisible characters only"),
        ("N" * (NAME_LONGEST + 1), "at most 255 characters"),
        ("#REF!", "error of a spreadsheet"),
        ("  ", "must not be empty"),
    ],
)
def test_a_name_is_one_line_that_somebody_typed(wrong: str, advice: str) -> None:
    """Line breaks, control characters and spreadsheets' errors are no part of a name."""
    with pytest.raises(ConfigError, match="name") as caught:
        label("name", wrong)
    assert advice in caught.value.message


def test_names_of_people_pass() -> None:
    for name in (
        "Nguy\u1ec5n V\u0103n An",
        "#1 Sales",
        "#Sales",
        "Team 12.11.2026",
        "1001.0",
        "\U0001f469\u200d\U0001f4bb",
        "N" * NAME_LONGEST,
    ):
        assert label("name", name) == name


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ("1001.0", "'1001.0' was changed by a spreadsheet"),
        ("1.001E+10", "was changed by a spreadsheet"),
        ("#N/A", "error of a spreadsheet"),
        ("#NV", "error of a spreadsheet"),
        ("u\u00a01", "invisible character"),
        ("an\u200b", "invisible character"),
        (" an", "blanks around it"),
        ("an\u00a0", "blanks around it"),
        ("a\rb", "line break"),
        ("u" * (LOGIN_LONGEST + 1), "at most 36 characters"),
    ],
)
def test_a_login_id_is_exactly_what_is_seen(wrong: str, advice: str) -> None:
    """What would make a second person of the same id is refused."""
    with pytest.raises(ConfigError, match="user_id") as caught:
        login_id("user_id", wrong)
    assert advice in caught.value.message


def test_login_ids_pass() -> None:
    for good in (
        "1001",
        "an.nguyenvan",
        "an@example.com",
        "7b0dbcc0-5b4a-4968-a0b6-f05d60c371aa",
        "nguy\u1ec5n an",
    ):
        assert login_id("user_id", good) == good


def test_a_choice_names_what_there_is_and_the_nearest() -> None:
    """A misspelt value is told the right one."""
    check = Choice(("AVAILABLE", "NOT AVAILABLE"))
    assert check("status", "AVAILABLE") == "AVAILABLE"
    with pytest.raises(ConfigError, match="AVAILABLE or NOT AVAILABLE, got 'AVAIL'; did you mean AVAILABLE"):
        check("status", "AVAIL")
    with pytest.raises(ConfigError, match=r"got 'xyz'$"):
        check("status", "xyz")
