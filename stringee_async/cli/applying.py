"""`apply` at the terminal: asks, carries the plan out, shows how far it is, and takes Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ..core.redaction import printable
from .interruption import Interruption
from .output import Form, OutputFormat, note, show_document
from .provisioning_output import show_plan
from .run_display import running

if TYPE_CHECKING:
    from ..provision.plan import Plan
    from ..provision.run_events import Finished
    from ..provision.runner import Runner
    from .command_context import CommandContext


def may_apply(plan: Plan, form: Form, *, yes: bool, all_names: bool, rate: float | None) -> bool:
    """Show a plan, and return whether it is to be carried out: no guard refuses, and the user agrees where asked.

    Programs get the plan only where it is not carried out: otherwise the report is the one result.

    Raises:
        typer.BadParameter: The user would have to be asked, and there is no terminal.
    """
    asks = not (plan.refusals or plan.empty or yes)
    if form.for_people and (asks or plan.refusals):
        show_plan(plan, form, all_names=all_names, rate=rate)
    if asks and not _at_terminal():
        raise typer.BadParameter("needed where there is no terminal to ask at", param_hint="--yes")
    if asks and not (form.for_people and sys.stdout.isatty()):
        note(plan.render(verbose=all_names, rate=rate), "", whole=True)  # who answers must have seen it
    if not plan.refusals and (not asks or _agreed()):
        return True
    if asks:
        note("declined; nothing was written")
    if not form.for_people:
        event = {"event": "not_applied"} if form.kind is OutputFormat.NDJSON else {}
        show_document({**event, **plan.to_json()}, form)
    return False


def _at_terminal() -> bool:
    """Return whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()  # pyright: ignore[reportUnnecessaryComparison]


def _agreed() -> bool:
    """Ask whether to apply; anything but yes is no. Ctrl-C raises KeyboardInterrupt at once."""
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # that of the event loop waits for the loop
    try:
        sys.stderr.write("Apply this plan? [y/N]: ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
    finally:
        signal.signal(signal.SIGINT, before)
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    return answer.strip().casefold() in {"y", "yes"}


async def applied(
    context: CommandContext[Any],
    plan: Plan,
    runner: Runner,
    *,
    concurrency: int,
    patience: float,
    state: Path | None,
    limit: float | None,
) -> Finished:
    """Carry a plan out and return the last event; the first Ctrl-C begins nothing more, the second cancels."""
    from .. import provision
    from ..provision.run_events import Finished

    def finish() -> None:
        runner.finish()
        note("finishing what is in flight; Ctrl-C again stops at once", "yellow")

    interruption, end = Interruption(finish), None
    events = provision.apply_events(
        context.client, plan, runner=runner, concurrency=concurrency, patience=patience, state=state
    )
    try:
        with interruption.watched(), running(context.client, context.form, limit=limit) as display:
            async with events:
                async for event in events:
                    display.take(event)
                    end = event if isinstance(event, Finished) else None
    except asyncio.CancelledError:
        if not interruption.asked:
            raise
        _tell_of_reports(context, state)
        raise KeyboardInterrupt from None
    if end is None:
        raise AssertionError("a run ends with its report")
    return end


def _tell_of_reports(context: CommandContext[Any], state: Path | None) -> None:
    """Say where the report of a run lies that was stopped, and how it goes on."""
    from ..provision.running.state_folder import state_folder

    folder = printable(str(state_folder(context.client, state).reports), one_line=True)
    note(f"The same command goes on from here. The report is the newest one in {folder}", whole=True)
