"""Stringee's commands for calls that are not derived: placing one with a script, and ending calls."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, cast

import typer

from ..command import command
from ..options import MissingOk, without_none
from .context import StringeeContext

calls = typer.Typer()


@command(calls, "make", writes=True)
async def make_call(
    context: StringeeContext,
    caller: Annotated[str, typer.Option("--from", help="One of your numbers.")],
    to: Annotated[list[str], typer.Option("--to", help="Number with country code; may be repeated.")],
    actions: Annotated[
        str | None,
        typer.Option(
            "--actions",
            metavar="JSON",
            help='The script, such as \'[{"action": "talk", "text": "Hello"}]\'.',
            show_default=False,
        ),
    ] = None,
    answer_url: Annotated[
        str | None,
        typer.Option(
            "--answer-url",
            help="Where the vendor fetches the script, in place of --actions.",
            show_default=False,
        ),
    ] = None,
    event_url: Annotated[
        str | None, typer.Option("--event-url", help="URL that gets the call's events.", show_default=False)
    ] = None,
    record: Annotated[
        bool | None, typer.Option("--record/--no-record", help="Record the call.", show_default=False)
    ] = None,
) -> None:
    """Place a call, and run a script in it."""
    given = {"answer_url": answer_url, "event_url": event_url, "record": record}
    script = None if actions is None else _script(actions)
    placed = await context.client.calls.make(
        caller=caller, to=to, **cast("Any", without_none({**given, "actions": script}))
    )
    context.done("call", "placed", id=placed.call_id or "")


@command(calls, "stop", writes=True)
async def stop_calls(
    context: StringeeContext,
    call_ids: Annotated[list[str], typer.Argument(metavar="CALL_ID...", help="The calls to end.")],
    missing_ok: MissingOk = False,
) -> None:
    """End calls, without asking; one that has ended already counts as stopped."""
    await context.delete("call", call_ids, context.client.calls.stop, missing_ok=missing_ok, verb="stopped")


def _script(text: str) -> list[Any]:
    try:
        found: Any = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise typer.BadParameter("must be a JSON list of actions", param_hint="--actions")
    return list(cast("Sequence[Any]", found))
