"""What ITNIO TECH's commands are about."""

from __future__ import annotations

from typing import Final

from ..command_groups import Functions, Nouns
from . import agent_groups, agents, balance, call_records, team_leaders

NOUNS: Final = Nouns(
    groups={
        "agent-groups": Functions("Agent groups: who takes calls together, and how.", agent_groups.app),
        "agents": Functions("Agents: the people who take calls.", agents.app),
        "team-leaders": Functions("Team leaders: people who watch over agent groups.", team_leaders.app),
        "call-records": Functions("Call records: calls that have ended.", call_records.app),
    },
    commands=(balance.register,),
)
