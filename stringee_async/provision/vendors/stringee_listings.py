"""The readings of Stringee's listings that one run shares: one for each kind of object, group and queue.

What `observe` has read is what `ensure` looks in, so that no unit of a run reads a listing again. Each listing is renewed
apart from the others: a lost response of one group costs one reading of that group.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

import attrs

from ...core.client import session_of
from ...core.errors import PagingError
from ...core.paging import Paged
from ...core.shared_listings import Reading, SharedListings, Told, untold
from ...stringee.client import StringeeClient
from ..nouns import Kind
from ..things import Ref
from .doubled_rows import rows_as_served
from .reading_at_once import each
from .waiting_for_rate import waiting_for_rate

T = TypeVar("T")

PAGE: Final = 100
"""Rows of a page; those of `find` and `ensure`, so that both know one reading."""
_OTHER_PAGE: Final = 63
_AHEAD: Final = 4
KEY_NAMES: Final[Mapping[Kind, str]] = MappingProxyType(
    {"agent": "stringee_user_id", "group": "name", "queue": "name"}
)
"""The natural key of each kind of object, as the vendor names it."""


@attrs.define(eq=False)
class Listings:
    """All shared readings over one client.

    Args:
        client: The client.
        made: Objects that this run created or renamed: their ids.
        filters: Whether the vendor honours its undocumented filter of agents; None while that is not known.
    """

    client: StringeeClient
    made: dict[Ref, str] = attrs.field(factory=dict[Ref, str], init=False)
    filters: bool | None = attrs.field(default=None, init=False)
    _objects: dict[Kind, SharedListings] = attrs.field(factory=dict[Kind, SharedListings], init=False)
    _below: dict[tuple[Kind, str], SharedListings] = attrs.field(
        factory=dict[tuple[Kind, str], SharedListings], init=False
    )
    _apart: dict[Ref, SharedListings] = attrs.field(factory=dict[Ref, SharedListings], init=False)

    def of(self, kind: Kind) -> SharedListings:
        """Return those of the agents, groups or queues."""
        return self._kept(self._objects, kind)

    def below(self, kind: Kind, holder_id: str) -> SharedListings:
        """Return those of the agents of a group (`link`), or of the groups of a queue (`route`)."""
        return self._kept(self._below, (kind, holder_id))

    def for_object(self, ref: Ref) -> SharedListings:
        """Return where an object is looked for: its kind's, or its own if it is looked for alone."""
        return self._apart.get(ref) or self.of(ref[0])

    def _kept(self, known: dict[T, SharedListings], name: T) -> SharedListings:
        if name not in known:
            known[name] = SharedListings(began=self.now(), few=False)
        return known[name]

    def now(self) -> float:
        """Return the monotonic time of the client's clock."""
        return session_of(self.client).state.now()

    def renew(self) -> None:
        """Forget all readings."""
        now = self.now()
        for listings in (*self._objects.values(), *self._below.values()):
            listings.renew(now)
        self._apart.clear()

    async def objects(self, kind: Kind, told: Told = untold) -> Reading[Any]:
        """Return the reading of all agents, groups or queues; read now unless it was."""
        client = self.client
        listing: Paged[Any]
        if kind == "agent":
            listing = client.agents.list(page_size=PAGE, read_ahead=_AHEAD)
        else:
            resource = client.groups if kind == "group" else client.queues
            listing = resource.list(page_size=PAGE, read_ahead=_AHEAD)
        return await self._read(self.of(kind), listing, (KEY_NAMES[kind],), told)

    def _listing(
        self, kind: Kind, holder_id: str, page_size: int = PAGE
    ) -> tuple[Paged[Any], tuple[str, ...]]:
        """Return the list of a group's agents or a queue's groups, and the fields that tell its rows apart."""
        client = self.client
        if kind == "link":
            return client.group_agents.list(holder_id, page_size=page_size, read_ahead=_AHEAD), ("agent_id",)
        return client.group_routings.list(holder_id, page_size=page_size, read_ahead=_AHEAD), ("group_id",)

    async def connections(self, kind: Kind, holder_id: str) -> tuple[Reading[Any], Sequence[Any]]:
        """Return the reading of the agents of a group (`link`), or of the groups of a queue (`route`).

        Returns:
            The reading, and of a group the rows of agents who are in it once more: they have no id of their own.
        """
        (listing, key), below = self._listing(kind, holder_id), self.below(kind, holder_id)
        reading: Reading[Any] | None = None
        broken: PagingError | None = None
        try:
            reading = await self._read(below, listing, key)
        except PagingError as error:
            broken = error
        if kind == "link" and (reading is None or _may_be_doubled(reading.listing)):
            served = await rows_as_served([listing, self._listing(kind, holder_id, _OTHER_PAGE)[0]], key)
            if served is not None:
                return below.take(listing, served[0]), served[1]
        if reading is None:
            raise broken or PagingError("the listing cannot be trusted")
        return reading, ()

    async def _read(
        self, listings: SharedListings, listing: Paged[Any], key: tuple[str, ...], told: Told = untold
    ) -> Reading[Any]:
        longest = session_of(self.client).retry.max_server_wait
        return await waiting_for_rate(lambda: listings.read(listing, key, told), longest=longest)

    def begin_empty(self, holder: Ref, holder_id: str) -> None:
        """Note that a group or a queue was created just now, so that nothing of it needs to be read."""
        kinds: dict[Kind, Kind] = {"group": "link", "queue": "route"}
        kind = kinds.get(holder[0])
        if kind is not None:
            self.below(kind, holder_id).begin_empty(self._listing(kind, holder_id)[0])

    async def look_again(self, refs: Iterable[Ref]) -> None:
        """Read again the kinds of these objects, or look for the agents one by one where that costs less."""
        now = self.now()
        wanted = set(refs)
        agents = {ref for ref in wanted if ref[0] == "agent"}
        for ref in agents:
            self._apart.pop(ref, None)
        if agents and await self._few(agents):
            apart = self.of("agent").one_by_one(now)
            self._apart.update(dict.fromkeys(agents, apart))
            wanted -= agents
        kinds: set[Kind] = {kind for kind, _ in wanted}
        for kind in kinds:
            self.of(kind).renew(now)
            await self.objects(kind)

    async def _few(self, agents: set[Ref]) -> bool:
        """Return whether these agents cost less one by one; asks for one of them to see whether the filter works."""
        rows = (await self.objects("agent")).rows
        if len(agents) >= math.ceil((len(rows) + len(self.made)) / PAGE):
            return False
        if self.filters is None:
            (user_id,) = min(agents)[1]
            found = self.client.agents.list(stringee_user_id=user_id, page_size=PAGE)
            async for page in found.pages():
                self.filters = not page.malformed and all(
                    row.stringee_user_id == user_id for row in page.items
                )
                break
        return self.filters is True

    async def look_below(self, holders: Iterable[tuple[Kind, str]]) -> None:
        """Read again the agents of these groups and the groups of these queues."""
        now = self.now()
        wanted = set(holders)
        for kind, holder_id in wanted:
            self.below(kind, holder_id).renew(now)

        async def read(holder: tuple[Kind, str]) -> None:
            await self.connections(*holder)

        await each(wanted, read)


def _may_be_doubled(listing: Paged[Any]) -> bool:
    """Return whether rows of a listing came again, be it that they moved or that they stand in it twice."""
    again = listing.drift is not None and listing.drift.repeated > 0
    return bool(listing.doubled) or again or not listing.certain
