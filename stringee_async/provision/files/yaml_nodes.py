"""YAML to nodes. The owner of yaml (PyYAML), which is part of the extra `cli` and imported when the first file is read.

Only the parser of the library is used: no value is ever constructed from a tag, and the length of the work is bounded.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn

import attrs

from ...core.errors import ConfigError
from .nodes import DEEPEST, MOST, MalformedFileError, Node, NodeKind, below, malformed, twice
from .problems import Problem

ALIASES_DEEPEST: Final = 3
"""How many aliases may stand within each other."""
ALIASED_MOST: Final = 10_000
"""How many values all aliases of a file may stand for."""


def read_yaml(text: str, file: str, problems: list[Problem]) -> Node:
    """Return the value of a YAML document.

    Args:
        text: The document.
        file: Its name, for places.
        problems: Where keys that stand twice are noted.

    Raises:
        ConfigError: PyYAML is not installed.
        MalformedFileError: It is not YAML, holds a tag or two documents, or is too deep or too long.
    """
    yaml = _library()
    loader = getattr(yaml, "CLoader", yaml.Loader)
    try:
        return _Composer(file, problems, yaml).document(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        _fail(error, text, file)


def _library() -> Any:
    try:
        import yaml  # pyright: ignore[reportMissingModuleSource] (it is optional)
    except ImportError:
        raise ConfigError(
            'YAML files need the library PyYAML: pip install "stringee-async[cli]", or write the file as TOML or JSON'
        ) from None
    library: Any = yaml
    return library


def _fail(error: Any, text: str, file: str) -> NoReturn:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        lines = text.split("\n")
        line, column = int(mark.line), int(mark.column)
        tab = line < len(lines) and lines[line][column:].startswith("\t")
        what = "a tab stands where YAML allows blanks only" if tab else f"not YAML: {error.problem}"
        malformed(file, what, mark.line + 1, mark.column + 1)
    before = text[: getattr(error, "position", 0) or 0]
    malformed(
        file,
        "not YAML: there is a control character in it; type this place again",
        before.count("\n") + 1,
        len(before) - before.rfind("\n"),
    )


@attrs.define
class _Open:
    """A list or map that is being read."""

    kind: NodeKind
    place: tuple[int, int]
    path: str
    anchor: str | None
    items: list[Node]
    members: dict[str, Node]
    keys: dict[str, tuple[int, int]]
    key: str | None = None
    depth: int = 0
    size: int = 1

    @property
    def next_path(self) -> str:
        return below(self.path, len(self.items) if self.kind == "list" else self.key or "")


class _Composer:
    """Makes nodes of the events of one document, without recursion."""

    def __init__(self, file: str, problems: list[Problem], yaml: Any) -> None:
        self._file, self._problems, self._yaml = file, problems, yaml
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._pending: set[str] = set()
        self._result: Node | None = None
        self._documents = self._nodes = self._aliased = 0

    def document(self, events: Any) -> Node:
        yaml = self._yaml
        for event in events:
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    malformed(self._file, "a second document begins here; write one a file", *place)
            elif isinstance(event, yaml.NodeEvent):
                self._node(event, place)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
        return self._result or Node("null", "", self._file, 1, 1)

    def _node(self, event: Any, place: tuple[int, int]) -> None:
        yaml = self._yaml
        self._nodes += 1
        if self._nodes > MOST:
            malformed(self._file, f"there are more than {MOST:,} values in it", *place)
        if isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor, place)
            return
        if event.tag is not None and event.tag != "!":
            malformed(self._file, "tags (!) are not read; write the plain value", *place)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, place)
            return
        if len(self._open) >= DEEPEST:
            malformed(self._file, f"more than {DEEPEST} lists and maps stand within each other", *place)
        self._no_key(place)
        kind: NodeKind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
        if event.anchor:
            self._pending.add(event.anchor)
        self._open.append(_Open(kind, place, self._path(), event.anchor, [], {}, {}))

    def _path(self) -> str:
        return self._open[-1].next_path if self._open else ""

    def _no_key(self, place: tuple[int, int]) -> None:
        if self._open and self._open[-1].kind == "map" and self._open[-1].key is None:
            malformed(self._file, "a key must be a plain text", *place)

    def _scalar(self, event: Any, place: tuple[int, int]) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and top.kind == "map" and top.key is None:
            top.key = key = event.value
            if key in top.keys:
                path = below(top.path, key)
                self._problems.append(twice(self._file, key, top.keys[key], place, path))
            top.keys.setdefault(key, place)
            return
        plain = event.style in {None, ""} and event.implicit[0]
        node = Node("plain" if plain else "text", event.value, self._file, *place, self._path())
        if event.anchor:
            self._anchors[event.anchor] = node, 0, 1
        self._add(node, 0, 1)

    def _alias(self, anchor: str, place: tuple[int, int]) -> None:
        self._no_key(place)
        if anchor in self._pending:
            malformed(self._file, f"the alias *{anchor} stands within what it names", *place)
        if anchor not in self._anchors:
            malformed(self._file, f"the alias *{anchor} names nothing before it", *place)
        node, depth, size = self._anchors[anchor]
        self._aliased += size
        if depth >= ALIASES_DEEPEST or self._aliased > ALIASED_MOST:
            malformed(self._file, "aliases stand for too much here; write the values out", *place)
        self._add(node, depth + 1, size)

    def _close(self) -> None:
        done = self._open.pop()
        value = tuple(done.items) if done.kind == "list" else done.members
        node = Node(done.kind, value, self._file, *done.place, done.path, done.keys)
        if done.anchor:
            self._pending.discard(done.anchor)
            self._anchors[done.anchor] = node, done.depth, done.size
        self._add(node, done.depth, done.size)

    def _add(self, node: Node, depth: int, size: int) -> None:
        if not self._open:
            self._result = node
            return
        top = self._open[-1]
        top.depth, top.size = max(top.depth, depth), top.size + size
        if top.kind == "list":
            top.items.append(node)
        else:
            top.members.setdefault(top.key or "", node)
            top.key = None


__all__ = ["ALIASED_MOST", "ALIASES_DEEPEST", "MalformedFileError", "read_yaml"]
