"""What is wished and what is there: frozen values that comparison, guards and runners work on.

Both are vendor-neutral: keys are natural keys, fields have the names of `nouns`, values are normalised by the adapter.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

import attrs

from ..core.redaction import personal_shortened
from .nouns import ENDS, KINDS, OBJECTS, Key, Kind

Fields: TypeAlias = Mapping[str, Any]
Ref: TypeAlias = tuple[Kind, Key]
"""A kind and a key: what tells every thing of a contact centre from all others."""
NO_FIELDS: Final[Fields] = MappingProxyType({})


def ends_of(ref: Ref) -> tuple[Ref, Ref]:
    """Return what a connection connects, by kind and key."""
    kind, (first, second) = ref
    holder, other = ENDS[kind]
    return (holder, (first,)), (other, (second,))


Manage: TypeAlias = Literal["add", "full"]
"""`add`: nothing that the specification does not name is touched; `full`: it may leave."""
OnLeave: TypeAlias = Literal["unlink", "disable", "delete"]
"""What happens to an agent who leaves."""


def shortened_repr(value: object) -> str:
    """Return a value as `repr` does, without whole phone numbers: what is logged or raised shows none."""
    return personal_shortened(repr(value))


@attrs.frozen(kw_only=True, weakref_slot=False)
class Wished:
    """One thing that is wished for.

    Args:
        kind: Its kind.
        key: Its natural key.
        fields: The fields that the specification states; others are not compared.
        id: The vendor's id that the specification pins, or None.
        was: The name that it had before, or None.
        file: The file that states it; empty where that is unknown.
        line: The line there; 0 likewise.
    """

    kind: Kind
    key: Key
    fields: Fields = attrs.field(default=NO_FIELDS, repr=shortened_repr)
    id: str | None = None
    was: str | None = None
    file: str = ""
    line: int = 0

    @property
    def ref(self) -> Ref:
        """Its kind and key."""
        return self.kind, self.key

    @property
    def where(self) -> str:
        """Where the specification states it, such as `centre.yaml:12`."""
        return f"{self.file}:{self.line}" if self.file and self.line else self.file


@attrs.frozen(kw_only=True, weakref_slot=False)
class Live:
    """One thing that is there.

    Args:
        kind: Its kind.
        key: Its natural key.
        fields: All fields that the vendor shows and the adapter knows.
        id: The vendor's id; of a connection that has none, an empty text.
        busy: Why it must not be touched now, such as `in a call` or `logged in`; empty if nothing speaks against it.
        notes: What a person should know before it is removed, such as `2 numbers ring it`.
        foreign: Fields that only this vendor has, by the vendor's names.
        disabled: Whether it is an agent that is disabled already.
    """

    kind: Kind
    key: Key
    fields: Fields = attrs.field(default=NO_FIELDS, repr=shortened_repr)
    id: str = ""
    busy: str = ""
    notes: str = ""
    foreign: Fields = attrs.field(default=NO_FIELDS, repr=shortened_repr)
    disabled: bool = False

    @property
    def ref(self) -> Ref:
        """Its kind and key."""
        return self.kind, self.key


@attrs.frozen(kw_only=True)
class Reading:
    """The live state, as far as it was read.

    Args:
        live: What is there, by kind and key; of things that are there twice, none.
        twice: Things that are there more than once, each with all that carry the key.
        read: The kinds that were read whole.
        members_of: The groups, and queues, whose connections were read, by their kind and key.
        doubts: Why the reading cannot be trusted; empty if it can.
        malformed: Rows that the vendor sent and that could not be read, in words.
        numbers: The phone numbers that ring each queue, by its name, as far as they were read.
        again: Connections without an id of their own that are listed more than once: how often more, by kind and key. They
            are in `live`, too, and count as one.
        calls: How many requests were sent.
        seconds: How long it took.
    """

    live: Mapping[Ref, Live]
    twice: Mapping[Ref, tuple[Live, ...]] = attrs.field(factory=dict[Ref, tuple[Live, ...]])
    read: frozenset[Kind] = frozenset()
    members_of: frozenset[Ref] = frozenset()
    doubts: tuple[str, ...] = ()
    malformed: tuple[str, ...] = ()
    numbers: Mapping[str, tuple[str, ...]] = attrs.field(
        factory=dict[str, tuple[str, ...]], repr=shortened_repr
    )
    again: Mapping[Ref, int] = attrs.field(factory=dict[Ref, int])
    calls: int = 0
    seconds: float = 0.0

    def count(self, kind: Kind) -> int:
        """Return how many things of a kind are there, those that are there twice included."""
        return sum(each == kind for each, _ in self.live) + sum(
            len(found) for (each, _), found in self.twice.items() if each == kind
        )


@attrs.frozen(kw_only=True)
class Allowance:
    """Up to how many things may be changed in one way by one plan: the smaller of the two.

    Args:
        percent: Of what is there and managed.
        count: As a number.
    """

    percent: float
    count: int


@attrs.frozen(kw_only=True)
class Limits:
    """What a plan may do at most, by action; see the guards."""

    delete: Allowance = Allowance(percent=10, count=20)
    unlink: Allowance = Allowance(percent=20, count=100)
    update: Allowance = Allowance(percent=30, count=500)


DEFAULT_LIMITS: Final = Limits()
"""What holds where a specification states no limits."""


@attrs.frozen(kw_only=True)
class Scope:
    """Which part of the live state is read.

    Args:
        kinds: The kinds that are read.
        members_of: The groups whose agents, and the queues whose groups and agents, are read; None: those of all.
        numbers: Whether the phone numbers that ring queues are read too, where the vendor has such.
    """

    kinds: frozenset[Kind]
    members_of: frozenset[Ref] | None = None
    numbers: bool = False


@attrs.frozen(kw_only=True)
class Lists:
    """What may leave because a list that the specification states does not name it.

    Args:
        exact: Groups whose agents, queues whose groups, and agents whose groups are stated as complete lists: a
            connection of theirs that is not wished leaves. An `agents: []` is one in any mode. A queue whose agents are
            stated so stands as `("queue_agent", (queue,))`.
        kinds: The kinds of objects under `manage: full`.
        both_ends: For a vendor without groups, queues and agents whose lists of groups are complete: such an agent leaves
            such a queue if no list connects them.
    """

    exact: frozenset[Ref] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    both_ends: frozenset[Ref] = frozenset()


@attrs.frozen(kw_only=True)
class Wish:
    """What a specification asks of one vendor.

    Args:
        things: All that is wished, by kind and key.
        lists: What may leave because it is not wished.
        absent: What must not be there, in any mode.
        ignore: Patterns (`fnmatch`) of names that are never touched, by kind.
        on_leave: What happens to agents who leave.
        adopt_strangers: Whether what no run of ours applied may leave too.
        limits: What a plan may do at most.
        cannot: What the vendor cannot hold, in words, one line each; nothing of it is in `things`.
        reasons_to_refuse: What is wrong with the input as a whole, such as an empty roster.
        holds: The kinds that the vendor can hold at all; no other is read.
        renames: The kinds that the vendor can rename.
        stay: Kinds that the vendor cannot remove; nothing of them leaves.
        one_group: Whether an agent is in exactly one group at a time, so that linking it elsewhere moves it.
        modified: When the newest of the files was changed, seconds since the epoch; 0 where that is unknown.
        files: When each file was changed, by its name without folders.
    """

    things: Mapping[Ref, Wished]
    lists: Lists = Lists()
    absent: frozenset[Ref] = frozenset()
    ignore: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict[Kind, tuple[str, ...]])
    on_leave: OnLeave = "unlink"
    adopt_strangers: bool = False
    limits: Limits = DEFAULT_LIMITS
    cannot: tuple[str, ...] = ()
    reasons_to_refuse: tuple[str, ...] = ()
    holds: frozenset[Kind] = frozenset(KINDS)
    renames: frozenset[Kind] = frozenset(OBJECTS)
    stay: frozenset[Kind] = frozenset()
    one_group: bool = False
    modified: float = 0.0
    files: Mapping[str, float] = attrs.field(factory=dict[str, float])

    def ignored(self, ref: Ref) -> bool:
        """Return whether a thing, or one of the two that a connection connects, is never to be touched."""
        kind, key = ref
        if kind in ENDS:
            return any(self.ignored((end, (part,))) for end, part in zip(ENDS[kind], key, strict=True))
        return any(fnmatchcase(key[0], pattern) for pattern in self.ignore.get(kind, ()))
