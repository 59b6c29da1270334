"""Rows of a listing that stand in it more than once: connections that two writers have made at the same time.

A listing of which rows move brings rows again, too, and hides others. So it is read twice, with pages of two sizes: only if
both bring the same rows in the same order, and as many as are stated, nothing has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter
from typing import TypeVar

from ...core.model import Model
from ...core.paging import Paged

M = TypeVar("M", bound=Model)


async def rows_as_served(
    listings: Sequence[Paged[M]], key: tuple[str, ...]
) -> tuple[Sequence[M], Sequence[M]] | None:
    """Return the rows of a listing, each once, and those that stand in it again; None if that cannot be told.

    Args:
        listings: The listing, with pages of two sizes.
        key: The fields that tell its rows apart.

    Raises:
        SdkError: A page could not be read.
    """
    read: Callable[[M], Hashable] = attrgetter(*key)
    passes = [await _served(listing) for listing in listings]
    rows = passes[0]
    if rows is None or any(each is None or list(map(read, each)) != list(map(read, rows)) for each in passes):
        return None
    first: dict[Hashable, M] = {}
    again = [row for row in rows if first.setdefault(read(row), row) is not row]
    return list(first.values()), again


async def _served(listing: Paged[M]) -> list[M] | None:
    """Return all rows of a listing; None if some cannot be read, or they are not as many as it states."""
    rows, stated = list[M](), None
    async for page in listing.pages():
        if page.malformed:
            return None
        rows += page.items
        stated = page.total
    return rows if stated in (None, len(rows)) else None
