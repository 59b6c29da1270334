"""Compares what is wished with what is there: what is to be done, what is left alone, and what cannot be decided.

Only fields that the specification states are compared. The units come without an order; `order` gives them one.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import attrs

from ...core.names import same_value
from ..counts import counted
from ..last_applied import LastApplied
from ..nouns import ENDS, OBJECTS, Key, Kind, shown_key
from ..plan_data import Refusal
from ..things import Live, Reading, Ref, Wish, Wished
from ..unit import Unit
from .leaving import Leaving, leaving
from .matching import Matching, matched

SHOWN = 10
"""How many names a message shows."""


@attrs.frozen(kw_only=True)
class Changes:
    """What a comparison found.

    Args:
        units: What is to be done, in no order.
        unchanged: How many things are as they are wished.
        left_alone: What is there, is not wished and is not touched: names by kind.
        notes: What a person should know.
        refusals: What cannot be decided without a person.
        kept: How many things are wished and there, by kind.
    """

    units: tuple[Unit, ...]
    unchanged: int = 0
    left_alone: Mapping[Kind, tuple[str, ...]] = attrs.field(factory=dict[Kind, tuple[str, ...]])
    notes: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    kept: Mapping[Kind, int] = attrs.field(factory=dict[Kind, int])


def compare(wish: Wish, reading: Reading, last: LastApplied | None) -> Changes:
    """Return what is to be done so that what is wished is there, and what may leave does.

    Args:
        wish: What is wished.
        reading: What is there.
        last: What the last run applied: nothing else leaves because of `manage: full`, unless the wish adopts
            strangers. None: nothing is known of a last run, and everything that is not wished may leave.
    """
    comparison = _Comparison(wish, reading)
    for thing in wish.things.values():
        if thing.kind in ENDS:
            comparison.connection(thing)
        else:
            comparison.object(thing)
    left: Leaving = leaving(wish, comparison.matching, last)
    return Changes(
        units=(*comparison.units, *left.units),
        unchanged=comparison.unchanged,
        left_alone=left.left_alone,
        notes=(*comparison.matching.notes, *comparison.notes(), *left.notes),
        refusals=(*comparison.matching.refusals, *comparison.refusals()),
        kept=comparison.kept,
    )


class _Comparison:
    """Compares what is wished, one thing at a time."""

    def __init__(self, wish: Wish, reading: Reading) -> None:
        self.matching: Matching = matched(wish, reading)
        self.units: list[Unit] = []
        self.unchanged = 0
        self.kept: Counter[Kind] = Counter()
        self._wish = wish
        self._reading = reading
        self._connections: Mapping[Ref, Live] = (
            dict(self.matching.connections()) if self.matching.renamed else reading.live
        )
        self._ignoring = any(wish.ignore.values())
        self._ignored: list[str] = []
        self._disabled: list[str] = []
        self._alike: dict[tuple[Kind, str], Key] | None = None
        self._beside: list[str] = []
        self._hidden: Counter[tuple[Kind, str]] = Counter()
        self._missing: dict[Ref, list[Wished]] = defaultdict(list)

    def object(self, thing: Wished) -> None:
        """Compare an object."""
        ref = thing.ref
        if ref in self.matching.blocked or self._is_ignored(thing, ref):
            return
        live = self.matching.live(ref)
        if live is None:
            self.units.append(Unit(kind=thing.kind, action="create", key=thing.key, fields=thing.fields))
            self._note_alike(thing)
            return
        renamed = live.key != thing.key
        if renamed:
            rename = Unit(kind=thing.kind, action="rename", key=thing.key, id=live.id, old_key=live.key)
            self.units.append(rename)
        if live.disabled:  # by a run of ours or by a person, who may have had a reason: which, cannot be told
            self._disabled.append(shown_key(thing.key))
        self._compare(thing, live, changed=renamed)

    def _note_alike(self, thing: Wished) -> None:
        """Note that what is created differs only in case, or in the form of letters, from what is there."""
        if self._alike is None:
            self._alike = {(kind, _folded(key)): key for kind, key in self._reading.live if kind in OBJECTS}
        other = self._alike.get((thing.kind, _folded(thing.key)))
        if other is not None and (thing.kind, other) not in self.matching.renamed:
            self._beside.append(f"{thing.kind} {shown_key(thing.key)} (there is {shown_key(other)})")

    def connection(self, thing: Wished) -> None:
        """Compare a connection, if both of its ends are there or will be."""
        ref = thing.ref
        if self.matching.untouchable(ref) or self._is_ignored(thing, ref):
            return
        live = self._connections.get(ref)
        if live is not None:
            self._compare(thing, live, changed=False)
            return
        missing = False
        for kind, part in zip(ENDS[thing.kind], thing.key, strict=True):
            end: Ref = (kind, (part,))
            if end not in self._wish.things and self.matching.live(end) is None:
                self._missing[end].append(thing)
                missing = True
        if not missing:
            self.units.append(Unit(kind=thing.kind, action="create", key=thing.key, fields=thing.fields))

    def _compare(self, thing: Wished, live: Live, *, changed: bool) -> None:
        self.kept[thing.kind] += 1
        found = live.fields
        wanted: dict[str, Any] = {}
        for name, value in thing.fields.items():
            if name not in found:
                self._hidden[thing.kind, name] += 1
            elif not same_value(name, found[name], value):
                wanted[name] = value
        if wanted:
            before = {name: found[name] for name in wanted}
            self.units.append(
                Unit(
                    kind=thing.kind, action="change", key=thing.key, fields=wanted, before=before, id=live.id
                )
            )
        elif not changed:
            self.unchanged += 1

    def _is_ignored(self, thing: Wished, ref: Ref) -> bool:
        if not self._ignoring or not self._wish.ignored(ref):
            return False
        self._ignored.append(f"{thing.kind} {shown_key(thing.key)}")
        return True

    def notes(self) -> list[str]:
        """Return what a person should know."""
        found: list[str] = []
        if self._ignored:
            things = counted(len(self._ignored), "thing")
            found.append(
                f"{things} that the file names match ignore: and are not touched: {some(self._ignored)}"
            )
        if self._disabled:
            agents = counted(len(self._disabled), "agent")
            found.append(
                f"{agents} in the file {'is' if len(self._disabled) == 1 else 'are'} disabled, by a run before or by a "
                f"person, and no plan enables agents; enable yourself whom you want back: {some(self._disabled)}"
            )
        if self._beside:
            found.append(
                f"{counted(len(self._beside), 'thing')} would be created beside what differs in the case or form of "
                f"letters only: {some(self._beside)}; write the name that is there if that is meant"
            )
        for (kind, name), number in self._hidden.items():
            found.append(f"{name} of {counted(number, kind)} is not compared: the vendor does not show it")
        if self._reading.again:
            names = [f"{kind} {shown_key(key)}" for kind, key in sorted(self._reading.again)]
            found.append(f"{counted(len(names), 'connection')} listed more than once: {some(names)}")
        if self._reading.malformed:
            rows = counted(len(self._reading.malformed), "row")
            found.append(f"{rows} of the vendor could not be read: {some(self._reading.malformed)}")
        return found

    def refusals(self) -> list[Refusal]:
        """Return what is refused because something that is connected is not there."""
        found: list[Refusal] = []
        for (kind, key), things in self._missing.items():
            where = some([f"{thing.kind} {shown_key(thing.key)}" for thing in things])
            found.append(
                Refusal(
                    guard="missing",
                    text=f"{kind} {shown_key(key)} is neither there nor described, yet named ({where}): "
                    f"describe it under {kind}s:, or take it out of the list",
                )
            )
        return found


def _folded(key: Key) -> str:
    return unicodedata.normalize("NFKC", key[0]).casefold()


def some(names: list[str] | tuple[str, ...]) -> str:
    """Return the first of many names, and how many more there are."""
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")
