"""The live state as a specification: what a dump writes, and what a plan against the same state leaves as it is.

What cannot be stated is left out together with what hangs on it, and said in words: objects of one name, which a file cannot
tell apart (none is chosen), and names and values that the form of the file refuses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import attrs

from ...core.errors import ConfigError
from ...core.fields import label, login_id
from ...core.validation import Check
from ..nouns import ENDS, FIELDS, Kind
from ..showing.shown_values import one_line, shown_kind, shown_name
from ..spec import AgentSpec, Foreign, GroupSpec, QueueAgentSpec, QueueSpec, RouteSpec, Spec
from ..things import NO_FIELDS, Fields, Live, Reading, Ref
from .file_form import VENDORS
from .spec_checks import folded

_KEYS: Final[Mapping[Kind, Check]] = {"agent": login_id, "group": label, "queue": label}


@attrs.frozen(kw_only=True)
class Stateable:
    """The live state, as far as a specification can state it.

    Args:
        spec: The specification.
        ids: The vendor's ids of its objects.
        left_out: What it does not state, and why, in words.
    """

    spec: Spec
    ids: Mapping[Ref, str]
    left_out: tuple[str, ...] = ()


def spec_of(reading: Reading, *, vendor: str, whole: bool = False, defaults: Fields = NO_FIELDS) -> Spec:
    """Return the live state as a specification; a plan of it against the same state has nothing to do.

    Args:
        reading: The live state.
        vendor: The vendor it was read from.
        whole: Whether defaults and empty lists are stated too, as a way back needs them.
        defaults: What the vendor takes for settings of a queue that are not stated; these are left out.
    """
    return stateable(reading, vendor=vendor, whole=whole, defaults=defaults).spec


def stateable(
    reading: Reading, *, vendor: str, whole: bool = False, defaults: Fields = NO_FIELDS
) -> Stateable:
    """Return the same with the ids of its objects and what was left out.

    Args:
        reading: The live state.
        vendor: The vendor it was read from.
        whole: Whether defaults and empty lists are stated too.
        defaults: What the vendor takes for settings of a queue that are not stated.
    """
    return _Stating(reading, vendor, NO_FIELDS if whole else defaults, whole=whole).result()


class _Stating:
    """Builds a specification of one reading."""

    def __init__(self, reading: Reading, vendor: str, defaults: Fields, *, whole: bool) -> None:
        self.reading, self.vendor, self.defaults, self.whole = reading, vendor, defaults, whole
        self.left_out: list[str] = []
        self.objects: dict[Kind, dict[str, Live]] = {kind: self._objects(kind) for kind in _KEYS}
        self.of: dict[tuple[Kind, str], list[Live]] = defaultdict(list)
        self.groups_of: dict[str, list[str]] = defaultdict(list)
        for live in sorted(reading.live.values(), key=lambda live: live.key):
            if live.kind in _KEYS or not self._stated(live):
                continue
            self.of[live.kind, live.key[0]].append(live)
            if live.kind == "link":
                self.groups_of[live.key[1]].append(live.key[0])
        read = {key[0] for kind, key in reading.members_of if kind == "group"}
        self.all_links = "link" in reading.read or self.objects["group"].keys() <= read

    def result(self) -> Stateable:
        """Return the whole."""
        known = {kind: kind in self.reading.read or bool(self.objects[kind]) for kind in _KEYS}
        spec = Spec(
            agents=tuple(map(self._agent, self.objects["agent"].values())) if known["agent"] else None,
            groups=tuple(map(self._group, self.objects["group"].values())) if known["group"] else None,
            queues=tuple(map(self._queue, self.objects["queue"].values())) if known["queue"] else None,
            vendor=self.vendor if self.vendor in VENDORS else None,
        )
        ids = {live.ref: live.id for found in self.objects.values() for live in found.values() if live.id}
        return Stateable(spec=spec, ids=ids, left_out=tuple(self.left_out))

    def _objects(self, kind: Kind) -> dict[str, Live]:
        """Return the objects of a kind that can be stated, sorted by their names."""
        for (each, key), found in sorted(self.reading.twice.items()):
            if each == kind:
                self._leave(found, f"{shown_kind(kind)} {shown_name(key[0])} is there {len(found)} times")
        spelt: dict[str, list[Live]] = defaultdict(list)
        for live in sorted(self.reading.live.values(), key=lambda live: live.key):
            if live.kind == kind and self._good(f"{shown_kind(kind)} {shown_name(live.key[0])}", live):
                spelt[folded(live.key[0])].append(live)
        for alike in spelt.values():
            if len(alike) > 1:
                names = ", ".join(shown_name(live.key[0]) for live in alike)
                self._leave(alike, f"{shown_kind(kind)}s {names} differ by case only")
        return {alike[0].key[0]: alike[0] for alike in spelt.values() if len(alike) == 1}

    def _leave(self, found: list[Live] | tuple[Live, ...], why: str) -> None:
        ids = ", ".join(one_line(live.id) or "?" for live in found)
        self.left_out.append(
            f"{why} (ids {ids}): neither they nor what hangs on them is stated; rename or remove all but one"
        )

    def _good(self, what: str, live: Live) -> bool:
        try:
            good = _KEYS[live.kind]("name", live.key[0]) == live.key[0]
        except ConfigError as error:
            self.left_out.append(f"{what} (id {one_line(live.id) or '?'}): {one_line(error.message)}")
            return False
        if not good:
            self.left_out.append(
                f"{what} (id {one_line(live.id) or '?'}): a file would read its name otherwise"
            )
        return good

    def _stated(self, connection: Live) -> bool:
        return all(
            part in self.objects[kind]
            for kind, part in zip(ENDS[connection.kind], connection.key, strict=True)
        )

    def _agent(self, live: Live) -> AgentSpec:
        fields = self._fields(live)
        groups = tuple(self.groups_of[live.key[0]]) if self.all_links and self.objects["group"] else None
        return AgentSpec(user_id=live.key[0], groups=groups, x=self._foreign(live), **fields)

    def _group(self, live: Live) -> GroupSpec:
        agents: tuple[str, ...] | None = None
        if not self.all_links and live.ref in self.reading.members_of:
            agents = self._list(tuple(link.key[1] for link in self.of["link", live.key[0]]))
        return GroupSpec(name=live.key[0], agents=agents, x=self._foreign(live))

    def _queue(self, live: Live) -> QueueSpec:
        fields = self._fields(live)
        extension = fields.pop("extension", None)
        routes = tuple(map(self._route, self.of["route", live.key[0]]))
        agents = tuple(map(self._queue_agent, self.of["queue_agent", live.key[0]]))
        has_routes = bool(routes) or not agents
        return QueueSpec(
            name=live.key[0],
            fields={name: value for name, value in fields.items() if self.defaults.get(name) != value},
            groups=self._list(routes) if has_routes and live.ref in self.reading.members_of else None,
            agents=agents or None,
            extension=extension,
            x=self._foreign(live),
        )

    def _route(self, live: Live) -> RouteSpec:
        primary = live.fields.get("primary")
        stated = primary if isinstance(primary, bool) and (self.whole or not primary) else None
        return RouteSpec(name=live.key[1], primary=stated)

    def _queue_agent(self, live: Live) -> QueueAgentSpec:
        return QueueAgentSpec(user_id=live.key[1], **self._fields(live))

    def _list(self, things: tuple[Any, ...]) -> Any:
        """Return a list as it is stated; an empty one would mean that nothing may be there, so only a way back has it."""
        return things or (() if self.whole else None)

    def _fields(self, live: Live) -> dict[str, Any]:
        """Return the neutral fields that can be stated; what the file would refuse is left out."""
        found: dict[str, Any] = {}
        declared = {field.name: field for field in FIELDS[live.kind]}
        extension = {"extension": live.fields["extension"]} if live.fields.get("extension") else {}
        for name, value in live.fields.items():
            if value is None or value == "" or name not in declared:
                continue
            try:
                found[name] = declared[name].check(name, value)
            except ConfigError as error:
                what = f"{shown_kind(live.kind)} {shown_name(live.key[0])}"
                self.left_out.append(f"{name} of {what}: {one_line(error.message)}")
        return {**extension, **found} if live.kind == "queue" else found

    def _foreign(self, live: Live) -> Foreign:
        told = {name: value for name, value in sorted(live.foreign.items()) if value is not None}
        return {self.vendor: told} if told and self.vendor in VENDORS else {}
