"""`apply` at the terminal: asks, carries the plan out, shows how far it is, and takes Ctrl-C."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .interruption import Interruption
from .output import Form, note
from .provisioning_output import show_plan
from .run_display import running

if TYPE_CHECKING:
    from ..provision.plan import Plan
    from ..provision.report import Report
    from .command_context import CommandContext


def may_apply(plan: Plan, form: Form, *, yes: bool, all_names: bool) -> bool:
    """Show a plan, and return whether it is to be carried out: no guard refuses, and the user agrees where asked."""
    if plan.refusals or not yes or not plan.empty:
        show_plan(plan, form, all_names=all_names)
    if plan.refusals:
        return False
    if plan.empty or yes:
        return True
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise typer.BadParameter("needed where there is no terminal to ask at", param_hint="--yes")
    return typer.confirm("Apply this plan?", err=True)


async def applied(
    context: CommandContext[Any], plan: Plan, *, concurrency: int, patience: float, state: Path | None
) -> tuple[Report, Path | None]:
    """Carry a plan out, and show how far it is; returns the report and its file.

    The first Ctrl-C begins nothing more, the second cancels.
    """
    from .. import provision
    from ..provision.run_events import Finished
    from ..provision.running.local_runner import LocalRunner

    runner = LocalRunner()

    def finish() -> None:
        note("finishing what is in flight; Ctrl-C again stops at once", "yellow")
        runner.finish()

    interruption = Interruption(finish)
    events = provision.apply_events(
        context.client, plan, runner=runner, concurrency=concurrency, patience=patience, state=state
    )
    report: Report | None = None
    try:
        with interruption.watched(), running(context.client, context.form) as display:
            async with events:
                async for event in events:
                    display.take(event)
                    if isinstance(event, Finished):
                        report = event.report
    except asyncio.CancelledError:
        if not interruption.asked:
            raise
        raise KeyboardInterrupt from None
    if report is None:
        raise AssertionError("a run ends with its report")
    return report, None
