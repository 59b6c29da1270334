"""Listings over a table in memory: rows that come and go, pages that are scripted."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Coroutine
from typing import Any

import attrs

from stringee_async.core.json_codec import encode
from stringee_async.core.paging import Page, Paged


@attrs.frozen
class Source:
    """A source of pages that a function of number and size fetches; `scope` tells its listing from others."""

    fetch_page: Callable[[int, int], Coroutine[Any, Any, Page[Any]]]
    scope: str = "t"
    name: str = ""

    def fetch(self, number: int, *, size: int, run: object) -> Coroutine[Any, Any, Page[Any]]:
        return self.fetch_page(number, size)

    def unfiltered(self, names: object) -> Source:
        """Return itself: it has no filters."""
        del names
        return self


class Table:
    """A vendor's table, read by page number like every listing of this vendor.

    `change` is called with the request's count before each page but the first. `totals` are `both`, of `pages` only,
    or `none`. From page `slow_from` on, a page takes a hundred times the latency.
    """

    def __init__(
        self,
        rows: list[int],
        *,
        size: int = 50,
        latency: float = 0.0,
        change: Callable[[int], None] | None = None,
        totals: str = "both",
        slow_from: int = 10**9,
    ) -> None:
        self.slow_from = slow_from
        self.rows, self.size, self.latency, self.change, self.totals = rows, size, latency, change, totals
        self.asked: list[int] = []
        self.cancelled = 0
        self.in_flight = self.peak = 0

    async def fetch(self, number: int, size: int) -> Page[int]:
        self.asked.append(number)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            if self.latency:
                await asyncio.sleep(self.latency * (100 if number >= self.slow_from else 1))
            if self.change is not None and len(self.asked) > 1:
                self.change(len(self.asked))
            return self.page(number, size)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.in_flight -= 1

    def page(self, number: int, size: int) -> Page[int]:
        return Page(
            items=tuple(self.rows[(number - 1) * size : number * size]),
            number=number,
            total_pages=None if self.totals == "none" else -(-len(self.rows) // size),
            total=len(self.rows) if self.totals == "both" else None,
            page_size=size,
        )

    def listing(self, read_ahead: int = 0, scope: str = "t") -> Paged[int]:
        return Paged(
            Source(self.fetch, scope), key=lambda row: row, page_size=self.size, read_ahead=read_ahead
        )


def served(make: Callable[[int], Page[int]], read_ahead: int = 0) -> tuple[Paged[int], list[int]]:
    """Make a listing whose pages are made of their numbers; and what was asked."""
    asked: list[int] = []

    async def fetch(number: int, size: int) -> Page[int]:
        asked.append(number)
        assert len(asked) < 200, "endless paging"
        return make(number)

    return Paged(Source(fetch), key=lambda row: row, page_size=2, read_ahead=read_ahead), asked


def scripted(*pages: Page[int], read_ahead: int = 0) -> tuple[Paged[int], list[int]]:
    """Make a listing whose requests get these pages in turn, the last one for ever; and what was asked."""
    listing, asked = served(lambda _: pages[min(len(asked), len(pages)) - 1], read_ahead)
    return listing, asked


def page(
    items: tuple[int, ...], number: int = 1, total_pages: int | None = 1, total: int | None = None
) -> Page[int]:
    return Page(items=items, number=number, total_pages=total_pages, total=total, page_size=2)


def _token(listing: Paged[int], page: int, key: int, **other: Any) -> str:
    """Make a resume token by hand."""
    place = {"page": page, "index": 1, "key": str(key), "total": None, "drifted": False, **other}
    return base64.urlsafe_b64encode(encode({"s": listing.fingerprint(), "r": place})).decode()
