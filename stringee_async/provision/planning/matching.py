"""Which object that is there each wished object means: renames, pinned ids, and names that two objects carry."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ..nouns import ENDS, OBJECTS, Key, Kind, shown_key
from ..plan_data import Refusal
from ..things import Live, Reading, Ref, Wish, Wished


@attrs.frozen(kw_only=True)
class Matching:
    """Which objects are meant.

    Args:
        reading: What is there.
        renamed: What is to be renamed: the kind and key that it has, and those that it gets.
        meant: What a wished object means, where that is not what carries its name.
        blocked: Objects that must not be touched, and on which nothing that hangs on them may be touched.
        held: Objects that may be changed, but with nothing that hangs on them.
        notes: What a person should know.
        refusals: What cannot be decided here.
    """

    reading: Reading
    renamed: dict[Ref, Ref] = attrs.field(factory=dict[Ref, Ref])
    meant: dict[Ref, Live] = attrs.field(factory=dict[Ref, Live])
    blocked: set[Ref] = attrs.field(factory=set[Ref])
    held: set[Ref] = attrs.field(factory=set[Ref])
    notes: list[str] = attrs.field(factory=list[str])
    refusals: list[Refusal] = attrs.field(factory=list[Refusal])

    def live(self, ref: Ref) -> Live | None:
        """Return the object that will carry this name, once what is renamed has its new name."""
        meant = self.meant.get(ref)
        if meant is not None:
            return meant
        return None if ref in self.renamed else self.reading.live.get(ref)

    def untouchable(self, ref: Ref) -> bool:
        """Return whether a thing, or what it hangs on, must be left as it is."""
        kind, key = ref
        if ref in self.blocked or kind not in ENDS or not (self.blocked or self.held):
            return ref in self.blocked
        ends: list[Ref] = [(end, (part,)) for end, part in zip(ENDS[kind], key, strict=True)]
        return any(end in self.blocked or end in self.held for end in ends)

    def connections(self) -> Iterable[tuple[Ref, Live]]:
        """Yield what connects objects, under the names that these get."""
        for ref, live in self.reading.live.items():
            if ref[0] in ENDS:
                yield self.new_name(ref), live

    def new_name(self, ref: Ref) -> Ref:
        """Return the key of a connection after all renames."""
        if not self.renamed:
            return ref
        kind, key = ref
        parts = [self.renamed.get((end, (part,))) for end, part in zip(ENDS[kind], key, strict=True)]
        if not any(parts):
            return ref
        return kind, tuple(new[1][0] if new else part for new, part in zip(parts, key, strict=True))


def matched(wish: Wish, reading: Reading) -> Matching:
    """Return which object that is there each wished object means."""
    matching = Matching(reading=reading)
    for ref, found in reading.twice.items():
        _note_twins(matching, ref, found)
    pinned = [thing for thing in wish.things.values() if thing.id is not None]
    if pinned:
        _pin(wish, matching, pinned)
    renames: dict[Ref, Wished] = {
        (thing.kind, (thing.was,)): thing
        for thing in wish.things.values()
        if thing.was is not None and thing.id is None
    }
    for thing in renames.values():
        _rename(wish, matching, renames, thing)
    return matching


def _note_twins(matching: Matching, ref: Ref, found: tuple[Live, ...]) -> None:
    kind, key = ref
    matching.blocked.add(ref)
    ids = ", ".join(live.id or "?" for live in found)
    what = f"{kind} {shown_key(key)} is there {len(found)} times"
    if kind in OBJECTS:
        matching.notes.append(
            f"{what} (ids {ids}): neither they nor what hangs on them is touched; "
            f"remove or rename all but one, or pin one with id:"
        )
    else:
        matching.notes.append(f"{what} (ids {ids}): it is not touched")


def _pin(wish: Wish, matching: Matching, pinned: list[Wished]) -> None:
    """Find what is pinned by its id; it gets its name if it has another."""
    reading = matching.reading
    by_id: dict[tuple[Kind, str], Live] = {}
    for live in reading.live.values():
        if live.id:
            by_id[live.kind, live.id] = live
    for found in reading.twice.values():
        by_id.update(((live.kind, live.id), live) for live in found if live.id)
    keys: dict[Ref, Key] = {}
    holders: dict[tuple[Kind, str], Wished] = {}
    for thing in pinned:
        meant = by_id.get((thing.kind, thing.id or ""))
        if meant is None:
            _refuse(matching, thing, f"there is no {thing.kind} with id {thing.id}; correct or remove id:")
            continue
        other = holders.setdefault((thing.kind, meant.id), thing)
        if other is not thing:
            _refuse(
                matching, thing, f"id {thing.id} is pinned by {shown_key(other.key)} too; keep one of the two"
            )
            continue
        keys[thing.ref] = meant.key
        matching.meant[thing.ref] = meant
        if meant.ref in reading.twice:
            matching.held.update((meant.ref, thing.ref))
        if meant.key == thing.key:
            matching.blocked.discard(thing.ref)
        elif meant.ref in reading.live:
            matching.renamed[meant.ref] = thing.ref
    for thing in pinned:
        if keys.get(thing.ref, thing.key) != thing.key:
            _check_pinned_rename(wish, matching, thing)


def _check_pinned_rename(wish: Wish, matching: Matching, thing: Wished) -> None:
    if thing.kind not in wish.renames:
        has = shown_key(matching.meant[thing.ref].key)
        _refuse(
            matching, thing, f"id {thing.id} is that of {has}, and the vendor cannot rename {thing.kind}s"
        )
        return
    taken = matching.reading.live.get(thing.ref)
    if thing.ref in matching.reading.twice or (taken is not None and thing.ref not in matching.renamed):
        other = f" (id {taken.id})" if taken is not None else ""
        _refuse(matching, thing, f"id {thing.id} has another name, and another{other} has this one")


def _refuse(matching: Matching, thing: Wished, text: str) -> None:
    place = f"{thing.where}: " if thing.where else ""
    what = f"{place}{thing.kind} {shown_key(thing.key)}"
    matching.blocked.add(thing.ref)
    matching.refusals.append(Refusal(guard="id", text=f"{what}: {text}"))


def _rename(wish: Wish, matching: Matching, renames: dict[Ref, Wished], thing: Wished) -> None:
    reading = matching.reading
    old: Ref = (thing.kind, (thing.was or "",))
    if old in reading.twice:
        matching.blocked.add(thing.ref)
        return
    live = reading.live.get(old)
    if live is None or old in matching.renamed:
        return
    if wish.ignored(old) or wish.ignored(thing.ref):
        matching.blocked.add(thing.ref)
        matching.notes.append(f"{old[0]} {shown_key(old[1])} is not renamed: ignore: names it")
    elif _is_free(wish, matching, renames, thing.ref):
        matching.renamed[old] = thing.ref
        matching.meant[thing.ref] = live
    elif old not in wish.things:
        matching.notes.append(
            f"{thing.kind} {shown_key(thing.key)} is there, and {thing.was}, which it was, still is: nothing is "
            f"renamed. If {thing.was} is not needed any more, name it under absent:"
        )


def _is_free(wish: Wish, matching: Matching, renames: dict[Ref, Wished], ref: Ref) -> bool:
    """Return whether a name is free, or becomes free because what carries it is renamed too."""
    seen = {ref}
    while ref in matching.reading.live:
        follower = renames.get(ref)
        if follower is None or follower.ref in seen or wish.ignored(ref) or wish.ignored(follower.ref):
            return ref in matching.renamed
        ref = follower.ref
        seen.add(ref)
    return ref not in matching.reading.twice
