"""Cells that a spreadsheet computes or has spoiled, and how a text is written so that it computes nothing.

One job: what stands in one cell, whatever its column. What a spreadsheet does to numbers and login ids is told by the
rules of these fields (`core.phone_numbers`, `core.fields`).
"""

from __future__ import annotations

import re
from typing import Final

FIRST_CHARACTERS: Final = frozenset("=+-@'")
"""With one of these begins every cell that `written` changes, `as_meant` changes or `formula` refuses."""
_COMPUTED: Final = re.compile(r"'*[=+\-@]")
_SIGNED_NUMBER: Final = re.compile(r"\+[0-9][0-9 ().-]*")
_NOTHING: Final = re.compile("[-\u2010-\u2015]+")
ERROR_OF_CALC: Final = re.compile(r"\bErr:[0-9]{3}\b")
"""What LibreOffice writes in place of a value that it could not compute."""
_LOST_LETTER: Final = re.compile(r"[^\W\d_]\?[^\W\d_]")


def written(text: str) -> str:
    """Return a text as it is written into a cell: with an apostrophe in front where a spreadsheet would compute it.

    Args:
        text: What the cell is to say.
    """
    return f"'{text}" if _COMPUTED.match(text) else text


def as_meant(cell: str) -> str:
    """Return what a cell says, without the apostrophe that `written` puts in front.

    Args:
        cell: The cell, without blanks around it.
    """
    return cell[1:] if cell.startswith("'") and _COMPUTED.match(cell) else cell


def formula(cell: str) -> str | None:
    """Return what is wrong with a cell that a spreadsheet computes, or could not compute; None if it is neither.

    A number with a plus sign is none: `+84 123 456 789`.

    Args:
        cell: The cell as it stands in the file, without blanks around it.
    """
    if ERROR_OF_CALC.fullmatch(cell):
        return f"is {cell}, an error of a spreadsheet; mend the formula, or clear the cell"
    if not cell or cell[0] not in "=+-@" or _SIGNED_NUMBER.fullmatch(cell):
        return None
    if _NOTHING.fullmatch(cell):
        return "is a dash; leave the cell empty where there is nothing"
    return (
        f"begins with {cell[0]}, so a spreadsheet takes it for a formula; write what it is to say, "
        "or an apostrophe in front of it"
    )


def lost_letter(text: str) -> str | None:
    """Return what is wrong with a text in which letters became question marks, and the remedy; None if none did.

    Args:
        text: A name.
    """
    if "?" not in text or not _LOST_LETTER.search(text):
        return None
    return (
        'holds a question mark in place of a letter; save the file again: in a spreadsheet choose "CSV UTF-8"'
    )
