"""What a page of a listing is made of, for vendors that put rows and counts into `data`.

One job: find these parts, and tell a listing that is empty from a response that does not say what it lists. An empty
listing that is not one makes `ensure` create what exists, so nothing is taken for empty that does not say so.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final, TypeVar

import attrs

from .coerce import as_int
from .decoding import Loader
from .errors import DecodeError, PagingError
from .json_codec import Raw, fields_apart, loads, rows
from .model import Model
from .page import Page

M = TypeVar("M", bound=Model)

logger = logging.getLogger("stringee_async.responses")

_NULL: Final = b"null"


def block_of(top: Mapping[str, Raw]) -> dict[str, Raw]:
    """Return what stands in `data`; nothing where that is `{}` or `[]`, which the log then says.

    Args:
        top: The fields of the response.

    Raises:
        DecodeError: There is no `data`, or it is something else; the message names what was found.
    """
    data = top.get("data")
    if data is None or bytes(data) in {_NULL, b'""'}:
        raise DecodeError(f"the response holds no data ({_names(top)})", paths=("$.data",))
    block = {} if bytes(data).startswith(b"[") and not rows(data) else fields_apart(data)
    if not block:
        warn_of_empty("data")
    return block


def rows_of(block: Mapping[str, Raw], key: str, *, none_due: bool) -> list[Raw]:
    """Return the texts of a page's rows.

    Args:
        block: What stands in `data`.
        key: Name of the rows in it.
        none_due: Whether the counts say that this page has no rows, so that they may be null or missing.

    Raises:
        DecodeError: There are no rows, though nothing says that the page has none; or they are no array.
    """
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
    """Return a count that a page states, or None.

    Raises:
        PagingError: It is not a whole number, or below zero.
    """
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
    """What a vendor calls the parts of a page.

    Args:
        rows: The rows.
        pages: The number of pages.
        size: Rows of a page.
        number: The number of this page.
    """

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
    """Return a page whose counts say where the listing ends.

    Args:
        block: What stands in `data`.
        loader: Reads the rows.
        names: What the parts are called.
        total: The rows in all, where they are stated.
        number: The page that was asked for; the response's own number goes before it.
        page_size: The rows per page that were asked for; likewise.
        strict: Raise for a row that does not fit.

    Raises:
        DecodeError: There are no rows, though the counts do not say that there are none.
        PagingError: There are rows, but no number of pages or of rows to tell where they end.
    """
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
    """Write to the log that a listing counts as empty although the response does not say so.

    Args:
        what: The part of the response that is empty.
    """
    logger.warning("the response has nothing in %s and states no total: taken for an empty list", what)


def _names(fields: Mapping[str, Raw]) -> str:
    """Return what was found, for messages; at most ten names."""
    names = ", ".join(repr(name[:40]) for name in list(fields)[:10])
    return f"found: {names}" if names else "it is empty"
