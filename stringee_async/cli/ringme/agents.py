"""`stringee-async agents list` for RingMe: agents of both kinds in one list."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from ..command import command
from ..options import First, given
from .context import RingMeContext
from .kind import AnyKind, ClientId, Kind, kinds

app = typer.Typer()

COLUMNS: Final = ("id", "name", "status", "extension_id", "number", "call_timeout", "wrap_up_time")


@command(app, "list")
async def list_agents(
    context: RingMeContext,
    kind: AnyKind = None,
    extension_ids: Annotated[
        list[str] | None,
        typer.Option(
            "--extension-id",
            help="Only agents of this extension, which are local; may be repeated.",
            show_default=False,
        ),
    ] = None,
    client_id: ClientId = "@me",
    first: First = None,
) -> None:
    """List agents of both kinds, or of one."""
    from ...ringme.local_agents import LocalAgent
    from ...ringme.remote_agents import RemoteAgent

    if extension_ids and kind is Kind.REMOTE:
        raise typer.BadParameter("a remote agent has none", param_hint="--extension-id")
    agents, listings = context.client.agents, dict[Kind, Any]()
    for one in kinds(Kind.LOCAL if extension_ids else kind):
        if one is Kind.REMOTE:
            listings[one] = agents.remote.list(client_id=client_id)
        else:
            listings[one] = agents.local.list(
                client_id=client_id, **given(extension_id=extension_ids or None)
            )
    await context.listing_by_kind(listings, COLUMNS, first, LocalAgent, RemoteAgent)
