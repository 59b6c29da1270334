"""The checks of fields beside names, login ids and phone numbers: one for each kind of field, for every vendor.

A length or range that no vendor states is a generous one of ours; a value that the caller repeats in `extra` is sent
unchecked (`extra_fields`). Choices that vendors may widen are words, and not held to what is known today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, cast
from urllib.parse import urlsplit

import attrs

from .errors import ConfigError
from .fields import Text, label
from .validation import Check, phone_number, required_text, whole_number

_DIGITS: Final = re.compile(r"[0-9]{1,18}")
_KEY: Final = re.compile(r"[0-9*#]")
_BLANK: Final = re.compile(r"\s")
_ADDRESS: Final = Text(2048, exact=True)

word: Final = Text(64, exact=True)
"""Checks a value of the vendor's own: a state, a strategy, an account, an application, a code."""
destination: Final = Text(64, exact=True, number=True)
"""Checks where a call goes: an extension or a number, as text."""
searched_number: Final = Text(64, number=True)
"""Checks a number, or a part of one, that a list is searched for."""
extension_name: Final = Text(64, identifies=True)
"""Checks the name of an extension, which its phone logs in with."""
file_name: Final = Text(255)
"""Checks the name of a file that the vendor keeps, or its path there."""
note: Final = Text(4096, lines=True)
"""Checks a text that is kept for the caller, of one line or more."""


@attrs.frozen
class Whole:
    """The check of a whole number in a range."""

    minimum: int
    maximum: int

    @property
    def limits(self) -> str:
        """What may be given, for people."""
        return f"{self.minimum:,} to {self.maximum:,}"

    def __call__(self, name: str, value: object) -> int:
        """Return `value` as a plain `int`."""
        return whole_number(name, value, minimum=self.minimum, maximum=self.maximum)


seconds: Final = Whole(0, 86_400)
"""Checks a time in seconds, of a day at most."""
count: Final = Whole(0, 1_000_000)
"""Checks a number of things, or a place in an order."""
amount: Final = Whole(0, 1_000_000_000)
"""Checks a number of seconds, or a place in an order, where the vendor warns of assuming an upper bound."""
code: Final = Whole(0, 1_000_000)
"""Checks a number that stands for something, such as a state; the vendor may add others."""
positive: Final = Whole(1, 1_000_000)
"""Checks a number of things of which there is at least one, or a choice that is counted from 1."""
one_or_two: Final = Whole(1, 2)
"""Checks a choice that is written as 1 or 2."""
id_or_none: Final = Whole(0, 10**18 - 1)
"""Checks the number of an object, or 0 for none."""


def row_id(name: str, value: object) -> int:
    """Return an id as a number; its digits as text are taken too, as webhooks and `Ensured.id` carry them so."""
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, str) and value.startswith("@"):
        raise ConfigError(
            f"{name} must be the number of the vendor's id here, got {value[:40]!r}: names with @ stand only in paths"
            + (f"; extensions.get({value[:40]!r}) tells the number" if "extension" in name else "")
        )
    return whole_number(name, value, minimum=1, maximum=10**18 - 1)


def web_address(name: str, value: object) -> str:
    """Return the absolute URL of a page or a server, in one piece; its scheme is the vendor's business."""
    text = _ADDRESS(name, value)
    try:
        parts = urlsplit(text)
        good = bool(parts.scheme and parts.hostname) and not _BLANK.search(text)
    except ValueError:
        good = False
    if not good:
        raise ConfigError(f"{name} must be an absolute URL, such as https://host.example/calls")
    return text


def phone_key(name: str, value: object) -> str:
    """Return a key of a telephone: one digit, `*` or `#`."""
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ConfigError(f"{name} must be one digit, * or #")
    return value


@attrs.frozen
class Matching:
    """The check of a text in a form that the vendor describes; `limits` says what may be given, for people."""

    pattern: re.Pattern[str]
    limits: str

    def __call__(self, name: str, value: object) -> str:
        """Return `value` as a plain `str`; a whole number counts as its digits."""
        text = str(value) if type(value) is int else required_text(name, value)
        if not self.pattern.fullmatch(text):
            raise ConfigError(f"{name} must be {self.limits}")
        return text


def called_number(name: str, value: object) -> str:
    """Return a number to call as digits with the country code: 7 to 15 of them."""
    digits = phone_number(name, value)
    if not 7 <= len(digits) <= 15:
        raise ConfigError(f"{name} must be 7 to 15 digits with the country code, got {len(digits)}")
    return digits


@attrs.frozen
class ListOf:
    """The check of a list whose elements pass another check."""

    check: Check
    least: int = 0

    def __call__(self, name: str, value: object) -> list[object]:
        """Return the elements as they are sent."""
        if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
            raise ConfigError(f"{name} must be a list, got {type(value).__name__}")
        found = [self.check(name, element) for element in cast("Iterable[object]", value)]
        if len(found) < self.least:
            raise ConfigError(f"{name} must hold at least {self.least}")
        return found


row_ids: Final = ListOf(row_id, least=1)
"""Checks a list of ids with something in it."""
names: Final = ListOf(label)
"""Checks a list of names."""
words: Final = ListOf(word)
"""Checks a list of the vendor's words."""
codes: Final = ListOf(code)
"""Checks a list of numbers that stand for something."""
