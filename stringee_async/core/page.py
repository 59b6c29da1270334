"""A page of a listing, and how to read one from a response with rows and counts in `data`.

An empty listing that is not really empty makes `ensure` create what exists, so no page counts as empty unless the
response says so.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final, Generic, TypeVar

import attrs

from .coerce import as_int
from .decoding import Loader
from .errors import DecodeError, PagingError
from .json_codec import Raw, fields_apart, loads, rows
from .model import Malformed, Model

M = TypeVar("M", bound=Model)
T = TypeVar("T")

logger = logging.getLogger("stringee_async.responses")

_NULL: Final = b"null"


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
        malformed: Rows that could not be decoded.
        proven: False where the page counts as empty although the response does not say so.
    """

    items: tuple[T, ...]
    number: int
    total_pages: int | None
    total: int | None
    page_size: int
    malformed: tuple[Malformed, ...] = ()
    proven: bool = True


def uncounted_page(
    loader: Loader[M],
    raw_rows: list[Raw],
    *,
    number: int,
    strict: bool,
    path: str = "$",
    total_pages: int | None = None,
    total: int | None = None,
    page_size: int | None = None,
    proven: bool = True,
) -> Page[M]:
    """Return a page of a listing that does not say how many pages there are, nor, in most cases, how many rows a page has."""
    items, malformed = loader.load_all(raw_rows, path=path, strict=strict)
    return Page(
        items=items,
        malformed=malformed,
        number=number,
        total_pages=total_pages,
        total=total,
        page_size=page_size or max(1, len(raw_rows)),  # the host may serve fewer than it is asked for
        proven=proven,
    )


def block_of(top: Mapping[str, Raw]) -> dict[str, Raw]:
    """Return what stands in `data`; nothing where that is `{}` or `[]`, which the log then says."""
    data = top.get("data")
    if data is None or bytes(data) in {_NULL, b'""'}:
        raise DecodeError(f"the response holds no data ({_names(top)})", paths=("$.data",))
    block = {} if bytes(data).startswith(b"[") and not rows(data) else fields_apart(data)
    if not block:
        warn_of_empty("data")
    return block


def rows_of(block: Mapping[str, Raw], key: str, *, none_due: bool) -> list[Raw]:
    """Return the texts of a page's rows, which may be null or missing only where `none_due` says so."""
    raw = block.get(key)
    if raw is not None and bytes(raw) != _NULL:
        return rows(raw)
    if block and not none_due:
        state = "no" if raw is None else "null for"
        raise DecodeError(
            f"the response holds {state} {key} and does not say that there are none ({_names(block)})",
            paths=(f"$.data.{key}",),
        )
    return []


def count_of(block: Mapping[str, Raw], name: str) -> int | None:
    """Return a count that a page states, or None; raise for what is no whole number of at least 0."""
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


@attrs.frozen
class PageNames:
    """What a vendor calls the parts of a page."""

    rows: str
    pages: str
    size: str
    number: str


def counted_page(
    block: Mapping[str, Raw],
    loader: Loader[M],
    names: PageNames,
    *,
    total: int | None,
    number: int,
    page_size: int,
    strict: bool,
) -> Page[M]:
    """Return a page whose counts say where the listing ends; its own number and size go before those asked for."""
    size = count_of(block, names.size) or page_size
    raw_rows = rows_of(block, names.rows, none_due=total is not None and (number - 1) * size >= total)
    pages, served = count_of(block, names.pages), size
    if not pages:
        if raw_rows and not total:
            raise PagingError(
                f"the response holds rows under {names.rows!r} but neither {names.pages} nor a total, so the end of the "
                "listing cannot be known"
            )
        pages = -(-(total or 0) // size)
        served = min(size, max(1, len(raw_rows)))  # nothing but the rows says how many the host serves
    items, malformed = loader.load_all(raw_rows, path=f"$.data.{names.rows}", strict=strict)
    return Page(
        items=items,
        malformed=malformed,
        number=count_of(block, names.number) or number,
        total_pages=pages,
        total=total,
        page_size=served,
        proven=bool(block),
    )


def warn_of_empty(what: str) -> None:
    """Write to the log that a listing counts as empty although the response does not say so."""
    logger.warning("the response has nothing in %s and states no total: taken for an empty list", what)


def _names(fields: Mapping[str, Raw]) -> str:
    """Return what was found, for messages; at most ten names."""
    names = ", ".join(repr(name[:40]) for name in list(fields)[:10])
    return f"found: {names}" if names else "it is empty"
