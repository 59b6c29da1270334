"""From a file's bytes to records with their lines, and what is refused."""

from __future__ import annotations

from codecs import BOM_UTF16_BE

import pytest

from stringee_async.provision.files.csv_text import CsvError, decoded, records, separator_of

TEXT = "user_id,name\nđạt,Đỗ Đạt\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
)
def test_encodings_that_are_read(data: bytes) -> None:
    assert decoded(data) == TEXT


def test_text_stands_as_it_is_in_the_file() -> None:
    """Decomposed letters of a login id are another login id, so composing them is not the reader's business."""
    assert decoded("a\u0301".encode()) == "a\u0301"


@pytest.mark.parametrize(
    ("data", "line", "expected"),
    [
        (TEXT.encode("cp1258", "replace"), 2, "not UTF-8 text, but perhaps Windows-1258"),
        ("name\n\nMüller\n".encode("cp1252"), 3, 'choose "CSV UTF-8"'),
        (TEXT.encode("utf-16-le"), 0, "zero bytes"),
        (TEXT.encode("utf-32"), 0, "zero bytes"),
        (TEXT.encode()[:-3], 2, "ends within a character; is it cut off?"),
        (TEXT.encode("utf-16")[:-1], 0, "ends within a character"),
        (TEXT.encode("utf-16") + b"\x00\xdca\x00", 0, "not UTF-16 text"),
        (b"PK\x03\x04\x14\x00", 0, "a workbook (.xlsx, .ods or another archive), not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", 0, "a workbook (.xls), not CSV"),
        (b"%PDF-1.7\n", 0, "a PDF"),
        (b"\x1f\x8b\x08", 0, "compressed"),
        (b"<html><table>", 0, "HTML or XML"),
        ("user_id,name\nan,Nguy\ufffdn\n".encode(), 2, "a character was lost"),
        ("user_id,name\n\nan,Nguyá»…n\n".encode(), 3, "opened as Windows-1252 and saved again"),
        ("user_id,name\nan,Æ°\n".encode(), 2, "open the original as UTF-8"),
    ],
)
def test_what_is_no_csv_text_is_refused_with_the_way_out(data: bytes, line: int, expected: str) -> None:
    with pytest.raises(CsvError) as caught:
        decoded(data)
    assert caught.value.line == line
    assert expected in caught.value.text


def test_names_of_other_languages_are_not_taken_for_spoiled_ones() -> None:
    text = "user_id,name\nan,Ána Ãngela Æble Äpfel «Đông»\n"
    assert decoded(text.encode()) == text


@pytest.mark.parametrize(
    ("text", "separator", "first"),
    [
        ("a,b;c\n1,2\n", ",", (1, ["a", "b;c"])),
        ('"x,y,z";b\n', ";", (1, ["x,y,z", "b"])),
        ("\n\na\tb\n", "\t", (1, [])),
        ("sep=;\r\na;b,c,d\r\n", ";", (2, ["a", "b,c,d"])),
        ('"SEP=|"\na|b\n', "|", (2, ["a", "b"])),
        ("a;b\rc;d\r", ";", (1, ["a", "b"])),
        ("a\n", ",", (1, ["a"])),
        ("", ",", None),
    ],
)
def test_separators(text: str, separator: str, first: tuple[int, list[str]] | None) -> None:
    assert separator_of(text) == separator
    assert next(records(text), None) == first


@pytest.mark.parametrize("stated", ['"', "a", " "])
def test_a_separator_that_separates_nothing_is_refused(stated: str) -> None:
    with pytest.raises(CsvError, match="sep= must name"):
        separator_of(f"sep={stated}\na,b\n")


def test_lines_are_those_where_records_begin() -> None:
    text = 'sep=,\n\na,"x\ny\r\nz"\n\nb,"1 ""2"""\n'
    assert [row for row in records(text) if row[1]] == [(3, ["a", "x\ny\r\nz"]), (7, ["b", '1 "2"'])]


BROKEN = 'a,"b\nc,d\ne,"f" g\nh, "i"\nj,k\nl,"m\nn,o\n'


def test_without_a_taker_the_first_broken_record_is_raised() -> None:
    with pytest.raises(CsvError, match="not CSV") as caught:
        list(records(BROKEN))
    assert caught.value.line == 1


def test_reading_goes_on_behind_every_broken_record() -> None:
    """An open quote swallows nothing: the lines behind it are read, and each broken record is told of once."""
    told: list[tuple[int, str]] = []
    rows = list(records(BROKEN, lambda error: told.append((error.line, error.text[:30]))))
    assert rows == [(2, ["c", "d"]), (5, ["j", "k"]), (7, ["n", "o"])]
    assert told == [
        (1, "not CSV (',' expected after '\""),
        (3, "not CSV (',' expected after '\""),
        (4, "blanks stand before a quote; t"),
        (6, "a quote is opened here and nev"),
    ]


def test_a_quote_that_swallows_a_large_file_is_named_as_such() -> None:
    told: list[CsvError] = []
    rows = list(records('a,"b\n' + "c,d\n" * 50_000, told.append))
    assert len(rows) == 50_000
    assert [(error.line, error.text.split(";")[0]) for error in told] == [
        (1, "a quote is opened here and never closed")
    ]
