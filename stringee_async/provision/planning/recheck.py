"""Whether a plan still fits what is there: what others have done already is dropped, and anything else new is refused. Pure."""

from __future__ import annotations

import attrs

from ...core.errors import GuardError, StalePlanError
from ...core.names import same_value
from ..counts import counted
from ..nouns import ENDS, Key
from ..plan import Plan
from ..showing.shown_values import shown_changes, shown_kind, shown_ref
from ..things import Live, Reading, Ref
from ..unit import Unit
from .effects import effects_of
from .service import service_findings

_SHOWN = 10


@attrs.frozen(kw_only=True)
class Rechecked:
    """What is left of a plan.

    Args:
        units: What is still to be done, in the plan's order.
        dropped: How many units are done already.
        changes: What is neither as it was when the plan was made nor as the plan wishes it, in words.
    """

    units: tuple[Unit, ...]
    dropped: int = 0
    changes: tuple[str, ...] = ()


def recheck(plan: Plan, reading: Reading) -> Rechecked:
    """Return what is left to do of a plan.

    Args:
        plan: The plan.
        reading: What is there now, read in the plan's scope.

    Raises:
        GuardError: The reading cannot be trusted.
        StalePlanError: Something is neither as it was when the plan was made nor as the plan wishes it.
    """
    if reading.doubts:
        raise GuardError(
            f"the listings cannot be trusted now, so nothing was written: {'; '.join(reading.doubts)}",
            refusals=reading.doubts,
        )
    left = compared(plan, reading)
    known = frozenset(plan.effects)
    service = service_findings(left.units, reading)
    found = effects_of(plan.units, reading, service, left=left.units)
    beside = [each for each in found if each not in known]
    left = attrs.evolve(left, changes=(*left.changes, *beside))
    if left.changes:
        shown = "; ".join(left.changes[:_SHOWN])
        more = f" and {len(left.changes) - _SHOWN} more" if len(left.changes) > _SHOWN else ""
        raise StalePlanError(
            f"{counted(len(left.changes), 'thing')} changed since the plan was made, so nothing was written: "
            f"{shown}{more}",
            changes=left.changes,
            next_step="make a new plan",
        )
    return left


def compared(plan: Plan, reading: Reading) -> Rechecked:
    """Return what of a plan is done already, what is left, and what does not fit any more."""
    comparison = _Comparison(plan, reading)
    left: list[Unit] = []
    changes: list[str] = []
    for unit in plan.units:
        found = comparison.judge(unit)
        if found is None:
            left.append(unit)
        elif found:
            changes.append(f"{shown_kind(unit.kind)} {shown_ref(unit.key)} {found}")
    dropped = len(plan.units) - len(left) - len(changes)
    return Rechecked(units=tuple(left), dropped=dropped, changes=tuple(changes))


_DONE = ""
"""A verdict on a unit that has nothing left to do; None is one on a unit that fits, any other text says what changed."""


class _Comparison:
    """Compares one unit at a time, under the names that things have before the renames that are left."""

    def __init__(self, plan: Plan, reading: Reading) -> None:
        self._reading = reading
        self._old: dict[Ref, Ref] = {}
        """The names that things have now, by those that a rename gives them."""
        for unit in plan.units:
            if unit.action == "rename" and unit.old_key is not None:
                old = (unit.kind, unit.old_key)
                live = reading.live.get(old)
                if live is not None and unit.id in {"", live.id}:
                    self._old[unit.ref] = old
        self._renamed = frozenset(self._old.values())

    def judge(self, unit: Unit) -> str | None:
        """Return what speaks against a unit; empty text if it is done, None if it is to be done."""
        if unit.action == "rename":
            return self._rename(unit)
        found = self._find(unit.ref)
        if found is None and unit.ref in self._reading.twice:
            found = next(
                (one for one in self._reading.twice[unit.ref] if unit.id and one.id == unit.id), None
            )
            if found is None:
                return "is there more than once now"
        if unit.action == "create":
            return self._create(unit, found)
        if found is None:
            return "is not there any more" if unit.action == "change" else _DONE
        if unit.id and found.id and found.id != unit.id:
            return "is another one now, with another id"
        if unit.action == "change":
            return self._change(unit, found)
        if unit.action == "disable" and found.disabled:
            return _DONE
        return self._differs(unit, found)

    def _rename(self, unit: Unit) -> str | None:
        if unit.ref in self._old:
            taken = unit.ref in self._reading.twice or unit.ref in self._reading.live
            freed = unit.ref in self._renamed
            return "is there now too, beside what was to get this name" if taken and not freed else None
        found = self._reading.live.get(unit.ref)
        return (
            _DONE
            if found is not None and unit.id in {"", found.id}
            else "is not there under its old name any more"
        )

    def _create(self, unit: Unit, found: Live | None) -> str | None:
        if found is None:
            return None
        other = {name: value for name, value in unit.fields.items() if not _has(found, name, value)}
        now = {name: found.fields[name] for name in other}
        return f"is there now, with other values: {shown_changes(unit.kind, now)}" if other else _DONE

    def _change(self, unit: Unit, found: Live) -> str | None:
        if all(_has(found, name, value) for name, value in unit.fields.items()):
            return _DONE
        return self._differs(unit, found)

    def _differs(self, unit: Unit, found: Live) -> str | None:
        """Return how the fields that a unit writes differ from what they were; None if they do not."""
        other = [
            name
            for name, value in unit.before.items()
            if not (
                _has(found, name, value) or (name in unit.fields and _has(found, name, unit.fields[name]))
            )
        ]
        if not other:
            return None
        now = {name: found.fields[name] for name in other}
        return f"has changed: {shown_changes(unit.kind, now, unit.before)}"

    def _find(self, ref: Ref) -> Live | None:
        """Return what has a name, once all renames that are left are done."""
        kind, key = ref
        if kind not in ENDS:
            now = self._now(ref)
            return None if now is None else self._reading.live.get(now)
        parts = [self._now((end, (part,))) for end, part in zip(ENDS[kind], key, strict=True)]
        if any(part is None for part in parts):
            return None
        old: Key = tuple(part[1][0] for part in parts if part is not None)
        return self._reading.live.get((kind, old))

    def _now(self, ref: Ref) -> Ref | None:
        """Return the name that an object has now; None if what has it is renamed to another one."""
        old = self._old.get(ref)
        if old is not None:
            return old
        return None if ref in self._renamed else ref


def _has(found: Live, name: str, value: object) -> bool:
    """Return whether a field has a value; one that the vendor does not show is taken for it."""
    return name not in found.fields or same_value(name, found.fields[name], value)
