"""`stringee-async members`, also `group-agents`: who is in which group."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import First, MissingOk
from .context import StringeeContext

app = typer.Typer()

COLUMNS = ("group_id", "agent_id")

GroupId = Annotated[str, typer.Argument(metavar="GROUP_ID", help="The group's id; see `groups list`.")]
AgentId = Annotated[str, typer.Argument(metavar="AGENT_ID", help="The agent's id; see `agents list`.")]
Ensure = Annotated[bool, typer.Option("--ensure", help="Look first; being in the group already is fine.")]


@command(app, "list")
async def list_members(context: StringeeContext, group_id: GroupId, first: First = None) -> None:
    """List the agents in a group."""
    from ...stringee.group_agents import GroupAgent

    listing = context.client.group_agents.list(group_id, page_size=page_size(first))
    await context.listing(listing, COLUMNS, first, GroupAgent)


@command(app, "add")
async def add_member(
    context: StringeeContext, group_id: GroupId, agent_id: AgentId, ensure: Ensure = False
) -> None:
    """Put an agent into a group."""
    if ensure:
        result = await context.client.group_agents.ensure(group_id=group_id, agent_id=agent_id)
        context.ensured("member", result, group_id=group_id, agent_id=agent_id)
    else:
        await context.client.group_agents.add(group_id=group_id, agent_id=agent_id)
        context.done("member", "added", group_id=group_id, agent_id=agent_id)


@command(app, "remove")
async def remove_member(
    context: StringeeContext, group_id: GroupId, agent_id: AgentId, missing_ok: MissingOk = False
) -> None:
    """Take an agent out of a group."""
    await context.remove(
        "member",
        context.client.group_agents.remove(group_id=group_id, agent_id=agent_id),
        missing_ok=missing_ok,
        group_id=group_id,
        agent_id=agent_id,
    )


# the verbs of the other groups, for those who try them first
command(app, "create", hidden=True)(add_member)
command(app, "delete", hidden=True)(remove_member)
