"""YAML as text: values that mean the same to every reader of YAML, and lines of maps and lists, always written alike.

Needs no library. A text that YAML could read as something else, such as `no`, `~` or `0123`, stands in quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias, cast

from ...core.redaction import printable

_PLAIN: Final = re.compile(r"[^\W\d_][\w.-]*(?: [\w.-]+)*")
_OTHER_MEANING: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})

Lines: TypeAlias = list[str]
Block: TypeAlias = str | Lines
"""What stands behind a key: on the same line, or the lines below, which are indented when they are put in."""
INDENT: Final = "  "


def text(value: str) -> str:
    """Return a text as a YAML scalar, in quotes unless it is a plain word or several."""
    if _PLAIN.fullmatch(value) and value.casefold() not in _OTHER_MEANING and value.isprintable():
        return value
    return quoted(value)


def quoted(value: str) -> str:
    """Return a text in double quotes, on one line, without characters that cannot be seen."""
    written = json.dumps(value, ensure_ascii=False)
    return written if written.isprintable() else "".join(map(_seen, written))


def _seen(letter: str) -> str:
    if letter.isprintable():
        return letter
    if "\ud800" <= letter <= "\udfff":
        return "\ufffd"  # half a character, which no file can hold
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def number(value: float) -> str:
    """Return a number without exponent."""
    whole = isinstance(value, int) or value.is_integer()
    return str(int(value)) if whole else format(Decimal(repr(value)), "f")


def scalar(value: str | float | bool | None) -> str:
    """Return any scalar."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return text(value) if isinstance(value, str) else number(value)


def flow_list(values: Iterable[str]) -> str:
    """Return texts as a list on one line."""
    return f"[{', '.join(map(text, values))}]"


def flow_map(pairs: Mapping[str, Any]) -> str:
    """Return scalars as a map on one line."""
    return f"{{{', '.join(f'{key}: {scalar(value)}' for key, value in pairs.items())}}}"


def data(value: Any) -> str:
    """Return any data that JSON can hold, on one line, keys sorted and texts in quotes."""
    if isinstance(value, Mapping):
        pairs = sorted(cast("Mapping[str, object]", value).items())
        return f"{{{', '.join(f'{quoted(key)}: {data(each)}' for key, each in pairs)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(data, cast('Sequence[object]', value)))}]"
    return quoted(value) if isinstance(value, str) else scalar(value)


def map_lines(pairs: Iterable[tuple[str, Block]]) -> Lines:
    """Return the lines of a map."""
    found: Lines = []
    for key, block in pairs:
        if isinstance(block, str):
            found.append(f"{key}: {block}")
        else:
            found.append(f"{key}:")
            found += (f"{INDENT}{line}" for line in block)
    return found


def list_lines(items: Iterable[Lines]) -> Block:
    """Return the lines of a list; `[]` of an empty one."""
    found: Lines = []
    for first, *others in items:
        found.append(f"- {first}")
        found += (f"{INDENT}{line}" for line in others)
    return found or "[]"


def commented(lines: Lines, comment: str) -> Lines:
    """Return lines with a comment behind the first, if there is something to say."""
    if not comment:
        return lines
    first, *others = lines
    return [f"{first}  # {printable(comment, one_line=True)}", *others]
