"""Reads a file of numbers that was uploaded for an ITNIO TECH task.

A text file has one number a line, in its first cell; a first line without a number is the header. A workbook (.xlsx) is
searched for numbers without regard to rows. Old binary workbooks (.xls) are taken as text, which finds nothing in them.
"""

import io
import re
import zipfile

import attrs

_NUMBER = re.compile(r"\+?[0-9]{7,15}", re.ASCII)
_CELL = re.compile(rb">\+?([0-9]{7,15})<")
_CELLS = re.compile(r"[,;\t]")
_ZIP = b"PK\x03\x04"


@attrs.frozen
class NumberFile:
    """What a file holds: each number once, in order; how many lines repeat one; whether the header repeats a name."""

    numbers: tuple[str, ...]
    repeated: int
    header_repeated: bool


def read_numbers(content: bytes) -> NumberFile | None:
    """Read the bytes of a file; None if it looks like a workbook but cannot be opened."""
    if content.startswith(_ZIP):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                sheets = [name for name in book.namelist() if name.endswith(".xml")]
                found = [match.decode() for name in sheets for match in _CELL.findall(book.read(name))]
        except zipfile.BadZipFile:
            return None
        return _counted(found, header=[])
    lines = content.decode("utf-8", "replace").splitlines()
    rows = [[cell.strip() for cell in _CELLS.split(line)] for line in lines if line.strip()]
    header = rows[0] if rows and not _NUMBER.fullmatch(rows[0][0]) else []
    return _counted([row[0].lstrip("+") for row in rows if _NUMBER.fullmatch(row[0])], header)


def _counted(found: list[str], header: list[str]) -> NumberFile:
    numbers = tuple(dict.fromkeys(found))
    return NumberFile(numbers, len(found) - len(numbers), len(set(header)) < len(header))
