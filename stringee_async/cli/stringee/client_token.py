"""`stringee-async token`: a token with which an agent's phone or browser logs in."""

from __future__ import annotations

from typing import Annotated

import typer

from ..output import show_record
from .context import StringeeContext


async def token(
    context: StringeeContext,
    user_id: Annotated[
        str,
        typer.Argument(metavar="USER_ID", help="Who logs in; for an agent its user id, not its agent id."),
    ],
    lifetime: Annotated[int, typer.Option(min=1, help="Seconds until the token ends.")] = 3600,
    contact_center: Annotated[
        bool, typer.Option("--contact-center/--no-contact-center", help="The user takes calls as an agent.")
    ] = True,
) -> None:
    """Make a login token for one user's phone or browser; it cannot call the server API."""
    text = context.client.client_token(user_id, lifetime=lifetime, contact_center=contact_center)
    show_record({"user_id": user_id, "lifetime": lifetime, "token": text}, text, context.form)
