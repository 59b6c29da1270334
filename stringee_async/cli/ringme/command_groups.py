"""What RingMe's commands are about."""

from __future__ import annotations

from typing import Final

from ..command_groups import Nouns
from . import account, agent_events, agents, current_calls, extensions, queue_agents, queues

NOUNS: Final = Nouns(
    groups={
        "agents": agents.app,
        "queues": queues.app,
        "queue-agents": queue_agents.app,
        "agent-events": agent_events.app,
        "extensions": extensions.app,
        "current-calls": current_calls.app,
    },
    commands=(account.register,),
)
