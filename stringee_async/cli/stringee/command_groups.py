"""What Stringee's commands are about."""

from __future__ import annotations

from typing import Final

from ..command_groups import Nouns
from . import agents, client_token, groups, members, queues, routings, users

NOUNS: Final = Nouns(
    groups={
        "agents": agents.app,
        "groups": groups.app,
        "members": members.app,
        "queues": queues.app,
        "routings": routings.app,
        "users": users.app,
    },
    others={"group-agents": members.app},
    commands=(client_token.register,),
)
