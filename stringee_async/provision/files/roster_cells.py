"""What stands in a cell of a roster, checked by the rule of its field.

One job: from the text of one cell to its value. The rules are those of SDK and command line; here is what only a cell can
be: a formula, a number without its leading zero, a name whose letters were lost, several groups in one text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from ...core.errors import ConfigError
from ...core.field_rules import extension_name
from ...core.fields import damage, international, label, login_id
from ...core.phone_numbers import read_phone_number
from ...core.redaction import shortened
from ...core.validation import required_text
from ..nouns import FIELDS
from .spreadsheet_cells import FIRST_CHARACTERS, as_meant, formula, lost_letter, written

SEPARATOR: Final = "|"
"""What separates the groups in a cell."""
_SECOND_SEPARATOR: Final = ";"
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_INTERNATIONAL: Final = re.compile(r"[1-9][0-9]{9,14}")
_NATIONAL: Final = re.compile(r"0[1-9][0-9]{7,11}")
_DIGITS: Final = re.compile(r"[0-9]{1,15}")
_ROUTING: Final = FIELDS["agent"]["routing"].check
_LOST_ZERO: Final = (
    "may have lost its leading zero in a spreadsheet; format the column as text and enter the number again, or write an "
    "international number with +"
)
_BARE_NUMBER: Final = re.compile(r"[1-9][0-9]{6,}")


class RosterCells:
    """Reads the cells of one file.

    Args:
        separator: What separates the cells of the file.
        phone_code: The calling code of numbers that begin with 0, or None.
        text: The text of the file.
    """

    def __init__(self, separator: str, phone_code: str | None, text: str) -> None:
        self._separator = separator
        self._code = phone_code
        self._odd = FIRST_CHARACTERS | {"E"} if "Err:" in text else FIRST_CHARACTERS
        self._known: dict[str, tuple[str, ...]] = {}
        self._choices: dict[str, str] = {}
        self._checks: dict[str, Callable[[str, str], Any]] = {
            "user_id": login_id,
            "was": login_id,
            "id": _plain,
            "name": _name,
            "phone": self._phone,
            "routing": self._routing,
            "extension": _extension,
            "groups": self._groups,
        }

    def check_of(self, column: str) -> Callable[[str, str], Any]:
        """Return what reads a cell of a column: given the column's name and the cell, it returns the value, or raises.

        Args:
            column: The column, one of `COLUMNS`, or that of a vendor's own field.
        """
        check, odd = self._checks.get(column, _plain), self._odd

        def read(name: str, cell: str) -> Any:
            if cell[0] in odd or not cell.isprintable():
                cell = _one_line_of_text(name, cell)
            return check(name, cell)

        return read

    def _phone(self, column: str, cell: str) -> str:
        if _INTERNATIONAL.fullmatch(cell) and cell.startswith(self._code or ""):
            return cell
        if self._code not in (None, "7") and _NATIONAL.fullmatch(cell):
            return f"{self._code}{cell[1:]}"
        cell = cell.removeprefix("'")
        problem = _LOST_ZERO
        if not self._lost_zero(cell):
            try:
                return read_phone_number(str(international(cell, self._code)))
            except ValueError as error:
                problem = str(error)
        shown = repr(shortened(cell) if sum(map(str.isdigit, cell)) > 5 else cell)
        raise ConfigError(f"{column} {shown} {problem}")

    def _lost_zero(self, cell: str) -> bool:
        """Return whether a number looks as if a spreadsheet had taken its leading zero.

        It has no sign in front, and nine digits, which is a national number of many countries; or it begins with
        neither 0 nor the code of the country whose national numbers are read.
        """
        foreign = self._code not in (None, "7") and not cell.startswith(self._code or "")
        return (len(cell) == 9 or foreign) and _BARE_NUMBER.fullmatch(cell) is not None

    def _routing(self, column: str, cell: str) -> str:
        known = self._choices.get(cell)
        if known is None:
            known = self._choices[cell] = str(_ROUTING(column, cell.casefold()))
        return known

    def _groups(self, column: str, cell: str) -> tuple[str, ...]:
        """Return the groups that a cell names; equal cells share one tuple."""
        known = self._known.get(cell)
        if known is None:
            known = self._known[cell] = self._read_groups(column, cell)
        return known

    def _read_groups(self, column: str, cell: str) -> tuple[str, ...]:
        bars, other = SEPARATOR in cell, _SECOND_SEPARATOR in cell and self._separator != _SECOND_SEPARATOR
        if bars and other and not cell.endswith(SEPARATOR):
            raise ConfigError(
                f"{column} is separated by | and by ; alike; separate groups by | alone, and if a name holds ; write | "
                "at the end too"
            )
        parts = cell.split(_SECOND_SEPARATOR if other and not bars else SEPARATOR)
        names = [_name(column, name.strip()) for name in parts if name.strip()]
        for name, count in Counter(names).items():
            if count > 1:
                raise ConfigError(f"{column} names {name!r} twice")
        return tuple(names)


def groups_cell(names: Iterable[str]) -> str | None:
    """Return names of groups as a cell of the column `groups`, to be read again; None if a name holds a bar.

    Args:
        names: The names.
    """
    given = tuple(names)
    if any(SEPARATOR in name for name in given):
        return None
    text = SEPARATOR.join(given)
    return written(f"{text}{SEPARATOR}" if _SECOND_SEPARATOR in text else text)


def _name(column: str, cell: str) -> str:
    problem = lost_letter(cell)
    if problem is not None:
        raise ConfigError(f"{column} {problem}")
    return label(column, unicodedata.normalize("NFC", cell))


def _extension(column: str, cell: str) -> str:
    return cell if _DIGITS.fullmatch(cell) else extension_name(column, cell)


def _one_line_of_text(column: str, cell: str) -> str:
    """Return what a cell says if it is one line of text that no spreadsheet computes."""
    if not cell.isprintable() and _CONTROL.search(cell):
        raise ConfigError(f"{column} holds a line break or a control character; is a quote not closed?")
    problem = formula(cell)
    if problem is not None and not (column == "phone" and cell.startswith("+")):
        raise ConfigError(f"{column} {problem}")
    return as_meant(cell)


def _plain(column: str, cell: str) -> str:
    """Return a value of a vendor's own field if no spreadsheet has spoiled it."""
    harm = damage(cell)
    if harm is not None:
        raise ConfigError(f"{column} {harm}")
    return required_text(column, cell)
