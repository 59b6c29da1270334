"""`stringee-async queue-agents` for RingMe: which agents are in which queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..command import command
from ..options import Clear, Ensure, First, MissingOk, changes, given
from .context import RingMeContext
from .kind import AgentId, AnyKind, Kind, KindOption, QueueId, kinds

if TYPE_CHECKING:
    from ...ringme.client import RingMeClient
    from ...ringme.queue_agents import AgentsInQueues

app = typer.Typer()

COLUMNS = ("agent_id", "level", "position")
CLEARABLE = ("level", "position")

Level = Annotated[
    int | None,
    typer.Option("--level", min=0, help="Agents of the lowest level are called first.", show_default=False),
]
Position = Annotated[
    int | None, typer.Option("--position", min=0, help="Place within the level.", show_default=False)
]


def _members(client: RingMeClient, kind: Kind) -> AgentsInQueues:
    return client.queue_agents.local if kind is Kind.LOCAL else client.queue_agents.remote


@command(app, "list")
async def list_members(
    context: RingMeContext, extension_id: QueueId, kind: AnyKind = None, first: First = None
) -> None:
    """List the agents in a queue, of both kinds or of one."""
    from ...ringme.queue_agents import QueueAgent

    listings = {one: _members(context.client, one).list(extension_id) for one in kinds(kind)}
    await context.listing_by_kind(listings, COLUMNS, first, QueueAgent)


@command(app, "add")
async def add_member(
    context: RingMeContext,
    extension_id: QueueId,
    agent_id: AgentId,
    kind: KindOption,
    level: Level = None,
    position: Position = None,
    ensure: Ensure = False,
) -> None:
    """Put an agent into a queue."""
    members, ranks = _members(context.client, kind), given(level=level, position=position)
    if ensure:
        result = await members.ensure(extension_id, agent_id=agent_id, **ranks)
        context.ensured("queue agent", result, extension_id=extension_id, agent_id=agent_id)
    else:
        await members.add(extension_id, agent_id=agent_id, **ranks)
        context.done("queue agent", "added", extension_id=extension_id, agent_id=agent_id)


@command(app, "update")
async def update_member(
    context: RingMeContext,
    extension_id: QueueId,
    agent_id: AgentId,
    kind: KindOption,
    level: Level = None,
    position: Position = None,
    clear: Clear = None,
) -> None:
    """Change level or position of an agent in a queue; what is not named stays as it is."""
    ranks = changes(clear, CLEARABLE, level=level, position=position)
    await _members(context.client, kind).update(extension_id, agent_id, **ranks)
    context.done("queue agent", "updated", extension_id=extension_id, agent_id=agent_id)


@command(app, "remove")
async def remove_members(
    context: RingMeContext,
    extension_id: QueueId,
    agent_ids: Annotated[
        list[str], typer.Argument(metavar="AGENT_ID...", help="Ids of the agents, all of one kind.")
    ],
    kind: KindOption,
    missing_ok: MissingOk = False,
) -> None:
    """Take agents out of a queue; the agents stay."""
    members = _members(context.client, kind)
    await context.delete(
        "queue agent",
        agent_ids,
        lambda agent_id: members.remove(extension_id, agent_id),
        missing_ok=missing_ok,
        verb="removed",
    )
