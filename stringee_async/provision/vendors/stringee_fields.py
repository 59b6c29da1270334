"""Stringee's fields and the neutral ones: what the vendor can hold, and how values are written and compared.

A field that a listing shows as null has the vendor's documented default. `x-stringee` fields keep the vendor's names:
those that the SDK declares are checked as everywhere, others go out as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import attrs

from ...core.errors import ConfigError, SpecError
from ...core.near_names import nearest
from ...core.validation import extra_fields
from ...stringee.agents import SPEC as AGENTS
from ...stringee.agents import Agent
from ...stringee.group_routings import GroupRouting
from ...stringee.groups import SPEC as GROUPS
from ...stringee.queues import SPEC as QUEUES
from ...stringee.queues import Queue
from ..adapter import Capabilities
from ..nouns import FIELDS, Kind
from ..planning.stated import name_key, stated_in
from ..planning.wish import held
from ..spec import AgentSpec, GroupSpec, QueueSpec, Spec
from ..things import Ref, Wish

_NAMES: Final = MappingProxyType({"name": "name", "phone": "phone_number", "routing": "routing_type"})
"""The vendor's names of the neutral fields of an agent."""
_ROUTING: Final = MappingProxyType({"app": 1, "phone": 2})
_ROUTING_WORDS: Final = MappingProxyType({number: word for word, number in _ROUTING.items()})
_QUEUE: Final = tuple(field.name for field in FIELDS["queue"])
_DEFAULTS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "record_calls": True,
        "agent_wrap_up_after_calls": True,
        "wrap_up_time_limit": 10,
        "schedule": 1,
        "wait_agent_answer_timeout": 15,
        "maximum_queue_size": 5,
        "maximum_queue_wait_time": 60,
        "cond_routing": 1,
    }
)
"""What null means in a queue. Source: developer.stringee.com, pcc-rest-api/contact-center-queue-management."""
_DECLARED: Final[Mapping[Kind, Any]] = MappingProxyType(
    {"agent": AGENTS.fields, "group": GROUPS.fields, "queue": QUEUES.fields}
)
_OURS: Final[Mapping[Kind, Mapping[str, str]]] = MappingProxyType(
    {
        "agent": {**{theirs: ours for ours, theirs in _NAMES.items()}, "stringee_user_id": "user_id"},
        "group": {"name": "name"},
        "queue": {"name": "name", **dict(zip(_QUEUE, _QUEUE, strict=True))},
    }
)
"""What a file calls the vendor's fields that have neutral names."""

CAPABILITIES: Final = Capabilities(
    fields={
        "agent": frozenset(_NAMES),
        "group": frozenset(),
        "queue": frozenset(_QUEUE),
        "link": frozenset(),
        "route": frozenset({"primary"}),
    },
    rename=frozenset({"agent", "group", "queue"}),
    remove=frozenset({"agent", "group", "queue", "link", "route"}),
    disable=True,
    queue_defaults=_DEFAULTS,
)
"""What Stringee can hold and do."""


def hold(spec: Spec) -> Wish:
    """Return what Stringee can hold of a specification, `x-stringee` fields included.

    Raises:
        SpecError: The specification contradicts itself, or a field under `x-stringee` is wrong.
    """
    stated = stated_in(spec)
    foreign = _foreign(spec)
    if not foreign:
        return held(stated, spec, CAPABILITIES, vendor="Stringee")
    things = dict(stated.things)
    for ref, more in foreign.items():
        things[ref] = attrs.evolve(things[ref], fields={**things[ref].fields, **more})
    fields = dict(CAPABILITIES.fields)
    for (kind, _), named in foreign.items():
        fields[kind] = fields[kind].union(named)
    capabilities = attrs.evolve(CAPABILITIES, fields=fields)
    return held(attrs.evolve(stated, things=things), spec, capabilities, vendor="Stringee")


def _foreign(spec: Spec) -> dict[Ref, dict[str, Any]]:
    """Return the checked `x-stringee` fields of agents, groups and queues."""
    found: dict[Ref, dict[str, Any]] = {}
    problems: list[str] = []
    rows: list[tuple[Kind, str, AgentSpec | GroupSpec | QueueSpec]] = [
        *(("agent", agent.user_id, agent) for agent in spec.agents or ()),
        *(("group", name_key(group.name), group) for group in spec.groups or ()),
        *(("queue", name_key(queue.name), queue) for queue in spec.queues or ()),
    ]
    for kind, key, row in rows:
        for name, value in row.x.get("stringee", {}).items():
            try:
                found.setdefault((kind, (key,)), {})[name] = _checked(kind, name, value)
            except ConfigError as wrong:
                place = f"{row.file}:{row.line}: " if row.file and row.line else ""
                problems.append(f"{place}{kind} {key}: x-stringee: {wrong.message}")
    if problems:
        lines = "\n".join(f"  {line}" for line in problems[:20])
        raise SpecError(f"fields under x-stringee are wrong:\n{lines}", problems=tuple(problems))
    return found


