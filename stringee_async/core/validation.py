"""Checks of arguments: each returns the value as it is sent, or raises a `ConfigError` that names the argument."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, cast

from .errors import ConfigError
from .json_codec import encode
from .options import exact_text, exact_whole, shown
from .phone_numbers import read_phone_number, visible
from .redaction import personal_shortened

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NEVER_TYPED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST: Final = 65_536
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def identifier(name: str, value: object) -> str:
    """Return `value` if it can be an id."""
    text = required_text(name, value)
    if text in {".", ".."} or "/" in text or "\\" in text:
        raise ConfigError(f"{name} is not an id: it must not hold slashes or be a dot segment")
    return user_id(name, text)


def user_id(name: str, value: object) -> str:
    """Return `value` if it can be an id that people choose: no blanks around it, nothing invisible in it."""
    text = required_text(name, value)
    if text != text.strip():
        raise ConfigError(f"{name} has blanks around it; take them away, as the vendor may keep or drop them")
    if not text.isascii() and (visible(text) != text or any(c.isspace() and c != " " for c in text)):
        raise ConfigError(
            f"{name} holds an invisible character, such as a zero-width blank or a no-break space; type it again"
        )
    return text


def required_text(name: str, value: object) -> str:
    """Return `value` as a plain `str` if it is one line of text with something in it."""
    if (
        type(value) is str
        and value.isprintable()
        and len(value) <= _LONGEST
        and value
        and not value.isspace()
    ):
        return value
    text = free_text(name, value)
    if not text.isprintable() and _CONTROL.search(text):
        raise ConfigError(f"{name} must not hold line breaks or other control characters")
    return text


def free_text(name: str, value: object) -> str:
    """Return `value` as a plain `str` if it is text with something in it, of one line or more."""
    if not isinstance(value, str):
        got = "bytes" if isinstance(value, (bytes, bytearray)) else personal_shortened(shown(value))
        raise ConfigError(f"{name} must be text, got {got}")
    if type(value) is not str:
        value = exact_text(value)
    if not value.strip():
        raise ConfigError(f"{name} must not be empty")
    if not value.isascii() and _SURROGATE.search(value):
        raise ConfigError(f"{name} holds half a character (a lone surrogate), which cannot be sent")
    if not value.isprintable() and _NEVER_TYPED.search(value):
        raise ConfigError(f"{name} must not hold control characters")
    if len(value) > _LONGEST:
        raise ConfigError(f"{name} must have at most {_LONGEST:,} characters, got {len(value):,}")
    return value


def whole_number(name: str, value: object, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return `value` as a plain `int` if it is a whole number in range."""
    number = value if type(value) is int else exact_whole(value)
    if number is None:
        raise ConfigError(f"{name} must be a whole number, got {personal_shortened(shown(value))}")
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        limits = (
            f"between {minimum} and {maximum}"
            if minimum is not None and maximum is not None
            else (f"at least {minimum}" if maximum is None else f"at most {maximum}")
        )
        raise ConfigError(f"{name} must be {limits}, got {number}")
    return number


def boolean(name: str, value: object) -> bool:
    """Return `value` as a plain `bool` if it is True or False; numpy's own are taken too."""
    if isinstance(value, bool):
        return value
    if type(value).__module__ == "numpy" and type(value).__name__ in {"bool", "bool_"}:
        return bool(value)
    raise ConfigError(f"{name} must be True or False, got {personal_shortened(shown(value))}")


def aware_datetime(name: str, value: object) -> datetime:
    """Return `value` in UTC if it is a datetime with a zone."""
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise ConfigError(
            f"{name} must be a datetime with a zone, such as datetime(2026, 11, 1, tzinfo=UTC); got {shown(value)}"
        )
    return value.astimezone(UTC)


def phone_number(name: str, value: object) -> str:
    """Return `value` as digits with the country code; see `core.phone_numbers`."""
    text = required_text(name, value)
    try:
        return read_phone_number(text)
    except ValueError as error:
        raise ConfigError(f"{name} {error}") from None


Check = Callable[[str, object], object]
"""Returns a value as it is sent, or raises a ConfigError that names the argument."""


def extra_fields(extra: Mapping[str, object]) -> dict[str, object]:
    """Return the fields of `extra` if it is a mapping from names to values that JSON can hold."""
    return json_fields("extra", extra)


def json_fields(argument: str, given: object) -> dict[str, object]:
    """Return the fields of an argument if it is a mapping from names to values that JSON can hold."""
    if not isinstance(given, Mapping):
        raise ConfigError(f"{argument} must be a mapping, got {type(given).__name__}")
    found: dict[str, object] = {}
    for name, value in cast("Mapping[object, object]", given).items():
        if not isinstance(name, str):
            raise ConfigError(f"{argument} must have text as names")
        found[name] = _json_value(argument, name, value)
    return found


def _json_value(argument: str, name: str, value: object) -> object:
    """Return `value` if it is JSON data. Bytes are not: a model keeps what it could not decode as bytes."""
    try:
        json.dumps(value, allow_nan=False)  # stricter than the codec, which writes bytes and dates as text
        encode(value)
    except (TypeError, ValueError, RecursionError):
        raise ConfigError(f"{argument}: the value of {name} cannot be written as JSON") from None
    return value
