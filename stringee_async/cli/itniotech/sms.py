"""ITNIO TECH's commands for text messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from ..command import command
from ..command_context import page_size
from ..derived_options import TIMES
from ..exit_codes import SOME_FAILED
from ..options import First, without_none
from .commands import balance
from .context import ItniotechContext

sms = typer.Typer()

REPORT_COLUMNS = ("msg_id", "number", "status", "receive_time")
RECEIVED_COLUMNS = ("receive_time", "number", "send_id", "content", "operator")

AppId = Annotated[str, typer.Option("--app-id", help="The application that the messages belong to.")]
Since = Annotated[
    datetime, typer.Option("--from", formats=TIMES, help="From when on, GMT+8.", show_default=False)
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", formats=TIMES, help="Until when, GMT+8; now if left out.", show_default=False),
]


@command(sms, "send", writes=True)
async def send_sms(
    context: ItniotechContext,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is sent.")],
    to: Annotated[list[str], typer.Option("--to", help="A number with country code; may be repeated.")],
    app_id: AppId,
    sender: Annotated[
        str | None, typer.Option("--from", help="The sender that is shown.", show_default=False)
    ] = None,
    order_ids: Annotated[
        list[str] | None,
        typer.Option("--order-id", help="A reference for each number; repeat it.", show_default=False),
    ] = None,
) -> None:
    """Send one text to numbers; each has an outcome of its own, and the command ends with 4 if one was refused."""
    outcomes = await context.client.sms.send(
        app_id=app_id, to=to, text=text, **without_none({"sender": sender, "order_ids": order_ids or None})
    )
    words = {True: "sent", False: "refused", None: "unknown"}
    rows = [
        {"result": words[one.sent], "to": one.to, "msg_id": one.msg_id, "order_id": one.order_id}
        for one in outcomes
    ]
    context.rows(rows, ("result", "to", "msg_id", "order_id"))
    if not all(one.sent for one in outcomes):
        raise typer.Exit(SOME_FAILED)


@command(sms, "reports")
async def show_reports(
    context: ItniotechContext,
    msg_ids: Annotated[list[str], typer.Argument(metavar="MSG_ID...", help="Ids of messages.")],
    app_id: AppId,
) -> None:
    """Show the states of messages; one that is still queued is left out."""
    from ...itniotech.sms_models import SmsReport

    reports = await context.client.sms.reports(msg_ids, app_id=app_id)
    context.rows([context.row(one) for one in reports], REPORT_COLUMNS, None, SmsReport)


@command(sms, "sent")
async def list_sent(
    context: ItniotechContext, app_id: AppId, since: Since, until: Until = None, first: First = None
) -> None:
    """List the messages whose sending has ended, of 31 days at most; the vendor takes one such query a minute."""
    from ...itniotech.sms_models import SmsReport

    listing = context.client.sms.list_sent(
        app_id=app_id, since=_moment(since), until=until and _moment(until)
    )
    await context.listing(listing, REPORT_COLUMNS, first, SmsReport)


@command(sms, "received")
async def list_received(
    context: ItniotechContext, app_id: AppId, since: Since, until: Until = None, first: First = None
) -> None:
    """List the messages that came in."""
    from ...itniotech.sms_models import ReceivedSms

    listing = context.client.sms.list_received(
        app_id=app_id, page_size=page_size(first), since=_moment(since), until=until and _moment(until)
    )
    await context.listing(listing, RECEIVED_COLUMNS, first, ReceivedSms)


command(sms, "balance")(balance)


def _moment(typed: datetime) -> datetime:
    from ...itniotech.datetimes import VENDOR_ZONE

    return typed.replace(tzinfo=VENDOR_ZONE)
