"""`stringee-async groups`: teams that queues are routed to."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import Ensure, First, MissingOk
from .context import StringeeContext

app = typer.Typer(help="Groups: the teams that queues are routed to.", no_args_is_help=True)

COLUMNS = ("id", "name", "number_of_agent")

Name = Annotated[str, typer.Option(help="The group's name.")]


@command(app, "list")
async def list_groups(context: StringeeContext, first: First = None) -> None:
    """List groups."""
    from ...stringee.groups import Group

    listing = context.client.groups.list(page_size=page_size(first), read_ahead=0 if first else 4)
    await context.listing(listing, COLUMNS, first, Group)


@command(app, "create")
async def create_group(context: StringeeContext, name: Name, ensure: Ensure = False) -> None:
    """Create a group."""
    if ensure:
        context.ensured("group", await context.client.groups.ensure(name=name))
    else:
        context.done("group", "created", id=(await context.client.groups.create(name=name)).id)


@command(app, "update")
async def update_group(
    context: StringeeContext,
    group_id: Annotated[str, typer.Argument(metavar="GROUP_ID", help="The group's id.")],
    name: Name,
) -> None:
    """Rename a group."""
    await context.client.groups.update(group_id, name=name)
    context.done("group", "updated", id=group_id)


@command(app, "delete")
async def delete_groups(
    context: StringeeContext,
    group_ids: Annotated[
        list[str], typer.Argument(metavar="GROUP_ID...", help="Ids of the groups to delete.")
    ],
    missing_ok: MissingOk = False,
) -> None:
    """Delete groups by id, without asking."""
    await context.delete(
        "group",
        group_ids,
        lambda group_id: context.client.groups.delete(group_id),
        missing_ok=missing_ok,
    )
