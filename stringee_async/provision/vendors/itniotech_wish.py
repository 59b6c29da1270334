"""What ITNIO TECH can hold of a specification.

An agent is a seat, known by its `name`, which holds the neutral `user_id`: a job number has digits only, so it could hold few
of them, and accounts are given by the vendor. The neutral `name` is the seat's `pet_name`. Each seat is in exactly one
group. There are no queues.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from ...core.declarations import Fields
from ...core.errors import ConfigError, SpecError
from ...core.fields import label
from ...core.near_names import near_names
from ...core.validation import Check
from ...itniotech.agent_models import AgentSettings
from ...itniotech.arguments import short_name
from ..adapter import Capabilities
from ..nouns import Kind, shown_key
from ..planning.diff import some
from ..planning.stated import Stated, name_key, stated_in
from ..planning.wish import held
from ..spec import AgentSpec, GroupSpec, Spec
from ..things import Lists, Ref, Wish

VENDOR: Final = "ITNIO TECH"
CAPABILITIES: Final = Capabilities(
    fields={"agent": frozenset({"name"}), "group": frozenset(), "link": frozenset()},
    rename=frozenset({"agent", "group"}),
    remove=frozenset({"agent", "group"}),
    disable=True,
    one_group=True,
    side_by_side=False,  # two that look for seats without an agent would take the same ones
)
AGENT_SETTINGS: Final = Fields(AgentSettings)
"""What `x-itniotech` of an agent may state."""
_OF_GROUPS: Final = ("app_id", "use_spare_seats")
"""What that of a group may."""


@attrs.frozen(kw_only=True)
class Homes:
    """Where groups and agents are created.

    Args:
        groups: The name of the group that each wished agent is in.
        agents: All wished agents.
        wished: All wished groups.
        app_id: The application in which a group is created, by the group's name, where the specification states it.
        spare: Names of groups whose seats may be given to new agents, if they are as the vendor has made them.
    """

    groups: Mapping[str, str] = attrs.field(factory=dict[str, str])
    agents: frozenset[str] = frozenset()
    wished: frozenset[str] = frozenset()
    app_id: Mapping[str, str] = attrs.field(factory=dict[str, str])
    spare: frozenset[str] = frozenset()


def wish_for(spec: Spec) -> tuple[Wish, Homes]:
    """Return what ITNIO TECH can hold of a specification, and where it goes.

    A group may state `x-itniotech: {app_id: ..., use_spare_seats: true}`, an agent `display_num` and `ccode`.

    Raises:
        SpecError: The specification contradicts itself, or what stands under `x-itniotech` is wrong.
    """
    cannot: list[str] = []
    settings = _agents_own(spec)
    stated = _without(stated_in(spec), cannot)
    wish = held(stated, spec, CAPABILITIES, vendor=VENDOR)
    if any(kind in {"group", "agent"} for kind, _ in wish.lists.exact):
        cannot.append(
            f"{VENDOR} keeps every agent in a group: whom a complete list does not name stays, unless another list names them"
        )
    own = {name_key(group.name): group.x.get("itniotech", {}) for group in spec.groups or ()}
    homes = Homes(
        groups={key[1]: key[0] for kind, key in wish.things if kind == "link"},
        agents=frozenset(key[0] for kind, key in wish.things if kind == "agent"),
        wished=frozenset(key[0] for kind, key in wish.things if kind == "group"),
        app_id={name: str(fields["app_id"]) for name, fields in own.items() if fields.get("app_id")},
        spare=frozenset(name for name, fields in own.items() if _is_true(fields.get("use_spare_seats"))),
    )
    stated_more = {
        ref: attrs.evolve(wish.things[ref], fields={**wish.things[ref].fields, **own_of_agent})
        for ref, own_of_agent in settings.items()
        if ref in wish.things
    }
    things = {**wish.things, **stated_more} if stated_more else wish.things
    return attrs.evolve(wish, things=things, cannot=(*wish.cannot, *cannot)), homes


def _agents_own(spec: Spec) -> dict[Ref, dict[str, Any]]:
    """Return the checked `x-itniotech` settings of agents; those of groups are looked at, too.

    Raises:
        SpecError: There is no such field, or its value is wrong.
    """
    found: dict[Ref, dict[str, Any]] = {}
    problems: list[str] = []
    rows: list[tuple[Kind, str, AgentSpec | GroupSpec]] = [
        *(("agent", agent.user_id, agent) for agent in spec.agents or () if agent.x),
        *(("group", group.name, group) for group in spec.groups or () if group.x),
    ]
    for kind, key, row in rows:
        for name, value in row.x.get("itniotech", {}).items():
            try:
                found.setdefault((kind, (key,)), {})[name] = _checked(kind, name, value)
            except ConfigError as wrong:
                place = f"{row.file}:{row.line}: " if row.file and row.line else ""
                problems.append(f"{place}{kind} {key}: x-itniotech: {wrong.message}")
    if problems:
        lines = "\n".join(f"  {line}" for line in problems[:20])
        raise SpecError(f"fields under x-itniotech are wrong:\n{lines}", problems=tuple(problems))
    return {ref: own for ref, own in found.items() if ref[0] == "agent"}


def _checked(kind: Kind, name: str, value: object) -> object:
    """Return the value of a field under `x-itniotech`, as text where a file states a number of an agent's."""
    checks: dict[str, Check] = {field.name: field.check for field in AGENT_SETTINGS}
    known = tuple(checks) if kind == "agent" else _OF_GROUPS
    if name not in known:
        raise ConfigError(f"{name} cannot be written; {near_names(name, known, 'there are')}")
    return checks[name](name, str(value) if type(value) is int else value) if kind == "agent" else value


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in {"true", "yes"})


def _without(stated: Stated, cannot: list[str]) -> Stated:
    """Return what is stated without the groups and agents whose names the vendor does not take, and what hangs on them."""
    bad: set[Ref] = set()
    for kind, field, rule, limit in (
        ("group", "group_name", short_name, "4 to 32 characters"),
        ("agent", "name", label, "1 to 255 characters in one line"),
    ):
        found = [
            thing
            for thing in stated.things.values()
            if thing.kind == kind and not _fits(rule, field, thing.key[0])
        ]
        bad.update(thing.ref for thing in found)
        if found:
            cannot.append(
                f"{VENDOR} takes names of {kind}s of {limit}: left out are {some([shown_key(thing.key) for thing in found])}"
            )
    if not bad:
        return stated
    things = {ref: thing for ref, thing in stated.things.items() if not _hangs_on(ref, bad)}
    exact = frozenset(ref for ref in stated.lists.exact if ref not in bad)
    return attrs.evolve(stated, things=things, lists=Lists(exact=exact, kinds=stated.lists.kinds))


def _hangs_on(ref: Ref, bad: set[Ref]) -> bool:
    kind, key = ref
    if kind == "link":
        return ("group", key[:1]) in bad or ("agent", key[1:]) in bad
    return ref in bad


def _fits(rule: Callable[[str, Any], Any], name: str, value: str) -> bool:
    try:
        rule(name, value)
    except ConfigError:
        return False
    return True
