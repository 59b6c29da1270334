"""The keys of all rows that a run through a listing has seen, in little memory.

While every row is new, a hash is kept of each key, and its text without an object of its own. The first key whose hash was
seen before, and the first row that cannot be said to be new, have all keys unpacked into a set: no two keys are ever taken
for one because their hashes are equal.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, TypeAlias, cast

_BETWEEN: Final = "\n"
_FIRST_LAYER: Final = 19_660
"""So many hashes fit into a set before its table of 32,768 places grows; four times as many fit into the next one. A set
that never outgrows its table leaves less of it empty, and does not hold two tables at once while it grows."""

_Packed: TypeAlias = bytes | tuple[Hashable, ...]


class SeenKeys:
    """A set of keys that grows page by page."""

    __slots__ = ("_keys", "_layers", "_pages", "_room")

    def __init__(self) -> None:
        self._layers: list[set[int]] = [set()]
        self._room = _FIRST_LAYER
        self._pages: list[_Packed] = []
        self._keys: set[Hashable] | None = None

    def __len__(self) -> int:
        return sum(map(len, self._layers)) if self._keys is None else len(self._keys)

    def count(self, keys: Sequence[Hashable]) -> int:
        """Return how many of these keys were seen."""
        if self._keys is None:
            hashes = list(map(hash, keys))
            for layer in self._layers:
                if not layer.isdisjoint(hashes):
                    break
            else:
                return 0
        return sum(map(self.unpacked().__contains__, keys))

    def add_page(self, keys: Sequence[Hashable]) -> bool:
        """Add a page's keys, none of which was seen; return False, and add none, if one stands twice among them."""
        if self._keys is None:
            expected = len(self._layers[-1]) + len(keys)
            if expected > self._room:
                self._room *= 4
                self._layers.append(set())
                expected = len(keys)
            layer = self._layers[-1]
            layer.update(map(hash, keys))
            if len(layer) == expected:
                self._pages.append(_packed(keys))
                return True
        new, known = set(keys), self.unpacked()
        if len(new) < len(keys):
            return False
        known.update(new)
        return True

    def unpacked(self) -> set[Hashable]:
        """Return the keys as a set, to which keys may be added."""
        if self._keys is None:
            self._keys = set[Hashable]()
            for page in self._pages:
                self._keys.update(_unpacked(page))
            self._pages.clear()
            self._layers.clear()
        return self._keys


def _packed(keys: Sequence[Hashable]) -> _Packed:
    """Return the keys of a page in one object, where they are texts that can be told apart in it."""
    try:
        text = _BETWEEN.join(cast("Sequence[str]", keys))
    except TypeError:
        return tuple(keys)
    return text.encode("utf-8", "surrogatepass") if text.count(_BETWEEN) == len(keys) - 1 else tuple(keys)


def _unpacked(page: _Packed) -> Sequence[Hashable]:
    return page.decode("utf-8", "surrogatepass").split(_BETWEEN) if isinstance(page, bytes) else page
