"""`stringee-async whoami` and `limits` for RingMe: the account itself."""

from __future__ import annotations

from .context import RingMeContext
from .kind import ClientId


async def whoami(context: RingMeContext) -> None:
    """Show the user that the application acts as; a cheap way to check the credentials."""
    context.record(await context.client.user())


async def limits(context: RingMeContext, client_id: ClientId = "@me") -> None:
    """Show how many of a thing a client may have, by the vendor's names."""
    context.record(await context.client.limits.get(client_id=client_id))
