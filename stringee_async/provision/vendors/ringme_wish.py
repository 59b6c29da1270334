"""What a specification asks of RingMe: what it can hold, by which names, and what it cannot hold, in words.

An agent is a local one where its `extension` is stated, and else a remote one with its phone number. `x-ringme` of queues
and agents states settings by the vendor's names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from ...core.coerce import as_int
from ...core.declarations import Field, Fields
from ...core.errors import ConfigError, SpecError
from ...ringme.agent_models import AgentSettings
from ...ringme.known import short
from ...ringme.queues import FIELDS as QUEUE_SETTINGS
from ..adapter import Capabilities
from ..counts import counted
from ..planning.stated import Stated, name_key, stated_in
from ..planning.wish import held
from ..spec import AgentSpec, QueueSpec, Spec
from ..things import Ref, Wish, Wished
from .ringme_groups import without_groups
from .ringme_places import Places, digits
from .ringme_rows import NEUTRAL

CAPABILITIES: Final = Capabilities(
    fields=MappingProxyType(
        {
            "agent": frozenset({"name", "extension", "phone"}),
            "queue": frozenset({"extension", "record_calls", "maximum_queue_wait_time"}),
            "queue_agent": frozenset({"level", "position"}),
        }
    ),
    rename=frozenset({"agent", "queue"}),
    remove=frozenset({"agent", "queue", "queue_agent"}),
)
"""What RingMe can hold and do. An agent cannot be disabled: who is logged out logs in again."""
AGENT_SETTINGS: Final = Fields(AgentSettings)
_LONG: Final = 10
"""So many agents without a place are named; the rest is counted."""
_BOOLEANS: Final = MappingProxyType(
    {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
)


def wish_for(spec: Spec) -> tuple[Wish, Places]:
    """Return what RingMe can hold of a specification, and where its agents and queues are.

    Raises:
        SpecError: The specification contradicts itself, or states settings in `x-ringme` that cannot be any.
    """
    stated, lost = without_groups(stated_in(spec), spec)
    placed, nowhere = _placed(stated)
    wish = held(_without_taken_names(placed), spec, CAPABILITIES, vendor="RingMe")
    places = Places.wished(wish.things.values())
    wish = attrs.evolve(
        wish,
        things=_with_foreign(wish.things, spec),
        cannot=(*nowhere, *lost, *_of_groups(spec), *wish.cannot),
        reasons_to_refuse=(*wish.reasons_to_refuse, *places.shared()),
    )
    return wish, places


def _placed(stated: Stated) -> tuple[Stated, tuple[str, ...]]:
    """Return what is stated, without what RingMe has no place for, and say so."""
    things: dict[Ref, Wished] = {}
    nowhere: set[Ref] = set()
    agents: list[str] = []
    lines: list[str] = []
    ringing = 0
    for thing in stated.things.values():
        if thing.kind == "agent":
            if reason := _agent_nowhere(thing.fields):
                nowhere.add(thing.ref)
                agents.append(f"agent {thing.key[0]}: {reason}")
                continue
            ringing += "extension" in thing.fields and bool({"phone", "routing"} & thing.fields.keys())
            thing = attrs.evolve(thing, fields=_agent_fields(thing.fields))
        elif thing.kind == "queue":
            if "extension" not in thing.fields:
                nowhere.add(thing.ref)
                lines.append(f"queue {thing.key[0]}: RingMe knows queues by extension; state `extension:`")
                continue
            extension = short(str(thing.fields["extension"]))
            thing = attrs.evolve(thing, fields={**thing.fields, "extension": extension})
        things[thing.ref] = thing
    if ringing:
        lines.append(
            f"RingMe rings the extension of {counted(ringing, 'agent')}: phone and routing are left out"
        )
    if len(agents) > _LONG:
        rest = counted(len(agents) - _LONG, "more agent")
        agents[_LONG:] = [f"{rest} without `extension:` and without `phone:`"]
    connected = {ref: thing for ref, thing in things.items() if not _ends(ref) & nowhere}
    return attrs.evolve(stated, things=connected), (*lines, *agents)


def _without_taken_names(stated: Stated) -> Stated:
    """Return what is stated without `was:` where another has the old name now: its place says which object that is."""
    things = {
        ref: attrs.evolve(thing, was=None) if (thing.kind, (thing.was,)) in stated.things else thing
        for ref, thing in stated.things.items()
    }
    return attrs.evolve(stated, things=things)


def _agent_nowhere(fields: Mapping[str, Any]) -> str:
    if "extension" in fields:
        return ""
    if "phone" not in fields:
        return "RingMe knows agents by extension or phone number; state `extension:` or `phone:`"
    if fields.get("routing") == "app":
        return "RingMe has no app that could ring; state `extension:`, or `routing: phone`"
    return ""


def _agent_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an agent that RingMe can hold, in the form in which they are compared."""
    place = (
        {"extension": short(str(fields["extension"]))}
        if "extension" in fields
        else {"phone": digits(str(fields["phone"]))}
    )
    return {**({"name": fields["name"]} if "name" in fields else {}), **place}


