"""The one row of a listing that has the wanted key, for `find` and `ensure` of every resource.

"Not found" is believed only where it is proven.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from .errors import AmbiguousError, SdkError
from .model import Model
from .names import carries, is_id, may_be
from .paging import Paged
from .shared_listings import Searched, shared_listings

logger = logging.getLogger("stringee_async.ensure")

M = TypeVar("M", bound=Model)


async def find_unique(
    listing: Paged[M],
    matches: Callable[[M], bool],
    wanted: Mapping[str, object],
    id_of: Callable[[M], str],
) -> M | None:
    """Return the one row that matches, or None.

    "Not found" is believed only of a listing that is certain: where rows moved, or a key could not be read, the listing
    is read once more. A row whose key still has lost letters in it, and agrees with the wanted key in all others, may
    be the wanted one: this neither returns it nor says "not found". The same holds for a row that has the wanted key and
    is malformed otherwise, or whose id cannot be read. In each of these cases, and where two rows match, this raises
    `AmbiguousError`.
    """
    shared = shared_listings.get()
    return await _unique(
        listing if shared is None else await shared.search(listing, wanted), matches, wanted, id_of
    )


async def _unique(
    listing: Searched[M],
    matches: Callable[[M], bool],
    wanted: Mapping[str, object],
    id_of: Callable[[M], str],
) -> M | None:
    """Do what `find_unique` says, in a listing or in those rows of a reading that may be the wanted ones."""
    what = " and ".join(wanted)
    found, doubtful, certain = await _matching(listing, matches, wanted)
    if not all(is_id(id_of(row)) for row in found) or not (found or certain):
        found, doubtful, certain = await _matching(listing, matches, wanted)
        if not found and not certain:
            _refuse_hidden(listing, doubtful, wanted, id_of)
            if isinstance(listing, Paged):  # of a shared reading it is said once
                logger.warning(
                    "no row has the wanted %s, but the listing is not certain: one may be hidden", what
                )
    row = only(found, what, id_of, listing.finding())
    if row is not None and not is_id(id_of(row)):
        raise AmbiguousError(
            f"the object with the wanted {what} is listed, but its id cannot be read; nothing was changed",
            operation=listing.finding(),
            next_step="correct or remove that object where it can be seen",
        )
    return row


def _refuse_hidden(
    listing: Searched[M],
    doubtful: Sequence[M],
    wanted: Mapping[str, object],
    id_of: Callable[[M], str],
) -> None:
    """Raise if a row that cannot be read as a whole may be the wanted one."""
    what = " and ".join(wanted)
    if doubtful:
        ids = tuple(map(id_of, doubtful))
        raise AmbiguousError(
            operation=listing.finding(),
            message=f"the {what} of {', '.join(ids)} cannot be read as a whole and may be the wanted one; "
            "correct or remove that object, nothing was changed",
            ids=ids,
        )
    hidden = [row for row in listing.malformed if carries(row.value, wanted)]
    if hidden:
        raise AmbiguousError(
            f"an object with the wanted {what} is listed, but not in a form that can be read "
            f"({hidden[0].path}: {hidden[0].reason}); nothing was changed",
            operation=listing.finding(),
            next_step="correct or remove that object where it can be seen",
        )


def only(found: Sequence[M], what: str, id_of: Callable[[M], str], operation: str | None = None) -> M | None:
    """Return the one object that was found, None if there is none; raise `AmbiguousError` if there are more."""
    if len(found) > 1:
        ids = tuple(map(id_of, found))
        raise AmbiguousError(
            operation=operation,
            message=f"{len(found)} objects carry the same {what} ({', '.join(ids)}); remove all but one, nothing was changed",
            ids=ids,
        )
    return found[0] if found else None


async def _matching(
    listing: Searched[M], matches: Callable[[M], bool], wanted: Mapping[str, object]
) -> tuple[list[M], list[M], bool]:
    """Return the rows that match, those that may match, and whether the absence of others is proven."""
    found, doubtful, readable = list[M](), list[M](), True
    try:
        async for row in listing:
            if matches(row):
                found.append(row)
            elif row.unreadable(*wanted):
                readable = False
                if all(may_be(getattr(row, name), value) for name, value in wanted.items()):
                    doubtful.append(row)
    except SdkError as error:
        error.call = error.call or listing.finding()
        raise
    return found, doubtful, readable and listing.certain
