"""The form of a specification file, declared once: its keys, what each may be, and what it means.

`spec_reader` reads by it, `schema` describes it. Settings of agents, queues and their connections come from `nouns`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ...core.declarations import Field
from ...core.errors import ConfigError
from ...core.field_rules import amount, word
from ...core.fields import Choice, Text, calling_code, label, login_id
from ...core.validation import boolean, identifier
from ..nouns import FIELDS, Kind
from .value_forms import Entry, FlagForm, Form, ListForm, MapForm, PercentForm, TextForm, WholeForm

VENDORS: Final = ("stringee", "ringme", "itniotech")
"""The vendors that a specification may be meant for."""
VERSION: Final = 1
"""The version of the form."""
SECTIONS: Final = ("agents", "groups", "queues")
"""The sections that hold objects; each may be a plain list."""
_MANAGES: Final = ("add", "full")
_PERSONAL: Final = frozenset({"name", "phone", "extension"})

NAME: Final = TextForm(check=label, key=True, trim=True)
"""The name of a group or queue."""
USER_ID: Final = TextForm(check=login_id, key=True)
"""The login id of an agent."""
_ID: Final = Entry(
    form=TextForm(check=identifier), text="The vendor's id, where two objects carry the same name."
)
_MANAGE: Final = Entry(
    form=TextForm(check=Choice(_MANAGES)), text="add: nothing is removed; full: what is not named may leave."
)


def form_of(field: Field) -> Form:
    """Return what the value of a declared field may be in a file."""
    (kind,) = field.types
    if kind == "bool":
        return FlagForm(check=field.check)
    return WholeForm(check=field.check) if kind == "int" else TextForm(check=field.check, null=field.null)


def _fields(kind: Kind, without: Iterable[str] = ()) -> dict[str, Entry]:
    return {
        field.name: Entry(form=form_of(field), text=field.text)
        for field in FIELDS[kind]
        if field.name not in without
    }


def version(name: str, value: object) -> int:
    """Return the version of the form if it is the one that is read."""
    if value != VERSION:
        raise ConfigError(f"{name} must be {VERSION}, the only form of the file that this release reads")
    return VERSION


def country(name: str, value: object) -> str:
    """Return a country, or its calling code, if it is known."""
    calling_code(name, value)
    return str(value)


AGENT: Final = MapForm(
    entries={
        "user_id": Entry(form=USER_ID, text="The id that the agent logs in with.", required=True),
        **_fields("agent"),
        "groups": Entry(form=ListForm(item=NAME), text="Names of the agent's groups; left out: not stated."),
        "was": Entry(form=USER_ID, text="The user_id that the agent had before."),
        "id": _ID,
    },
    vendors=VENDORS,
)
GROUP: Final = MapForm(
    entries={
        "name": Entry(form=NAME, text="The group's name.", required=True),
        "agents": Entry(
            form=ListForm(item=USER_ID),
            text="user_id of its agents; left out: not managed; []: must be empty.",
        ),
        "manage": _MANAGE,
        "was": Entry(form=NAME, text="The name that the group had before."),
        "id": _ID,
    },
    bare="name",
    vendors=VENDORS,
)
ROUTE: Final = MapForm(
    entries={"name": Entry(form=NAME, text="The group's name.", required=True), **_fields("route")},
    bare="name",
)
QUEUE_AGENT: Final = MapForm(
    entries={
        "user_id": Entry(form=USER_ID, text="The agent.", required=True),
        **_fields("queue_agent"),
    },
    bare="user_id",
)
QUEUE: Final = MapForm(
    entries={
        "name": Entry(form=NAME, text="The queue's name.", required=True),
        **_fields("queue"),
        "groups": Entry(
            form=ListForm(item=ROUTE),
            text="The groups that take its calls; left out: not managed; []: must have none.",
        ),
        "agents": Entry(
            form=ListForm(item=QUEUE_AGENT),
            text="The agents in it, for vendors without groups; left out: not managed; []: must have none.",
        ),
        "extension": Entry(
            form=TextForm(check=word), text="Its extension, for vendors that know queues by it (RingMe)."
        ),
        "manage": _MANAGE,
        "was": Entry(form=NAME, text="The name that the queue had before."),
        "id": _ID,
    },
    bare="name",
    vendors=VENDORS,
)
QUEUE_SETTINGS: Final = tuple(_fields("queue"))
"""The keys of a queue that are its settings."""

_PATTERN: Final = TextForm(check=Text(255), key=True)
_PATH: Final = TextForm(check=Text(4096, exact=True))


def _section(item: MapForm, more: dict[str, Entry] | None = None) -> MapForm:
    return MapForm(
        entries={
            "manage": _MANAGE,
            "ignore": Entry(
                form=ListForm(item=_PATTERN, single=True),
                text="Patterns (*, ?) of names that are never touched.",
            ),
            **(more or {}),
            "list": Entry(form=ListForm(item=item), text="The objects."),
        },
        bare="list",
    )


_AGENTS: Final = _section(
    AGENT,
    {
        "on_leave": Entry(
            form=TextForm(check=Choice(("unlink", "disable", "delete"))),
            text="What happens to agents who leave under manage: full; default unlink.",
        ),
        "adopt_strangers": Entry(
            form=FlagForm(check=boolean), text="Whether agents whom no run applied may leave too."
        ),
        "from": Entry(
            form=ListForm(item=_PATH, single=True),
            text="A roster (CSV), or several; relative to this file.",
        ),
    },
)
_ALLOWANCE: Final = MapForm(
    entries={
        "percent": Entry(form=PercentForm(), text="Of what is there and managed."),
        "count": Entry(form=WholeForm(check=amount), text="As a number."),
    }
)
FILE: Final = MapForm(
    entries={
        "version": Entry(form=WholeForm(check=version), text="The version of the form of this file: 1."),
        "vendor": Entry(form=TextForm(check=Choice(VENDORS)), text="The vendor that it is meant for."),
        "phone_country": Entry(
            form=TextForm(check=country), text="Country of phone numbers that begin with 0, such as VN."
        ),
        "defaults": Entry(
            form=MapForm(
                entries={
                    "queue": Entry(
                        form=MapForm(entries=_fields("queue")), text="Settings of queues that state none."
                    ),
                    "agent": Entry(
                        form=MapForm(entries=_fields("agent", _PERSONAL)),
                        text="Settings of agents that state none.",
                    ),
                }
            ),
            text="Settings of objects that do not state them.",
        ),
        "agents": Entry(form=_AGENTS, text="People who take calls: a list, or a map with more."),
        "groups": Entry(form=_section(GROUP), text="Groups of agents: a list, or a map with more."),
        "queues": Entry(form=_section(QUEUE), text="Queues of callers: a list, or a map with more."),
        "absent": Entry(
            form=MapForm(
                entries={
                    "agents": Entry(form=ListForm(item=USER_ID), text="user_id of agents."),
                    "groups": Entry(form=ListForm(item=NAME), text="Names of groups."),
                    "queues": Entry(form=ListForm(item=NAME), text="Names of queues."),
                }
            ),
            text="What must not be there, in any mode.",
        ),
        "limits": Entry(
            form=MapForm(
                entries={
                    "delete": Entry(form=_ALLOWANCE, text="Objects that are removed; default 10 % or 20."),
                    "unlink": Entry(form=_ALLOWANCE, text="Connections removed; default 20 % or 100."),
                    "update": Entry(form=_ALLOWANCE, text="Objects changed; default 30 % or 500."),
                }
            ),
            text="What one plan may do at most.",
        ),
    }
)
"""A whole file."""
