"""`stringee-async queues status` and `members` for RingMe: the callers in a queue."""

from __future__ import annotations

import typer

from ..command import command
from ..options import First
from .context import RingMeContext
from .kind import QueueId

app = typer.Typer()

MEMBER_COLUMNS = ("call_api_id", "number", "state", "serving_agent", "wait_time", "joined_datetime")


@command(app, "status")
async def queue_status(context: RingMeContext, extension_id: QueueId) -> None:
    """Show how many callers a queue holds."""
    context.record(await context.client.queues.status(extension_id))


@command(app, "members")
async def queue_members(context: RingMeContext, extension_id: QueueId, first: First = None) -> None:
    """List the callers in a queue."""
    from ...ringme.queues import QueueMember

    members = await context.client.queues.members(extension_id)
    context.rows([context.row(member) for member in members[:first]], MEMBER_COLUMNS, first, QueueMember)
