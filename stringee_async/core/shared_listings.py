"""Listings that one run of `ensure_many` reads once for all of its rows.

While such a run works on a row, `find` looks in a reading of the whole listing instead of asking the vendor. A reading
keeps its rows by what is left of their natural keys without case, blanks and signs: few of many thousand rows are
compared with a wanted key, by the rules of `find_unique` as ever.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextvars import ContextVar
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, Protocol, TypeAlias, TypeVar, cast

import attrs

from .errors import SdkError
from .keyed_lock import KeyedLock
from .model import Malformed, Model
from .paging import Paged
from .tally import Tally, current_tally

logger = logging.getLogger("stringee_async.ensure")

M = TypeVar("M", bound=Model)
M_co = TypeVar("M_co", bound=Model, covariant=True)


class Searched(Protocol[M_co]):
    """What can be searched: a listing, or the rows of a reading that may be the wanted ones."""

    malformed: list[Malformed]
    certain: bool

    def __aiter__(self) -> AsyncIterator[M_co]: ...

    def finding(self) -> str | None:
        """Return the name of a search in it, such as `agents.find`."""
        ...


class Later(Exception):  # noqa: N818 - no error: it asks for another pass over the row
    """Only a reading that begins later tells what became of a row."""


Told: TypeAlias = Callable[[int], None]
"""Told how many rows of a listing were read so far."""


def untold(count: int) -> None:
    """Take what is told, and do nothing."""


_AGAIN: Final = 2
"""How often a page that failed is asked for again, beside the client's own attempts."""
NOTHING_REMOVED: Final[Mapping[str, AbstractSet[object]]] = MappingProxyType({})

Create = Literal["made", "unseen", "lost"]
"""What became of a create: its response named the object; it did not; it was lost."""


@attrs.define(eq=False, kw_only=True)
class SharedListings:
    """The readings of one pass of a run, and what became of the run's creates.

    Args:
        began: When the pass began, monotonic seconds: what its readings do not show was not there then.
        few: Whether the run has so few rows that a filter of the vendor's costs less than the whole listing.
    """

    began: float
    few: bool
    _creates: dict[Hashable, Create] = attrs.field(factory=dict[Hashable, Create], init=False)
    _hidden: set[Hashable] = attrs.field(factory=set[Hashable], init=False)
    _refused: set[Hashable] = attrs.field(factory=set[Hashable], init=False)
    _removed: dict[str, set[object]] = attrs.field(factory=dict[str, set[object]], init=False)
    _readings: dict[str, Reading[Any]] = attrs.field(factory=dict[str, "Reading[Any]"], init=False)
    _locks: KeyedLock = attrs.field(factory=KeyedLock, init=False)

    def renew(self, now: float) -> None:
        """Begin another pass: forget the readings."""
        self.began = now
        self._readings.clear()
        self._hidden = self._still_hidden()

    def one_by_one(self, now: float) -> SharedListings:
        """Return listings for a pass over few rows, which a filter of the vendor's finds; these keep their readings.

        Both know what became of the run's creates.
        """
        few = SharedListings(began=now, few=True)
        few._creates, few._refused, few._removed = self._creates, self._refused, self._removed
        few._hidden = self._still_hidden()
        return few

    def _still_hidden(self) -> set[Hashable]:
        """Return what a pass that begins now may not show."""
        return {key for key in self._hidden if self._creates.get(key) in {"made", "unseen"}}

    def note(self, key: Hashable, create: Create) -> None:
        """Note what became of a create, which this pass does not show."""
        self._creates[key] = create
        self._hidden.add(key)

    def refuse(self, key: Hashable) -> bool:
        """Note that the vendor says of an unlisted object that it exists; returns whether it says so for the first time."""
        first = key not in self._refused
        self._refused.add(key)
        self._hidden.add(key)
        return first

    def found(self, key: Hashable) -> Create | None:
        """Note that the object is there; returns what became of its create, to the first row that found it."""
        before = self._creates.get(key)
        if before is not None:
            self._creates[key] = "made"
        return before

    def may_hide(self, key: Hashable) -> bool:
        """Return whether this pass may not show an object although it is there: it was created, or may have been."""
        return key in self._hidden

    def remove(self, row_id: object, id_name: str = "id") -> None:
        """Note that the run removed or renamed the object of this id: no search of the run finds it any more.

        Args:
            row_id: The id.
            id_name: What the rows call it.
        """
        self._removed.setdefault(id_name, set()).add(row_id)

    def begin_empty(self, listing: Paged[Any]) -> None:
        """Take a listing for read: it is that of an object that the run has created just now, and nothing is in it."""
        self.take(listing, [])

    def take(self, listing: Paged[M], rows: Sequence[M]) -> Reading[M]:
        """Take a listing for read: these are its rows, and no others."""
        listing.certain = True
        reading = self._readings[listing.fingerprint()] = Reading(listing, rows)
        return reading

    async def search(self, listing: Paged[M], wanted: Mapping[str, object]) -> Searched[M]:
        """Return what of a listing may have the wanted values; reads the whole listing if this is the first search."""
        whole = listing.unfiltered(wanted)
        if self.few and whole is not listing:
            return listing
        reading = await self.read(whole, tuple(wanted))
        return reading.like(wanted, self._removed)

    async def read(self, listing: Paged[M], key: tuple[str, ...], told: Told = untold) -> Reading[M]:
        """Return the reading of a whole listing, which is read now unless it was read in this pass.

        Args:
            listing: The listing, without filters that searches may leave out.
            key: The fields that tell its rows apart: where they cannot be read, the listing is read once more.
            told: Told how many rows were read so far.
        """
        scope = listing.fingerprint()
        if scope not in self._readings:
            async with self._locks.hold(scope):
                while scope not in self._readings:  # another may have read it while this one waited
                    began = self.began
                    reading = await _read(listing, key, told)
                    if began == self.began:  # else another pass began meanwhile, of which this tells nothing
                        self._readings[scope] = reading
        return self._readings[scope]


