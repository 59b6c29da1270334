"""Contact centres in memory with rules of their own, and random ones with specifications for them.

`Double` is an adapter over such a centre. It is strict: an object that something hangs on cannot be removed, nothing
can be connected to what is not there, and a name that is taken cannot be given.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import attrs

from stringee_async.core.clock import Clock, RealClock
from stringee_async.provision.adapter import Capabilities, Done, Progress
from stringee_async.provision.last_applied import LastApplied
from stringee_async.provision.nouns import ENDS, FIELDS, KINDS, OBJECTS, Kind
from stringee_async.provision.planning.wish import wish_of
from stringee_async.provision.spec import (
    AbsentSpec,
    AgentSpec,
    GroupSpec,
    QueueAgentSpec,
    QueueSpec,
    RouteSpec,
    SectionSpec,
    Spec,
)
from stringee_async.provision.things import Live, Reading, Ref, Scope, Wish
from stringee_async.provision.unit import Unit

PLAIN = Capabilities(
    fields={kind: frozenset(field.name for field in FIELDS[kind]) for kind in KINDS},
    rename=frozenset(OBJECTS),
    remove=frozenset(KINDS),
    disable=True,
)
"""A vendor that can do everything."""
WITHOUT_DELETE = attrs.evolve(PLAIN, remove=frozenset(ENDS), disable=False)
"""A vendor whose objects stay for ever."""
ONE_GROUP = attrs.evolve(PLAIN, rename=frozenset(), one_group=True)
"""A vendor that keeps an agent's group as a field of the agent, and cannot rename."""
VENDORS = {"plain": PLAIN, "without delete": WITHOUT_DELETE, "one group": ONE_GROUP}
DEFAULTS = {"primary": True, "level": 0, "position": 0}


@attrs.define
class Row:
    """An object or a connection; of a connection, `key` holds the ids of what it connects."""

    id: str
    kind: Kind
    key: tuple[str, ...]
    fields: dict[str, object] = attrs.field(factory=dict)
    disabled: bool = False
    busy: str = ""


