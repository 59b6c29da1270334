"""What a plan would do to callers: queues and groups that lose what serves them, and agents who are busy now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from ..nouns import ENDS, OBJECTS, Kind, shown_key
from ..things import Fields, Live, Reading, Ref
from ..unit import Unit

BUSY: Final = "busy thing"
"""What an agent is called who is logged in or in a call; its name says what it is."""


@attrs.frozen
class Finding:
    """Things that would be left in a bad state: what one is called, what is the matter, and their names."""

    noun: str
    text: str
    names: tuple[str, ...]


def service_findings(units: Sequence[Unit], reading: Reading) -> tuple[Finding, ...]:
    """Return what callers would notice. What is so already is not found, only what the plan would do."""
    state = _State(units, reading)
    found = [
        Finding("queue", "would be left without groups", state.emptied("queue", "route")),
        Finding("queue", "would be left without agents", state.emptied("queue", "queue_agent")),
        Finding("queue", "would lose the last primary group", state.without_primary()),
        Finding("group of a queue", "would be left without agents", state.groups_without_agents()),
        Finding(BUSY, "would be touched", tuple(_busy(units, reading))),
    ]
    return tuple(finding for finding in found if finding.names)


def moves(units: Sequence[Unit], reading: Reading) -> tuple[str, ...]:
    """Return the agents whom a vendor with one group for each would take out of a group that nothing else takes them from."""
    removed = {unit.ref for unit in units if unit.action == "remove"}
    linked = {unit.key[1] for unit in units if unit.kind == "link" and unit.action == "create"}
    old_names = old_names_of(units)
    found = {
        f"{live.key[1]} ({live.key[0]})"
        for live in reading.live.values()
        if live.kind == "link" and live.key[1] in linked and ref_afterwards(live, old_names) not in removed
    }
    return tuple(sorted(found))


class _State:
    """The connections before and after a plan, under the names that objects have afterwards."""

    def __init__(self, units: Sequence[Unit], reading: Reading) -> None:
        old_names = old_names_of(units)
        self._gone = {unit.ref for unit in units if unit.action == "remove"}
        self._before: dict[Ref, Live] = {
            ref_afterwards(live, old_names): live
            for live in (*reading.live.values(), *(found[0] for found in reading.twice.values()))
            if live.kind in ENDS
        }
        self._created = [unit for unit in units if unit.action == "create" and unit.kind in ENDS]
        self._changed = {unit.ref: unit for unit in units if unit.action == "change" and unit.kind in ENDS}

    def _held(self, kind: Kind) -> tuple[set[str], set[str]]:
        """Return which holders have a connection of this kind before, and which afterwards."""
        before = {key[0] for each, key in self._before if each == kind}
        after = {ref[1][0] for ref in self._before if ref[0] == kind and ref not in self._gone}
        after.update(unit.key[0] for unit in self._created if unit.kind == kind)
        return before, after

    def emptied(self, holder: Kind, kind: Kind) -> tuple[str, ...]:
        """Return the holders that stay and lose all connections of a kind."""
        before, after = self._held(kind)
        lost = (name for name in before - after if (holder, (name,)) not in self._gone)
        return tuple(sorted(shown_key((name,)) for name in lost))

    def without_primary(self) -> tuple[str, ...]:
        """Return the queues that keep groups, but no primary one, and had one."""
        before = {
            key[0] for (kind, key), live in self._before.items() if kind == "route" and _primary(live.fields)
        }
        after: set[str] = set()
        for ref, live in self._before.items():
            if ref[0] == "route" and ref not in self._gone:
                changed = self._changed.get(ref)
                if _primary({**live.fields, **(changed.fields if changed else {})}):
                    after.add(ref[1][0])
        after.update(unit.key[0] for unit in self._created if unit.kind == "route" and _primary(unit.fields))
        served = self._held("route")[1]
        return tuple(sorted(shown_key((name,)) for name in (before - after) & served))

    def groups_without_agents(self) -> tuple[str, ...]:
        """Return the groups that queues use afterwards, and that lose all agents."""
        used = {key[1] for kind, key in self._before if kind == "route" and (kind, key) not in self._gone}
        used.update(unit.key[1] for unit in self._created if unit.kind == "route")
        shown = {shown_key((each,)) for each in used}
        return tuple(name for name in self.emptied("group", "link") if name in shown)


def _primary(fields: Fields) -> bool:
    """Return whether a group is a primary one; a new one is, unless the specification says otherwise."""
    return fields.get("primary", True) is not False


def old_names_of(units: Iterable[Unit]) -> dict[Ref, str]:
    """Return the names that renames give, by the kind and key before."""
    return {
        (unit.kind, unit.old_key): unit.key[0]
        for unit in units
        if unit.action == "rename" and unit.old_key is not None
    }


def ref_afterwards(live: Live, old_names: dict[Ref, str]) -> Ref:
    """Return the kind and key that a connection has after all renames."""
    if not old_names:
        return live.ref
    ends = zip(ENDS[live.kind], live.key, strict=True)
    return live.kind, tuple(old_names.get((end, (part,)), part) for end, part in ends)


def _busy(units: Sequence[Unit], reading: Reading) -> Iterable[str]:
    """Yield what is removed, disabled or unlinked while it is busy, each once."""
    found: dict[str, None] = {}
    for unit in units:
        if unit.action not in {"remove", "disable"}:
            continue
        refs: list[Ref] = [unit.ref]
        if unit.kind not in OBJECTS and ENDS[unit.kind][1] == "agent":
            refs.append(("agent", (unit.key[1],)))
        for ref in refs:
            live = reading.live.get(ref)
            if live is not None and live.busy:
                found[f"{ref[0]} {shown_key(ref[1])} ({live.busy})"] = None
    return found
