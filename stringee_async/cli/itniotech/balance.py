"""`stringee-async balance` for ITNIO TECH: the account's money."""

from __future__ import annotations

from .context import ItniotechContext


async def balance(context: ItniotechContext) -> None:
    """Show what the account holds: money paid in, given, and what may be owed; in which currency, where the vendor says so."""
    context.record(await context.client.balance())
