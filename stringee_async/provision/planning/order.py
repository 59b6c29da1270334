"""Gives units their order: each names those that must have succeeded before it.

A unit belongs to a stage, and only ever waits for units of an earlier stage (renames also for renames that free a name,
which `stated` keeps from going in a circle, removals of groups for those of agents, and agents for the groups that they
are created in). So no units can wait for each other, whatever the specification.

| stage | what                                   | waits for                                                       |
|-------|----------------------------------------|-----------------------------------------------------------------|
| 0     | rename an object                       | the rename of what has the name now                             |
| 1     | create or change an object             | the rename of it, or of what had its name; an agent who is created in a group: that group |
| 2     | link an agent                          | both ends                                                       |
| 3     | give a queue a group, or make it primary | both ends; the first agent of a group without agents          |
| 4     | lower or take away a queue's group     | both ends; all that the queue is given                          |
| 5     | unlink an agent                        | both ends; the agent's new groups; the first new agent of a group that loses all; the queues that give up such a group |
| 6     | remove or disable an object            | the removal of what hangs on it; a group: the moves and removals of its agents |

So a queue is never without a group, or without a primary group, in between, if it has one before and afterwards; and an
agent who moves is in the new group before leaving the old one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from operator import attrgetter
from typing import Final

import attrs

from ...core.errors import PlanError
from ..nouns import ENDS, KINDS, OBJECTS, Kind
from ..things import Reading, Ref, ends_of
from ..unit import Unit
from .service import old_names_of, ref_afterwards

_RENAME, _OBJECT, _LINK, _ROUTE, _LOWER, _UNLINK, _REMOVE = range(7)
_PLACES: Final[dict[Kind, int]] = {kind: place for place, kind in enumerate(KINDS)}


def ordered(units: list[Unit], reading: Reading, *, one_group: bool = False) -> tuple[Unit, ...]:
    """Return the units in an order in which they can be carried out, each with those that it must wait for.

    Args:
        units: What is to be done; the list is emptied, as many units twice take much memory.
        reading: What is there.
        one_group: Whether an agent is in exactly one group at a time: one who is created is created in it, so after it.

    Raises:
        PlanError: Renames go in a circle.
    """
    places: dict[Kind, int] = {**_PLACES, "agent": len(_PLACES)} if one_group else _PLACES
    found = _in_stages(units, places)
    units.clear()
    order = _Order(found, reading, one_group=one_group)
    for index, unit in enumerate(found):
        after = order.after(unit)
        if after:
            found[index] = attrs.evolve(unit, after=after)
    renames = [unit for unit in found if unit.action == "rename"]
    found[: len(renames)] = _sorted(renames)
    return tuple(found)


def _in_stages(units: Iterable[Unit], places: Mapping[Kind, int]) -> list[Unit]:
    """Return units by stage, within one by kind, and then by key."""
    stages: dict[tuple[int, bool, int], list[Unit]] = defaultdict(list)
    for unit in units:
        stages[_stage(unit), _is_last(unit), places[unit.kind]].append(unit)
    for stage in stages.values():
        stage.sort(key=attrgetter("key"))
    return [unit for place in sorted(stages) for unit in stages[place]]


def _is_last(unit: Unit) -> bool:
    """Return whether a unit comes behind all others of its stage: a group must be empty before it is removed."""
    return unit.kind == "group" and unit.action == "remove"


def _stage(unit: Unit) -> int:
    removing = unit.action in {"remove", "disable"}
    if unit.kind in OBJECTS:
        return _RENAME if unit.action == "rename" else _REMOVE if removing else _OBJECT
    if unit.kind == "route":
        return (
            _LOWER
            if removing or (unit.fields.get("primary") is False and unit.action == "change")
            else _ROUTE
        )
    return _UNLINK if removing else _LINK


def _sorted(renames: Sequence[Unit]) -> Iterable[Unit]:
    by_name = {unit.name: unit for unit in renames}
    try:
        return [
            by_name[name]
            for name in TopologicalSorter({name: unit.after for name, unit in by_name.items()}).static_order()
        ]
    except CycleError as error:
        circle = ", ".join(dict.fromkeys(error.args[1]))
        raise PlanError(
            f"these renames wait for each other: {circle}; rename one to a third name first"
        ) from None


class _Order:
    """Finds what each unit waits for."""

    def __init__(self, units: Sequence[Unit], reading: Reading, *, one_group: bool) -> None:
        self._homes: dict[Ref, Ref] = {}
        """The groups in which new agents are created, where an agent is in exactly one."""
        self._freed: dict[Ref, str] = {}
        self._objects: dict[Kind, dict[str, str]] = defaultdict(dict)
        """The units that create or rename objects, by kind and name of these."""
        self._old_names = old_names_of(units)
        self._given: dict[Ref, list[str]] = defaultdict(list)
        self._taken: dict[Ref, list[str]] = defaultdict(list)
        self._removed: dict[Ref, list[str]] = defaultdict(list)
        self._gives = any(_stage(unit) >= _LOWER for unit in units)
        """Whether anything waits for new connections: a plan that only adds needs no lists of them."""
        for unit in units:
            self._note(unit)
            if one_group and unit.kind == "link" and unit.action == "create":
                group, agent = ends_of(unit.ref)
                self._homes[agent] = group
        self._emptied = self._find_emptied(units, reading)
        self._note_inside(units, reading)

    def _note(self, unit: Unit) -> None:
        stage = _stage(unit)
        if stage == _RENAME and unit.old_key is not None:
            self._freed[unit.kind, unit.old_key] = unit.name
        if stage == _RENAME or (stage == _OBJECT and unit.action == "create"):
            self._objects[unit.kind][unit.key[0]] = unit.name
        if unit.kind in OBJECTS:
            return
        for end in ends_of(unit.ref):
            if self._gives and stage in {_LINK, _ROUTE}:
                self._given[end].append(unit.name)
            elif stage == _LOWER:
                self._taken[end].append(unit.name)
            if unit.action == "remove":
                self._removed[end].append(unit.name)

    def _note_inside(self, units: Sequence[Unit], reading: Reading) -> None:
        """Note what takes agents out of a group that is removed, for vendors that can only move and remove them."""
        removed = {unit.ref for unit in units if _is_last(unit)}
        if not removed:
            return
        gone = {unit.ref: unit.name for unit in units if unit.action == "remove"}
        for (kind, _), live in reading.live.items():
            ref = ref_afterwards(live, self._old_names) if kind == "link" else None
            if ref is None or ref in gone or ("group", ref[1][:1]) not in removed:
                continue
            agent: Ref = ("agent", ref[1][1:])
            leaving = [*self._given.get(agent, ()), gone.get(agent, "")]
            self._removed["group", ref[1][:1]] += filter(None, leaving)

    def _find_emptied(self, units: Sequence[Unit], reading: Reading) -> dict[Ref, str]:
        """Return the groups and queues of which no agent stays, each with the first unit that gives it one, if any."""
        leaving = {unit.ref for unit in units if unit.action == "remove" and unit.kind not in OBJECTS}
        staying: set[Ref] = set()
        for (kind, _), live in reading.live.items():
            if kind in {"link", "queue_agent"}:
                ref = ref_afterwards(live, self._old_names)
                if ref not in leaving:
                    staying.add((ENDS[kind][0], (ref[1][0],)))
        first: dict[Ref, str] = {}
        for unit in units:
            if unit.kind in {"link", "queue_agent"}:
                holder = ends_of(unit.ref)[0]
                if holder in staying:
                    continue
                name = unit.name if unit.action == "create" else ""
                first[holder] = first.get(holder) or name
        return first

    def after(self, unit: Unit) -> tuple[str, ...]:
        """Return the names of the units that a unit waits for."""
        stage = _stage(unit)
        found: list[str] = []
        if stage in {_RENAME, _OBJECT}:
            freed = self._freed.get(unit.ref)
            found += [freed] if freed is not None else []
            if unit.action == "change":
                found += self._begun(unit.ref)
            elif unit.action == "create" and unit.ref in self._homes:
                found += self._begun(self._homes[unit.ref])
        elif stage == _REMOVE:
            found += self._removed.get(unit.ref, ())
        else:
            holder, other = ends_of(unit.ref)
            found += [*self._begun(holder), *self._begun(other)]
            found += self._between(stage, holder, other)
        return tuple(dict.fromkeys(found))

    def _begun(self, ref: Ref) -> Iterable[str]:
        """Return the unit that creates or renames an object, if one does."""
        kind, key = ref
        name = self._objects[kind].get(key[0])
        return () if name is None else (name,)

    def _between(self, stage: int, holder: Ref, other: Ref) -> Iterable[str]:
        """Return what a connection waits for, besides its ends, so that none is without service in between."""
        first = self._emptied.get(other if stage == _ROUTE else holder, None)
        if stage == _ROUTE:
            return [first] if first else []
        if stage == _LOWER:
            return self._given.get(holder, ())
        if stage != _UNLINK:
            return ()
        found = list(self._given.get(other, ()))
        if first is not None:
            found += [first] if first else []
            found += self._taken.get(holder, ())
        return found
