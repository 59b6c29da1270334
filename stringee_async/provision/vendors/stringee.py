"""Stringee as provisioning sees it: reads a project, and carries out units through the client's own calls.

`do` looks in the readings that `observe` made, or in its own where this instance did not observe: each listing is read
once when it is first needed. What this instance created or renamed is known to later units without a request. An instance
does not know what another one did after its readings: who carries out a unit that another instance may have begun calls
`look_again` before, once the settle time is over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from ...core.ensure import Ensured
from ...core.errors import NotFoundError
from ...core.redaction import shortened
from ...core.shared_listings import Later
from ...stringee.agents import NOT_AVAILABLE
from ...stringee.client import StringeeClient
from ..adapter import NAMELESS, Capabilities, Done, Progress
from ..nouns import OBJECTS, Kind, shown_key
from ..spec import Spec
from ..things import Reading, Ref, Scope, Wish, ends_of
from ..unit import Unit
from .client_adapter import ClientAdapter
from .reading_at_once import looking_in
from .removals import Removals
from .stringee_fields import CAPABILITIES, hold, primary_of, settings
from .stringee_listings import KEY_NAMES, Listings
from .stringee_reading import UNLISTED, Observation


class StringeeAdapter(ClientAdapter[StringeeClient]):
    """One Stringee project; fulfils `Adapter`."""

    vendor = "stringee"
    capabilities: Capabilities = CAPABILITIES

    def __init__(self, client: StringeeClient) -> None:
        super().__init__(client)
        self._listings = Listings(self._client)
        self._wish: Wish | None = None
        self._project = ""
        self._since: dict[Ref, float] = {}
        self._missed: set[Ref] = set()
        self._renamed: set[str] = set()
        self._removals = Removals()

    @property
    def account(self) -> str:
        """The project, such as `project 246`; that of the key before `observe` has seen a row, which names it."""
        if self._project:
            return f"project {self._project}"
        key = getattr(self._client.auth, "key_sid", "")
        return f"{NAMELESS} {shortened(key)}" if key else ""

    def hold(self, spec: Spec) -> Wish:
        """Return what Stringee can hold of a specification; see `Adapter.hold`."""
        self._wish = hold(spec)
        return self._wish

    async def observe(self, scope: Scope, progress: Progress) -> Reading:
        """Read a part of the live state; see `Adapter.observe`."""
        wish, foreign = self._wish, dict[Kind, set[str]]()
        things = () if wish is None else wish.things.values()
        for thing in things:
            more = set(thing.fields) - CAPABILITIES.fields.get(thing.kind, frozenset())
            foreign.setdefault(thing.kind, set()).update(more)
        pins = {thing.ref: thing.id for thing in things if thing.id is not None}
        observation = Observation(
            listings=self._listings,
            scope=scope,
            progress=progress,
            wished=None if wish is None else wish.things.keys(),
            foreign={kind: frozenset(names) for kind, names in foreign.items()},
            pins=pins,
            numbers=scope.numbers or (wish is not None and _may_remove_queues(wish)),
        )
        self._missed.clear()
        self._listings.made.clear()
        reading = await observation.run()
        for ref, row_id in pins.items():  # what shares its key with another is known by its id only
            if any(live.id == row_id for live in reading.twice.get(ref, ())):
                self._listings.made[ref] = row_id
        self._project = observation.project or self._project
        return reading

    async def look_again(self, units: Sequence[Unit]) -> None:
        """Read again what tells whether these units took effect; see `Adapter.look_again`.

        Few agents are looked for one by one if the vendor's filter works, else the kind is read once; each group and
        queue concerned is read once.
        """
        refs: set[Ref] = set()
        below: set[tuple[Kind, str]] = set()
        for unit in units:
            if unit.kind in OBJECTS:
                refs.update({unit.ref} if unit.action == "create" else ())
                continue
            ends = ends_of(unit.ref)
            refs.update(self._missed.intersection(ends))
            if unit.action == "create" and (holder_id := await self._find(ends[0])) is not None:
                below.add((unit.kind, holder_id))
        await self._listings.look_again(refs)
        await self._listings.look_below(below)

    async def _carry_out(self, unit: Unit) -> Done:
        acts: dict[str, Callable[[Unit], Awaitable[Done]]] = {
            "create": self._create,
            "change": self._change,
            "rename": self._rename,
            "disable": self._disable,
            "remove": self._remove,
        }
        try:
            return await acts[unit.action](unit)
        except NotFoundError as error:
            if self._is_new(unit):
                raise Later from error  # the vendor does not show it yet
            raise

    def _is_new(self, unit: Unit) -> bool:
        """Return whether this instance created what a unit works on within the settle time."""
        refs = (unit.ref,) if unit.kind in OBJECTS else ends_of(unit.ref)
        begun = self._listings.now() - self.settle
        return any(self._since.get(ref, begun) > begun for ref in refs)

    async def _create(self, unit: Unit) -> Done:
        if unit.kind in OBJECTS:
            return await self._create_object(unit)
        holder, other = ends_of(unit.ref)
        holder_id, other_id = await self._id(holder), await self._id(other)
        with looking_in(self._listings.below(unit.kind, holder_id)):
            if unit.kind == "link":
                return _done(await self._client.group_agents.ensure(group_id=holder_id, agent_id=other_id))
            primary = primary_of(unit.fields)
            ensured = await self._client.group_routings.ensure(
                queue_id=holder_id, group_id=other_id, primary_group=primary
            )
        return _done(ensured)

    async def _create_object(self, unit: Unit) -> Done:
        await self._see_renames(unit)
        key, written = unit.key[0], settings(unit.kind, unit.fields)
        with looking_in(self._listings.for_object(unit.ref)):
            if unit.kind == "agent":
                written.setdefault("name", key)
                ensured = await self._client.agents.ensure(stringee_user_id=key, **written)
            elif unit.kind == "group":
                ensured = await self._client.groups.ensure(name=key, **written)
            else:
                ensured = await self._client.queues.ensure(name=key, **written)
        self._note(unit.ref, ensured.id, new=ensured.created)
        if ensured.created and not ensured.adopted:
            self._listings.begin_empty(unit.ref, ensured.id)
        return _done(ensured)

    async def _see_renames(self, unit: Unit) -> None:
        """Read a kind again if another instance renamed what had the key of a unit."""
        others = [
            name
            for name in unit.after
            if name.startswith(f"rename {unit.kind} ") and name not in self._renamed
        ]
        if others:
            self._renamed.update(others)
            self._listings.of(unit.kind).renew(self._listings.now())

    async def _change(self, unit: Unit) -> Done:
        row_id = unit.id or await self._id(unit.ref)
        if unit.kind == "route":
            await self._client.group_routings.update(row_id, primary_group=primary_of(unit.fields))
        else:
            await self._resource(unit.kind).update(row_id, **settings(unit.kind, unit.fields))
        return Done(id=row_id)

    async def _rename(self, unit: Unit) -> Done:
        row_id = unit.id or await self._id((unit.kind, unit.old_key or unit.key))
        renamed = {KEY_NAMES[unit.kind]: unit.key[0], **settings(unit.kind, unit.fields)}
        await self._resource(unit.kind).update(row_id, **renamed)
        self._renamed.add(unit.name)
        self._listings.of(unit.kind).remove(row_id)
        self._note(unit.ref, row_id, new=False)
        return Done(id=row_id)

    async def _disable(self, unit: Unit) -> Done:
        row_id = unit.id or await self._id(unit.ref)
        await self._client.agents.update(row_id, manual_status=NOT_AVAILABLE)
        return Done(id=row_id)

    async def _remove(self, unit: Unit) -> Done:
        if unit.kind == "link":
            return await self._unlink(unit)
        row_id = unit.id or await self._find(unit.ref)
        if row_id is None:
            return Done(acted=self._removals.may_have_acted(unit))
        acted = await self._removals.acted(unit, self._resource(unit.kind).delete(row_id))
        if unit.kind in OBJECTS:
            self._listings.of(unit.kind).remove(row_id)
            self._listings.made.pop(unit.ref, None)
        return Done(id=row_id, acted=acted)

    async def _unlink(self, unit: Unit) -> Done:
        group, agent = ends_of(unit.ref)
        group_id, agent_id = await self._find(group), unit.id or await self._find(agent)
        if group_id is None or agent_id is None:
            return Done(acted=self._removals.may_have_acted(unit))
        removal = self._client.group_agents.remove(group_id=group_id, agent_id=agent_id)
        return Done(id=agent_id, acted=await self._removals.acted(unit, removal))

    def _note(self, ref: Ref, row_id: str, *, new: bool) -> None:
        """Remember an object for the units that depend on it."""
        self._listings.made[ref] = row_id
        if new:
            self._since[ref] = self._listings.now()

    def _resource(self, kind: Kind) -> Any:
        client = self._client
        if kind == "agent":
            return client.agents
        if kind == "route":
            return client.group_routings
        return client.groups if kind == "group" else client.queues

    async def _id(self, ref: Ref) -> str:
        """Return the id of what must be there.

        Raises:
            Later: It is not there; another instance may have created it after this one's reading.
            NotFoundError: It is not there in a later reading either.
        """
        found = await self._find(ref)
        if found is not None:
            self._missed.discard(ref)
            return found
        if ref not in self._missed:
            self._missed.add(ref)
            raise Later
        raise NotFoundError(f"the {ref[0]} {shown_key(ref[1])} is not there", outcome="not_sent")

    async def _find(self, ref: Ref) -> str | None:
        """Return the id of an object or a route, or None; sends nothing if its listing was read."""
        kind, key = ref
        if kind == "route":
            queue_id, group_id = await self._find(("queue", key[:1])), await self._find(("group", key[1:]))
            if queue_id is None or group_id is None:
                return None
            with looking_in(self._listings.below(kind, queue_id)):
                route = await self._client.group_routings.find(queue_id=queue_id, group_id=group_id)
            return None if route is None else route.id
        made = self._listings.made.get(ref)
        if made is not None:
            return made
        with looking_in(self._listings.for_object(ref)):
            row = await self._resource(kind).find(**{KEY_NAMES[kind]: key[0]})
        if row is None and key[0].startswith(UNLISTED):
            return key[0].removeprefix(UNLISTED)
        return None if row is None else str(row.id)


def _done(ensured: Ensured) -> Done:
    return Done(id=ensured.id, acted=ensured.created or ensured.changed, adopted=ensured.adopted)


def _may_remove_queues(wish: Wish) -> bool:
    return "queue" in wish.lists.kinds or any(kind == "queue" for kind, _ in wish.absent)