shared_listings: Final[ContextVar[SharedListings | None]] = ContextVar("stringee_async_shared", default=None)
"""Those of the run of `ensure_many` that the current task works for."""


class Reading(Generic[M]):
    """A listing that was read whole."""

    def __init__(self, listing: Paged[M], rows: Sequence[M]) -> None:
        self.listing = listing
        self.rows = rows
        self._indexes: dict[tuple[str, ...], tuple[dict[tuple[str, ...], list[M]], list[M]]] = {}

    def like(
        self, wanted: Mapping[str, object], removed: Mapping[str, AbstractSet[object]] = NOTHING_REMOVED
    ) -> Candidates[M]:
        """Return the rows that may have the wanted values, in their order but for those that cannot be read.

        `removed` are the ids of rows that are not there any more, by what the rows call them.
        """
        names = tuple(wanted)
        if names not in self._indexes:
            self._indexes[names] = self._index(names)
        rows, unreadable = self._indexes[names]
        found = [*rows.get(_loose(wanted.values()), ()), *unreadable]
        for name, ids in removed.items():
            found = [row for row in found if getattr(row, name, None) not in ids]
        return Candidates(self.listing, found)

    def _index(self, names: tuple[str, ...]) -> tuple[dict[tuple[str, ...], list[M]], list[M]]:
        read = cast("Callable[[M], Any]", attrgetter(*names))
        rows, unreadable = dict[tuple[str, ...], list[M]](), list[M]()
        for row in self.rows:
            if row.unreadable(*names):
                unreadable.append(row)
            else:
                values = read(row) if len(names) > 1 else (read(row),)
                rows.setdefault(_loose(values), []).append(row)
        return rows, unreadable


class Candidates(Generic[M]):
    """Rows of a reading that may be the wanted ones, in place of the listing; see `Searched`."""

    def __init__(self, listing: Paged[M], rows: Sequence[M]) -> None:
        self._rows = rows
        self.malformed = listing.malformed
        self.certain = listing.certain
        self.finding = listing.finding

    async def __aiter__(self) -> AsyncIterator[M]:
        for row in self._rows:
            yield row


async def _read(listing: Paged[M], key: tuple[str, ...], told: Told) -> Reading[M]:
    """Read a listing, once more if it may hide a row; its requests are no row's, unless they fail."""
    outer = current_tally.get()
    tally = Tally() if outer is None else Tally(outer.run, order=outer.order)
    token = current_tally.set(tally)
    try:
        rows = await _collect(listing, told)
        if _may_hide(listing, rows, key):
            rows = await _collect(listing, told)
            if _may_hide(listing, rows, key):
                logger.warning(
                    "the listing is not certain: an object of the wanted %s may be hidden", " and ".join(key)
                )
    except BaseException:
        if outer is not None:
            outer.add(tally, repeatable=True)
        raise
    finally:
        current_tally.reset(token)
        tally.closed = True
    return Reading(listing, rows)


async def _collect(listing: Paged[M], told: Told) -> list[M]:
    """Read a whole listing into a list, as `Paged.collect` does, and tell how far it is.

    Behind the first rows, a page that failed for the moment is asked for again: the pages before it are not read again.
    """
    rows: list[M] = []
    reader, failed = aiter(listing), 0
    reader.read_to_end()
    while True:
        try:
            row = await anext(reader)
        except StopAsyncIteration:
            return rows
        except SdkError as error:
            failed += 1
            if not (rows and error.retryable) or failed > _AGAIN:
                raise
            continue
        failed = 0
        rows.append(row)
        rows += reader.drain_page()
        told(len(rows))


def _may_hide(listing: Paged[M], rows: Iterable[M], key: tuple[str, ...]) -> bool:
    return not listing.certain or any(row.unreadable(*key) for row in rows)


def _loose(values: Iterable[object]) -> tuple[str, ...]:
    """Return what is left of values without what two spellings of one value may differ in."""
    return tuple(map(_letters, values))


def _letters(value: object) -> str:
    text = str(value).rpartition("*")[2]  # RingMe puts a prefix before it
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(filter(str.isalnum, text.casefold()))
