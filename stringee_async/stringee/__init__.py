"""Stringee: contact centre (ICC), as published on developer.stringee.com."""

from ..core.ensure import Ensured
from .agents import AVAILABLE, NOT_AVAILABLE, Agent
from .auth import StringeeAuth
from .client import StringeeClient
from .envelope import Created
from .group_agents import GroupAgent
from .group_routings import GroupRouting
from .groups import Group
from .queues import Queue
from .users import User

__all__ = [
    "AVAILABLE",
    "NOT_AVAILABLE",
    "Agent",
    "Created",
    "Ensured",
    "Group",
    "GroupAgent",
    "GroupRouting",
    "Queue",
    "StringeeAuth",
    "StringeeClient",
    "User",
]
