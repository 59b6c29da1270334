"""What a plan does beside its units: what callers would notice, and what goes with what is removed.

A plan keeps its effects, so that `recheck` tells what came to hang on a thing between planning and applying: a number that
rings a queue, an agent in a group, a call that an agent is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from ..nouns import ENDS, OBJECTS, shown_key
from ..plan_data import PlanData
from ..things import Reading, Ref, Scope
from ..unit import Unit
from .service import BUSY, Finding, old_names_of, ref_afterwards


def effects_of(
    units: Sequence[Unit],
    reading: Reading,
    service: Iterable[Finding],
    *,
    left: Sequence[Unit] | None = None,
) -> tuple[str, ...]:
    """Return what units do beside what they say, in words, each once.

    Args:
        units: The units of a plan.
        reading: What is there.
        service: What callers would notice of what is still to be done; see `service_findings`.
        left: Those that are still to be done; None: all.
    """
    left = units if left is None else left
    found = [
        f"{name if finding.noun == BUSY else f'{finding.noun} {name}'} {finding.text}"
        for finding in service
        for name in finding.names
    ]
    found += _hanging(units, left, reading)
    return tuple(dict.fromkeys(found))


def _hanging(units: Sequence[Unit], left: Sequence[Unit], reading: Reading) -> Iterable[str]:
    """Yield what hangs on objects that are removed, and is not taken off by a unit."""
    gone = {unit.ref for unit in units if unit.action == "remove"}
    removed: set[Ref] = {unit.ref for unit in left if unit.action == "remove" and unit.kind in OBJECTS}
    if not removed:
        return
    for kind, key in sorted(removed):
        live = reading.live.get((kind, key))
        if kind == "queue" and live is not None and live.notes:
            yield f"queue {shown_key(key)} would be removed: {live.notes}"
    old_names = old_names_of(left)
    twice = [found[0] for found in reading.twice.values()]
    for live in (*reading.live.values(), *twice):
        ref = ref_afterwards(live, old_names) if live.kind in ENDS else live.ref
        if live.kind not in ENDS or ref in gone:
            continue
        for end, part in zip(ENDS[live.kind], ref[1], strict=True):
            if (end, (part,)) in removed:
                yield f"{end} {shown_key((part,))} would be removed: it has {live.kind} {shown_key(ref[1])}"


def scope_of_plan(plan: PlanData) -> Scope:
    """Return what is read again before a plan is applied: what it was made from, and the numbers of queues that it removes."""
    numbers = any((unit.action, unit.kind) == ("remove", "queue") for unit in plan.units)
    return attrs.evolve(plan.scope, numbers=True) if numbers else plan.scope
