"""What a specification says: the attrs model that every form of file ends in, and that Python code may build itself.

Values stand as the file states them, converted by the declared type and checked by the rule of the field. None means
that the file does not state a thing, an empty tuple that it states an empty list.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from .things import DEFAULT_LIMITS, Limits, Manage, OnLeave, shortened_repr

Foreign = Mapping[str, Mapping[str, Any]]
"""Fields that only one vendor has, by vendor (`x-stringee` and so on in the file), by that vendor's names."""
NO_FOREIGN: Final[Foreign] = MappingProxyType({})


@attrs.frozen(kw_only=True, weakref_slot=False)
class AgentSpec:
    """One agent.

    Args:
        user_id: The id that the agent logs in with; identifies the agent.
        name: Name shown to others.
        phone: Phone number, digits with country code.
        routing: `app` or `phone`.
        extension: For vendors that know agents by extensions.
        groups: Names of the groups that the agent is in; None: not stated.
        was: The `user_id` that the agent had before.
        id: The vendor's id, where two carry one `user_id`.
        x: Fields that only one vendor has.
        file: The file that states it.
        line: The line there, from 1; 0 where there is none.
    """

    user_id: str
    name: str | None = None
    phone: str | None = attrs.field(default=None, repr=shortened_repr)
    routing: str | None = None
    extension: str | None = None
    groups: tuple[str, ...] | None = None
    was: str | None = None
    id: str | None = None
    x: Foreign = attrs.field(default=NO_FOREIGN, repr=shortened_repr)
    file: str = ""
    line: int = 0


@attrs.frozen(kw_only=True)
class GroupSpec:
    """One group.

    Args:
        name: Its name; identifies the group.
        agents: `user_id` of its agents; None: not stated here.
        manage: `full`: agents that the list does not name are taken out; None: as the section says.
        was: The name that it had before.
        id: The vendor's id, where two carry one name.
        x: Fields that only one vendor has.
        file: The file that states it.
        line: The line there.
    """

    name: str
    agents: tuple[str, ...] | None = None
    manage: Manage | None = None
    was: str | None = None
    id: str | None = None
    x: Foreign = attrs.field(default=NO_FOREIGN, repr=shortened_repr)
    file: str = ""
    line: int = 0


@attrs.frozen(kw_only=True)
class RouteSpec:
    """A group that takes a queue's calls.

    Args:
        name: The group's name.
        primary: Whether it is asked first, or as a backup; None: not stated (a new one is a primary group).
    """

    name: str
    primary: bool | None = None


@attrs.frozen(kw_only=True)
class QueueAgentSpec:
    """An agent who is in a queue without a group between, for vendors that have no groups.

    Args:
        user_id: The agent.
        level: Agents of the lowest level are called first; None: not stated.
        position: Order within the level; None: not stated.
    """

    user_id: str
    level: int | None = None
    position: int | None = None


@attrs.frozen(kw_only=True)
class QueueSpec:
    """One queue.

    Args:
        name: Its name; identifies the queue.
        fields: Its settings, those of `defaults` included, by the names of `nouns.QueueFields`.
        groups: The groups that take its calls; None: not stated.
        agents: The agents that are in it without a group between; None: not stated.
        extension: Its extension, for vendors that know queues by extensions (RingMe).
        manage: `full`: groups and agents that the lists do not name are taken out; None: as the section says.
        was: The name that it had before.
        id: The vendor's id, where two carry one name.
        x: Fields that only one vendor has.
        file: The file that states it.
        line: The line there.
    """

    name: str
    fields: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=shortened_repr)
    groups: tuple[RouteSpec, ...] | None = None
    agents: tuple[QueueAgentSpec, ...] | None = None
    extension: str | None = None
    manage: Manage | None = None
    was: str | None = None
    id: str | None = None
    x: Foreign = attrs.field(default=NO_FOREIGN, repr=shortened_repr)
    file: str = ""
    line: int = 0


@attrs.frozen(kw_only=True)
class SectionSpec:
    """How one kind of object is managed.

    Args:
        manage: `add`: nothing is removed; `full`: what is there and not named may leave.
        ignore: Patterns (`*`, `?`) of names that are never touched.
    """

    manage: Manage = "add"
    ignore: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class AbsentSpec:
    """What must not be there, in any mode, by name (agents by `user_id`)."""

    agents: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class SourceSpec:
    """A file that was read.

    Args:
        path: Its path as it was given.
        modified: When it was changed last, seconds since the epoch; 0 where that is unknown.
        roster: Whether it is a roster.
    """

    path: str
    modified: float = 0.0
    roster: bool = False


@attrs.frozen(kw_only=True)
class Spec:
    """A contact centre as a person wishes it; see `load`.

    Args:
        agents: All agents, those of rosters included; None: the specification says nothing of agents.
        groups: All groups; None likewise.
        queues: All queues; None likewise.
        vendor: The vendor that it is meant for, or None.
        agents_section: How agents are managed.
        groups_section: How groups, and their lists of agents, are managed.
        queues_section: How queues, and their lists of groups, are managed.
        on_leave: What happens to agents who leave under `manage: full`.
        adopt_strangers: Whether what no run of ours applied may leave too.
        absent: What must not be there.
        limits: What one plan may do at most.
        sources: The files that it was read from.
        version: The version of the form of the file.
    """

    agents: tuple[AgentSpec, ...] | None = None
    groups: tuple[GroupSpec, ...] | None = None
    queues: tuple[QueueSpec, ...] | None = None
    vendor: str | None = None
    agents_section: SectionSpec = SectionSpec()
    groups_section: SectionSpec = SectionSpec()
    queues_section: SectionSpec = SectionSpec()
    on_leave: OnLeave = "unlink"
    adopt_strangers: bool = False
    absent: AbsentSpec = AbsentSpec()
    limits: Limits = DEFAULT_LIMITS
    sources: tuple[SourceSpec, ...] = ()
    version: int = 1
