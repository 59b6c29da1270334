"""One page of a listing.

One job: the value that vendors make of a response and that listings are read from.
"""

from __future__ import annotations

from typing import Generic, TypeVar

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
