"""By what RingMe knows agents and queues, and which names they have for us.

RingMe knows an agent by its extension or its phone number, and a queue by its extension; a specification knows them by
`user_id` and by name. `Places` leads from one to the other. Live objects that the specification does not name are called
by the title that they carry: a queue by its label, an agent by the `user_id` that `mark_of` put into its free text when a
run of ours created it; without one, by the extension.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import attrs

from ...core.redaction import shortened
from ...ringme.known import short
from ..nouns import Kind
from ..things import Ref, Wished

Place: TypeAlias = tuple[Literal["extension", "phone"], str]
"""By what RingMe knows an agent or a queue: the extension's name without prefix and domain, or the digits of a number."""

_MARK: Final = "user_id="


def mark_of(user_id: str) -> str:
    """Return the free text by which an agent that was created here is known again."""
    return _MARK + user_id


def user_id_in(text: str | None) -> str:
    """Return the `user_id` in an agent's free text; empty if there is none."""
    return text.removeprefix(_MARK).strip() if text is not None and text.startswith(_MARK) else ""


def place_of(fields: Mapping[str, Any]) -> Place | None:
    """Return the place that fields of an agent or a queue state, or None."""
    if fields.get("extension") is not None:
        return "extension", short(str(fields["extension"]))
    if fields.get("phone") is not None:
        return "phone", digits(str(fields["phone"]))
    return None


def digits(number: str | None) -> str:
    """Return a phone number as it is compared."""
    return "".join(filter(str.isdecimal, number or ""))


@attrs.frozen(kw_only=True)
class Found:
    """An agent or a queue that is there.

    Args:
        id: Its id for us.
        place: By what RingMe knows it; None where that cannot be read.
        title: The name that it carries; may be empty.
    """

    id: str
    place: Place | None
    title: str = ""


@attrs.frozen(kw_only=True)
class Places:
    """Where the agents and queues of a specification are.

    Args:
        of: The place of each by kind and key.
        was: The name that each had before, by kind and key, of those that state one.
    """

    of: Mapping[Ref, Place] = attrs.field(factory=dict[Ref, Place])
    was: Mapping[Ref, str] = attrs.field(factory=dict[Ref, str])

    @classmethod
    def wished(cls, things: Iterable[Wished]) -> Places:
        """Return the places that wished agents and queues state."""
        of: dict[Ref, Place] = {}
        was: dict[Ref, str] = {}
        for thing in things:
            place = place_of(thing.fields) if thing.kind in ("agent", "queue") else None
            if place is not None:
                of[thing.ref] = place
                if thing.was is not None:
                    was[thing.ref] = thing.was
        return cls(of=of, was=was)

    def shared(self) -> Iterable[str]:
        """Say which places are stated for more than one, one line for each."""
        found: dict[Place, list[Ref]] = defaultdict(list)
        for ref, place in self.of.items():
            found[place].append(ref)
        for (what, text), refs in found.items():
            if len(refs) > 1:
                names = " and ".join(f"{kind} {key[0]}" for kind, key in sorted(refs))
                shown = text if what == "extension" else shortened(text)
                yield f"{names} have one {what}, {shown}; RingMe knows them by it, so each needs its own"

    def names(self, kind: Kind, found: Sequence[Found]) -> Mapping[str, str]:
        """Return the names of live objects of a kind, by their ids; those in one place have one name."""
        return _Naming(self, kind, found).names()


class _Naming:
    """Finds the names of all live objects of one kind: the wished ones first, then what they are called themselves."""

    def __init__(self, places: Places, kind: Kind, found: Sequence[Found]) -> None:
        self._kind: Kind = kind
        self._wished = {place: ref for ref, place in places.of.items() if ref[0] == kind}
        self._was = places.was
        homes = [(ref, place) for ref, place in places.of.items() if ref[0] == kind]
        self._homes = {places.was[ref]: place for ref, place in homes if ref in places.was}
        self._homes.update((ref[1][0], place) for ref, place in homes)
        self._at: dict[Place, list[Found]] = defaultdict(list)
        self._nowhere: list[Found] = []
        for each in found:
            if each.place is None:
                self._nowhere.append(each)
            else:
                self._at[each.place].append(each)
        self._taken = {key[0] for kind_, key in places.of if kind_ == kind}
        self._names: dict[str, str] = {}
        self._given: set[str] = set()

    def names(self) -> Mapping[str, str]:
        """Return the name of each, by its id."""
        for place, there in self._at.items():
            if place in self._wished:
                self._name(there, self._wished_name(self._wished[place], _title(there)))
        others = {place: there for place, there in self._at.items() if place not in self._wished}
        titles = Counter(_title(there) for there in others.values())
        untitled: list[tuple[Place, list[Found]]] = []
        for place, there in others.items():
            title = _title(there)
            if title and titles[title] == 1 and title not in self._given and self._may_carry(title, place):
                self._name(there, title)
            else:
                untitled.append((place, there))
        for place, there in untitled:
            self._name(there, self._spare(place, there[0].id))
        for each in self._nowhere:
            self._name([each], each.id)
        return self._names

    def _wished_name(self, ref: Ref, title: str) -> str:
        """Return what a wished object is called: as before if it still carries that name and is to be renamed."""
        was = self._was.get(ref)
        return was if was is not None and title == was and was not in self._taken else ref[1][0]

    def _may_carry(self, title: str, place: Place) -> bool:
        """Return whether what carries a title may have it: one that is stated for another place only an agent who moves there.

        An agent moves to a place of the same form where no agent is.
        """
        home = self._homes.get(title)
        if home is None:
            return True
        return self._kind == "agent" and home not in self._at and home[0] == place[0]

    def _spare(self, place: Place, row_id: str) -> str:
        """Return a name for what carries none: its extension, unless another is called so. Numbers are no names."""
        if place[0] == "extension" and place[1] not in self._taken:
            return place[1]
        return row_id.replace(":", "-")

    def _name(self, there: Iterable[Found], name: str) -> None:
        self._taken.add(name)
        self._given.add(name)
        self._names.update((each.id, name) for each in there)


def _title(there: Sequence[Found]) -> str:
    """Return the title of what is in one place: none where there are several."""
    titles = {each.title for each in there}
    return titles.pop() if len(titles) == 1 else ""
