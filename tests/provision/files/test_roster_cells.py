"""From a cell of a roster to its value, by the rule of its field, and what a spreadsheet spoiled."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stringee_async import ConfigError
from stringee_async.provision.files.roster_cells import RosterCells, groups_cell


def read(column: str, cell: str, *, separator: str = ",", code: str | None = None) -> Any:
    return RosterCells(separator, code, cell).check_of(column)(column, cell)


@pytest.mark.parametrize(
    ("cell", "code", "expected"),
    [
        ("84901234567", None, "84901234567"),
        ("84901234567", "84", "84901234567"),
        ("+84 (90) 123-45-67", None, "84901234567"),
        ("0084901234567", "84", "84901234567"),
        ("090 123 4567", "84", "84901234567"),
        ("0901234567", "84", "84901234567"),
        ("'0901234567", "84", "84901234567"),
        ("'+84901234567", None, "84901234567"),
        ("84\u00a0901234567", None, "84901234567"),
        ("+6591234567", "84", "6591234567"),
        ("6591234567", None, "6591234567"),
        ("+299123456", None, "299123456"),
        ("1001", "84", "1001"),
        ("89161234567", "7", "79161234567"),
        ("79161234567", "7", "79161234567"),
    ],
)
def test_phone_numbers(cell: str, code: str | None, expected: str) -> None:
    assert read("phone", cell, code=code) == expected


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("phone", "12", "'12' must be 3 to 20 digits"),
        ("phone", "8.49E+10", "'8.49E+10' was rounded by a spreadsheet"),
        ("phone", "8,49E+10", "'8,49E+10' was rounded by a spreadsheet"),
        ("phone", "84901234567.0", "'84....0' has a decimal part, added by a spreadsheet"),
        ("phone", "84901234567,0", "has a decimal part, added by a spreadsheet"),
        ("phone", "12-02-2026", "looks like a date"),
        ("phone", "12 02 2026", "looks like a date"),
        ("phone", "2026-02-12 00:00:00", "looks like a date"),
        ("phone", "#N/A", "'#N/A' is an error of a spreadsheet's formula; mend it there"),
        ("phone", "0901234567", "'09...67' begins with 0: put the country code in place of it"),
        ("phone", "901234567", "'90...67' may have lost its leading zero in a spreadsheet"),
        ("phone", "=A1", "begins with ="),
        ("phone", "-1+2", "begins with -"),
        ("phone", "+84 x", "must be 3 to 20 digits"),
        ("phone", "-", "is a dash; leave the cell empty"),
        ("phone", "84\n951112223", "holds a line break or a control character; is a quote not closed?"),
        ("user_id", "1001.0", "'1001.0' was changed by a spreadsheet"),
        ("user_id", "1,00", "was changed by a spreadsheet"),
        ("user_id", "1.001E+3", "was changed by a spreadsheet"),
        ("user_id", "1E+05", "was changed by a spreadsheet"),
        ("user_id", "#REF!", "is #REF!, an error of a spreadsheet; mend the formula"),
        ("user_id", "#WERT!", "is #WERT!"),
        ("user_id", "=A1", "begins with ="),
        ("user_id", "an\tx", "holds a line break or a control character"),
        ("user_id", "an\u00a0x", "invisible character"),
        ("user_id", "x" * 37, "must have at most 36 characters, got 37"),
        ("was", "1E+05", "was changed by a spreadsheet"),
        ("id", "1.0", "was changed by a spreadsheet"),
        ("extension", "1001.0", "was changed by a spreadsheet"),
        ("extension", "=1+1", "begins with ="),
        ("extension", "1" * 65, "at most 64 characters"),
        ("name", "#N/A", "is #N/A"),
        ("name", "@x", "begins with @"),
        ("name", "Err:502", "is Err:502"),
        ("name", "Nguy?n", "a question mark in place of a letter"),
        ("name", "An\x07", "holds a line break or a control character"),
        ("name", "x" * 256, "at most 255 characters"),
        ("routing", "fone", "must be app or phone, got 'fone'"),
        ("groups", "A||A", "names 'A' twice"),
        ("groups", "A|#REF!", "is #REF!"),
        ("groups", "A|Tr?n", "a question mark in place of a letter"),
        ("groups", "A|B;C", "is separated by | and by ; alike"),
        ("groups", "=A|B", "begins with ="),
        ("x-stringee:device", "1.0", "was changed by a spreadsheet"),
        ("x-stringee:device", "#N/A", "is #N/A"),
        ("x-stringee:device", "=A1", "begins with ="),
    ],
)
def test_what_is_wrong_is_told_with_the_remedy(column: str, cell: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(column, cell)
    assert caught.value.message.startswith(f"{column} ")
    assert expected in caught.value.message


@pytest.mark.parametrize("cell", ["901234567", "2439876543", "6591234567", "1234567"])
def test_where_national_numbers_are_read_one_without_zero_or_country_code_is_none(cell: str) -> None:
    with pytest.raises(ConfigError, match="may have lost its leading zero") as caught:
        read("phone", cell, code="84")
    assert cell not in caught.value.message


def test_where_national_numbers_begin_with_8_one_with_0_is_refused() -> None:
    with pytest.raises(ConfigError, match="begins with 0"):
        read("phone", "0901234567", code="7")


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("user_id", "an.nguyen", "an.nguyen"),
        ("user_id", "0012", "0012"),
        ("user_id", "'=x", "=x"),
        ("user_id", "a\u0301", "a\u0301"),
        ("name", "Ha\u0300 Nội", "Hà Nội"),
        ("name", "'-An", "-An"),
        ("name", "'An'", "'An'"),
        ("routing", "PHONE", "phone"),
        ("extension", "0012", "0012"),
        ("extension", "12E", "12E"),
        ("x-ringme:role", "0", "0"),
    ],
)
def test_values(column: str, cell: str, expected: str) -> None:
    assert read(column, cell) == expected


@pytest.mark.parametrize(
    ("cell", "separator", "expected"),
    [
        ("A | Ho\u0323p|", ",", ("A", "Họp")),
        ("A;B", ",", ("A", "B")),
        ("A;B", "\t", ("A", "B")),
        ("A;B", ";", ("A;B",)),
        ("A;B|C", ";", ("A;B", "C")),
        ("A;B|", ",", ("A;B",)),
        ("'=A|B", ",", ("=A", "B")),
        ("|", ",", ()),
    ],
)
def test_groups_of_a_cell(cell: str, separator: str, expected: tuple[str, ...]) -> None:
    assert read("groups", cell, separator=separator) == expected


@given(
    st.lists(st.text("=+-';ab ", min_size=1).map(str.strip).filter(bool), unique=True),
    st.sampled_from(",;\t"),
)
def test_groups_that_are_written_are_read_again(names: list[str], separator: str) -> None:
    cell = groups_cell(names)
    assert cell is not None
    assert (read("groups", cell, separator=separator) if cell else ()) == tuple(names)


def test_a_name_with_a_bar_cannot_stand_in_a_cell() -> None:
    assert groups_cell(["A", "B|C"]) is None
