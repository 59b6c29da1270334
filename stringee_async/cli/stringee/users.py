"""`stringee-async users`: who is logged in with a phone or browser right now, and messages to their apps."""

from __future__ import annotations

from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import First, json_object, pairs, without_none
from .context import StringeeContext

app = typer.Typer()

COLUMNS = ("user_id", "login_time", "attributes")


@command(app, "list")
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
        context.client.users.list(page_size=page_size(first), **without_none(wanted)), COLUMNS, first, User
    )


@command(app, "send")
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
