"""Stringee's commands for what the call host does: text messages and greeting files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..exit_codes import SOME_FAILED
from ..options import First, without_none
from .context import StringeeContext

sms = typer.Typer()
greeting_files = typer.Typer()

OUTCOME_COLUMNS = ("to", "sent", "r", "msg", "price")
FILE_COLUMNS = ("sid", "filename", "desc1", "created")


@command(sms, "send", writes=True)
async def send_sms(
    context: StringeeContext,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is sent.")],
    sender: Annotated[str, typer.Option("--from", help="Brand name or number that it comes from.")],
    to: Annotated[list[str], typer.Option("--to", help="Number with country code; may be repeated.")],
) -> None:
    """Send a text message to one number or to many; ends with 4 if one of them was refused."""
    from ...stringee.sms import SmsOutcome

    outcomes = await context.client.sms.send(sender=sender, to=to, text=text)
    rows = [{**context.row(outcome), "sent": outcome.sent} for outcome in outcomes]
    context.rows(rows, OUTCOME_COLUMNS, None, SmsOutcome)
    if not all(outcome.sent for outcome in outcomes):
        raise typer.Exit(SOME_FAILED)


@command(greeting_files, "list")
async def list_files(context: StringeeContext, first: First = None) -> None:
    """List greeting files."""
    from ...stringee.greeting_files import GreetingFile

    listing = context.client.greeting_files.list(page_size=page_size(first))
    await context.listing(listing, FILE_COLUMNS, first, GreetingFile)


@command(greeting_files, "upload", writes=True)
async def upload_file(
    context: StringeeContext,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A WAV or MP3 file.")],
    description: Annotated[
        str | None,
        typer.Option("--description", help="A description, kept with the file.", show_default=False),
    ] = None,
) -> None:
    """Upload a greeting file."""
    uploaded = await context.client.greeting_files.upload(file, **without_none({"description": description}))
    context.done("greeting file", "uploaded", id=uploaded.sid)
