"""`stringee-async routings`: which groups answer the calls of a queue."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import Ensure, First, MissingOk
from .context import StringeeContext

app = typer.Typer(help="Routings: which groups answer the calls of a queue.", no_args_is_help=True)

COLUMNS = ("id", "queue_id", "group_id", "primary_group")

Primary = Annotated[
    bool,
    typer.Option(
        "--primary/--backup", help="Ask the group first, or only when nobody in the first ones is free."
    ),
]
QueueId = Annotated[str, typer.Argument(metavar="QUEUE_ID", help="The queue's id; see `queues list`.")]


@command(app, "list")
async def list_routings(context: StringeeContext, queue_id: QueueId, first: First = None) -> None:
    """List the routings of a queue."""
    from ...stringee.group_routings import GroupRouting

    listing = context.client.group_routings.list(queue_id, page_size=page_size(first))
    await context.listing(listing, COLUMNS, first, GroupRouting)


@command(app, "create")
async def create_routing(
    context: StringeeContext,
    queue_id: QueueId,
    group_id: Annotated[str, typer.Argument(metavar="GROUP_ID", help="The group's id; see `groups list`.")],
    primary: Primary = True,
    ensure: Ensure = False,
) -> None:
    """Route a queue to a group."""
    routings = context.client.group_routings
    if ensure:
        result = await routings.ensure(queue_id=queue_id, group_id=group_id, primary_group=primary)
        context.ensured("routing", result)
    else:
        created = await routings.create(queue_id=queue_id, group_id=group_id, primary_group=primary)
        context.done("routing", "created", id=created.id)


@command(app, "update")
async def update_routing(
    context: StringeeContext,
    routing_id: Annotated[
        str, typer.Argument(metavar="ROUTING_ID", help="The routing's own id; see `routings list`.")
    ],
    primary: Annotated[bool, typer.Option("--primary/--backup", help="Ask the group first, or as backup.")],
) -> None:
    """Make a group primary for its queue, or a backup."""
    await context.client.group_routings.update(routing_id, primary_group=primary)
    context.done("routing", "updated", id=routing_id)


@command(app, "delete")
async def delete_routings(
    context: StringeeContext,
    routing_ids: Annotated[
        list[str], typer.Argument(metavar="ROUTING_ID...", help="Ids of the routings to delete.")
    ],
    missing_ok: MissingOk = False,
) -> None:
    """Delete routings by id, without asking; queue and group stay."""
    await context.delete(
        "routing",
        routing_ids,
        lambda routing_id: context.client.group_routings.delete(routing_id),
        missing_ok=missing_ok,
    )
