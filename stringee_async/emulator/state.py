"""Tables in memory, in the order of insertion, with indexes; the same for all vendors.

Rows are read-only mappings with wire names; ``change`` and item assignment keep the indexes right.
"""

import json
import random
import string
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar

Row: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[Any, ...]
Id = TypeVar("Id", str, int)

_ALPHABET = string.ascii_uppercase + string.digits


class Ids:
    """Makes ids such as Stringee's from a seeded source."""

    def __init__(self, seed: str) -> None:
        self._source = random.Random(seed)  # noqa: S311

    def make(self, prefix: str, length: int = 16) -> str:
        """Make one id: the prefix, and 16 capitals and digits."""
        return prefix + "".join(self._source.choices(_ALPHABET, k=length))


class Numbers(Iterator[int]):
    """Whole numbers, one after the other; ``upcoming`` is the next one."""

    def __init__(self, first: int) -> None:
        self.upcoming = first

    def __next__(self) -> int:
        self.upcoming += 1
        return self.upcoming - 1


class Rows(MutableMapping[Id, Mapping[str, Any]], Generic[Id]):
    """Rows by id, in the order of insertion: ``table[id]``, ``table[id] = row``, ``del table[id]``."""

    def __init__(self, *indexes: tuple[str, ...]) -> None:
        self._rows: dict[Id, Row] = {}
        self._indexes: dict[tuple[str, ...], dict[Key, dict[Id, None]]] = {columns: {} for columns in indexes}
        self._listed: list[Row] | None = None

    def __getitem__(self, key: Id) -> Mapping[str, Any]:
        return MappingProxyType(self._rows[key])

    def __setitem__(self, key: Id, row: Mapping[str, Any]) -> None:
        old = self._rows.get(key)
        self._rows[key] = new = dict(row)
        self._listed = None
        for columns, index in self._indexes.items():
            value = _key(new, columns)
            if old is not None and _key(old, columns) == value:
                continue  # its place in the order stays
            if old is not None:
                _drop(index, _key(old, columns), key)
            index.setdefault(value, {})[key] = None

    def __delitem__(self, key: Id) -> None:
        row = self._rows.pop(key)
        self._listed = None
        for columns, index in self._indexes.items():
            _drop(index, _key(row, columns), key)

    def __iter__(self) -> Iterator[Id]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._rows)} rows>"

    def change(self, key: Id, **columns: Any) -> None:
        """Change columns of one row; its place in the order stays. KeyError if there is no such row."""
        self[key] = {**self._rows[key], **columns}

    def replace(self, rows: Mapping[Id, Mapping[str, Any]]) -> None:
        """Hold these rows instead of those that are there."""
        self._rows.clear()
        self._listed = None
        for index in self._indexes.values():
            index.clear()
        self.update(rows)

    def where(self, **columns: Any) -> list[Id]:
        """Find the ids of the rows whose columns have these values, oldest first; KeyError if no index covers them."""
        return list(self._indexes[tuple(columns)].get(tuple(columns.values()), ()))

    def rows(self, ids: Sequence[Id] | None = None) -> list[Row]:
        """List these rows, or all, without copying them, for serving pages; the caller may not change them.

        All rows, oldest first, come from a list that is kept until the next write.
        """
        if ids is not None:
            return [self._rows[key] for key in ids]
        if self._listed is None:
            self._listed = list(self._rows.values())
        return self._listed


def _drop(index: dict[Key, dict[Id, None]], value: Key, key: Id) -> None:
    """Take an id out of an index."""
    bucket = index[value]
    del bucket[key]
    if not bucket:
        del index[value]


class Table(Rows[str]):
    """Rows whose ids are texts."""


class NumberedTable(Rows[int]):
    """Rows whose ids are whole numbers."""


def _key(row: Row, columns: tuple[str, ...]) -> Key:
    """The values of a row under some columns."""
    return tuple(row.get(column) for column in columns)


_PLAIN = frozenset({str, int, float, bool, type(None)})
"""Kinds of values that need no closer look."""


def check_values(noun: str, values: Mapping[str, Any]) -> None:
    """Raise ValueError for a value that no response could hold, because JSON has no such value."""
    for name, value in values.items():
        if type(value) in _PLAIN:
            continue
        try:
            json.dumps(value)
        except (TypeError, ValueError):
            raise ValueError(
                f"{noun}: {name} must be a value that JSON has, not {value!r} of type {type(value).__name__}"
            ) from None
