"""What leaves: what is under `absent:`, what `manage: full` does not name, and what complete lists do not name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cached_property

import attrs

from ...core.near_names import nearest
from ..counts import counted
from ..last_applied import LastApplied
from ..nouns import ENDS, Kind, shown_key
from ..things import Live, Ref, Wish, ends_of
from ..unit import Unit
from .matching import Matching

UNNAMED = "not in the file"
ABSENT = "absent:"


@attrs.frozen(kw_only=True)
class Leaving:
    """What leaves, and what is left alone.

    Args:
        units: What is to be removed or disabled.
        left_alone: What is there, is not wished and is not touched: names by kind.
        notes: Why something stays that the specification wants gone.
    """

    units: tuple[Unit, ...]
    left_alone: Mapping[Kind, tuple[str, ...]]
    notes: tuple[str, ...]


def leaving(wish: Wish, matching: Matching, last: LastApplied | None) -> Leaving:
    """Return what leaves.

    A connection leaves with one of its ends, or because a complete list does not name it: that list is the person's
    own word, so it needs no last run. An object that is not named leaves only if the last run applied it, or if nothing
    is known of a last run, or if the wish adopts strangers.
    """
    found = _Leaving(wish, matching, last)
    found.look_for_absent()
    found.objects()
    found.keep_held()
    found.keep_inhabited()
    found.remove_connections()
    found.remove_objects()
    left_alone: dict[Kind, tuple[str, ...]] = {kind: tuple(names) for kind, names in found.left_alone.items()}
    return Leaving(units=tuple(found.units), left_alone=left_alone, notes=tuple(found.notes))


class _Leaving:
    """What leaves so far."""

    def __init__(self, wish: Wish, matching: Matching, last: LastApplied | None) -> None:
        self.units: list[Unit] = []
        self.left_alone: dict[Kind, list[str]] = defaultdict(list)
        self.notes: list[str] = []
        self._wish = wish
        self._matching = matching
        self._last = last
        self._removed: dict[Ref, str] = {}
        self._disabled: dict[Ref, str] = {}
        self._unlinked: set[Ref] = set()
        self._exact = wish.lists.exact
        self._named = self._named_by_connections()

    def _named_by_connections(self) -> set[Ref]:
        """Return what wished connections name without its being described itself."""
        named: set[Ref] = set()
        if not self._wish.lists.kinds and not self._wish.absent:
            return named
        for kind, key in self._wish.things:
            for end, part in zip(ENDS.get(kind, ()), key, strict=False):
                if (end, (part,)) not in self._wish.things:
                    named.add((end, (part,)))
        return named

    def objects(self) -> None:
        """Decide which objects leave."""
        wish, matching = self._wish, self._matching
        for ref, live in matching.reading.live.items():
            if ref[0] in ENDS or ref in wish.things or ref in matching.renamed:
                continue
            reason = self._reason(ref)
            if reason and ref not in matching.blocked and ref not in matching.held and self._may(ref):
                self._leave(ref, live, reason)
            else:
                self._leave_alone(ref)

    def look_for_absent(self) -> None:
        """Note names under `absent:` that nothing has, where something has one that is nearly the same."""
        reading = self._matching.reading
        for kind, key in sorted(self._wish.absent):
            if (kind, key) in reading.live or (kind, key) in reading.twice:
                continue
            names = [name for (each, (name, *_)) in reading.live if each == kind]
            near = nearest(key[0], names, cutoff=0.8)
            if near and (kind, (near[0],)) not in self._wish.things:
                self.notes.append(
                    f"absent: names {kind} {shown_key(key)}, which is not there; there is {shown_key((near[0],))}"
                )

    def _reason(self, ref: Ref) -> str:
        wish = self._wish
        if ref in wish.absent:
            return ABSENT
        known = self._last is None or wish.adopt_strangers or ref in self._last.refs
        return UNNAMED if ref[0] in wish.lists.kinds and known else ""

    def _may(self, ref: Ref) -> bool:
        """Return whether an object may leave; say why not where a person would wonder."""
        what = f"{ref[0]} {shown_key(ref[1])}"
        if self._wish.ignored(ref):
            if ref in self._wish.absent:
                self.notes.append(f"{what} stays although absent: names it: ignore: names it too")
            return False
        if ref in self._named:
            self.notes.append(f"{what} stays: it is not described, but a list names it")
            return False
        return True

    def _leave(self, ref: Ref, live: Live, reason: str) -> None:
        how = "delete" if ref[0] != "agent" or reason == ABSENT else self._wish.on_leave
        if how == "unlink":
            self._unlinked.add(ref)
            self._leave_alone(ref)
        elif how == "disable":
            if live.disabled:
                self._leave_alone(ref)
            else:
                self._disabled[ref] = reason
        elif ref[0] in self._wish.stay:
            self._leave_alone(ref)
        else:
            self._removed[ref] = reason

    def keep_held(self) -> None:
        """Keep objects that something hangs on which must not be touched."""
        if not self._removed:
            return
        matching = self._matching
        twice = [matching.new_name(ref) for ref in matching.reading.twice if ref[0] in ENDS]
        for ref in (*twice, *(ref for ref, _ in matching.connections() if self._stuck(ref))):
            for end in ends_of(ref):
                if self._removed.pop(end, None) is not None:
                    self._leave_alone(end)
                    self.notes.append(
                        f"{end[0]} {shown_key(end[1])} stays: {ref[0]} {shown_key(ref[1])} must not be touched"
                    )

    def keep_inhabited(self) -> None:
        """Keep groups that agents stay in, where the vendor can take an agent out of a group by another group only."""
        wish = self._wish
        if not (wish.one_group and "link" in wish.stay and self._removed):
            return
        moved = {key[1] for kind, key in wish.things if kind == "link"}
        inside: dict[Ref, int] = defaultdict(int)
        for ref, _ in self._matching.connections():
            group, agent = ends_of(ref)
            if group in self._removed and agent not in self._removed and ref[1][1] not in moved:
                inside[group] += 1
        for group, count in inside.items():
            del self._removed[group]
            self._leave_alone(group)
            self.notes.append(
                f"group {shown_key(group[1])} stays: no list puts {counted(count, 'agent')} of it into another group"
            )

    def _stuck(self, ref: Ref) -> bool:
        matching, wish = self._matching, self._wish
        return ref in wish.things or matching.untouchable(ref) or wish.ignored(ref)

    def remove_connections(self) -> None:
        """Remove the connections that leave."""
        wish = self._wish
        for ref, live in self._matching.connections():
            if ref in wish.things:
                continue
            reason = "" if ref[0] in wish.stay or self._stuck(ref) else self._reason_of_connection(ref)
            if reason:
                self._remove(ref, live, reason)
            elif not any(end in self._removed for end in ends_of(ref)):
                self._leave_alone(ref)

    def _reason_of_connection(self, ref: Ref) -> str:
        holder, other = ends_of(ref)
        for end in (holder, other):
            if end in self._removed:
                return f"{end[0]} {shown_key(end[1])} is removed"
        if other in self._unlinked:
            return "the agent leaves"
        lists = {
            "link": (holder, other),
            "route": (holder,),
            "queue_agent": (("queue_agent", holder[1]),),
        }[ref[0]]
        complete = any(each in self._exact for each in lists)
        if ref[0] == "queue_agent" and not complete:
            complete = self._wish.lists.both_ends.issuperset((holder, other))
        return "not in the list" if complete else ""

    def remove_objects(self) -> None:
        """Remove and disable the objects that leave."""
        live = self._matching.reading.live
        for ref, reason in self._removed.items():
            notes = "; ".join(filter(None, (self._had(ref), live[ref].notes)))
            self._remove(ref, live[ref], f"{reason} ({notes})" if notes else reason)
        for ref, reason in self._disabled.items():
            kind, key = ref
            unit = Unit(kind=kind, action="disable", key=key, id=live[ref].id, reason=reason)
            self.units.append(unit)

    def _had(self, ref: Ref) -> str:
        """Return what hangs on a group or a queue that is removed, such as `had 2 groups`."""
        hanging = [
            counted(number, ENDS[kind][1])
            for kind in ENDS
            if ENDS[kind][0] == ref[0] and (number := self._hanging[kind, ref[1][0]])
        ]
        return f"had {' and '.join(hanging)}" if hanging else ""

    @cached_property
    def _hanging(self) -> Counter[tuple[Kind, str]]:
        """How many connections of each kind hang on each group and queue, by its name."""
        live = self._matching.reading.live
        return Counter((kind, key[0]) for kind, key in live if kind in ENDS)

    def _remove(self, ref: Ref, live: Live, reason: str) -> None:
        kind, key = ref
        self.units.append(Unit(kind=kind, action="remove", key=key, id=live.id, reason=reason))

    def _leave_alone(self, ref: Ref) -> None:
        self.left_alone[ref[0]].append(shown_key(ref[1]))
