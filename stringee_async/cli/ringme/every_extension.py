"""RingMe's commands that subscribe every extension to one URL, and take that back: a row for each extension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..command import command
from ..exit_codes import code_of_rows
from ..options import without_none
from ..output import RowWriter, note
from ..trouble import SHOWN, show_error
from ..wording import counted
from .context import ClientId, RingMeContext

if TYPE_CHECKING:
    from ...core.bulk import Bulk
    from ...core.errors import SdkError
    from ...ringme.extension_models import Extension
    from ...ringme.subscribing import SubscriptionChanges

extension_events = typer.Typer()

COLUMNS = ("id", "name", "type", "result", "created", "changed", "kept", "removed", "skipped")
Url = Annotated[
    str,
    typer.Option("--url", help="Where events are reported; subscriptions with another URL are left alone."),
]
OnlyType = Annotated[
    str | None,
    typer.Option("--type", help="Only extensions of this type, such as phone.", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]


@command(extension_events, "ensure-all")
async def ensure_all(
    context: RingMeContext,
    url: Url,
    event_types: Annotated[
        list[str],
        typer.Option(
            "--event-type", help="What is reported, such as dial-in, answer or hangup; may be repeated."
        ),
    ],
    method: Annotated[str, typer.Option("--method", help="GET or POST.")] = "POST",
    extension_type: OnlyType = None,
    dry_run: DryRun = False,
    client_id: ClientId = "@me",
) -> None:
    """Have the events of every extension reported to your server; what is subscribed to already stays as it is."""
    events = context.client.extension_events
    outcomes = events.ensure_all(
        url, event_types, method=method, type=extension_type, dry_run=dry_run, client_id=client_id
    )
    await _show(context, outcomes, extension_type)


@command(extension_events, "remove-all")
async def remove_all(
    context: RingMeContext,
    url: Url,
    event_types: Annotated[
        list[str] | None,
        typer.Option("--event-type", help="Only these; may be repeated. All without it.", show_default=False),
    ] = None,
    extension_type: OnlyType = None,
    dry_run: DryRun = False,
    client_id: ClientId = "@me",
) -> None:
    """Have the events of every extension no longer reported to your server, without asking."""
    wanted = without_none({"event_types": event_types or None})
    outcomes = context.client.extension_events.remove_all(
        url, type=extension_type, dry_run=dry_run, client_id=client_id, **wanted
    )
    await _show(context, outcomes, extension_type)


async def _show(
    context: RingMeContext, outcomes: Bulk[Extension, SubscriptionChanges], extension_type: str | None
) -> None:
    """Write a row for each extension as it comes; end with the code of `exit_codes` if one of them failed."""
    from ...core.errors import SdkError

    writer, rows = RowWriter(COLUMNS, context.form, (*COLUMNS, "dry_run", "error")), 0
    errors: list[SdkError] = []
    try:
        async with outcomes:
            async for outcome in outcomes:
                error, rows = outcome.error, rows + 1
                if error is not None and not isinstance(error, SdkError):
                    raise error
                writer.add(_row(outcome.item, outcome.state, outcome.result, error))
                if error is None:
                    continue
                errors.append(error)
                if len(errors) <= SHOWN:
                    show_error(error, context.vendor, f"extension {outcome.item.id}: ")
    finally:
        writer.close()
    context.counted(rows, None)
    if not rows and extension_type is not None:
        note(
            f"no extension is of type {extension_type}; `stringee-async extensions list --vendor ringme` shows the types"
        )
    if len(errors) > SHOWN:
        note(f"and {counted(len(errors) - SHOWN, 'more error')}; --output json shows all", "red")
    if errors:
        raise typer.Exit(code_of_rows(errors))


def _row(
    extension: Extension, state: str, changes: SubscriptionChanges | None, error: SdkError | None
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": extension.id,
        "name": extension.name,
        "type": extension.type,
        "result": state,
    }
    if changes is None:
        return {**shown, "error": str(error)}
    planned = {"result": "planned"} if changes.dry_run else {}
    lists = {name: list(getattr(changes, name)) for name in ("created", "changed", "kept", "removed")}
    return {
        **shown,
        **planned,
        **lists,
        "skipped": dict(changes.skipped),
        "dry_run": changes.dry_run,
        "error": "",
    }
