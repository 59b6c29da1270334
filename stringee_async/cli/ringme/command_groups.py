"""What RingMe's commands are about."""

from __future__ import annotations

from typing import Final

from ..command_groups import Functions, Nouns
from . import account, agent_events, agents, current_calls, extensions, queue_agents, queues

NOUNS: Final = Nouns(
    groups={
        "agents": Functions("Agents: extensions and outside numbers that take calls.", agents.app),
        "queues": Functions(
            "Queues: how callers wait; `extensions create --type queue` makes one.", queues.app
        ),
        "queue-agents": Functions("Queue agents: which agents are in which queue.", queue_agents.app),
        "agent-events": Functions(
            "Agent events: your server is told when an agent logs in or out.", agent_events.app
        ),
        "extensions": Functions("Extensions: phones, queues, menus and fax boxes.", extensions.app),
        "current-calls": Functions("Current calls: what is under way right now.", current_calls.app),
    },
    commands=(account.register,),
)
