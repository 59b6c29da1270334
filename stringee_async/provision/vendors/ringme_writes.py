"""Carries out units on a RingMe client: each looks whether it is done already, acts if not, and is safe to repeat.

A new agent gets its `user_id` as free text, and a new queue its name as label, so that they are known again once the
specification does not name them any more. An extension is made where it is missing, and stays when its agent is removed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from ...core.declarations import Fields
from ...core.ensure import Ensured
from ...core.errors import InvalidRequestError, NotFoundError
from ...core.shared_listings import Later
from ...core.unset import UNSET
from ...ringme.queues import FIELDS as QUEUE_SETTINGS
from ..adapter import Done
from ..nouns import ENDS, Kind
from ..things import Fields as Values
from ..things import Ref
from ..unit import Unit
from .not_there import not_there
from .removals import Removals
from .ringme_listings import Listings, ListName
from .ringme_places import mark_of, place_of
from .ringme_rows import NEUTRAL, AgentId, Objects, agent_id_of, agent_id_text
from .ringme_wish import AGENT_SETTINGS

if TYPE_CHECKING:
    from ...ringme.agents import LocalAgents, RemoteAgents
    from ...ringme.client import RingMeClient
    from ...ringme.queue_agents import AgentsInQueues

T = TypeVar("T")

_VENDOR_NAMES: Final[Mapping[str, str]] = {neutral: name for name, neutral in NEUTRAL.items()}
_READINGS: Final = 2
"""So many more readings are waited for where something that is needed is not there."""
_PLACES: Final = ("extension", "phone", "routing")


class RingMeWriter:
    """Carries out units on what the latest reading has found.

    Args:
        client: The client.
        listings: The readings that it looks in.
    """

    def __init__(self, client: RingMeClient, listings: Listings) -> None:
        self.objects = Objects()
        """What the latest reading has found, and what was made since."""
        self.missed: Counter[str] = Counter()
        """How often units did not find what they need, by their names."""
        self._client = client
        self._listings = listings
        self._made: set[Ref] = set()
        self._open: set[str] = set()
        self._removals = Removals()
        self._acts: Mapping[tuple[Kind, str], Callable[[Unit], Awaitable[Done]]] = {
            ("agent", "create"): self._create_agent,
            ("agent", "change"): self._change_agent,
            ("agent", "rename"): self._change_agent,
            ("agent", "remove"): self._remove_agent,
            ("queue", "create"): self._create_queue,
            ("queue", "change"): self._change_queue,
            ("queue", "rename"): self._change_queue,
            ("queue", "remove"): self._remove_queue,
            ("queue_agent", "create"): self._add,
            ("queue_agent", "change"): self._move,
            ("queue_agent", "remove"): self._take_out,
        }

    async def do(self, unit: Unit) -> Done:
        """Carry out a unit, as `Adapter.do` says."""
        act = self._acts[unit.kind, unit.action]
        try:
            return await act(unit)
        except (InvalidRequestError, NotFoundError) as error:
            if self._needs_new(unit) and self._again(unit):
                raise Later from error  # the vendor may not show yet what this run has made
            raise

    def lists_of(self, unit: Unit) -> Iterable[ListName]:
        """Return the lists that tell whether a create took effect."""
        if unit.action != "create":
            return
        if unit.kind == "queue_agent":
            queue, agent = (self.objects.queues.get(unit.key[0]), self.objects.agents.get(unit.key[1]))
            if queue is not None and agent is not None:
                yield agent[0], queue
            return
        if unit.name in self._open:
            yield "extensions"
        if unit.kind == "agent":
            yield "local" if "extension" in unit.fields else "remote"

    def _needs_new(self, unit: Unit) -> bool:
        ends: Iterable[Kind] = ENDS.get(unit.kind, ())
        refs: set[Ref] = {(end, (part,)) for end, part in zip(ends, unit.key, strict=False)}
        return not self._made.isdisjoint({unit.ref, *refs})

    def _again(self, unit: Unit) -> bool:
        """Return whether a unit that did not find what it needs is tried again after another reading."""
        self.missed[unit.name] += 1
        return self.missed[unit.name] <= _READINGS

    def _known(self, kind: Kind, names: Mapping[str, T], name: str, unit: Unit) -> T:
        """Return what an agent or a queue is on the vendor's side."""
        if name in names:
            return names[name]
        if self._again(unit):
            raise Later
        raise not_there(f"{kind} {name} is not there, or there twice", unit)

    async def _extension(
        self, unit: Unit, name: str, kind: str, label: str | None
    ) -> tuple[int, Ensured | None]:
        """Return the id of an extension, which is made if it is missing, and what was done about it."""
        known = self.objects.extensions.get(name)
        if known is not None and known[1] in ("", kind) and unit.name not in self._open:
            return known[0], None
        self._open.add(unit.name)  # until it is known whether it was made here, no reading spares the look
        with self._listings.looking_in("extensions"):
            ensured = await self._client.extensions.ensure(
                name=name, type=kind, label=UNSET if label is None else label
            )
        self._open.discard(unit.name)
        self._made.add(unit.ref)
        self.objects.extensions[name] = int(ensured.id), kind
        return int(ensured.id), ensured

    async def _create_agent(self, unit: Unit) -> Done:
        settings = _without_places(unit.fields)
        settings.setdefault("extra_params", mark_of(unit.key[0]))
        keywords = _split(settings, AGENT_SETTINGS)
        place, made = place_of(unit.fields) or ("phone", ""), None
        if place[0] == "extension":
            extension_id, made = await self._extension(unit, place[1], "phone", unit.fields.get("name"))
            with self._listings.looking_in("local"):
                ensured = await self._client.agents.local.ensure(extension_id=extension_id, **keywords)
        else:
            with self._listings.looking_in("remote"):
                ensured = await self._client.agents.remote.ensure(number=place[1], **keywords)
        agent_id: AgentId = "local" if place[0] == "extension" else "remote", int(ensured.id)
        self.objects.agents[unit.key[0]] = agent_id
        self._made.add(unit.ref)
        return _done(agent_id_text(agent_id), ensured, made)

    async def _change_agent(self, unit: Unit) -> Done:
        kind, row_id = self._agent(unit)
        changes = _without_places(unit.fields)
        if unit.action == "rename":
            changes["extra_params"] = mark_of(unit.key[0])
            self.objects.agents[unit.key[0]] = kind, row_id
        if "extension" in unit.fields:
            changes["extension_id"], _ = await self._extension(
                unit, str(unit.fields["extension"]), "phone", None
            )
        elif "phone" in unit.fields:
            changes["number"] = unit.fields["phone"]
        agents = self._agents(kind)
        await agents.update(row_id, **_split(changes, agents.spec.fields))
        return Done(id=agent_id_text((kind, row_id)))

    async def _remove_agent(self, unit: Unit) -> Done:
        kind, row_id = self._agent(unit)
        acted = await self._removals.acted(unit, self._agents(kind).delete(row_id))
        self.objects.agents.pop(unit.key[0], None)
        return Done(id=agent_id_text((kind, row_id)), acted=acted)

    def _agent(self, unit: Unit) -> AgentId:
        if unit.id:
            return agent_id_of(unit.id)
        name = unit.key[0] if unit.old_key is None else unit.old_key[0]
        return self._known("agent", self.objects.agents, name, unit)

    def _agents(self, kind: str) -> LocalAgents | RemoteAgents:
        return self._client.agents.local if kind == "local" else self._client.agents.remote

    async def _create_queue(self, unit: Unit) -> Done:
        name = unit.key[0]
        extension_id, ensured = await self._extension(unit, str(unit.fields["extension"]), "queue", name)
        self.objects.queues[name] = extension_id
        settings = _queue_settings(unit.fields)
        if settings:
            await self._client.queues.update(extension_id, **settings)
        done = _done(str(extension_id), ensured)
        return attrs.evolve(done, acted=done.acted or bool(settings))

    async def _change_queue(self, unit: Unit) -> Done:
        name = unit.key[0]
        extension_id = self._queue(unit)
        settings = _queue_settings(unit.fields)
        if unit.action == "rename":
            await self._client.extensions.update(extension_id, label=name)
            self.objects.queues[name] = extension_id
        if settings:
            await self._client.queues.update(extension_id, **settings)
        return Done(id=str(extension_id))

    async def _remove_queue(self, unit: Unit) -> Done:
        extension_id = self._queue(unit)
        acted = await self._removals.acted(unit, self._client.extensions.delete(extension_id))
        self.objects.queues.pop(unit.key[0], None)
        for name, (known, _) in list(self.objects.extensions.items()):
            if known == extension_id:
                del self.objects.extensions[name]
        return Done(id=str(extension_id), acted=acted)

    def _queue(self, unit: Unit) -> int:
        if unit.id:
            return int(unit.id)
        name = unit.key[0] if unit.old_key is None else unit.old_key[0]
        return self._known("queue", self.objects.queues, name, unit)

    async def _add(self, unit: Unit) -> Done:
        extension_id, (kind, row_id) = self._pair(unit)
        with self._listings.looking_in((kind, extension_id)):
            ensured = await self._pairs(kind).ensure(extension_id, agent_id=row_id, **unit.fields)
        return _done(f"{extension_id}/{agent_id_text((kind, row_id))}", ensured)

    async def _move(self, unit: Unit) -> Done:
        extension_id, (kind, row_id) = self._pair(unit)
        await self._pairs(kind).update(extension_id, row_id, **unit.fields)
        return Done(id=f"{extension_id}/{agent_id_text((kind, row_id))}")

    async def _take_out(self, unit: Unit) -> Done:
        extension_id, (kind, row_id) = self._pair(unit)
        acted = await self._removals.acted(unit, self._pairs(kind).remove(extension_id, row_id))
        return Done(id=f"{extension_id}/{agent_id_text((kind, row_id))}", acted=acted)

    def _pair(self, unit: Unit) -> tuple[int, AgentId]:
        queue, agent = unit.key
        if unit.id:
            return int(unit.id.partition("/")[0]), agent_id_of(unit.id)
        return (
            self._known("queue", self.objects.queues, queue, unit),
            self._known("agent", self.objects.agents, agent, unit),
        )

    def _pairs(self, kind: str) -> AgentsInQueues:
        return self._client.queue_agents.local if kind == "local" else self._client.queue_agents.remote


def _without_places(fields: Values) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in _PLACES}


def _queue_settings(fields: Values) -> dict[str, Any]:
    """Return the keywords of an update of a queue's settings."""
    settings = {_VENDOR_NAMES.get(name, name): value for name, value in _without_places(fields).items()}
    return _split(settings, QUEUE_SETTINGS)


def _split(settings: Mapping[str, Any], known: Fields) -> dict[str, Any]:
    """Return settings as keywords; those that the client does not know stand in `extra`."""
    names = {field.name for field in known}
    keywords = {name: value for name, value in settings.items() if name in names}
    extra = {name: value for name, value in settings.items() if name not in names}
    return {**keywords, "extra": extra} if extra else keywords


def _done(row_id: str, *steps: Ensured | None) -> Done:
    there = [step for step in steps if step is not None]
    return Done(
        id=row_id,
        acted=any(step.created or step.changed for step in there),
        adopted=any(step.adopted for step in there),
    )
