"""CSV files as people have them: what encoding, what separator, and strictly what stands in which line.

One job: from a file's bytes to records with the line where each begins. Spreadsheets write UTF-8 with or without a mark
or UTF-16, separate by `,`, `;` or tab, and may say so in a first line `sep=;`. A quote that is not closed is an error
with its line; leniently read, it would swallow the people behind it. What the columns mean is the roster's business.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import Final

_SEPARATOR_LINE: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_QUOTE_BEHIND_BLANKS: Final = re.compile(r'\s+"')
_SEPARATORS: Final = (",", ";", "\t")


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
    """Return the text of a CSV file, in one Unicode form.

    Args:
        data: The file's bytes.

    Raises:
        CsvError: The encoding is not one that is read.
    """
    encoding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise CsvError('not UTF-8 text; in a spreadsheet choose "CSV UTF-8" when saving') from None
    if "\x00" in text:
        raise CsvError('there are zero bytes in it; in a spreadsheet choose "CSV UTF-8" when saving')
    return unicodedata.normalize("NFC", text)


def records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line where it begins, from 1; the first is the header.

    Args:
        text: What `decoded` returned.

    Raises:
        CsvError: A quote is not closed, or stands where none may stand.
    """
    stream = io.StringIO(text, newline="")
    first = text.split("\n", 1)[0]
    stated = _SEPARATOR_LINE.fullmatch(first.rstrip("\r"))
    skipped = 0
    if stated is not None:
        stream.readline()
        skipped, separator = 1, stated.group(1)
    else:
        separator = max(_SEPARATORS, key=first.count)
    rows = csv.reader(stream, delimiter=separator, strict=True)
    while True:
        line = rows.line_num + skipped + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            closed = "unexpected end of data" not in str(error)
            what = f"not CSV ({error})" if closed else "a quote is opened here and never closed"
            raise CsvError(
                f"{what}; write a quote inside a cell twice, and the cell in quotes", line
            ) from None
        if cells is None:
            return
        if any(map(_QUOTE_BEHIND_BLANKS.match, cells)):
            raise CsvError(
                "blanks stand before a quote; take them away, or the quote is part of the cell", line
            )
        yield line, cells
