"""The checks of names, login ids, choices and countries; phone numbers are in `phone_numbers`.

SDK, command line and roster call the same functions, so that a value passes everywhere or nowhere. What a spreadsheet
does to a value (`8.49E+10`, `1001.0`, `#N/A`) is recognised, because most wrong values come from there.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final, NoReturn

import attrs

from .errors import ConfigError
from .near_names import nearest
from .phone_numbers import national_digits, visible, what_spoiled
from .redaction import personal_shortened
from .validation import free_text, required_text, user_id

NAME_LONGEST: Final = 255
"""Characters of a name. The vendors state no limit where this one is used."""
LOGIN_LONGEST: Final = 36
"""Characters of a login id: a UUID has as many. One project mentions 32; no vendor states a limit."""
OURS: Final = (
    "this limit is the package's, not the vendor's: a value that stands in `extra` too is sent unchecked"
)
"""A note on the error about a text that is too long, where the vendor states no limit."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ERROR_CELL: Final = re.compile(r"#(?:N/A|NV|[^\W\d_]{2,12}(?:/0)?[!?]|####*)", re.IGNORECASE)
"""An error of a spreadsheet's formula, such as `#N/A`, `#REF!`, `#DIV/0!`, and in German `#WERT!`."""
_CHANGED: Final = re.compile(r"[0-9]+[.,]0+|[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_LOOK_TWICE: Final = frozenset(" #(+.,0123456789")
"""With one of these a blank text, a spreadsheet's error or a number may begin; a text without needs no closer look."""
_CODES: Final = (
    "AE971 AF93 AL355 AM374 AT43 AU61 AZ994 BA387 BD880 BE32 BG359 CH41 CN86 DE49 DZ213 EG20 ET251 FI358 "
    "FR33 GB44 GE995 GH233 HR385 ID62 IE353 IL972 IN91 IQ964 IR98 JO962 JP81 KE254 KG996 KH855 KR82 KZ7 LA856 "
    "LB961 LK94 MA212 ME382 MK389 MM95 MN976 MY60 NG234 NL31 NP977 NZ64 PH63 PK92 RO40 RS381 RU7 SA966 SE46 "
    "SI386 SK421 SY963 TH66 TR90 TW886 TZ255 UA380 UG256 VN84 YE967 ZA27 ZM260"
)
COUNTRIES: Final = MappingProxyType({pair[:2]: pair[2:] for pair in _CODES.split()})
"""Calling codes of the countries whose national numbers begin with one 0 (an 8 where the code is 7), which is left out
behind the code.
"""


def damage(text: str) -> str | None:
    """Return what a spreadsheet did to a text, with the remedy; None if nothing of the kind is seen."""
    if _ERROR_CELL.fullmatch(text):
        return f"is {text}, an error of a spreadsheet; mend the formula, or clear the cell"
    if _CHANGED.fullmatch(text):
        return f"{personal_shortened(repr(text))} was changed by a spreadsheet; format the column as text and enter it again"
    return None


def calling_code(name: str, value: object) -> str | None:
    """Return the calling code of a country, such as `"84"`; None for None."""
    if value is None:
        return None
    text = required_text(name, value).strip().upper().removeprefix("+")
    if re.fullmatch(r"[1-9][0-9]{0,2}", text):
        return text
    if text not in COUNTRIES:
        raise ConfigError(
            f"{name} must be a country whose national numbers begin with 0, such as VN, or with 8 (RU, KZ), or its calling "
            f"code, such as 84; got {text!r}"
        )
    return COUNTRIES[text]


def international(value: object, code: str | None) -> object:
    """Return a national number with a country's calling code; any other value as it is.

    A national number begins with one 0; where the code is 7, with an 8 that ten digits follow.
    """
    if code is None or not isinstance(value, str):
        return value
    digits = national_digits(value, code)
    return value if digits is None else code + digits


@attrs.frozen
class Text:
    """The check of a text in one line.

    Args:
        longest: How many characters it may have.
        least: How many it must have.
        exact: Whether it is compared exactly, so that blanks around it and invisible characters matter.
        identifies: Whether it is an id that people choose: exact, and no value that a spreadsheet has changed.
        lines: Whether it may have several lines.
        number: Whether it is a phone number, or may be one, that is kept as it is written; what a spreadsheet spoiled
            is none.
        ours: Whether the length is a limit of ours and not the vendor's.
    """

    longest: int
    least: int = 1
    exact: bool = False
    identifies: bool = False
    lines: bool = False
    number: bool = False
    ours: bool = True

    @property
    def limits(self) -> str:
        """What may be given, for people."""
        span = f"{self.least} to {self.longest:,}" if self.least > 1 else f"at most {self.longest:,}"
        return f"{span} characters"

    def __call__(self, name: str, value: object) -> str:
        """Return `value` as a plain text."""
        if (
            type(value) is str
            and value.isprintable()
            and self.least <= len(value) <= self.longest
            and value[0] not in _LOOK_TWICE
            and value[-1] != " "
        ):
            return value
        if isinstance(value, str) and len(value) > self.longest:
            self._length(name, len(value))
        text = free_text(name, value)
        if not visible(text):
            raise ConfigError(f"{name} must not be empty; it holds invisible characters only")
        if not self.lines:
            _one_line(name, text)
        if len(text) < self.least:
            self._length(name, len(text))
        if self.exact or self.identifies:
            user_id(name, text)
        harm = damage(text) if self.identifies else None
        if harm is None and _ERROR_CELL.fullmatch(text.strip()):
            harm = damage(text.strip())
        if harm is None and self.number:
            harm = what_spoiled(visible(text))
        if harm is not None:
            raise ConfigError(f"{name} {harm}")
        return text

    def _length(self, name: str, length: int) -> NoReturn:
        limits = f"be {self.least} to {self.longest}" if self.least > 1 else f"have at most {self.longest:,}"
        error = ConfigError(f"{name} must {limits} characters, got {length:,}")
        if self.ours:
            error.add_note(OURS)
        raise error


def _one_line(name: str, text: str) -> None:
    control = None if text.isprintable() else _CONTROL.search(text)
    if control is not None:
        what = (
            "a line break"
            if control[0] in "\n\r\x85\u2028\u2029"
            else f"the control character U+{ord(control[0]):04X}"
        )
        raise ConfigError(f"{name} must be one line of text; it holds {what}")


label: Final = Text(NAME_LONGEST)
"""Checks a name that people read."""
login_id: Final = Text(LOGIN_LONGEST, identifies=True)
"""Checks a login id."""


@attrs.frozen
class Choice:
    """The check of a text that is one of a few."""

    values: tuple[str, ...]

    @property
    def limits(self) -> str:
        """What may be given, for people."""
        return " or ".join(f"`{value}`" for value in self.values)

    def __call__(self, name: str, value: object) -> str:
        """Return `value`."""
        text = required_text(name, value)
        if text in self.values:
            return text
        near = nearest(text, self.values)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ConfigError(f"{name} must be {' or '.join(self.values)}, got {text[:40]!r}{hint}")
