"""`stringee-async agent-events` for RingMe: your server is told when an agent logs in or out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..command import command
from ..options import Ensure, First, MissingOk
from .context import RingMeContext
from .kind import AgentId, ClientId, Kind, KindOption

if TYPE_CHECKING:
    from ...ringme.agent_events import EventsOfAgents
    from ...ringme.client import RingMeClient

app = typer.Typer()

COLUMNS = ("id", "event_type", "method", "url")


def _events(client: RingMeClient, kind: Kind) -> EventsOfAgents:
    return client.agent_events.local if kind is Kind.LOCAL else client.agent_events.remote


@command(app, "list")
async def list_events(
    context: RingMeContext,
    agent_id: AgentId,
    kind: KindOption,
    client_id: ClientId = "@me",
    first: First = None,
) -> None:
    """List the events of an agent."""
    from ...ringme.subscriptions import Subscription

    await context.listing(
        _events(context.client, kind).list(agent_id, client_id=client_id), COLUMNS, first, Subscription
    )


@command(app, "create")
async def create_event(
    context: RingMeContext,
    agent_id: AgentId,
    kind: KindOption,
    event_type: Annotated[str, typer.Option("--event-type", help="agent-login or agent-logout.")],
    url: Annotated[
        str, typer.Option("--url", help="Your server; make it hard to guess, the vendor signs nothing.")
    ],
    method: Annotated[
        str, typer.Option("--method", help="GET (data in the query) or POST (data as a form).")
    ] = "POST",
    client_id: ClientId = "@me",
    ensure: Ensure = False,
) -> None:
    """Have an agent's logins, or its logouts, reported to your server."""
    events = _events(context.client, kind)
    if ensure:
        result = await events.ensure(
            agent_id, event_type=event_type, method=method, url=url, client_id=client_id
        )
        context.ensured("agent event", result)
    else:
        created = await events.create(
            agent_id, event_type=event_type, method=method, url=url, client_id=client_id
        )
        context.done("agent event", "created", id=str(created.id))


@command(app, "delete")
async def delete_events(
    context: RingMeContext,
    agent_id: AgentId,
    event_ids: Annotated[
        list[str], typer.Argument(metavar="EVENT_ID...", help="Ids of the agent's events to delete.")
    ],
    kind: KindOption,
    client_id: ClientId = "@me",
    missing_ok: MissingOk = False,
) -> None:
    """Delete events of an agent, without asking."""
    events = _events(context.client, kind)
    await context.delete(
        "agent event",
        event_ids,
        lambda event_id: events.delete(agent_id, event_id, client_id=client_id),
        missing_ok=missing_ok,
    )
