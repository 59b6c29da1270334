"""What Stringee's commands are about."""

from __future__ import annotations

from typing import Final

from ..command_groups import CommandGroups, Functions
from ..crud import Crud
from . import commands
from .context import StringeeContext

_MEMBERS: Final = Functions("Members: which agents are in which group.", commands.members)

COMMAND_GROUPS: Final = CommandGroups(
    groups={
        "agents": Crud(
            help="Agents: the people who take calls.",
            context=StringeeContext,
            noun="agent",
            at="agents",
            resource="stringee.agents:Agents",
            columns=("id", "stringee_user_id", "name", "manual_status", "routing_type", "phone_number"),
            options={"stringee_user_id": "--user-id"},
        ),
        "groups": Crud(
            help="Groups: the teams that queues are routed to.",
            context=StringeeContext,
            noun="group",
            at="groups",
            resource="stringee.groups:Groups",
            columns=("id", "name", "number_of_agent"),
            texts={"create": "Create a group.", "update": "Rename a group."},
        ),
        "members": _MEMBERS,
        "queues": Crud(
            help="Queues: where callers wait.",
            context=StringeeContext,
            noun="queue",
            at="queues",
            resource="stringee.queues:Queues",
            columns=(
                "id",
                "name",
                "schedule",
                "record_calls",
                "wait_agent_answer_timeout",
                "from_number_callout_to_agent",
            ),
            options={
                "agent_wrap_up_after_calls": "--wrap-up",
                "from_number_callout_to_agent": "--from-number",
            },
        ),
        "routings": Crud(
            help="Routings: which groups answer the calls of a queue.",
            context=StringeeContext,
            noun="routing",
            at="group_routings",
            resource="stringee.group_routings:GroupRoutings",
            columns=("id", "queue_id", "group_id", "primary_group"),
            options={"queue_id": "QUEUE_ID", "group_id": "GROUP_ID", "primary_group": "--primary/--backup"},
            defaults={"primary_group": True},
            texts={
                "list": "List the routings of a queue.",
                "create": "Route a queue to a group.",
                "update": "Make a group primary for its queue, or a backup.",
                "delete": "Delete routings by id, without asking; queue and group stay.",
                "primary_group": "Ask the group first, or only when no agent of the first ones is free.",
            },
            read_ahead=0,
        ),
        "users": Functions("Users: who is online, and messages to their apps.", commands.users),
    },
    others={"group-agents": _MEMBERS},
    commands={"token": commands.token},
)
