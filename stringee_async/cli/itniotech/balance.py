"""`stringee-async balance` for ITNIO TECH: the account's money."""

from __future__ import annotations

import typer

from ..command import command
from .context import ItniotechDesk


def register(app: typer.Typer) -> None:
    """Add the command to the root."""
    command(app, "balance")(balance)


async def balance(desk: ItniotechDesk) -> None:
    """Show what the account holds: money paid in, given, and what may be owed; the currency is not stated."""
    desk.record(await desk.client.balance())
