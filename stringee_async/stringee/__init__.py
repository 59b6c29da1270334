"""Stringee: contact centre (ICC), as published on developer.stringee.com."""

from typing import TYPE_CHECKING

from ..core.lazy import lazy_names

if TYPE_CHECKING:
    from ..core.ensure import Ensured
    from .agents import AVAILABLE, NOT_AVAILABLE, Agent, AgentChanges, Agents, AgentSettings
    from .auth import StringeeAuth
    from .client import StringeeClient, StringeeOptions
    from .group_agents import GroupAgent, GroupAgents
    from .group_routings import GroupRouting, GroupRoutings
    from .groups import Group, GroupChanges, Groups
    from .queues import Queue, QueueChanges, Queues, QueueSettings
    from .responses import Created
    from .users import User, Users

_HOMES = {
    "..core.ensure": "Ensured",
    ".agents": "AVAILABLE NOT_AVAILABLE Agent AgentChanges Agents AgentSettings",
    ".auth": "StringeeAuth",
    ".client": "StringeeClient StringeeOptions",
    ".group_agents": "GroupAgent GroupAgents",
    ".group_routings": "GroupRouting GroupRoutings",
    ".groups": "Group GroupChanges Groups",
    ".queues": "Queue QueueChanges Queues QueueSettings",
    ".responses": "Created",
    ".users": "User Users",
}

__all__ = [
    "AVAILABLE",
    "NOT_AVAILABLE",
    "Agent",
    "AgentChanges",
    "AgentSettings",
    "Agents",
    "Created",
    "Ensured",
    "Group",
    "GroupAgent",
    "GroupAgents",
    "GroupChanges",
    "GroupRouting",
    "GroupRoutings",
    "Groups",
    "Queue",
    "QueueChanges",
    "QueueSettings",
    "Queues",
    "StringeeAuth",
    "StringeeClient",
    "StringeeOptions",
    "User",
    "Users",
]

if not TYPE_CHECKING:  # a checker that saw it would accept every misspelt name, with type Any
    __getattr__ = lazy_names(__name__, _HOMES)


def __dir__() -> list[str]:
    return __all__
