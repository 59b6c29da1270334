"""`stringee-async queue-agents list` for RingMe: agents of both kinds in one list."""

from __future__ import annotations

from typing import Final

import typer

from ..command import command
from ..options import First
from .context import RingMeContext
from .kind import AnyKind, Kind, QueueId, kinds

app = typer.Typer()

COLUMNS: Final = ("agent_id", "level", "position")


@command(app, "list")
async def list_members(
    context: RingMeContext, extension_id: QueueId, kind: AnyKind = None, first: First = None
) -> None:
    """List the agents in a queue, of both kinds or of one."""
    from ...ringme.queue_agents import QueueAgent

    agents = context.client.queue_agents
    listings = {
        one: (agents.local if one is Kind.LOCAL else agents.remote).list(extension_id) for one in kinds(kind)
    }
    await context.listing_by_kind(listings, COLUMNS, first, QueueAgent)
