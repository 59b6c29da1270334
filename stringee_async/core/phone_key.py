"""One normal form of phone numbers, for comparing those that a CRM holds with those of calls."""

from __future__ import annotations

import re
from typing import Final

from .fields import calling_code
from .phone_numbers import national_digits, read_phone_number, visible

_SCHEME: Final = re.compile(r"(?:tel|sip|callto):", re.IGNORECASE)
_BEHIND: Final = re.compile(r"[;@].*|\s*(?:ext\.?|x|#)\s*[0-9]{1,8}\s*\Z", re.IGNORECASE | re.DOTALL)
_TRUNK_ZERO: Final = re.compile(r"\(\s*0\s*\)")


def phone_key(number: object, *, country: str | None = None) -> str | None:
    """Return the one form of a phone number that is the same however it was written; sends nothing.

    `+84 90 123 45 67`, `0084-901234567`, `tel:+84901234567` and, with `country="VN"`, `0901234567` have one key. Compare
    keys with each other, and never take two numbers without a key for the same.

    Args:
        number: The number as the CRM, or a call, has it: text or a whole number. An extension behind it is left out.
        country: The country of national numbers, such as `"VN"`, or its calling code, such as `"84"`; `"RU"` and `"KZ"` for
            those that begin with 8. Without it, national numbers have no key.

    Returns:
        The digits with the country code; None for what is no number, was changed by a spreadsheet, or is national
        while no country is given.

    Raises:
        ConfigError: `country` is none that is known.
    """
    code = calling_code("country", country)
    if isinstance(number, int) and not isinstance(number, bool):
        number = str(number)
    if not isinstance(number, str):
        return None
    text = _TRUNK_ZERO.sub("", _BEHIND.sub("", _SCHEME.sub("", visible(number), count=1)))
    national = None if code is None else national_digits(text, code)
    if national is not None:
        return f"{code}{national}"
    try:
        digits = read_phone_number(text)
    except ValueError:
        return None
    if code is not None and code != "7" and digits.startswith(f"{code}0"):
        return f"{code}{digits[len(code) + 1 :]}"  # the national zero, kept behind the country code
    return digits
