"""One page of a listing, and whether it is the last one.

One job: the value that vendors make of a response and listings are read from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

import attrs

from .model import Malformed

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Page(Generic[T]):
    """One page of a listing.

    Args:
        items: The rows.
        number: Number of the page, from 1.
        total_pages: How many pages there are, or None where the vendor does not say.
        total: How many rows there are, or None.
        page_size: Rows per page. Where neither pages nor rows are stated, a page that holds fewer is the last one; a
            vendor that may serve fewer than it is asked for has here what it served, so that only an empty page is.
        malformed: Rows of which no model could be made.
        proven: False where the page counts as empty although the response does not say so.
    """

    items: tuple[T, ...]
    number: int
    total_pages: int | None
    total: int | None
    page_size: int
    malformed: tuple[Malformed, ...] = ()
    proven: bool = True


Fetch = Callable[[int, int], Coroutine[Any, Any, Page[T]]]
"""Fetches the page of this number with this many rows."""


def size_of(page: Page[Any]) -> int:
    """Return how many rows a page was served with, malformed ones too."""
    return len(page.items) + len(page.malformed)


class Extent:
    """How far one pass through the pages has come, and whether it is at the end.

    Args:
        rows: Rows before the first page that is read, or None where that is not known.
    """

    __slots__ = ("_empty_end", "_largest", "_smallest", "_stated", "rows")

    def __init__(self, rows: int | None) -> None:
        self.rows = rows
        self._largest = 0
        self._smallest: float = math.inf  # of the pages behind which others are stated
        self._empty_end = False
        self._stated: int | None = None

    def ends(self, page: Page[Any], number: int, *, settled: bool = True) -> bool:
        """Count a page, and return whether it is the last one.

        The number of pages that the vendor states decides. Where it is too small for the number of rows that the
        vendor states too, reading goes on behind a page that is full; so it does where more rows were served than are
        stated, and where no rows are stated and the pages are shorter than they were to be.

        Args:
            page: The page.
            number: The number that it was asked for by.
            settled: Whether the counts can be held against each other, as nothing changed meanwhile.
        """
        size = size_of(page)
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
        if not (settled and full and size):
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

        Args:
            total: How many rows the vendor states, or None.
        """
        if total is None:
            return self._empty_end or self._smallest < self._largest
        return self.short_of(total)
