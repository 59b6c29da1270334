"""Contains all the data models used in inputs/outputs"""

from .agent import Agent
from .agent_list import AgentList
from .agent_page import AgentPage
from .created_agent import CreatedAgent
from .new_agent import NewAgent

__all__ = (
    "Agent",
    "AgentList",
    "AgentPage",
    "CreatedAgent",
    "NewAgent",
)