class Centre:
    """A contact centre in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self._ids = itertools.count(1)

    def add(self, kind: Kind, *key: str, busy: str = "", **fields: object) -> Row:
        """Add an object by its name, or a connection by the names of what it connects."""
        if kind in ENDS:
            key = tuple(self.named(end, name).id for end, name in zip(ENDS[kind], key, strict=True))
        row = Row(str(next(self._ids)), kind, key, dict(fields), busy=busy)
        self.rows[row.id] = row
        return row

    def named(self, kind: Kind, name: str) -> Row:
        """Return the object of this name; there must be one."""
        (found,) = [row for row in self.rows.values() if (row.kind, row.key) == (kind, (name,))]
        return found

    def find(self, kind: Kind, *key: str) -> Row | None:
        """Return the thing of this key, or None."""
        return next((row for row in self.rows.values() if row.kind == kind and self.names(row) == key), None)

    def names(self, row: Row) -> tuple[str, ...]:
        """Return the natural key of a row."""
        return tuple(self.rows[id].key[0] for id in row.key) if row.kind in ENDS else row.key

    def state(self) -> dict[Ref, dict[str, object]]:
        """Return everything by its natural key; of what is there twice, the last."""
        return {(row.kind, self.names(row)): dict(row.fields) for row in self.rows.values()}

    def hanging_on(self, id: str) -> list[Row]:
        """Return the connections of an object."""
        return [row for row in self.rows.values() if row.kind in ENDS and id in row.key]


class Double:
    """An adapter over a centre in memory.

    Args:
        centre: The centre.
        capabilities: What the vendor can hold and do.
        clock: The clock; that of the system by default.
        settle: Seconds after which a listing shows what was written.
        page: How many rows one request reads, or writes.
        before: Called before each unit; what it raises is raised by `do`, and nothing is written.
        after: Called after each unit; what it raises is raised by `do`, although the unit took effect.
    """

    def __init__(
        self,
        centre: Centre,
        capabilities: Capabilities = PLAIN,
        *,
        clock: Clock | None = None,
        settle: float = 0.0,
        page: int = 10,
        before: Callable[[Unit], None] = lambda unit: None,
        after: Callable[[Unit], None] = lambda unit: None,
    ) -> None:
        self.vendor = "double"
        self.account = "account 1"
        self.capabilities = capabilities
        self.clock = clock or RealClock()
        self.settle = settle
        self.centre = centre
        self.requests = 0
        self.done: list[str] = []
        self.looked: list[tuple[str, ...]] = []
        self._page = page
        self._before = before
        self._after = after

    def sent(self) -> int:
        """Return how many requests were sent."""
        return self.requests

    def hold(self, spec: Spec) -> Wish:
        """Return what the vendor can hold of a specification."""
        return wish_of(spec, self.capabilities)

    async def observe(self, scope: Scope, progress: Progress) -> Reading:
        """Read a part of the centre."""
        reading = self.reading(scope)
        for kind in sorted(scope.kinds):
            progress(kind, reading.count(kind))
        return reading

    def reading(self, scope: Scope | None = None) -> Reading:
        """Return a part of the centre, or all of it."""
        kinds = frozenset(self.capabilities.fields) if scope is None else scope.kinds
        members = None if scope is None else scope.members_of
        found: dict[Ref, list[Live]] = defaultdict(list)
        for row in self.centre.rows.values():
            key = self.centre.names(row)
            holder = (ENDS[row.kind][0], key[:1]) if row.kind in ENDS else None
            if row.kind in kinds and (holder is None or members is None or holder in members):
                found[row.kind, key].append(self._live(row, key))
        holders = frozenset(ref for ref in found if ref[0] in {"group", "queue"})
        calls = sum(1 + sum(ref[0] == kind for ref in found) // self._page for kind in kinds)
        self.requests += calls
        return Reading(
            live={ref: rows[0] for ref, rows in found.items() if len(rows) == 1},
            twice={ref: tuple(rows) for ref, rows in found.items() if len(rows) > 1},
            read=frozenset(kind for kind in kinds if kind in OBJECTS or members is None),
            members_of=holders if members is None else holders & members,
            calls=calls,
        )

    def _live(self, row: Row, key: tuple[str, ...]) -> Live:
        shown = {name: DEFAULTS.get(name) for name in self.capabilities.fields[row.kind]}
        fields = {**shown, **row.fields}
        return Live(
            kind=row.kind,
            key=key,
            fields=fields,
            id=row.id if row.kind in OBJECTS else "",
            busy=row.busy,
            disabled=row.disabled,
        )

    async def look_again(self, units: Sequence[Unit]) -> None:
        """Count the look."""
        self.looked.append(tuple(unit.name for unit in units))
        self.requests += 1

    async def do(self, unit: Unit) -> Done:
        """Carry out a unit, as `before` and `after` let it."""
        self._before(unit)
        done = self.carry_out(unit)
        self._after(unit)
        return done

    def carry_out(self, unit: Unit) -> Done:
        """Carry out a unit."""
        self.requests += 1
        self.done.append(unit.name)
        return getattr(self, f"_{unit.action}")(unit)

    def _create(self, unit: Unit) -> Done:
        there = self.centre.find(unit.kind, *unit.key)
        if there is not None:
            return Done(id=there.id, acted=False)
        if unit.kind == "link" and self.capabilities.one_group:
            agent = self.centre.named("agent", unit.key[1]).id
            for row in self.centre.hanging_on(agent):
                if row.kind == "link":
                    del self.centre.rows[row.id]
        return Done(id=self.centre.add(unit.kind, *unit.key, **unit.fields).id)

    def _change(self, unit: Unit) -> Done:
        self._found(unit).fields.update(unit.fields)
        return Done()

    def _rename(self, unit: Unit) -> Done:
        assert unit.kind in self.capabilities.rename
        assert self.centre.find(unit.kind, *unit.key) is None, f"{unit.name}: the name is taken"
        row = self.centre.rows[unit.id]
        assert row.key == unit.old_key
        row.key = unit.key
        return Done(id=row.id)

    def _disable(self, unit: Unit) -> Done:
        assert self.capabilities.disable
        self._found(unit).disabled = True
        return Done()

    def _remove(self, unit: Unit) -> Done:
        assert unit.kind in self.capabilities.remove
        if self.centre.find(unit.kind, *unit.key) is None:
            assert (unit.kind, self.capabilities.one_group) == ("link", True)
            return Done(acted=False)
        row = self._found(unit)
        assert not self.centre.hanging_on(row.id), f"{unit.name}: something hangs on it"
        del self.centre.rows[row.id]
        return Done()

    def _found(self, unit: Unit) -> Row:
        row = self.centre.rows[unit.id] if unit.id else self.centre.find(unit.kind, *unit.key)
        assert row is not None
        assert self.centre.names(row) == unit.key
        return row


AGENTS = tuple(f"u{number}" for number in range(8))
GROUPS = tuple("ABCDE")
QUEUES = ("P", "Q", "R")


def random_centre(rng: random.Random, *, twins: bool = True) -> Centre:
    """Return a centre with some of the usual objects, and sometimes two of one name."""
    centre = Centre()
    for name in _some(rng, AGENTS):
        centre.add("agent", name, name=rng.choice("xyz"), busy="in a call" if rng.random() < 0.05 else "")
    for name in _some(rng, GROUPS):
        centre.add("group", name)
    for name in _some(rng, QUEUES):
        centre.add("queue", name, wrap_up_time_limit=rng.randrange(3))
    for kind, (first, second) in ENDS.items():
        for holder in _of(centre, first):
            for other in _some(rng, _of(centre, second), 0.4):
                fields = {"primary": rng.random() < 0.6} if kind == "route" else {}
                centre.add(kind, holder, other, **fields)
    if twins and rng.random() < 0.2:
        row = rng.choice([row for row in centre.rows.values() if row.kind in OBJECTS] or [None])
        if row is not None:
            centre.add(row.kind, *row.key)
    return centre


def _of(centre: Centre, kind: Kind) -> list[str]:
    return [row.key[0] for row in centre.rows.values() if row.kind == kind]


def _some(rng: random.Random, names: Iterable[str], chance: float = 0.6) -> list[str]:
    return [name for name in names if rng.random() < chance]


def random_spec(rng: random.Random, *, full: bool = True) -> Spec:
    """Return a specification over the usual names; without `full`, it lets nothing leave."""
    mode = SectionSpec(manage="full")
    add = SectionSpec()
    groups = _some(rng, GROUPS)
    agents = _some(rng, AGENTS)
    queues = _some(rng, QUEUES)
    sections = [rng.choice((mode, add)) if full else add for _ in range(3)]
    ignored = SectionSpec(manage=sections[0].manage, ignore=("u7",)) if rng.random() < 0.3 else sections[0]
    absent = AbsentSpec()
    if full and rng.random() < 0.5:
        absent = AbsentSpec(
            agents=tuple(name for name in _some(rng, AGENTS, 0.2) if name not in agents),
            groups=tuple(name for name in _some(rng, GROUPS, 0.3) if name not in groups),
            queues=tuple(name for name in _some(rng, QUEUES, 0.3) if name not in queues),
        )
    return Spec(
        agents=tuple(_agent(rng, name, groups) for name in agents) or None,
        groups=tuple(_group(rng, name, agents, full=full) for name in groups),
        queues=tuple(_queue(rng, name, groups, agents, full=full) for name in queues) or None,
        agents_section=ignored,
        groups_section=sections[1],
        queues_section=sections[2],
        on_leave=rng.choice(("unlink", "disable", "delete")),
        adopt_strangers=rng.random() < 0.3,
        absent=absent,
    )


def _agent(rng: random.Random, name: str, groups: Sequence[str]) -> AgentSpec:
    stated = tuple(_some(rng, groups, 0.3)) if rng.random() < 0.5 else None
    was = rng.choice(AGENTS) if rng.random() < 0.1 else None
    return AgentSpec(user_id=name, name=rng.choice(("x", "y", None)), groups=stated, was=was)


def _group(rng: random.Random, name: str, agents: Sequence[str], *, full: bool) -> GroupSpec:
    stated = tuple(_some(rng, agents, 0.4)) if rng.random() < 0.6 else None
    manage = rng.choice(("full", "add", None)) if full else None
    was = rng.choice(GROUPS) if rng.random() < 0.2 else None
    return GroupSpec(
        name=name, agents=stated or (() if full and rng.random() < 0.1 else None), manage=manage, was=was
    )


def _queue(
    rng: random.Random, name: str, groups: Sequence[str], agents: Sequence[str], *, full: bool
) -> QueueSpec:
    routes = tuple(
        RouteSpec(name=group, primary=rng.choice((True, True, False, None)))
        for group in _some(rng, groups, 0.5)
    )
    members = tuple(
        QueueAgentSpec(user_id=agent, level=rng.randrange(2)) for agent in _some(rng, agents, 0.2)
    )
    return QueueSpec(
        name=name,
        fields={"wrap_up_time_limit": rng.randrange(3)} if rng.random() < 0.7 else {},
        groups=routes or (() if full and rng.random() < 0.1 else None),
        agents=members or None,
        was=rng.choice(QUEUES) if rng.random() < 0.1 else None,
    )


def random_last(rng: random.Random) -> LastApplied | None:
    """Return what a last run may have applied, or None."""
    if rng.random() < 0.5:
        return None
    refs: list[Ref] = [
        *(("agent", (name,)) for name in _some(rng, AGENTS)),
        *(("group", (name,)) for name in _some(rng, GROUPS)),
        *(("queue", (name,)) for name in _some(rng, QUEUES)),
    ]
    return LastApplied(refs=frozenset(refs))
