"""What a specification states, as things with natural keys: the same for every vendor."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping

import attrs

from ...core.errors import SpecError
from ...core.near_names import nearest
from ..counts import counted
from ..nouns import ENDS, Kind, shown_key
from ..spec import AgentSpec, GroupSpec, QueueSpec, Spec
from ..things import NO_FIELDS, Fields, Lists, Ref, Wished
from .stated_fields import StatedFields


def name_key(name: str) -> str:
    """Return the name of a group or queue as it is compared: without blanks around it, in one Unicode form."""
    return (name if name.isascii() else unicodedata.normalize("NFC", name)).strip()


@attrs.frozen(kw_only=True)
class Stated:
    """What a specification states.

    Args:
        things: Everything that is to be there, by kind and key; groups that are only named elsewhere included.
        lists: What may leave.
        absent: What must not be there.
    """

    things: Mapping[Ref, Wished]
    lists: Lists
    absent: frozenset[Ref]


def stated_in(spec: Spec) -> Stated:
    """Return what a specification states.

    Raises:
        SpecError: It contradicts itself, or names a group that it does not describe; `problems` holds all of it.
    """
    collected = _Collected(spec)
    for group in spec.groups or ():
        collected.group(group)
    for agent in spec.agents or ():
        collected.agent(agent)
    for queue in spec.queues or ():
        collected.queue(queue)
    collected.check_case()
    gone: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("agent", spec.absent.agents),
        ("group", tuple(map(name_key, spec.absent.groups))),
        ("queue", tuple(map(name_key, spec.absent.queues))),
    )
    absent: frozenset[Ref] = frozenset((kind, (name,)) for kind, names in gone for name in names)
    for ref in sorted(absent & collected.things.keys()):
        collected.problem(collected.things[ref], "is wished, and under absent: too")
    collected.check_renames(absent)
    if collected.problems:
        number = counted(len(collected.problems), "problem")
        lines = "\n".join(f"  {line}" for line in collected.problems[:20])
        raise SpecError(f"the specification has {number}:\n{lines}", problems=tuple(collected.problems))
    lists = Lists(exact=frozenset(collected.exact), kinds=_kinds_in_full(spec))
    return Stated(things=collected.things, lists=lists, absent=absent)


def _kinds_in_full(spec: Spec) -> frozenset[Kind]:
    full: list[Kind] = []
    if spec.agents is not None and spec.agents_section.manage == "full":
        full.append("agent")
    if spec.groups is not None and spec.groups_section.manage == "full":
        full.append("group")
    if spec.queues is not None and spec.queues_section.manage == "full":
        full.append("queue")
    return frozenset(full)


class _Collected:
    """What was collected so far."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._groups = None if spec.groups is None else {name_key(group.name) for group in spec.groups}
        self.things: dict[Ref, Wished] = {}
        self.exact: set[Ref] = set()
        self.problems: list[str] = []

    def group(self, group: GroupSpec) -> None:
        """Collect a group and its agents."""
        thing = self._object("group", group.name, {}, group)
        if group.agents is None:
            return
        full = (group.manage or self._spec.groups_section.manage) == "full"
        if full or not group.agents:
            self.exact.add(thing.ref)
        for user_id in group.agents:
            self._connect("link", (thing.key[0], user_id), NO_FIELDS, thing)

    def agent(self, agent: AgentSpec) -> None:
        """Collect an agent and its groups."""
        thing = self._object("agent", agent.user_id, StatedFields(agent), agent)
        if agent.groups is None:
            return
        if self._spec.agents_section.manage == "full":
            self.exact.add(thing.ref)
        for name in agent.groups:
            self._connect("link", (self._named_group(name, thing), agent.user_id), NO_FIELDS, thing)

    def queue(self, queue: QueueSpec) -> None:
        """Collect a queue, its groups and its agents."""
        fields = dict(queue.fields)
        if queue.extension is not None:
            fields["extension"] = queue.extension
        thing = self._object("queue", queue.name, fields, queue)
        full = (queue.manage or self._spec.queues_section.manage) == "full"
        if queue.groups is not None and (full or not queue.groups):
            self.exact.add(thing.ref)
        if queue.agents is not None and (full or not queue.agents):
            self.exact.add(("queue_agent", thing.key))
        for route in queue.groups or ():
            primary = {} if route.primary is None else {"primary": route.primary}
            key = (thing.key[0], self._named_group(route.name, thing))
            self._connect("route", key, primary, thing)
        for row in queue.agents or ():
            order = {"level": row.level, "position": row.position}
            stated = {name: value for name, value in order.items() if value is not None}
            self._connect("queue_agent", (thing.key[0], row.user_id), stated, thing)

    def _object(
        self, kind: Kind, name: str, fields: Fields, row: AgentSpec | GroupSpec | QueueSpec
    ) -> Wished:
        of = str if kind == "agent" else name_key
        was = None if row.was is None else of(row.was)
        thing = Wished(
            kind=kind, key=(of(name),), fields=fields, id=row.id, was=was, file=row.file, line=row.line
        )
        if not thing.key[0]:
            self.problem(thing, "has an empty name")
        elif thing.ref in self.things:
            self.problem(thing, "is described twice", self.things[thing.ref].where)
        if was == thing.key[0]:
            self.problem(thing, "has was: with the name that it has")
        self.things[thing.ref] = thing
        return thing

    def _named_group(self, name: str, by: Wished) -> str:
        """Return the key of a group that an agent or a queue names; without a list of groups it is wished too."""
        found = name_key(name)
        if self._groups is None:
            ref: Ref = ("group", (found,))
            if ref not in self.things:
                self.things[ref] = Wished(kind="group", key=(found,), file=by.file, line=by.line)
        elif found not in self._groups:
            near = nearest(found, sorted(self._groups))
            hint = f"; did you mean {near[0]!r}?" if near else "; add it to groups:"
            self.problem(by, f"names the group {found!r}, which groups: does not describe{hint}")
        return found

    def _connect(self, kind: Kind, key: tuple[str, str], fields: Fields, by: Wished) -> None:
        """Wish a connection; it may be stated by both of its ends."""
        ref: Ref = (kind, key)
        before = self.things.get(ref)
        if before is None:
            self.things[ref] = Wished(kind=kind, key=key, fields=fields, file=by.file, line=by.line)
        elif before.fields != fields:
            self.problem(before, "is stated twice, with different settings", by.where)

    def check_case(self) -> None:
        """Find names that differ in nothing but the case of letters: a vendor might take them for one."""
        folded: dict[Kind, dict[str, Wished]] = defaultdict(dict)
        for thing in self.things.values():
            if thing.kind in ENDS:
                continue
            first = folded[thing.kind].setdefault(thing.key[0].casefold(), thing)
            if first is not thing:
                other = f"differs from {shown_key(first.key)} in the case of letters only"
                self.problem(thing, other, first.where)

    def check_renames(self, absent: frozenset[Ref]) -> None:
        """Find renames of what is to be removed, of one thing to two names, and of names in a circle."""
        new_names: dict[Ref, Wished] = {}
        for thing in self.things.values():
            ends = ENDS.get(thing.kind, ())
            for end, part in zip(ends, thing.key, strict=False):
                if (end, (part,)) in absent and (end, (part,)) not in self.things:
                    self.problem(thing, f"is wished, and the {end} {part} is under absent:")
            if thing.was is None:
                continue
            old: Ref = (thing.kind, (thing.was,))
            if old in absent:
                self.problem(thing, f"was {thing.was!r}, which is under absent: too; keep one of the two")
            if old in new_names:
                self.problem(thing, f"was {thing.was!r}, as another {thing.kind} was", new_names[old].where)
            new_names[old] = thing
        for thing in new_names.values():
            self._check_circle(thing)

    def _check_circle(self, thing: Wished) -> None:
        seen = {thing.key[0]}
        before = thing
        while before.was is not None and before.was not in seen:
            seen.add(before.was)
            following = self.things.get((thing.kind, (before.was,)))
            if following is None:
                return
            before = following
        if before.was == thing.key[0] and len(seen) > 1:
            self.problem(thing, "trades its name with another; rename one of them to a third name first")

    def problem(self, thing: Wished, text: str, other: str = "") -> None:
        """Note what is wrong with a thing, and where."""
        place = f"{thing.where}: " if thing.where else ""
        also = f" (also {other})" if other else ""
        self.problems.append(f"{place}{thing.kind} {shown_key(thing.key)} {text}{also}")
