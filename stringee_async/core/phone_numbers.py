"""Phone numbers as people write them, converted to digits with the country code.

One rule for the SDK, the command line and the roster. What looks like a date, or was changed by a spreadsheet, is
rejected with advice: read as a number, it would ring someone else.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from .redaction import EXAMPLE

_NOISE: Final = re.compile("[\\s.()\u2010-\u2015-]")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_DIGITS: Final = re.compile(r"[0-9]{3,20}")
_ROUNDED: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_GROUPING: Final = re.compile("[\\s()\u2010-\u2015-]")
_DECIMAL: Final = re.compile(
    r"\+?(?:[0-9]{5,}[.,][0-9]{1,2}|[0-9]+[.,]0{1,2}|[0-9]{7,}[.,]0+|[0-9.,]+[.,][0-9])"
)
_DATE: Final = re.compile(
    r"([0-9]{1,2})([-./])([0-9]{1,2})\2(?:[0-9]{4}|[0-9]{2})|(?:19|20)[0-9]{2}([-./])([0-9]{1,2})\4([0-9]{1,2})"
)
_SEPARATOR: Final = re.compile("\\s*([./\u2010-\u2015-])\\s*|\\s+")
_PARENTHESES: Final = re.compile(r"[()]")
_TRUNK_ZERO: Final = re.compile(r"[0-9]\s*\(\s*0\s*\)")
_BEHIND_ZERO: Final = re.compile(r"0[1-9][0-9]+")
_NATIONAL: Final = MappingProxyType({"7": re.compile(r"8[0-9]{10}")})
"""National numbers that do not begin with a single 0, by calling code: those of Russia and Kazakhstan."""
_TIME_OF_DAY: Final = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$")


def visible(text: str) -> str:
    """Return a text without surrounding blanks and without invisible characters."""
    return _INVISIBLE.sub("", text).strip()


def read_phone_number(text: str) -> str:
    """Return the digits of a number, with its country code and without plus sign.

    The `ValueError` for what is none says why and what to do, and does not show it.
    """
    if _DIGITS.fullmatch(text) and text[0] != "0":
        return text
    given = visible(text)
    spoiled = what_spoiled(given)
    if spoiled is not None:
        raise ValueError(spoiled)
    if _TRUNK_ZERO.search(given):
        raise ValueError("holds (0), which is not dialled behind a country code; leave it out")
    digits = _NOISE.sub("", given)
    if digits.startswith("+"):
        digits = digits[1:]
    elif digits.startswith("00"):
        digits = digits[2:]
    if not _DIGITS.fullmatch(digits):
        raise ValueError(f"must be 3 to 20 digits with the country code, such as {EXAMPLE}")
    if digits.startswith("0"):
        raise ValueError(
            f"begins with 0: put the country code in place of it, such as {EXAMPLE} for 0123456789, or set "
            "phone_country (--phone-country VN)"
        )
    return digits


def what_spoiled(text: str) -> str | None:
    """Return what a spreadsheet made of a number, with the remedy and without the number; None if nothing is seen."""
    if text.startswith("#"):
        return "is an error of a spreadsheet's formula; mend it there"
    if _ROUNDED.fullmatch(text):
        return "was rounded by a spreadsheet; format the column as text and enter the number again"
    if _has_decimal_part(text):
        return "has a decimal part, added by a spreadsheet; format the column as text, without the part"
    if is_date(text):
        return "looks like a date; if it is a number, write it without dots, hyphens and slashes"
    return None


def _has_decimal_part(text: str) -> bool:
    return _DECIMAL.fullmatch(_GROUPING.sub("", text)) is not None


def is_date(text: str) -> bool:
    """Return whether a text is a date in figures, as spreadsheets make them of numbers with dots or hyphens."""
    bare = _PARENTHESES.sub("", _TIME_OF_DAY.sub("", text)).removeprefix("+").strip()
    plain = _SEPARATOR.sub(_plain_separator, bare).removesuffix(".")
    found = _DATE.fullmatch(plain)
    if found is None:
        return False
    one, other = int(found[1] or found[5]), int(found[3] or found[6])
    return 1 <= min(one, other) <= 12 and max(one, other) <= 31


def national_digits(text: str, code: str) -> str | None:
    """Return the digits behind the prefix of a national number of a country, given by calling code; None if a text is none."""
    given = visible(text)
    digits = _NOISE.sub("", given)
    national = _NATIONAL.get(code, _BEHIND_ZERO)
    if not national.fullmatch(digits) or _has_decimal_part(given) or is_date(given):
        return None
    return digits[1:]


def _plain_separator(found: re.Match[str]) -> str:
    """Return the separator of a date without blanks around it; dashes, and blanks alone, as a hyphen."""
    return found[1] if found[1] in {".", "/"} else "-"
