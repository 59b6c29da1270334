"""`stringee-async balance` for ITNIO TECH: the account's money."""

from __future__ import annotations

import typer

from ..command import command
from .context import ItniotechContext


def register(app: typer.Typer) -> None:
    """Add the command to the root."""
    command(app, "balance")(balance)


async def balance(context: ItniotechContext) -> None:
    """Show what the account holds: money paid in, given, and what may be owed; in which currency, where the vendor says so."""
    context.record(await context.client.balance())
