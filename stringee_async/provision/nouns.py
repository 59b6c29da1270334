"""The nouns of a contact centre, for every vendor: their kinds, their keys, and their fields declared once.

The reader of specifications, the JSON Schema, the roster's columns, the plan's text and the adapters read the fields
from here. A queue has the settings that Stringee declares: it has the most of them; an adapter says which its vendor holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias, TypedDict

from ..core.declarations import Doc, Fields
from ..core.field_rules import amount, extension_name
from ..core.fields import Choice, label
from ..core.unset import Unset
from ..core.validation import boolean, phone_number
from ..stringee.queues import QueueSettings

Kind: TypeAlias = Literal["agent", "group", "queue", "link", "route", "queue_agent"]
"""`link`: an agent in a group; `route`: a group that takes a queue's calls; `queue_agent`: an agent in a queue, for vendors
that have no groups between them."""
KINDS: Final[tuple[Kind, ...]] = ("group", "queue", "agent", "link", "route", "queue_agent")
"""All kinds, in the order in which a plan shows them."""
OBJECTS: Final[tuple[Kind, ...]] = ("group", "queue", "agent")
"""Kinds that exist by themselves; the others connect two of them."""
ENDS: Final[Mapping[Kind, tuple[Kind, Kind]]] = MappingProxyType(
    {"link": ("group", "agent"), "route": ("queue", "group"), "queue_agent": ("queue", "agent")}
)
"""What each connection connects, in the order of its key."""

Key: TypeAlias = tuple[str, ...]
"""The natural key: `("u.an",)` of an agent, `("Sales",)` of a group or queue, `("Sales", "u.an")` of a link."""


class AgentFields(TypedDict, total=False):
    """What can be said of an agent beside its `user_id`."""

    name: Annotated[str | Unset, label, Doc("Name shown to others.")]
    phone: Annotated[str | Unset, phone_number, Doc("Phone number: digits with country code.")]
    routing: Annotated[
        str | Unset, Choice(("app", "phone")), Doc("Whether calls ring the agent's app or the phone number.")
    ]
    extension: Annotated[
        str | Unset,
        extension_name,
        Doc("The agent's extension, for vendors that know agents by extensions (RingMe)."),
    ]


class QueueFields(QueueSettings[Unset], total=False):
    """What can be said of a queue beside its name."""


class GroupFields(TypedDict, total=False):
    """What can be said of a group beside its name: nothing yet."""


class RouteFields(TypedDict, total=False):
    """What can be said of a group that takes a queue's calls."""

    primary: Annotated[
        bool | Unset, boolean, Doc("Whether the group is asked first (true) or as a backup (false).")
    ]


class QueueAgentFields(TypedDict, total=False):
    """What can be said of an agent in a queue."""

    level: Annotated[int | Unset, amount, Doc("From 0; agents of the lowest level are called first.")]
    position: Annotated[int | Unset, amount, Doc("From 0; the order within a level.")]


FIELDS: Final[Mapping[Kind, Fields]] = MappingProxyType(
    {
        "agent": Fields(AgentFields),
        "group": Fields(GroupFields),
        "queue": Fields(QueueFields),
        "link": Fields(GroupFields),
        "route": Fields(RouteFields),
        "queue_agent": Fields(QueueAgentFields),
    }
)
"""The fields of each kind."""


def shown_key(key: Key) -> str:
    """Return a key as messages show it, such as `Sales/u.an`; a slash within a name is doubled, so that no two look alike."""
    return "/".join(part.replace("/", "//") for part in key)
