"""What a spreadsheet computes or spoils in a cell, and what is written so that it computes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stringee_async.provision.files.spreadsheet_cells import as_meant, formula, lost_letter, written


@pytest.mark.parametrize("text", ["=A1", "+84 Team", "-1+2", "@x", "'=A1", "''-", "'@"])
def test_what_would_be_computed_is_written_with_an_apostrophe(text: str) -> None:
    assert written(text) == f"'{text}"
    assert formula(written(text)) is None


@pytest.mark.parametrize("text", ["An", "", "'An'", "'0901", "a=b", "#1"])
def test_other_texts_are_written_as_they_are(text: str) -> None:
    assert written(text) == text
    assert as_meant(text) == text


@given(st.text("'=+-@a0", max_size=6))
def test_what_was_written_is_read_again(text: str) -> None:
    assert as_meant(written(text)) == text


@pytest.mark.parametrize("cell", ["=A1", "=HYPERLINK(1)", "@x", "-1+2", "+1+2", "+An"])
def test_a_formula_is_refused_with_the_way_out(cell: str) -> None:
    assert f"begins with {cell[0]}" in (formula(cell) or "")
    assert "an apostrophe in front" in (formula(cell) or "")


def test_cells_that_are_no_formulas() -> None:
    for cell in ("", "An", "+84 (90) 123-4567", "1-2", "Err: 5"):
        assert formula(cell) is None
    assert formula("--") == "is a dash; leave the cell empty where there is nothing"
    assert formula("Err:502") == "is Err:502, an error of a spreadsheet; mend the formula, or clear the cell"


@pytest.mark.parametrize(
    ("text", "lost"), [("Nguy?n", True), ("Tr?n B", True), ("Help?", False), ("Who? Me", False)]
)
def test_letters_that_became_question_marks_are_noticed(text: str, lost: bool) -> None:
    assert (lost_letter(text) is not None) is lost
