"""From the map of all files to the values of `spec`: read by the declared form, defaults filled in, built by cattrs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import attrs

from ..spec import AbsentSpec, AgentSpec, GroupSpec, QueueSpec, SectionSpec, Spec
from ..things import DEFAULT_LIMITS, Limits
from .file_form import FILE, QUEUE_SETTINGS, SECTIONS, VENDORS, VERSION
from .nodes import Node
from .value_forms import NODE, Reader

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")
Raw = Mapping[str, Any]
_NOTHING: Final[Raw] = {}


@attrs.frozen(kw_only=True)
class Stated:
    """What the files state, before rosters are added.

    Args:
        spec: All of it; agents of rosters are lacking.
        nodes: The node of each agent, group and queue, by the `id` of the object.
        agent_defaults: What agents have that do not state it.
        whole: Whether every object could be read.
    """

    spec: Spec
    nodes: Mapping[int, Node]
    agent_defaults: Raw = _NOTHING
    whole: bool = True


@cache
def _converter() -> Converter:
    from cattrs import Converter

    return Converter(forbid_extra_keys=True)


def _built(kind: type[T], values: Raw) -> T:
    return _converter().structure(dict(values), kind)


def read_stated(root: Node, reader: Reader) -> Stated:
    """Return what the map of all files states.

    Args:
        root: The map.
        reader: Where problems are noted, and the country of national numbers.
    """
    found = cast("dict[str, Any]", FILE.read(root, reader))
    if "version" not in root.members:
        reader.wrong(root, f"version is missing; write version: {VERSION} into the first line")
    sections: dict[str, Raw] = {name: found.get(name, _NOTHING) for name in SECTIONS}
    defaults: Raw = found.get("defaults", _NOTHING)
    agent_defaults = _without_node(defaults.get("agent", _NOTHING))
    queue_defaults = _without_node(defaults.get("queue", _NOTHING))
    agents = _objects(sections["agents"], lambda raw: _agent(raw, agent_defaults))
    groups = _objects(sections["groups"], lambda raw: _built(GroupSpec, raw))
    queues = _objects(sections["queues"], lambda raw: _queue(raw, queue_defaults))
    spec = Spec(
        agents=_values(agents),
        groups=_values(groups),
        queues=_values(queues),
        vendor=found.get("vendor"),
        agents_section=_section(sections["agents"]),
        groups_section=_section(sections["groups"]),
        queues_section=_section(sections["queues"]),
        on_leave=sections["agents"].get("on_leave", "unlink"),
        adopt_strangers=sections["agents"].get("adopt_strangers", False),
        absent=_built(AbsentSpec, _without_node(found.get("absent", _NOTHING))),
        limits=_limits(found.get("limits", _NOTHING)),
        version=found.get("version", VERSION),
    )
    return Stated(
        spec=spec,
        nodes={id(each): node for found in (agents, groups, queues) for each, node in found or ()},
        agent_defaults=agent_defaults,
        whole=not reader.problems,
    )


def with_defaults(agent: AgentSpec, defaults: Raw) -> AgentSpec:
    """Return an agent with the defaults for what it does not state; the agent itself if it states them all."""
    lacking = {name: value for name, value in defaults.items() if getattr(agent, name) is None}
    return attrs.evolve(agent, **lacking) if lacking else agent


def _values(found: list[tuple[T, Node]] | None) -> tuple[T, ...] | None:
    return None if found is None else tuple(each for each, _ in found)


def _objects(section: Raw, build: Callable[[dict[str, Any]], T]) -> list[tuple[T, Node]] | None:
    """Return the objects of a section whose key could be read, each with its node; None if it has no list."""
    if "list" not in section:
        return None
    found: list[tuple[T, Node]] = []
    for raw in section["list"]:
        node: Node = raw[NODE]
        values = {name: value for name, value in raw.items() if name != NODE and not name.startswith("x-")}
        foreign = {vendor: raw[f"x-{vendor}"] for vendor in VENDORS if f"x-{vendor}" in raw}
        found.append((build({**values, "x": foreign, "file": node.file, "line": node.line}), node))
    return found


def _agent(raw: dict[str, Any], defaults: Raw) -> AgentSpec:
    return with_defaults(_built(AgentSpec, raw), defaults)


def _queue(raw: dict[str, Any], defaults: Raw) -> QueueSpec:
    stated = {name: raw.pop(name) for name in QUEUE_SETTINGS if name in raw}
    for name in ("groups", "agents"):
        if name in raw:
            raw[name] = [_without_node(each) for each in raw[name]]
    return _built(QueueSpec, {**raw, "fields": {**defaults, **stated}})


def _without_node(raw: Raw) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if name != NODE}


def _section(raw: Raw) -> SectionSpec:
    return _built(SectionSpec, {name: raw[name] for name in ("manage", "ignore") if name in raw})


def _limits(raw: Raw) -> Limits:
    standard = attrs.asdict(DEFAULT_LIMITS)
    return _built(
        Limits, {name: {**standard[name], **_without_node(raw.get(name, _NOTHING))} for name in standard}
    )
