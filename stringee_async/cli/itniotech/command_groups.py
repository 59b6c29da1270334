"""What ITNIO TECH's commands are about."""

from __future__ import annotations

from typing import Final

from ..command_groups import Nouns
from . import agent_groups, agents, balance, call_records, team_leaders

NOUNS: Final = Nouns(
    groups={
        "agent-groups": agent_groups.app,
        "agents": agents.app,
        "team-leaders": team_leaders.app,
        "call-records": call_records.app,
    },
    commands=(balance.register,),
)
