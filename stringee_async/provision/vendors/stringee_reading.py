"""Reads the live state of a Stringee project into neutral values.

Ids become keys, rows that carry one key are kept apart, and whatever makes the reading doubtful is said in words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final, cast

import attrs

from ...core.client import session_of
from ...core.errors import NotFoundError
from ...core.model import Malformed
from ...core.names import is_id
from ...core.shared_listings import Reading as Rows
from ...stringee.agents import NOT_AVAILABLE
from ..adapter import Progress
from ..counts import counted
from ..nouns import ENDS, OBJECTS, Key, Kind, shown_key
from ..planning.stated import name_key
from ..reading_hold import held
from ..things import Fields, Live, Reading, Ref, Scope
from .reading_at_once import DOUBTS, each
from .stringee_fields import agent_fields, busy, queue_fields, route_fields, shown_fields
from .stringee_listings import KEY_NAMES, PAGE, Listings

UNLISTED: Final = "id "
"""What the key of a link begins with whose agent is not listed, or of a route whose group is not: the id follows."""
_CONNECTIONS: Final[tuple[Kind, ...]] = ("link", "route")


@attrs.define(eq=False, kw_only=True)
class Observation:
    """One reading of the live state.

    Args:
        listings: Where rows are read, and kept for the units of the run.
        scope: What is read.
        progress: Told how far it is.
        wished: What is wished for; None where that is not known.
        foreign: The `x-stringee` fields that are wished of any object, by kind.
        pins: The ids that the wish pins, of objects that share their key with another.
        numbers: Whether the numbers that ring queues are read.
    """

    listings: Listings
    scope: Scope
    progress: Progress
    wished: AbstractSet[Ref] | None
    foreign: Mapping[Kind, frozenset[str]]
    pins: Mapping[Ref, str]
    numbers: bool
    project: str = attrs.field(default="", init=False)
    _found: defaultdict[Ref, list[Live]] = attrs.field(
        factory=lambda: defaultdict[Ref, list[Live]](list), init=False
    )
    _keys: dict[tuple[Kind, str], str] = attrs.field(factory=dict[tuple[Kind, str], str], init=False)
    _shown: dict[Kind, frozenset[str]] = attrs.field(factory=dict[Kind, frozenset[str]], init=False)
    _connected: Counter[Kind] = attrs.field(factory=Counter[Kind], init=False)
    _again: Counter[Ref] = attrs.field(factory=Counter[Ref], init=False)
    _read: set[Kind] = attrs.field(factory=set[Kind], init=False)
    _members_of: set[Ref] = attrs.field(factory=set[Ref], init=False)
    _doubts: list[str] = attrs.field(factory=list[str], init=False)
    _malformed: list[str] = attrs.field(factory=list[str], init=False)
    _numbers: dict[str, tuple[str, ...]] = attrs.field(factory=dict[str, tuple[str, ...]], init=False)

    async def run(self) -> Reading:
        """Read everything in the scope.

        Raises:
            SdkError: The vendor cannot be reached, or rejects the call.
        """
        session = session_of(self.listings.client)
        before, began = session.state.requests, session.state.now()
        self.listings.renew()
        connections: list[Kind] = [kind for kind in _CONNECTIONS if kind in self.scope.kinds]
        kinds: frozenset[Kind] = self.scope.kinds.union(*(ENDS[kind] for kind in connections))
        objects: list[Kind] = [kind for kind in OBJECTS if kind in kinds]
        await each(objects, self._objects)
        if self.numbers and "queue" in kinds:
            await self._note_numbers()
        await each(self._holders(connections), self._connections)
        self._read.update(kind for kind in connections if self._read.issuperset(ENDS[kind]))
        return Reading(
            live={ref: found[0] for ref, found in self._found.items() if len(found) == 1},
            twice={ref: tuple(found) for ref, found in self._found.items() if len(found) > 1},
            read=frozenset(self._read),
            members_of=frozenset(self._members_of),
            doubts=tuple(self._doubts),
            malformed=tuple(self._malformed),
            numbers=self._numbers,
            again=self._again,
            calls=session.state.requests - before,
            seconds=session.state.now() - began,
        )

    async def _objects(self, kind: Kind) -> None:
        """Read all objects of a kind."""
        try:
            rows = await self.listings.objects(kind, lambda count: self.progress(kind, count))
        except DOUBTS as error:
            self._doubts.append(f"the list of {kind}s cannot be trusted: {error}")
            return
        name, unreadable = KEY_NAMES[kind], False
        self._shown[kind] = shown_fields(kind, rows.rows)
        of_row = self._agent if kind == "agent" else self._group if kind == "group" else self._queue
        for row in rows.rows:
            key = getattr(row, name)
            self._name_faults(f"{kind} {row.id}", row.malformed)
            if key is None or row.unreadable("id", name) or not is_id(row.id):
                unreadable = True
                if not row.malformed:
                    self._malformed.append(f"{kind} {row.id}: it has no {name}")
                continue
            key = key if kind == "agent" else name_key(key)
            self._keys[kind, row.id] = key
            self._found[kind, (key,)].append(of_row(row, key))
        if rows.rows and not self.project:
            self.project = str(rows.rows[0].project or "")
        self._read.add(kind)
        self.progress(kind, len(rows.rows))
        self._judge(f"the list of {kind}s", rows)
        self._judge_malformed(kind, rows.listing.malformed, unreadable=unreadable)

    def _agent(self, row: Any, key: str) -> Live:
        fields = agent_fields(row, self._shown["agent"], self.foreign.get("agent", ()))
        disabled = row.manual_status == NOT_AVAILABLE
        return self._live("agent", row, key, fields, busy=busy(row), disabled=disabled)

    def _group(self, row: Any, key: str) -> Live:
        number = row.number_of_agent
        return self._live(
            "group", row, key, {}, notes="" if number is None else f"number of agents: {number}"
        )

    def _queue(self, row: Any, key: str) -> Live:
        fields = queue_fields(row, self._shown["queue"], self.foreign.get("queue", ()))
        return self._live("queue", row, key, fields)

    def _live(self, kind: Kind, row: Any, key: str, fields: Fields, **more: Any) -> Live:
        foreign = {name: fields[name] for name in self.foreign.get(kind, ()) if name in fields}
        return Live(kind=kind, key=(key,), fields=fields, id=row.id, foreign=foreign, **more)

    def _holders(self, connections: Iterable[Kind]) -> list[tuple[Kind, Live]]:
        """Return the groups and queues whose connections are read."""
        found: list[tuple[Kind, Live]] = []
        for kind in connections:
            for ref, live in self._found.items():
                wanted = self.scope.members_of is None or ref in self.scope.members_of
                if ref[0] != ENDS[kind][0] or not wanted:
                    continue
                only = live if len(live) == 1 else [each for each in live if each.id == self.pins.get(ref)]
                found.extend((kind, each) for each in only)
        return found

    async def _connections(self, of: tuple[Kind, Live]) -> None:
        """Read the agents of a group, or the groups of a queue."""
        kind, holder = of
        what = f"the list of {'agents of group' if kind == 'link' else 'groups of queue'} {holder.key[0]}"
        try:
            rows, again = await self.listings.connections(kind, holder.id)
        except (*DOUBTS, NotFoundError) as error:
            self._doubts.append(f"{what} cannot be trusted: {error}")
            return
        for row in rows.rows:
            self._name_faults(what, row.malformed)
            end, row_id = (row.agent_id, row.agent_id) if kind == "link" else (row.group_id, row.id)
            if not is_id(end) or not is_id(row_id):
                self._doubts.append(f"{what} has a row that cannot be read")
                continue
            key, notes = self._end(kind, holder.key[0], end)
            fields = {} if kind == "link" else route_fields(row)
            self._found[kind, key].append(Live(kind=kind, key=key, fields=fields, id=row_id, notes=notes))
            self._connected[kind] += 1
        self._again.update((kind, self._end(kind, holder.key[0], row.agent_id)[0]) for row in again)
        self._members_of.add(holder.ref)
        self.progress(kind, self._connected[kind])
        self._judge(what, rows)
        for fault in rows.listing.malformed:
            self._name_faults(what, [fault])
            self._doubts.append(f"{what} has a row that cannot be read")

    def _end(self, kind: Kind, holder: str, end_id: str) -> tuple[Key, str]:
        """Return the key of a connection, and what is to be known of it."""
        end = ENDS[kind][1]
        key = self._keys.get((end, end_id))
        if key is None:
            return (holder, f"{UNLISTED}{end_id}"), f"the {end} of id {end_id} is not listed"
        return (holder, key), ""

    async def _note_numbers(self) -> None:
        """Note on queues how many numbers ring them."""
        listing = self.listings.client.numbers.list(page_size=PAGE)
        try:
            rows = await held(listing.collect)
        except DOUBTS as error:
            self._doubts.append(f"the list of numbers cannot be trusted: {error}")
            return
        ringing = defaultdict[str, list[str]](list)
        for row in rows:
            if row.queue_id and row.number:
                ringing[row.queue_id].append(str(row.number))
        for (kind, key), found in self._found.items():
            for index, live in enumerate(found):
                if kind == "queue" and (ring := ringing.get(live.id)):
                    notes = f"{counted(len(ring), 'number')} {'rings' if len(ring) == 1 else 'ring'} it"
                    found[index] = attrs.evolve(live, notes=notes)
                    self._numbers[key[0]] = tuple(ring)

    def _judge(self, what: str, rows: Rows[Any]) -> None:
        """Note whether rows may be missing of a listing that was read twice if need be."""
        listing = rows.listing
        drifted = listing.drift is not None and not listing.drift.certain
        if drifted or not (listing.certain or listing.malformed):
            self._doubts.append(f"{what} changed each time it was read, or is shorter than the vendor says")

    def _judge_malformed(self, kind: Kind, malformed: list[Malformed], *, unreadable: bool) -> None:
        """Name the rows that cannot be read, and note whether one may be an object that is wished and not found."""
        self._name_faults(f"the list of {kind}s", malformed)
        if self.wished is None or not (malformed or unreadable):
            return
        missing = {ref[1][0] for ref in self.wished if ref[0] == kind and ref not in self._found}
        keys = [_key_of(fault.value, KEY_NAMES[kind]) for fault in malformed]
        hidden = [key for key in keys if key is None or key in missing]
        if missing and (unreadable or hidden):
            named = ", ".join(sorted(shown_key((key,)) for key in hidden if key))
            which = f"{kind} {named}" if named else f"a wished {kind}"
            self._doubts.append(f"a row of the list of {kind}s cannot be read and may be {which}")

    def _name_faults(self, what: str, faults: Iterable[Malformed]) -> None:
        self._malformed += [f"{what}: {fault.path}: {fault.reason}" for fault in faults]


def _key_of(row: Any, name: str) -> str | None:
    """Return the key that a malformed row carries, or None."""
    key = cast("dict[str, object]", row).get(name) if isinstance(row, dict) else None
    return key if isinstance(key, str) and key.strip() else None
