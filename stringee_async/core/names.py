"""Names and numbers as vendors keep them: whether a stored value is the wanted one.

A vendor may trim a name, squeeze its blanks, change its Unicode form, or add a plus sign to a number. A value that
differs in nothing else is the same one, and writing it again would change nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final, cast

_NUMBER: Final = re.compile(r"\+?[0-9][0-9 .()\-]*")
_NAMED: Final = re.compile(r"(?:^|_|[a-z])(?:name|label|title|description)$", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"(number|phone)")


def normalised(name: str) -> str:
    """Return a name as it is compared: single blanks inside, none around it, in one Unicode form."""
    return " ".join((name if name.isascii() else unicodedata.normalize("NFC", name)).split())


def same_name(left: str | None, right: str) -> bool:
    """Return whether two names are the same but for blanks and Unicode form; case matters."""
    return left is not None and (left == right or normalised(left) == normalised(right))


def may_be(stored: object, wanted: object) -> bool:
    """Return whether a stored value may be the wanted one where letters of it were lost (U+FFFD); None is not."""
    if stored == wanted:
        return True
    if not isinstance(stored, str) or not isinstance(wanted, str):
        return False
    name = normalised(wanted)
    return any(_with_gaps(text).fullmatch(name) for text in (stored, stored.rpartition("*")[2]))


def carries(row: object, wanted: Mapping[str, object]) -> bool:
    """Return whether a malformed row carries the wanted values, or may carry them; its names may be in camel case."""
    if not isinstance(row, dict):
        return False
    fields = cast("dict[str, object]", row)
    return all(
        _same_or_may_be(fields.get(name, fields.get(in_camel_case(name))), value)
        for name, value in wanted.items()
    )


def _same_or_may_be(stored: object, value: object) -> bool:
    return str(stored) == str(value) or may_be(stored, value)


def in_camel_case(name: str) -> str:
    """Return the name of a field of ours as vendors spell it that write camel case."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def is_name(field: str) -> bool:
    """Return whether a field of this name, ours or the vendor's, holds a name or another text that people read."""
    return _NAMED.search(field) is not None


def same_value(field: str, found: object, wanted: object) -> bool:
    """Return whether a vendor that stores `found` would store the same for `wanted`.

    Names and phone numbers are compared as vendors keep them, all else exactly.
    """
    if found == wanted:
        return True
    if not isinstance(found, str) or not isinstance(wanted, str):
        return False
    if is_name(field):
        return normalised(found) == normalised(wanted)
    if _NUMBERED.search(field) and _NUMBER.fullmatch(found) and _NUMBER.fullmatch(wanted):
        return _digits(found) == _digits(wanted)
    return False


def differing(found: Any, wanted: Mapping[str, object]) -> dict[str, object]:
    """Return those of the wanted fields whose value the found object does not have."""
    return {
        name: value for name, value in wanted.items() if not same_value(name, _stored(found, name), value)
    }


def _stored(found: Any, name: str) -> object:
    """Return a field of a model, one that it does not know too; None where the vendor does not show it."""
    try:
        return getattr(found, name)
    except AttributeError:
        return found.extra.get(name)


def _with_gaps(text: str) -> re.Pattern[str]:
    """Return a pattern in which lost letters are any text; what RingMe puts before a name ends with an asterisk."""
    parts = re.split("\ufffd+", normalised(text))
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def is_id(value: object) -> bool:
    """Return whether a value can be an id that a vendor gave: a number, or text.

    Text in which letters were lost (U+FFFD), and text with a control character or blanks around it, names no object.
    """
    if isinstance(value, str):
        return value.isprintable() and value == value.strip() != "" and "\ufffd" not in value
    return isinstance(value, int) and not isinstance(value, bool)
