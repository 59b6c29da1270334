"""How Stringee's listings arrive: rows, and the counts that say where they end, inside `data`.

One job: turn an answer into a `Page`. A page in the documented form is decoded in one go; every other form that was
seen (counts under other names, as text, missing; `data` null or an empty array) is read patiently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

from ..core.codec import Raw, loads, rows, shallow
from ..core.coerce import as_int
from ..core.convert import ROWS, Loader
from ..core.errors import DecodeError, PagingError, SdkError
from ..core.model import Model
from ..core.paging import Page
from ..core.response import facts
from ..core.wire import Response
from .envelope import succeeded

M = TypeVar("M", bound=Model)

_TOTALS: Final = ("totalCount", "totalAgents", "totalGroups", "total")
_totals: Final[Callable[[Any], tuple[int | None, ...]]] = attrgetter(*_TOTALS)


class PageReader(Generic[M]):
    """Reads the pages of one listing.

    Args:
        loader: Reads the rows.
        list_key: Name of the rows inside `data`.
    """

    def __init__(self, loader: Loader[M], list_key: str) -> None:
        self._loader = loader
        self._list_key = list_key
        counts = dict.fromkeys((*_TOTALS, "totalPages", "currentPage", "limit"), int)
        self._whole = loader.page({"r": int, "data": {**counts, list_key: ROWS}})

    def read(self, response: Response, *, number: int, page_size: int, strict: bool) -> Page[M]:
        """Read one page.

        Args:
            response: The answer.
            number: The page that was asked for.
            page_size: The rows per page that were asked for.
            strict: Raise for a row that does not fit.

        Raises:
            PagingError: There are rows, but no number of pages or of rows to tell where they end.
        """
        if 200 <= response.status < 300:
            answer = self._whole(response.body)
            if answer is not None and answer.r == 0:
                page = self._page(answer.data, number, page_size)
                if page is not None:
                    return page
        return read_page(
            response, self._loader, self._list_key, number=number, page_size=page_size, strict=strict
        )

    def _page(self, data: Any, number: int, page_size: int) -> Page[M] | None:
        """Return the page if its counts are whole and leave no doubt."""
        totals = [total for total in _totals(data) if total is not None]
        if len(totals) != 1 or data.totalPages is None:
            return None
        if totals[0] < 0 or data.totalPages < 0 or (data.currentPage or 0) < 0:
            return None
        return Page(
            items=tuple(getattr(data, self._list_key)),
            number=data.currentPage or number,
            total_pages=data.totalPages,
            total=totals[0],
            page_size=page_size,
        )


def read_page(
    response: Response, loader: Loader[M], list_key: str, *, number: int, page_size: int, strict: bool
) -> Page[M]:
    """Read one page of a listing.

    Args:
        response: The answer.
        loader: Reads the rows.
        list_key: Name of the rows inside `data`.
        number: The page that was asked for.
        page_size: The rows per page that were asked for.
        strict: Raise for a row that does not fit.

    Raises:
        PagingError: There are rows, but no number of pages or of rows to tell where they end.
    """
    top = succeeded(response)
    try:
        return _page(top, loader, list_key, number=number, page_size=page_size, strict=strict)
    except SdkError as error:
        error.add(**facts(response))
        raise


def read_uncounted_page(
    response: Response, loader: Loader[M], list_key: str, *, number: int, page_size: int, strict: bool
) -> Page[M]:
    """Read one page of a listing whose rows stand at the top level, without `r` and without trustworthy counts.

    Args:
        response: The answer.
        loader: Reads the rows.
        list_key: Name of the rows.
        number: The page that was asked for.
        page_size: The rows per page that were asked for.
        strict: Raise for a row that does not fit.

    Raises:
        DecodeError: The rows are missing, or are no array.
    """
    top = succeeded(response, says_so=False)
    try:
        if list_key not in top:
            raise DecodeError(f"the answer holds no {list_key}", paths=(f"$.{list_key}",))
        items, malformed = loader.load_all(_rows(top[list_key]), path=f"$.{list_key}", strict=strict)
    except SdkError as error:
        error.add(**facts(response))
        raise
    return Page(
        items=items, malformed=malformed, number=number, total_pages=None, total=None, page_size=page_size
    )


def _page(
    top: Mapping[str, Raw], loader: Loader[M], list_key: str, *, number: int, page_size: int, strict: bool
) -> Page[M]:
    block = _block(top.get("data"))
    raw_rows = _rows(block.get(list_key))
    total = _total(block)
    total_pages = _count(block, "totalPages")
    if total_pages is None:
        if raw_rows and not total:
            raise PagingError(
                f"the answer holds rows under {list_key!r} but neither totalPages nor a total, so the end of the "
                "listing cannot be known"
            )
        total_pages = -(-(total or 0) // (_count(block, "limit") or page_size))
    items, malformed = loader.load_all(raw_rows, path=f"$.data.{list_key}", strict=strict)
    return Page(
        items=items,
        malformed=malformed,
        number=_count(block, "currentPage") or number,
        total_pages=total_pages,
        total=total,
        page_size=page_size,
    )


def _block(data: Raw | None) -> dict[str, Raw]:
    if data is None:
        return {}
    text = bytes(data)
    empty = text == b"null" or (text.startswith(b"[") and not rows(data))
    return {} if empty else shallow(data)


def _rows(raw: Raw | None) -> list[Raw]:
    return [] if raw is None or bytes(raw) == b"null" else rows(raw)


def _total(block: Mapping[str, Raw]) -> int | None:
    """Return the number of rows, under whatever name that begins with `total`."""
    for name, raw in block.items():
        if name.startswith("total") and name != "totalPages":
            try:
                total = as_int(loads(raw))
            except ValueError:
                continue
            if total >= 0:
                return total
    return None


def _count(block: Mapping[str, Raw], name: str) -> int | None:
    raw = block.get(name)
    value = None if raw is None else loads(raw)
    if value is None:
        return None
    try:
        count = as_int(value)
    except ValueError:
        raise PagingError(f"{name} is not a whole number") from None
    if count < 0:
        raise PagingError(f"{name} is below zero")
    return count
