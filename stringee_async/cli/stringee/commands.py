"""Stringee's commands that are not derived: who is in which group, who is online, and tokens to log in with."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import First, MissingOk, json_object, pairs, without_none
from ..output import show_record
from .context import StringeeContext

members = typer.Typer()
users = typer.Typer()

MEMBER_COLUMNS = ("group_id", "agent_id")
USER_COLUMNS = ("user_id", "login_time", "attributes")

GroupId = Annotated[str, typer.Argument(metavar="GROUP_ID", help="The group's id; see `groups list`.")]
AgentId = Annotated[str, typer.Argument(metavar="AGENT_ID", help="The agent's id; see `agents list`.")]
Ensure = Annotated[bool, typer.Option("--ensure", help="Look first; being in the group already is fine.")]


@command(members, "list")
async def list_members(context: StringeeContext, group_id: GroupId, first: First = None) -> None:
    """List the agents in a group."""
    from ...stringee.group_agents import GroupAgent

    listing = context.client.group_agents.list(group_id, page_size=page_size(first))
    await context.listing(listing, MEMBER_COLUMNS, first, GroupAgent)


@command(members, "add", writes=True)
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


@command(members, "remove", writes=True)
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
command(members, "create", hidden=True, writes=True)(add_member)
command(members, "delete", hidden=True, writes=True)(remove_member)


@command(users, "list")
async def list_users(
    context: StringeeContext,
    user_id: Annotated[
        str | None, typer.Option("--user-id", help="Only this user.", show_default=False)
    ] = None,
    attributes: Annotated[
        list[str] | None,
        typer.Option(
            "--attribute",
            metavar="NAME=VALUE",
            help="Only users whose app has set this; may be repeated.",
            show_default=False,
        ),
    ] = None,
    first: First = None,
) -> None:
    """List users who are online."""
    from ...stringee.users import User

    wanted = {"user_id": user_id, "attributes": pairs(attributes, "--attribute") or None}
    await context.listing(
        context.client.users.list(page_size=page_size(first), **without_none(wanted)),
        USER_COLUMNS,
        first,
        User,
    )


@command(users, "send", writes=True)
async def send_message(
    context: StringeeContext,
    message: Annotated[
        str, typer.Argument(metavar="MESSAGE", help='A JSON object, such as \'{"text": "Hello"}\'.')
    ],
    from_user: Annotated[str, typer.Option("--from", help="Id of the user that it comes from.")],
    to_user: Annotated[str, typer.Option("--to", help="Id of the user that it goes to.")],
) -> None:
    """Send an object of your own to a user's app."""
    await context.client.users.send_message(
        from_user=from_user, to_user=to_user, message=json_object(message, "MESSAGE")
    )
    context.done("message", "sent", to=to_user)


async def token(
    context: StringeeContext,
    user_id: Annotated[
        str,
        typer.Argument(metavar="USER_ID", help="Who logs in; for an agent its user id, not its agent id."),
    ],
    lifetime: Annotated[int, typer.Option(min=1, help="Seconds until the token ends.")] = 3600,
    contact_center: Annotated[
        bool, typer.Option("--contact-center/--no-contact-center", help="The user takes calls as an agent.")
    ] = True,
) -> None:
    """Make a login token for one user's phone or browser; it cannot call the server API."""
    text = context.client.client_token(user_id, lifetime=lifetime, contact_center=contact_center)
    show_record({"user_id": user_id, "lifetime": lifetime, "token": text}, text, context.form)
