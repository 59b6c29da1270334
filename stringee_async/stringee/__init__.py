"""Stringee: contact centre (ICC), as published on developer.stringee.com."""

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
