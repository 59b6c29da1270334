"""CSV files as people have them: what encoding, what separator, and strictly what stands in which line.

One job: from a file's bytes to records with the line where each begins. Spreadsheets write UTF-8 with or without a mark
or UTF-16, separate by `,`, `;` or tab, and may say so in a first line `sep=;`. A quote that is not closed is an error
with its line; leniently read, it would swallow the people behind it. What the columns mean is the roster's business.
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from typing import Final

_SEPARATOR_LINE: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_QUOTE_BEHIND_BLANKS: Final = re.compile(r'\s+"')
_QUOTED: Final = re.compile(r'"[^"]*"')
_SEPARATORS: Final = (",", ";", "\t")
_STATED: Final = frozenset({*_SEPARATORS, "|"})
"""Separators that a line `sep=` may state."""
_BLANKS: Final = "blanks stand before a quote; take them away, or the quote is part of the cell"
_ADVICE: Final = 'in a spreadsheet choose "CSV UTF-8" when saving'
_ZEROS: Final = f"there are zero bytes in it; {_ADVICE}"
_OTHER_FILES: Final = (
    (b"PK\x03\x04", f"a workbook (.xlsx, .ods or another archive), not CSV; {_ADVICE}"),
    (b"\xd0\xcf\x11\xe0", f"a workbook (.xls), not CSV; {_ADVICE}"),
    (b"%PDF", f"a PDF, not CSV; {_ADVICE}"),
    (b"\x1f\x8b", "compressed; unpack it first"),
    (b"<", f"HTML or XML, not CSV, whatever its name says; {_ADVICE}"),
)
_READ_AS_LATIN: Final = re.compile(
    "\u00e1[\u00ba\u00bb]|\u00c4[\u2018\u0091]|\u00c6[\u00b0\u00a1]|\u00c3[\u00a0-\u00bf]"
)
"""What Vietnamese letters become where UTF-8 is read as Windows-1252 or Latin-1, and saved so."""


class CsvError(ValueError):
    """The file cannot be read as CSV.

    Args:
        text: What is wrong, and what to do.
        line: The line where it goes wrong, from 1; 0 for the file as a whole.
    """

    def __init__(self, text: str, line: int = 0) -> None:
        super().__init__(text, line)
        self.line = line
        self.text = text


def decoded(data: bytes) -> str:
    """Return the text of a CSV file as it stands there, without the mark of its encoding.

    Args:
        data: The file's bytes.

    Raises:
        CsvError: No text, or in an encoding that is not read, or spoiled by a conversion.
    """
    for beginning, what in _OTHER_FILES:
        if data.startswith(beginning):
            raise CsvError(f"this is {what}")
    wide = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\x00" in data and not wide:
            raise CsvError(_ZEROS) from None
        raise _undecodable(data, error) from None
    if "\x00" in text:
        raise CsvError(_ZEROS)
    if not text.isascii():
        _look_for_lost_letters(text)
    return text


def _undecodable(data: bytes, error: UnicodeDecodeError) -> CsvError:
    if error.reason in {"unexpected end of data", "truncated data"}:
        return CsvError("the file ends within a character; is it cut off?", _lines_before(data, error.start))
    if error.encoding.startswith("utf-16"):
        return CsvError(f"not UTF-16 text; {_ADVICE}")
    return CsvError(
        f"not UTF-8 text, but perhaps Windows-1258 or another code page; {_ADVICE}",
        _lines_before(data, error.start),
    )


def _lines_before(data: bytes, position: int) -> int:
    return 0 if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else data.count(b"\n", 0, position) + 1


def _look_for_lost_letters(text: str) -> None:
    lost = text.find("\ufffd")
    if lost >= 0:
        raise CsvError(
            f"a character was lost when the file was converted (U+FFFD); save it again: {_ADVICE}",
            text.count("\n", 0, lost) + 1,
        )
    spoiled = _READ_AS_LATIN.search(text)
    if spoiled is not None:
        raise CsvError(
            f"{spoiled[0]!r} stands for a Vietnamese letter: UTF-8 was opened as Windows-1252 and saved again; "
            "open the original as UTF-8",
            text.count("\n", 0, spoiled.start()) + 1,
        )


def separator_of(text: str) -> str:
    """Return what separates the cells: what a first line `sep=` states, else what the header holds most of.

    Args:
        text: What `decoded` returned.

    Raises:
        CsvError: The line `sep=` states something that cannot separate cells.
    """
    stated = _SEPARATOR_LINE.fullmatch(_first_line(text))
    if stated is None:
        header = _QUOTED.sub("", _first_line(text.lstrip()))  # a leading tab would be an unnamed column
        return max(_SEPARATORS, key=header.count)
    if stated[1] not in _STATED:
        raise CsvError("sep= must name a comma, a semicolon, a tab or a bar", 1)
    return stated[1]


def _first_line(text: str) -> str:
    return io.StringIO(text[:65_536], newline="").readline().rstrip("\r\n")


def records(text: str, broken: Callable[[CsvError], None] | None = None) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line where it begins, from 1; the first is the header.

    Args:
        text: What `decoded` returned.
        broken: Takes what is wrong with a record; reading goes on in the line behind the one where that begins. None
            raises it.

    Raises:
        CsvError: A quote is not closed, or stands where none may stand; or `sep=` states no separator.
    """
    tell, separator = broken or _raised, separator_of(text)
    blanks_may_stand = any(blank in text for blank in (' "', '\t"', '\xa0"'))
    skipped = 0 if _SEPARATOR_LINE.fullmatch(_first_line(text)) is None else 1
    stream = io.StringIO(text, newline="")
    for _ in range(skipped):
        stream.readline()
    lines: list[str] = []
    rows = csv.reader(stream, delimiter=separator, strict=True)
    while True:
        line = rows.line_num + skipped + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            tell(_explained(error, line))
            lines = lines or io.StringIO(text, newline="").readlines()
            rows, skipped = csv.reader(_from(lines, line), delimiter=separator, strict=True), line
            continue
        if cells is None:
            return
        if blanks_may_stand and any(map(_QUOTE_BEHIND_BLANKS.match, cells)):
            tell(CsvError(_BLANKS, line))
        else:
            yield line, cells


def _raised(error: CsvError) -> None:
    raise error from None


def _from(lines: list[str], start: int) -> Iterator[str]:
    return (lines[index] for index in range(start, len(lines)))


def _explained(error: csv.Error, line: int) -> CsvError:
    never_closed = "unexpected end of data" in str(error) or "field larger" in str(error)
    what = "a quote is opened here and never closed" if never_closed else f"not CSV ({error})"
    return CsvError(f"{what}; write a quote inside a cell twice, and the cell in quotes", line)