def _ends(ref: Ref) -> set[Ref]:
    kind, key = ref
    return {("queue", (key[0],)), ("agent", (key[1],))} if kind == "queue_agent" else set()


def _of_groups(spec: Spec) -> Iterable[str]:
    """Say that `x-ringme` of groups is left out."""
    stated = [group for group in spec.groups or () if group.x.get("ringme")]
    if stated:
        yield f"RingMe has no groups: x-ringme of {counted(len(stated), 'group')} is left out"


def _with_foreign(things: Mapping[Ref, Wished], spec: Spec) -> dict[Ref, Wished]:
    """Return wished things with the settings that `x-ringme` states of them."""
    left = dict(things)
    problems: list[str] = []
    agents: Iterable[tuple[Ref, AgentSpec | QueueSpec]] = (
        (("agent", (agent.user_id,)), agent) for agent in spec.agents or ()
    )
    queues: Iterable[tuple[Ref, AgentSpec | QueueSpec]] = (
        (("queue", (name_key(queue.name),)), queue) for queue in spec.queues or ()
    )
    for ref, row in (*agents, *queues):
        foreign, thing = row.x.get("ringme"), left.get(ref)
        if not foreign or thing is None:
            continue
        known = AGENT_SETTINGS if ref[0] == "agent" else QUEUE_SETTINGS
        try:
            settings = _settings(foreign, {field.name: field for field in known}, thing.fields)
        except ConfigError as error:
            problems.append(
                f"{thing.where + ': ' if thing.where else ''}{ref[0]} {ref[1][0]}: x-ringme: {error}"
            )
            continue
        left[ref] = attrs.evolve(thing, fields={**settings, **thing.fields})
    if problems:
        raise SpecError("\n".join(problems), problems=tuple(problems))
    return left


def _settings(
    foreign: Mapping[str, Any], known: Mapping[str, Field], stated: Mapping[str, Any]
) -> dict[str, Any]:
    """Return settings by the vendor's names, converted and checked; those that are not declared go as they are."""
    settings: dict[str, Any] = {}
    for name, value in foreign.items():
        neutral = NEUTRAL.get(name, name)
        if neutral in stated:
            raise ConfigError(f"{name} is stated as {neutral} too; state one of them")
        field = known.get(name)
        value = value if field is None else _converted(field, value)
        settings[neutral] = value if field is None or value is None else field.check(name, value)
    return settings


def _converted(field: Field, value: Any) -> Any:
    """Return a value of a file, which may be text, as the type of its field."""
    if not isinstance(value, str):
        return value
    if value in ("null", "~", ""):
        return None
    if "bool" in field.types:
        return _BOOLEANS.get(value.lower(), value)
    try:
        return as_int(value) if "int" in field.types else value
    except ValueError:
        return value  # the check of the field says what is wrong with it
