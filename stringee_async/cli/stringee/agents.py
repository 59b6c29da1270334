"""`stringee-async agents`: the people who take calls."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import Clear, Ensure, First, MissingOk, changes, given
from .context import StringeeContext

app = typer.Typer(help="Agents: the people who take calls.", no_args_is_help=True)

COLUMNS = ("id", "stringee_user_id", "name", "manual_status", "routing_type", "phone_number")
CLEARABLE = ("manual_status", "routing_type", "phone_number")

AgentId = Annotated[str, typer.Argument(metavar="AGENT_ID", help="The agent's id, as `list` shows it.")]
Status = Annotated[
    str | None, typer.Option("--manual-status", help="AVAILABLE or 'NOT AVAILABLE'.", show_default=False)
]
RoutingType = Annotated[
    int | None,
    typer.Option(min=1, max=2, help="1 rings the app or SIP phone, 2 the phone number.", show_default=False),
]
Phone = Annotated[
    str | None, typer.Option("--phone-number", help="Digits with country code.", show_default=False)
]


@command(app, "list")
async def list_agents(
    context: StringeeContext,
    user_id: Annotated[
        str | None, typer.Option("--user-id", help="Only the agent of this user.", show_default=False)
    ] = None,
    first: First = None,
) -> None:
    """List agents."""
    from ...stringee.agents import Agent

    if user_id is None:
        listing = context.client.agents.list(page_size=page_size(first), read_ahead=0 if first else 4)
    else:
        listing = context.client.agents.list(stringee_user_id=user_id)
    await context.listing(listing, COLUMNS, first, Agent)


@command(app, "create")
async def create_agent(
    context: StringeeContext,
    name: Annotated[str, typer.Option(help="Name shown to others.")],
    user_id: Annotated[str, typer.Option("--user-id", help="The id the agent logs in with.")],
    manual_status: Status = None,
    routing_type: RoutingType = None,
    phone_number: Phone = None,
    ensure: Ensure = False,
) -> None:
    """Create an agent."""
    fields = given(manual_status=manual_status, routing_type=routing_type, phone_number=phone_number)
    if ensure:
        context.ensured(
            "agent", await context.client.agents.ensure(stringee_user_id=user_id, name=name, **fields)
        )
    else:
        created = await context.client.agents.create(stringee_user_id=user_id, name=name, **fields)
        context.done("agent", "created", id=created.id)


@command(app, "update")
async def update_agent(
    context: StringeeContext,
    agent_id: AgentId,
    name: Annotated[str | None, typer.Option(help="New name.", show_default=False)] = None,
    user_id: Annotated[
        str | None, typer.Option("--user-id", help="New login id.", show_default=False)
    ] = None,
    manual_status: Status = None,
    routing_type: RoutingType = None,
    phone_number: Phone = None,
    clear: Clear = None,
) -> None:
    """Change fields of an agent; those not named stay as they are."""
    fields = changes(
        clear,
        CLEARABLE,
        name=name,
        stringee_user_id=user_id,
        manual_status=manual_status,
        routing_type=routing_type,
        phone_number=phone_number,
    )
    await context.client.agents.update(agent_id, **fields)
    context.done("agent", "updated", id=agent_id)


@command(app, "delete")
async def delete_agents(
    context: StringeeContext,
    agent_ids: Annotated[
        list[str], typer.Argument(metavar="AGENT_ID...", help="Ids of the agents to delete.")
    ],
    missing_ok: MissingOk = False,
) -> None:
    """Delete agents by id, without asking."""
    await context.delete(
        "agent",
        agent_ids,
        lambda agent_id: context.client.agents.delete(agent_id),
        missing_ok=missing_ok,
    )
