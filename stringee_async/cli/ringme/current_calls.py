"""`stringee-async current-calls` for RingMe: calls that are under way."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..options import First, MissingOk
from .context import RingMeContext
from .kind import ClientId

app = typer.Typer()

COLUMNS = (
    "call_api_id",
    "extension_id",
    "call_flow",
    "caller_id_number",
    "called_number",
    "init_time_gmt",
    "answer_time_gmt",
)


@command(app, "list")
async def list_calls(
    context: RingMeContext,
    extension_id: Annotated[
        str | None,
        typer.Option("--extension-id", help="Only calls at this one, by id or as @name.", show_default=False),
    ] = None,
    client_id: ClientId = "@me",
    first: First = None,
) -> None:
    """List calls that are under way."""
    from ...ringme.current_calls import CurrentCall

    calls = context.client.current_calls
    if extension_id is None:
        await context.listing(calls.list(client_id=client_id), COLUMNS, first, CurrentCall)
    else:
        found = await calls.of_extension(extension_id)
        context.rows([context.row(call) for call in found[:first]], COLUMNS, first, CurrentCall)


@command(app, "drop")
async def drop_calls(
    context: RingMeContext,
    extension_id: Annotated[
        str, typer.Argument(metavar="EXTENSION_ID", help="The extension that the calls are at.")
    ],
    call_ids: Annotated[
        list[str],
        typer.Argument(metavar="CALL_API_ID...", help="The calls to end; see `current-calls list`."),
    ],
    missing_ok: MissingOk = False,
) -> None:
    """End calls, without asking."""
    await context.delete(
        "call",
        call_ids,
        lambda call_id: context.client.current_calls.drop(extension_id, call_id),
        missing_ok=missing_ok,
        verb="dropped",
    )
