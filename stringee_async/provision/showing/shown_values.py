"""Names and values as a plan shows them: on one line, unable to steer a terminal, phone numbers shortened."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from ...core.field_rules import web_address
from ...core.fields import Choice
from ...core.redaction import clipped, personal_shortened, shortened, without_tokens
from ...core.validation import phone_number
from ..nouns import FIELDS, Key, Kind, shown_key
from ..things import NO_FIELDS, Fields

LONGEST: Final = 200
"""Characters of a name or value that are shown."""
_PLAIN: Final = re.compile(r"\w[\w.@+&'#*_:/()-]*(?: [\w.@+&'#*_:/(][\w.@+&'#*_:/()-]*)*")
"""Names that need no quotes: nothing in them looks like a column, an arrow or a quote of the plan's own."""
_KINDS: Final[dict[Kind, str]] = {"queue_agent": "queue agent"}


def shown_kind(kind: Kind) -> str:
    """Return a kind in words."""
    return _KINDS.get(kind, kind)


def one_line(text: str) -> str:
    """Return text with escapes in place of all that is not printed as it is: line breaks, controls, marks of direction.

    Blanks other than the usual one, and characters without a width, are escaped too: they make names differ that look alike.
    """
    text = without_tokens(text)
    return text if text.isprintable() else "".join(map(_escaped, text))


def shown_name(name: str) -> str:
    """Return a name or a key; in quotes where it would not be clear where it ends."""
    shown = clipped(one_line(name), LONGEST)
    return shown if _PLAIN.fullmatch(shown) else quoted(name)


def quoted(text: str) -> str:
    """Return a text in quotes, with escapes in place of its own quotes and backslashes."""
    return f'"{clipped(one_line(text.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))), LONGEST)}"'


def shown_ref(key: Key) -> str:
    """Return a key, such as `Hotline/Sales`."""
    return shown_name(key[0] if len(key) == 1 else shown_key(key))


def shown_value(kind: Kind, field: str, value: Any) -> str:
    """Return a field's value: words of a choice bare, texts in quotes, phone numbers shortened, addresses without query."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    check = next((each.check for each in FIELDS[kind] if each.name == field), None)
    if check is phone_number:
        return one_line(shortened(text))
    if check is web_address:
        return quoted(_without_query(text))
    if isinstance(check, Choice):
        return shown_name(text)
    return quoted(text if check is not None else personal_shortened(text))


def shown_fields(kind: Kind, fields: Fields) -> str:
    """Return what is written of a new thing, such as `name "Chi", routing app`."""
    return ", ".join(f"{shown_name(name)} {shown_value(kind, name, value)}" for name, value in fields.items())


def shown_changes(kind: Kind, fields: Fields, before: Fields = NO_FIELDS) -> str:
    """Return what changes, such as `name "An" -> "An N."`; without what was there before, where that is not known."""
    parts: list[str] = []
    for name, value in fields.items():
        new = shown_value(kind, name, value)
        if name in before:
            old = shown_value(kind, name, before[name])
            # Two phone numbers may look alike when shortened; the plan must still say that they differ.
            new = f"{old} -> {new}" if old != new else f"{old} -> another one"
        parts.append(f"{shown_name(name)} {new}")
    return ", ".join(parts)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )


def padded(text: str, columns: int) -> str:
    """Return a text with blanks up to a number of columns of a terminal."""
    return text + " " * (columns - width(text))


def _without_query(url: str) -> str:
    """Return an address without what may be a secret: user and password, query and fragment."""
    bare = re.sub(r"//[^/?#]*@", "//...@", url)
    head, mark, _ = bare.partition("?")
    return f"{head}?..." if mark else bare.partition("#")[0]


def _escaped(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