def _checked(kind: Kind, name: str, value: object) -> object:
    """Return the value of a field under `x-stringee` as it is sent."""
    ours, declared = _OURS[kind], _DECLARED[kind]
    if name in ours:
        raise ConfigError(f"{name} is written as {ours[name]}, outside of x-stringee")
    names = [field.name for field in declared]
    if name in names:
        return declared.body({name: value}, creating=False)[name]
    near = nearest(name, names, cutoff=0.8)
    if near:
        raise ConfigError(f"there is no field {name!r}; did you mean {near[0]!r}?")
    return extra_fields({name: value})[name]


def settings(kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords with which `create`, `ensure` and `update` write neutral fields; undeclared ones in `extra`."""
    written: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    declared = {field.name for field in _DECLARED[kind]}
    for name, value in fields.items():
        theirs = _NAMES.get(name, name) if kind == "agent" else name
        value = _ROUTING.get(value, value) if name == "routing" else value
        (written if theirs in declared else extra)[theirs] = value
    return {**written, "extra": extra} if extra else written


def primary_of(fields: Mapping[str, Any]) -> int:
    """Return the `primary_group` of a route; where nothing is stated, it is a primary group."""
    return int(bool(fields.get("primary", True)))


def shown_fields(kind: Kind, rows: Sequence[Any]) -> frozenset[str]:
    """Return which neutral fields the vendor shows, as far as rows tell.

    Fields that are null where nothing is set are shown; others only if some row has a value.
    """
    if kind == "agent":
        shown = {name for name in ("phone", "routing") if _any(rows, _NAMES[name])}
        return frozenset({"name", *shown, *(["phone"] if shown else [])})
    if kind == "group":
        return frozenset()
    return frozenset(name for name in _QUEUE if name not in _DEFAULTS or _any(rows, name))


def _any(rows: Sequence[Any], name: str) -> bool:
    return any(getattr(row, name) is not None for row in rows)


def agent_fields(row: Agent, shown: Collection[str], more: Iterable[str]) -> dict[str, Any]:
    """Return the fields of an agent that is listed.

    Args:
        row: The agent.
        shown: The neutral fields that the vendor shows.
        more: The `x-stringee` fields that are wished of any agent.
    """
    fields: dict[str, Any] = _further(row, more)
    for name in shown:
        if not row.unreadable(_NAMES[name]):
            fields[name] = getattr(row, _NAMES[name])
    if "phone" in fields:
        fields["phone"] = _digits(fields["phone"])
    if "routing" in fields:
        fields["routing"] = _ROUTING_WORDS.get(fields["routing"] or 1, str(fields["routing"]))
    return fields


def queue_fields(row: Queue, shown: Collection[str], more: Iterable[str]) -> dict[str, Any]:
    """Return the fields of a queue that is listed, null being the vendor's default; arguments as for `agent_fields`."""
    fields: dict[str, Any] = _further(row, more)
    for name in shown:
        value = getattr(row, name)
        if not row.unreadable(name):
            fields[name] = _DEFAULTS.get(name) if value is None else value
    if "from_number_callout_to_agent" in fields:
        fields["from_number_callout_to_agent"] = _digits(row.from_number_callout_to_agent)
    return fields


def route_fields(row: GroupRouting) -> dict[str, Any]:
    """Return the fields of a routing that is listed."""
    return {} if row.primary_group is None else {"primary": bool(row.primary_group)}


def _further(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return those of these fields that a row shows, by the vendor's names."""
    wanted = tuple(names)
    if not wanted:
        return {}
    extra = row.extra
    known = {name: getattr(row, name) for name in wanted if hasattr(row, name)}
    return {**known, **{name: extra[name] for name in wanted if name in extra}}


def _digits(number: str | None) -> str | None:
    return re.sub(r"[^0-9]", "", number or "") or None


def busy(row: Agent) -> str:
    """Return why an agent must not be touched now; empty if nothing speaks against it.

    Rows of agents who never logged in have `system_status` 0, too, which is documented as "in a call".
    """
    online = row.device_status not in (None, 0)
    picked_up, ended = row.last_time_pickup or 0, row.last_time_support_call_ended or 0
    if row.system_status == 0 and (online or picked_up > ended):
        return "in a call"
    return "logged in" if online else ""
