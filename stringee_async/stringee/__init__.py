"""Stringee: contact centre (ICC), as published on developer.stringee.com."""

from ..core.ensure import Ensured
from .agents import AVAILABLE, NOT_AVAILABLE, Agent, Agents
from .auth import StringeeAuth
from .client import StringeeClient, StringeeOptions
from .group_agents import GroupAgent, GroupAgents
from .group_routings import GroupRouting, GroupRoutings
from .groups import Group, Groups
from .queues import Queue, Queues
from .responses import Created
from .users import User, Users

__all__ = [
    "AVAILABLE",
    "NOT_AVAILABLE",
    "Agent",
    "Agents",
    "Created",
    "Ensured",
    "Group",
    "GroupAgent",
    "GroupAgents",
    "GroupRouting",
    "GroupRoutings",
    "Groups",
    "Queue",
    "Queues",
    "StringeeAuth",
    "StringeeClient",
    "StringeeOptions",
    "User",
    "Users",
]
