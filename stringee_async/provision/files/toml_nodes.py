"""TOML to nodes. The standard library tells no places of values, so that the path of keys is the place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final, cast

from .nodes import DEEPEST, Node, below, malformed

_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

_LONG: Final = re.compile(r"[0-9A-Fa-f_]{3000}")


class _Float(str):
    """A number with a fraction or an exponent, as it was typed."""

    __slots__ = ()


def read_toml(text: str, file: str) -> Node:
    """Return the value of a TOML document.

    Args:
        text: The document.
        file: Its name, for places.

    Raises:
        MalformedFileError: It is not TOML, or too deep.
    """
    try:
        return _node(tomllib.loads(text, parse_float=_Float), file, "", 0)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.search(str(error))
        line, column = (int(found[1]), int(found[2])) if found and found[1] else (text.count("\n") + 1, 0)
        malformed(file, f"not TOML: {_PLACE.sub('', str(error))}", line, column)
    except ValueError:
        found = _LONG.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 0
        malformed(file, "a number here has thousands of digits; put text in quotes", line)
    except RecursionError:
        malformed(file, f"more than {DEEPEST} lists and maps stand within each other")


def _node(value: Any, file: str, path: str, depth: int) -> Node:
    if depth > DEEPEST:
        malformed(file, f"more than {DEEPEST} lists and maps stand within each other", path=path)
    if isinstance(value, _Float):
        return Node("number", str(value), file, path=path)
    if isinstance(value, str):
        return Node("text", value, file, path=path)
    if isinstance(value, bool):
        return Node("flag", str(value).lower(), file, path=path)
    if isinstance(value, Mapping):
        table = cast("Mapping[str, Any]", value)
        members = {key: _node(each, file, below(path, key), depth + 1) for key, each in table.items()}
        return Node("map", members, file, path=path)
    if isinstance(value, list):
        array = cast("list[object]", value)
        items = tuple(_node(each, file, below(path, index), depth + 1) for index, each in enumerate(array))
        return Node("list", items, file, path=path)
    return Node("number", str(value), file, path=path)  # a whole number, a date or a time
