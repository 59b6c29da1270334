"""JSON to nodes, with the line and column of each value, which the standard library's decoder does not tell.

Strings are read by the decoder; what is around them is small enough to be read here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder
from typing import Final, NoReturn

from .nodes import DEEPEST, Node, NodeKind, below, malformed, twice
from .problems import Problem

_DECODER: Final = JSONDecoder()
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD: Final = re.compile(r"[\w.+-]+")
_WORDS: Final[dict[str, tuple[NodeKind, str]]] = {
    "true": ("flag", "true"),
    "false": ("flag", "false"),
    "null": ("null", ""),
}


def read_json(text: str, file: str, problems: list[Problem]) -> Node:
    """Return the value of a JSON document.

    Args:
        text: The document.
        file: Its name, for places.
        problems: Where keys that stand twice are noted.

    Raises:
        MalformedFileError: It is not JSON, or too deep.
    """
    scanner = _Scanner(text, file, problems)
    node, end = scanner.value(scanner.skip(0), "", 0)
    if scanner.skip(end) != len(text):
        scanner.fail(scanner.skip(end), "more stands behind the end of the value")
    return node


class _Scanner:
    def __init__(self, text: str, file: str, problems: list[Problem]) -> None:
        self._text, self._file, self._problems = text, file, problems
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def skip(self, index: int) -> int:
        found = _BLANK.match(self._text, index)
        return found.end() if found else index

    def fail(self, index: int, text: str) -> NoReturn:
        malformed(self._file, f"not JSON: {text}", *self._place(index))

    def _place(self, index: int) -> tuple[int, int]:
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def _node(self, kind: NodeKind, value: str, index: int, path: str) -> Node:
        return Node(kind, value, self._file, *self._place(index), path)

    def value(self, index: int, path: str, depth: int) -> tuple[Node, int]:
        first = self._text[index : index + 1]
        if depth >= DEEPEST:
            malformed(
                self._file, f"more than {DEEPEST} lists and maps stand within each other", *self._place(index)
            )
        if first == "{":
            return self._map(index, path, depth)
        if first == "[":
            return self._list(index, path, depth)
        if first == '"':
            text, end = self._string(index)
            return self._node("text", text, index, path), end
        found = _WORD.match(self._text, index)
        word = found[0] if found else ""
        if word in _WORDS:
            return self._node(*_WORDS[word], index, path), index + len(word)
        if not word or not _NUMBER.fullmatch(word):
            self.fail(index, "a value is expected here" if not word else "texts must stand in double quotes")
        return self._node("number", word, index, path), index + len(word)

    def _string(self, index: int) -> tuple[str, int]:
        try:
            text, end = _DECODER.raw_decode(self._text, index)
            return str(text), end
        except JSONDecodeError as error:
            self.fail(error.pos, f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" at"))

    def _list(self, index: int, path: str, depth: int) -> tuple[Node, int]:
        found: list[Node] = []
        here = self.skip(index + 1)
        while self._text[here : here + 1] != "]" or found:
            node, here = self.value(here, below(path, len(found)), depth + 1)
            found.append(node)
            here, more = self._next(here, "]")
            if not more:
                break
        return Node("list", tuple(found), self._file, *self._place(index), path), here + 1

    def _next(self, index: int, end: str) -> tuple[int, bool]:
        """Return where to read on, and whether a comma stood there: if not, it is at the end of the list or map."""
        here = self.skip(index)
        if self._text[here : here + 1] == ",":
            return self.skip(here + 1), True
        if self._text[here : here + 1] != end:
            self.fail(here, f"a comma or {end} is missing")
        return here, False

    def _map(self, index: int, path: str, depth: int) -> tuple[Node, int]:
        found: dict[str, Node] = {}
        keys: dict[str, tuple[int, int]] = {}
        here = self.skip(index + 1)
        while self._text[here : here + 1] != "}" or found:
            if self._text[here : here + 1] != '"':
                self.fail(here, "a key in double quotes is expected here")
            (key, colon), place = self._string(here), self._place(here)
            if key in keys:
                self._problems.append(twice(self._file, key, keys[key], place, below(path, key)))
            keys.setdefault(key, place)
            colon = self.skip(colon)
            if self._text[colon : colon + 1] != ":":
                self.fail(colon, "a colon is missing")
            node, here = self.value(self.skip(colon + 1), below(path, key), depth + 1)
            found.setdefault(key, node)
            here, more = self._next(here, "}")
            if not more:
                break
        return Node("map", found, self._file, *self._place(index), path, keys), here + 1
