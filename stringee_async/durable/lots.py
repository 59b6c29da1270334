"""Cuts the units of a run into lots: what one machine carries out at a time, and takes over from another as a whole.

A lot holds up to 25 units that wait for no unit of the same lot. All writes to one group or queue are in one lot, or in lots
that follow one another, so that no two machines write to it at one time. Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from ..provision.running.unit_graph import UnitGraph, owner_of
from ..provision.things import Ref
from ..provision.unit import Unit

SIZE: Final = 25
"""How many units a lot holds at most."""


@attrs.frozen(kw_only=True)
class Lot:
    """Some units of a run.

    Args:
        name: The digest of what is in it: run, kinds, keys and desired content.
        units: The units, in the order of the plan.
        after: Names of the lots that must have their outcomes before.
        doubtful: Whether a run before may have begun some of it.
    """

    name: str
    units: tuple[Unit, ...]
    after: tuple[str, ...] = ()
    doubtful: bool = False

    def to_json(self) -> str:
        """Return units and order as text."""
        row = {"units": [unit.to_json() for unit in self.units], "after": list(self.after)}
        return json.dumps(row, ensure_ascii=True)

    @classmethod
    def from_json(cls, name: str, text: str, *, doubtful: bool) -> Lot:
        """Return the lot that `to_json` wrote."""
        row: dict[str, Any] = json.loads(text)
        units = tuple(Unit.from_json(each) for each in row["units"])
        return cls(name=name, units=units, after=tuple(row["after"]), doubtful=doubtful)


def cut(units: Sequence[Unit], run: str) -> tuple[Lot, ...]:
    """Return the lots of a run, each after those that it waits for.

    Args:
        units: The units; what one waits for and is not among them is done already.
        run: The name of the run, in which each lot has another name than in all other runs.

    Raises:
        PlanError: Two units have one name, or units wait for each other.
    """
    made: list[Lot] = []
    lot_of: dict[str, str] = {}
    latest: dict[Ref, str] = {}
    """The lot that has the latest units of an owner."""
    for step in _steps(units):
        for chunk in _chunks(step):
            owners = {owner_of(unit) for unit in chunk}
            after = {lot_of[name] for unit in chunk for name in unit.after if name in lot_of}
            after |= {latest[owner] for owner in owners if owner in latest}
            name = _digest(run, chunk)
            made.append(Lot(name=name, units=tuple(chunk), after=tuple(sorted(after))))
            lot_of.update((unit.name, name) for unit in chunk)
            latest.update((owner, name) for owner in owners)
    return tuple(made)


def _steps(units: Sequence[Unit]) -> Iterable[list[Unit]]:
    """Yield the units that wait for none, then those that wait for these alone, and so on."""
    UnitGraph(units)  # raises where they wait for each other
    left = {unit.name: unit for unit in units}
    waits: dict[str, set[str]] = {}
    dependants: dict[str, list[str]] = defaultdict(list)
    for unit in units:
        waits[unit.name] = {name for name in unit.after if name in left}
        for name in waits[unit.name]:
            dependants[name].append(unit.name)
    ready = [unit for unit in units if not waits[unit.name]]
    while ready:
        yield ready
        following: list[Unit] = []
        for unit in ready:
            for name in dependants[unit.name]:
                waits[name].discard(unit.name)
                if not waits[name]:
                    following.append(left[name])
        ready = following


def _chunks(units: Iterable[Unit]) -> Iterable[list[Unit]]:
    """Yield lots of units that are ready together; an owner with few units is in one of them, one with many in lots of its own."""
    by_owner: dict[Ref, list[Unit]] = defaultdict(list)
    for unit in units:
        by_owner[owner_of(unit)].append(unit)
    mixed: list[Unit] = []
    for own in by_owner.values():
        if len(own) > SIZE:
            yield from (own[begin : begin + SIZE] for begin in range(0, len(own), SIZE))
            continue
        if len(mixed) + len(own) > SIZE:
            yield mixed
            mixed = []
        mixed.extend(own)
    if mixed:
        yield mixed


def _digest(run: str, units: Iterable[Unit]) -> str:
    text = json.dumps([run, [unit.to_json() for unit in units]], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
