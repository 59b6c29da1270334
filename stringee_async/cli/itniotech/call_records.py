"""`stringee-async call-records` for ITNIO TECH: calls that have ended."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..options import First, given
from .arguments import TIMES, OnlyGroup, Times, TimesOption, in_their_zone
from .context import ItniotechContext

app = typer.Typer()

COLUMNS = (
    "key_id",
    "call_start_time",
    "call_type",
    "caller",
    "called",
    "agent_name",
    "call_duration",
    "hangup_reason",
)


@command(app, "list")
async def list_records(
    context: ItniotechContext,
    start: Annotated[datetime, typer.Option("--from", formats=TIMES, help="From when on, GMT+8.")],
    end: Annotated[datetime, typer.Option("--until", formats=TIMES, help="Until when, GMT+8.")],
    group: OnlyGroup = None,
    agents: Annotated[
        list[str] | None,
        typer.Option("--agent", help="Only calls of this agent, by id; may be repeated.", show_default=False),
    ] = None,
    number: Annotated[
        str | None, typer.Option("--number", help="Only calls from or to this number.", show_default=False)
    ] = None,
    call_types: Annotated[
        list[int] | None,
        typer.Option(
            "--call-type",
            help="Only these: 1 group call, 2 incoming, 3 outgoing; may be repeated.",
            show_default=False,
        ),
    ] = None,
    times: TimesOption = Times.PLAIN,
    first: First = None,
) -> None:
    """List the records of calls in a span of time."""
    from ...itniotech.call_records import CallRecord

    wanted = given(
        voice_group_id=group,
        agent_ids=agents or None,
        called_or_caller=number,
        call_types=call_types or None,
    )
    listing = context.client.call_records.list(
        start_time=in_their_zone(start),
        end_time=in_their_zone(end),
        time_format=times.form,
        page_size=page_size(first),
        read_ahead=0 if first else 4,
        **wanted,
    )
    await context.listing(listing, COLUMNS, first, CallRecord)
