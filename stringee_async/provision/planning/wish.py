"""From a specification to what it asks of one vendor.

`stated_in` collects everything that a specification states, whatever the vendor; `held` keeps what the vendor can hold
and says in words what it cannot; `wish_of` is both. `scope_of` says which part of the live state a wish needs.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from ..adapter import Capabilities
from ..counts import counted
from ..nouns import ENDS, OBJECTS, Kind
from ..plan_data import digest_of
from ..spec import Spec
from ..things import OnLeave, Ref, Scope, Wish, Wished
from .stated import Stated, stated_in

NOUNS: Final[Mapping[Kind, str]] = {
    "agent": "agent",
    "group": "group",
    "queue": "queue",
    "link": "agent's membership of a group",
    "route": "group of a queue",
    "queue_agent": "agent of a queue",
}
"""What one thing of a kind is called in messages."""
_PLURALS: Final[Mapping[Kind, str]] = {
    "link": "agents' memberships of groups",
    "route": "groups of queues",
    "queue_agent": "agents of queues",
}


def wish_of(spec: Spec, capabilities: Capabilities, *, vendor: str = "The vendor") -> Wish:
    """Return what a vendor can hold of a specification, and in words what it cannot.

    Args:
        spec: The specification.
        capabilities: What the vendor can hold and do.
        vendor: The vendor's name as `Wish.cannot` shows it, such as `RingMe`.

    Raises:
        SpecError: The specification contradicts itself, or names a group that it does not describe.
    """
    return held(stated_in(spec), spec, capabilities, vendor=vendor)


def held(stated: Stated, spec: Spec, capabilities: Capabilities, *, vendor: str = "The vendor") -> Wish:
    """Return the wish that is left of what a specification states, for a vendor with these capabilities.

    An adapter that transforms what is stated (one whose vendor has no groups, say) does so before.
    """
    cut = _Cut(capabilities, vendor)
    things = cut.things(stated.things)
    absent = cut.absent(stated.absent)
    on_leave = cut.on_leave(spec.on_leave, leaving="agent" in stated.lists.kinds)
    kinds: frozenset[Kind] = frozenset(kind for kind in stated.lists.kinds if cut.may_leave(kind, on_leave))
    return Wish(
        things=things,
        lists=attrs.evolve(stated.lists, kinds=kinds),
        absent=absent,
        ignore={
            "agent": spec.agents_section.ignore,
            "group": spec.groups_section.ignore,
            "queue": spec.queues_section.ignore,
        },
        on_leave=on_leave,
        adopt_strangers=spec.adopt_strangers,
        limits=spec.limits,
        cannot=tuple(cut.cannot),
        reasons_to_refuse=reasons_to_refuse(spec),
        holds=frozenset(capabilities.fields),
        renames=capabilities.rename,
        stay=frozenset(kind for kind in capabilities.fields if kind not in capabilities.remove),
        one_group=capabilities.one_group,
        modified=max((source.modified for source in spec.sources), default=0.0),
        files={Path(source.path).name: source.modified for source in spec.sources if source.modified},
    )


def reasons_to_refuse(spec: Spec) -> tuple[str, ...]:
    """Return why the input as a whole cannot be meant: lists that are there and empty where that lets all leave."""
    reasons: list[str] = []
    rosters = [source.path for source in spec.sources if source.roster]
    if rosters and not spec.agents:
        reasons.append(f"the roster {', '.join(rosters)} holds no agents; give it rows, or leave it out")
    elif spec.agents == () and spec.agents_section.manage == "full":
        reasons.append(
            "agents is an empty list under manage: full, so everybody would leave; name the agents"
        )
    for noun, section, stated in (
        ("groups", spec.groups_section, spec.groups),
        ("queues", spec.queues_section, spec.queues),
    ):
        if stated == () and section.manage == "full":
            reasons.append(
                f"{noun} is an empty list under manage: full, so all {noun} would be removed; "
                f"name under absent: those that are to go"
            )
    return tuple(reasons)


def scope_of(wish: Wish) -> Scope:
    """Return which part of the live state a wish needs.

    Members are read of all groups and queues where something may be removed (guards must know which queues use a group,
    and who leaves is in any group), else only of those that the wish connects with something.
    """
    kinds: set[Kind] = set(wish.lists.kinds)
    for refs in (wish.things, wish.absent, wish.lists.exact):
        kinds.update(kind for kind, _ in refs)
    whole = bool(wish.lists.kinds or wish.lists.exact or wish.absent or wish.one_group)
    if whole:
        kinds.update([kind for kind, ends in ENDS.items() if kinds.intersection(ends)])
        if "link" in kinds:
            kinds.add("route")
    for kind, ends in ENDS.items():
        if kind in kinds:
            kinds.update(ends)
    return Scope(kinds=wish.holds & kinds, members_of=None if whole else _connected(wish))


def _connected(wish: Wish) -> frozenset[Ref]:
    """Return the groups and queues of which a connection is wished, by their old names too."""
    found: set[Ref] = set()
    for kind, key in wish.things:
        if kind not in ENDS:
            continue
        holder: Ref = (ENDS[kind][0], (key[0],))
        found.add(holder)
        was = wish.things[holder].was if holder in wish.things else None
        if was is not None:
            found.add((holder[0], (was,)))
    return frozenset(found)


def wish_digest_of(wish: Wish) -> str:
    """Return the digest of a wish: the same for all files that ask for the same, whatever their form and order."""
    things = hashlib.sha256()  # one after the other: as one text they would take more memory than the wish
    for kind, key in sorted(wish.things):
        things.update(digest_of([kind, list(key), _plain(wish.things[kind, key])]).encode())
    return digest_of(
        [
            things.hexdigest(),
            sorted([kind, list(key)] for kind, key in wish.lists.exact),
            sorted([kind, list(key)] for kind, key in wish.lists.both_ends),
            sorted(wish.lists.kinds),
            sorted([kind, list(key)] for kind, key in wish.absent),
            {kind: list(patterns) for kind, patterns in wish.ignore.items() if patterns},
            [wish.on_leave, wish.adopt_strangers, attrs.asdict(wish.limits)],
        ]
    )


def _plain(thing: Wished) -> list[Any]:
    return [dict(thing.fields), thing.id, thing.was]


class _Cut:
    """Takes away what a vendor cannot hold or do, and says so once for each kind and field."""

    def __init__(self, capabilities: Capabilities, vendor: str) -> None:
        self._can = capabilities
        self._vendor = vendor
        self.cannot: list[str] = []

    def things(self, stated: Mapping[Ref, Wished]) -> Mapping[Ref, Wished]:
        """Return what of these things the vendor can hold; themselves if it can hold all, as copies take memory."""
        kinds: Counter[Kind] = Counter()
        fields: Counter[tuple[Kind, str]] = Counter()
        renamed: Counter[Kind] = Counter()
        cut: dict[Ref, Wished] = {}
        for ref, thing in stated.items():
            known = self._can.fields.get(thing.kind)
            if known is None:
                kinds[thing.kind] += 1
                continue
            foreign = [name for name in thing.fields if name not in known]
            if foreign:
                fields.update((thing.kind, name) for name in foreign)
                left = {name: value for name, value in thing.fields.items() if name in known}
                cut[ref] = thing = attrs.evolve(thing, fields=left)
            if thing.was is not None and thing.kind not in self._can.rename:
                renamed[thing.kind] += 1
                cut[ref] = attrs.evolve(thing, was=None)
        self._say(kinds, fields, renamed)
        kept = stated
        if cut or kinds:
            kept = {ref: cut.get(ref, thing) for ref, thing in stated.items() if ref[0] not in kinds}
        return self._one_group(kept) if self._can.one_group else kept

    def _say(self, kinds: Counter[Kind], fields: Counter[tuple[Kind, str]], renamed: Counter[Kind]) -> None:
        for kind, number in kinds.items():
            left_out = f"{many(kind, number)} {'is' if number == 1 else 'are'} left out"
            self.cannot.append(f"{self._vendor} cannot hold {plural(kind)}: {left_out}")
        for (kind, field), number in fields.items():
            left_out = f"left out for {many(kind, number)}"
            self.cannot.append(f"{self._vendor} cannot hold {field} of {plural(kind)}: {left_out}")
        for kind, number in renamed.items():
            self.cannot.append(
                f"{self._vendor} cannot rename {plural(kind)}: was: is passed over for {many(kind, number)}, "
                f"so a new one is created where the new name is not there yet, and the old one stays"
            )

    def _one_group(self, things: Mapping[Ref, Wished]) -> Mapping[Ref, Wished]:
        """Keep the first group of each agent."""
        seen: set[str] = set()
        more: set[Ref] = set()
        for ref in things:
            if ref[0] != "link":
                continue
            if ref[1][1] in seen:
                more.add(ref)
            seen.add(ref[1][1])
        if more:
            things = {ref: thing for ref, thing in things.items() if ref not in more}
            agents = len({key[1] for _, key in more})
            self.cannot.append(
                f"{self._vendor} holds one group for each agent: {counted(agents, 'agent')} "
                f"{'is' if agents == 1 else 'are'} put into the first of theirs only"
            )
        return things

    def absent(self, stated: frozenset[Ref]) -> frozenset[Ref]:
        """Return what of it can be removed."""
        stuck: Counter[Kind] = Counter()
        stuck.update(kind for kind, _ in stated if kind in self._can.fields and kind not in self._can.remove)
        for kind, number in stuck.items():
            stays = f"{many(kind, number)} under absent: {'stays' if number == 1 else 'stay'}"
            self.cannot.append(f"{self._vendor} cannot remove {plural(kind)}: {stays}")
        return frozenset(ref for ref in stated if ref[0] in self._can.remove and ref[0] in self._can.fields)

    def on_leave(self, stated: OnLeave, *, leaving: bool) -> OnLeave:
        """Return what can happen to agents who leave: where the vendor cannot do it, they lose their groups only."""
        possible = {
            "unlink": True,
            "disable": self._can.disable,
            "delete": "agent" in self._can.remove,
        }
        if possible[stated]:
            return stated
        if leaving:
            verb = "disable" if stated == "disable" else "remove"
            self.cannot.append(
                f"{self._vendor} cannot {verb} agents: those who leave are only taken out of their groups"
            )
        return "unlink"

    def may_leave(self, kind: Kind, on_leave: OnLeave) -> bool:
        """Return whether things of this kind that are not wished can leave at all."""
        if kind not in self._can.fields:
            return False
        if kind == "agent":
            return on_leave != "unlink" or any(
                each in self._can.fields and each in self._can.remove for each in ("link", "queue_agent")
            )
        if kind not in self._can.remove:
            self.cannot.append(f"{self._vendor} cannot remove {plural(kind)}: those that are not named stay")
            return False
        return True


def plural(kind: Kind) -> str:
    """Return what things of a kind are called."""
    return f"{NOUNS[kind]}s" if kind in OBJECTS else _PLURALS[kind]


def many(kind: Kind, number: int) -> str:
    """Return a number of things of a kind, such as `12 groups`."""
    return counted(number, NOUNS[kind]) if kind in OBJECTS or number == 1 else f"{number:,} {_PLURALS[kind]}"
