"""Rows that move while a listing is read: whether another pass is needed, and where a pass ends.

If rows in front of the reader are removed, the rows behind them move onto pages that were read already, and are
skipped. If rows are added there, others move back: these come again, and none is skipped. So between two pages of a
pass, no row was skipped if the total grew by as many rows as came again, or if a page begins with the last rows of
the page before it, which was read earlier. After any other change the listing is read once more. If that brings the
rows of the first pass again, each in its old place, rows were only added behind them, and none was skipped.

A removal and an addition that cancel out between two pages leave no trace in the totals; no client can see it.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any, Final, TypeAlias, cast

import attrs

from .deprecated import Renamed
from .page import Page
from .plain import Plain


@attrs.frozen(kw_only=True)
class Drift(Plain):
    """What changed while a listing was read.

    Args:
        first_total: Rows when the reading began.
        last_total: Rows at its end.
        repeated: Rows that came again because others moved them.
        passes: How many passes were made through the listing.
        certain: Whether no row can have been skipped in the last pass, or in the first one as a later one has shown,
            and the last one brought as many rows as are stated. Then every row that existed throughout was yielded;
            rows that were added meanwhile may be missing.
            Never after a resume: then rows may be missing, or come again that the earlier run had yielded.
    """

    first_total: int | None
    last_total: int | None
    repeated: int
    passes: int
    certain: bool

    sweeps = Renamed("passes")


class DriftWatch:
    """Watches one run through a listing, which is read `max_passes` times at most.

    `resumed_from` is, for a resumed run, the total stated when its token was taken, and whether rows had moved by then.
    """

    def __init__(self, max_passes: int, resumed_from: tuple[int | None, bool] | None) -> None:
        self._max_passes = max_passes
        self._resumed_from = resumed_from
        self._resumed = resumed_from is not None
        self._at_start = True
        self._first_of_pass = True
        self._began_changed = False
        self._only_removals = True
        self.first_total: int | None = None
        self.total: int | None = None
        self.total_pages: int | None = None
        self.repeated = 0
        self.passes = 1
        self.changed = False
        """Whether anything changed during the run."""
        self.moved = False
        """Whether a row may have been skipped during this pass."""
        self.found = False
        """Whether this pass brought rows that were not seen before."""

    def see(self, page: Page[Any], again: int, *, strict: bool, joined: bool = False) -> None:
        """Note what a page states, and how many of its rows came earlier in this pass.

        `strict` takes any change for a row that may have been skipped. `joined` says that the rows that came again are
        the last ones of the page before, so that none lies between.
        """
        first_of_pass, self._first_of_pass = self._first_of_pass, False
        if self._at_start:
            self._at_start = False
            self._begin(page)
        elif again or page.total != self.total or page.total_pages != self.total_pages:
            self.changed = True
            if first_of_pass:
                self._began_changed = True
                self._only_removals = self._only_removals and _shrunk(page, self)
            else:
                self._judge(page, again, strict=strict, joined=joined)
        self.total, self.total_pages = page.total, page.total_pages
        if self.passes == 1:
            self.repeated += again

    def _judge(self, page: Page[Any], again: int, *, strict: bool, joined: bool) -> None:
        """Judge a change between two pages of a pass."""
        grown = None if page.total is None or self.total is None else page.total - self.total
        self.moved = self.moved or strict or not (again and (joined or grown == again))
        self._only_removals = self._only_removals and not again and _shrunk(page, self)

    def _begin(self, page: Page[Any]) -> None:
        self.first_total = page.total
        if self._resumed_from is not None:
            self.first_total, moved = self._resumed_from
            if moved or page.total != self.first_total:
                self.suspect()

    def grown(self, page: Page[Any]) -> int:
        """Return by how many rows the total grew since the page before; 0 where either is not stated."""
        return max(0, page.total - self.total) if page.total is not None and self.total is not None else 0

    def suspect(self) -> None:
        """Note that a row may have been skipped."""
        self.moved = self.changed = True

    def give_up(self) -> None:
        """Note that rows are added faster than they can be read: no further pass would bring them all."""
        self.suspect()
        self._max_passes = self.passes
        self._only_removals = False

    def needs_another_pass(self, seen: int) -> bool:
        """Return whether the listing has to be read again; if so, the next pass begins.

        A resumed run does not know what the earlier run yielded, so it is not read again. Passes beyond `max_passes`
        are made only while rows vanish, none is added, and each pass brings rows that the one before skipped: the loop
        deletes what it reads, and comes to an end by itself. `seen` counts the different rows so far; more than there
        were at the start tell of added ones.
        """
        added = self.first_total is not None and seen > self.first_total
        shrinking = self.passes > 1 and self._only_removals and self.found and not added
        again = self.moved and (shrinking or self.passes < self._max_passes)
        if self._resumed or not (again or (shrinking and self._began_changed)):
            return False
        self.passes += 1
        self.moved = self.found = False
        self._began_changed = False
        self._only_removals = self._first_of_pass = True
        return True

    def result(self, *, short: bool) -> Drift | None:
        """Return what happened, None if nothing did; `short` says that the last pass brought too few rows."""
        if not self.changed and not short:
            return None
        return Drift(
            first_total=self.first_total,
            last_total=self.total,
            repeated=self.repeated,
            passes=self.passes,
            certain=not self.moved and not short,
        )


def _shrunk(page: Page[Any], before: DriftWatch) -> bool:
    if page.total is None or before.total is None:
        return (page.total_pages or 0) < (before.total_pages or 0)
    return page.total <= before.total


class Extent:
    """How far one pass through the pages has come, and whether it is at the end.

    `rows` are those before the first page that is read; None if that is not known.
    """

    __slots__ = ("_empty_end", "_largest", "_smallest", "_stated", "rows")

    def __init__(self, rows: int | None) -> None:
        self.rows = rows
        self._largest = 0
        self._smallest: float = math.inf  # of the pages behind which others are stated
        self._empty_end = False
        self._stated: int | None = None

    def ends(self, page: Page[Any], number: int, *, steady: bool = True) -> bool:
        """Count a page, and return whether it is the last one.

        The number of pages that the vendor states decides. Where it is too small for the number of rows that the
        vendor states too, reading goes on behind a page that is full; so it does where more rows were served than are
        stated, and where no rows are stated and the pages are shorter than they were to be. `steady` says that nothing
        changed during the pass, so that the counts can be compared.
        """
        size = len(page.items) + len(page.malformed)
        full = size >= (self._largest or page.page_size)
        self._largest = max(self._largest, size)
        if self.rows is not None:
            self.rows += size
        if page.total_pages is None:
            return size < page.page_size or (page.total is not None and self.rows == page.total)
        before, self._stated = self._stated, page.total_pages
        if number < page.total_pages:
            self._smallest = min(self._smallest, size)
            return False
        self._empty_end = not size and 1 < number == page.total_pages
        if not (steady and full and size):
            return True
        if page.total is None:
            return size == page.page_size or before != page.total_pages
        return self.rows is None or self.rows == page.total

    def short_of(self, total: int | None) -> bool:
        """Return whether fewer rows were served than the vendor states; False where either is not known."""
        return total is not None and self.rows is not None and self.rows < total

    def lacks(self, total: int | None) -> bool:
        """Return whether rows may be missing after all pages were read.

        That is so where fewer rows were served than the vendor states, and where it states none and a page held fewer
        rows than others do, though it is said that pages follow it.
        """
        if total is None:
            return self._empty_end or self._smallest < self._largest
        return self.short_of(total)


class Replay:
    """Whether a later pass brings the rows of the first one again, each in its old place.

    Then nothing was taken away in front of any of them until it was read again, so that the first pass skipped none:
    what changed was added behind them. Of each page a number of rows and a digest are kept.
    """

    __slots__ = ("_left", "_pages", "_usable")

    def __init__(self) -> None:
        self._pages: list[tuple[int, int]] = []
        self._usable = True
        self._left = -1

    def see(self, page: Page[Any], keys: list[Hashable], number: int, *, first_pass: bool) -> None:
        """Note or compare the rows of a page."""
        if first_pass:
            self._usable = self._usable and not page.malformed and number == len(self._pages) + 1
            self._pages.append((len(keys), hash(tuple(keys))))
        elif number <= len(self._pages) and self._left > 0:
            size, digest = self._pages[number - 1]
            same = not page.malformed and len(keys) >= size and hash(tuple(keys[:size])) == digest
            self._left = self._left - 1 if same else -1

    def begin(self) -> None:
        """Begin to compare: another pass begins."""
        self._left = len(self._pages) if self._usable and self._pages else -1

    def proves(self) -> bool:
        """Return whether all rows of the first pass came again in this one, so that none was skipped in it."""
        return self._left == 0


_BETWEEN: Final = "\n"
_FIRST_LAYER: Final = 19_660
"""So many hashes fit into a set before its table of 32,768 places grows; four times as many fit into the next one. A set
that never outgrows its table leaves less of it empty, and does not hold two tables at once while it grows."""

_Packed: TypeAlias = bytes | tuple[Hashable, ...]


class SeenKeys:
    """The keys of all rows that a run through a listing has seen, in little memory.

    While every row is new, a hash is kept of each key, and its text without an object of its own. The first key whose hash
    was seen before, and the first row that cannot be said to be new, have all keys unpacked into a set: no two keys are ever
    taken for one because their hashes are equal.
    """

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
        return sum(map(self.unpacked().__contains__, keys))

    def add_new(self, keys: Sequence[Hashable]) -> bool:
        """Add a page's keys if none of them was seen and none stands twice among them; return whether that was so."""
        if self._keys is None:
            layer, number = self._layers[-1], len(keys)
            hashes = set(map(hash, keys))
            if len(hashes) == number and all(map(hashes.isdisjoint, self._layers)):
                if len(layer) + number > self._room:
                    self._room *= 4
                    layer = set[int]()
                    self._layers.append(layer)
                layer.update(hashes)
                try:
                    text = _BETWEEN.join(cast("Sequence[str]", keys))
                except TypeError:
                    text = ""
                told_apart = text.count(_BETWEEN) == number - 1 and text
                self._pages.append(text.encode("utf-8", "surrogatepass") if told_apart else tuple(keys))
                return True
        new, known = set(keys), self.unpacked()
        if len(new) < len(keys) or not known.isdisjoint(new):
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


def _unpacked(page: _Packed) -> Sequence[Hashable]:
    return page.decode("utf-8", "surrogatepass").split(_BETWEEN) if isinstance(page, bytes) else page
