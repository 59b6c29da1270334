"""How Stringee's listings arrive: rows, and the counts that say where they end, inside `data`.

A page in the documented form is decoded in one go; every other form that was seen (counts under other names, as text or
missing; `data` an empty array) is read leniently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

import attrs

from ..core.coerce import as_int
from ..core.decoding import ROWS, Loader
from ..core.errors import DecodeError, SdkError
from ..core.json_codec import Raw, loads, rows
from ..core.messages import Request, Response
from ..core.model import Model
from ..core.page import PageNames, block_of, counted_page, uncounted_page, warn_of_empty
from ..core.paging import Page
from ..core.resource import PageSource
from ..core.response import facts
from .responses import succeeded

M = TypeVar("M", bound=Model)

_TOTALS: Final = ("totalCount", "totalAgents", "totalGroups", "totalCalls", "total")
_totals: Final[Callable[[Any], tuple[int | None, ...]]] = attrgetter(*_TOTALS)


class NumberedPages(PageSource[M]):
    """Pages that are asked for by `page` and `limit`."""

    def request(self, number: int, size: int) -> Request:
        """Return the request for a page."""
        return self.first.with_query(f"page={number}&limit={size}")


@attrs.frozen(kw_only=True)
class ListPages(NumberedPages[M]):
    """The pages of a listing of the contact centre.

    Args:
        reader: Reads a page.
    """

    reader: PageReader[M]

    def read(self, response: Response, *, number: int, size: int) -> Page[M]:
        """Read a page."""
        return self.reader.read(response, number=number, page_size=size, strict=self.strict)


@attrs.frozen(kw_only=True)
class UncountedPages(NumberedPages[M]):
    """The pages of a listing whose rows stand at the top level, without `r` and without trustworthy counts.

    Args:
        loader: Reads the rows.
        list_key: Name of the rows.
    """

    loader: Loader[M]
    list_key: str

    def read(self, response: Response, *, number: int, size: int) -> Page[M]:  # noqa: ARG002 - the rows count
        """Read a page."""
        top, name = succeeded(response, says_so=False), self.list_key
        try:
            if name not in top:
                raise DecodeError(f"the response holds no {name}", paths=(f"$.{name}",))
            stated = bytes(top[name]) != b"null"
            if not stated:
                warn_of_empty(name)
            listed = rows(top[name]) if stated else []
            return uncounted_page(
                self.loader, listed, number=number, strict=self.strict, path=f"$.{name}", proven=stated
            )
        except SdkError as error:
            error.add(**facts(response))
            raise


class PageReader(Generic[M]):
    """Reads the pages of one listing.

    Args:
        loader: Reads the rows.
        list_key: Name of the rows inside `data`.
    """

    def __init__(self, loader: Loader[M], list_key: str) -> None:
        self.model = loader.model
        self._loader = loader
        self._list_key = list_key
        counts = dict.fromkeys((*_TOTALS, "totalPages", "currentPage", "limit"), int)
        self._whole = loader.page({"r": int, "data": {**counts, list_key: ROWS}})

    def read(self, response: Response, *, number: int, page_size: int, strict: bool) -> Page[M]:
        """Read one page, by its documented form if it has that; see `read_page`."""
        if 200 <= response.status < 300:
            decoded = self._whole(response.body)
            if decoded is not None and decoded.r == 0:
                page = self._page(decoded.data, number, page_size)
                if page is not None:
                    return page
        return read_page(
            response, self._loader, self._list_key, number=number, page_size=page_size, strict=strict
        )

    def _page(self, data: Any, number: int, page_size: int) -> Page[M] | None:
        """Return the page if its counts are whole and leave no doubt."""
        totals = [total for total in _totals(data) if total is not None]
        items = tuple(getattr(data, self._list_key))
        if len(totals) != 1 or not (data.totalPages or not (items or totals[0])):
            return None
        total, limit = totals[0], data.limit or page_size
        if data.totalPages is None or min(total, data.totalPages, data.currentPage or 0, limit) < 0:
            return None
        return Page(
            items=items,
            number=data.currentPage or number,
            total_pages=data.totalPages,
            total=total,
            page_size=min(limit, page_size),
        )


def read_page(
    response: Response, loader: Loader[M], list_key: str, *, number: int, page_size: int, strict: bool
) -> Page[M]:
    """Read one page of a listing, whose rows have the name `list_key` inside `data`; errors as for `counted_page`."""
    top = succeeded(response)
    try:
        block = block_of(top)
        names = PageNames(list_key, "totalPages", "limit", "currentPage")
        page = counted_page(
            block, loader, names, total=_total(block), number=number, page_size=page_size, strict=strict
        )
    except SdkError as error:
        error.add(**facts(response))
        raise
    return attrs.evolve(page, page_size=min(page.page_size, page_size))


def _total(block: Mapping[str, Raw]) -> int | None:
    """Return the number of rows, under whatever name that begins with `total`; the documented names go first."""
    others = (name for name in block if name.startswith("total") and name != "totalPages")
    for name in (*_TOTALS, *others):
        try:
            total = as_int(loads(block[name]))
        except (KeyError, ValueError):
            continue
        if total >= 0:
            return total
    return None
