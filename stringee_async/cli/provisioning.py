"""`plan`, `apply` and `verify`: a contact centre from a file, for every vendor; `provisioning_views` has the others."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from .command import command
from .exit_codes import CHANGES, NOT_ALLOWED
from .provisioning_options import (
    AllNames,
    Allow,
    ApplyFiles,
    Concurrency,
    Context,
    DatabaseUrl,
    DryRun,
    Errors,
    Files,
    Pace,
    Patience,
    RunnerName,
    State,
    WithRunner,
    Yes,
    allowed,
    is_saved,
    loaded,
    one_document,
    per_second,
    runner_of,
)
from .provisioning_output import check_plan_file, read_plan, save_plan, show_plan, show_report, show_verified
from .provisioning_views import dump, graph, schema
from .streams import ReaderGoneError

if TYPE_CHECKING:
    from ..provision.plan import Plan

Body = Callable[..., Coroutine[Any, Any, None]]


async def plan(
    context: Context,
    files: Files,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.json", help="Save the plan, for `apply FILE.json`.", show_default=False
        ),
    ] = None,
    allow: Allow = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Write Markdown, for a comment in a review.")
    ] = False,
    all_names: AllNames = False,
    errors: Errors = None,
    state: State = None,
    patience: Patience = 0.0,
    pace: Pace = None,
) -> None:
    """Compare a specification with what is there, and show what `apply` would do; changes nothing.

    Exits with 0 if there is nothing to do, with 2 if there is, with 3 if a guard refuses.

    Examples: stringee-async plan centre.yaml; stringee-async plan centre.yaml --out plan.json
    """
    del errors  # `command` has used it
    one_document(context.form, "a plan")
    if markdown and not context.form.for_people:
        raise typer.BadParameter("choose one of it and --output", param_hint="--markdown")
    if out is not None:
        check_plan_file(out)
    made = await _planned(context, files, allow, state, patience)
    if out is not None:
        save_plan(made, out)
    with contextlib.suppress(ReaderGoneError):
        show_plan(made, context.form, markdown=markdown, all_names=all_names, rate=per_second(pace))
    raise typer.Exit(NOT_ALLOWED if made.refusals else 0 if made.empty else CHANGES)


async def apply(
    context: Context,
    files: ApplyFiles,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    allow: Allow = None,
    concurrency: Concurrency = 8,
    patience: Patience = 300.0,
    all_names: AllNames = False,
    errors: Errors = None,
    state: State = None,
    pace: Pace = None,
    runner: WithRunner = RunnerName.LOCAL,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a contact centre as a specification, or a saved plan, says.

    A specification is planned and shown first, and you are asked. A saved plan was reviewed, so you are not asked; it is
    refused if what is there has changed since.

    Run the same command again after a failure or a Ctrl-C: it goes on, and creates nothing twice. The first Ctrl-C finishes
    what is in flight and writes the report, the second stops at once.

    Exits with 0 if all is done, with 3 if a guard refuses or you decline, with 4 if some of it failed or is unknown, with 5
    if the vendor refuses, with 6 if it cannot be reached, with 130 after a Ctrl-C.

    Examples: stringee-async apply centre.yaml; stringee-async apply plan.json --rate 300/10
    """
    from .applying import applied, may_apply

    del errors  # `command` has used it
    one_document(context.form, "a report")
    carries = runner_of(runner, database_url)
    made, limit = await _to_apply(context, files, allow, state, patience), per_second(pace)
    if dry_run:
        raise _shown_only(made, context, all_names=all_names, rate=limit)
    if not may_apply(made, context.form, yes=yes or is_saved(files), all_names=all_names, rate=limit):
        raise typer.Exit(NOT_ALLOWED)
    end = await applied(
        context, made, carries, concurrency=concurrency, patience=patience, state=state, limit=limit
    )
    with contextlib.suppress(ReaderGoneError):
        show_report(end, context.form, all_names=all_names)
    raise typer.Exit(end.report.exit_code)


def _shown_only(made: Plan, context: Context, *, all_names: bool, rate: float | None) -> typer.Exit:
    """Show a plan that is not applied; return how the command ends."""
    with contextlib.suppress(ReaderGoneError):
        show_plan(made, context.form, all_names=all_names, rate=rate)
    return typer.Exit(NOT_ALLOWED if made.refusals else 0)


async def verify(
    context: Context,
    files: Files,
    *,
    all_names: AllNames = False,
    errors: Errors = None,
    state: State = None,
    patience: Patience = 0.0,
    pace: Pace = None,
) -> None:
    """Prove that a specification is met: nothing is left to do, and nothing is there twice; changes nothing.

    Exits with 0 if so, with 2 if something differs.

    Example: stringee-async verify centre.yaml
    """
    from .. import provision
    from .run_display import reading

    del pace, errors  # `command` has used them
    one_document(context.form, "a plan")
    spec = loaded(context, files)
    with reading() as progress:
        left = await provision.verify(context.client, spec, state=state, progress=progress, patience=patience)
    with contextlib.suppress(ReaderGoneError):
        show_verified(left, context.form, all_names=all_names)
    raise typer.Exit(CHANGES if left else 0)


ONLINE: Final[tuple[Body, ...]] = (plan, apply, dump, verify)
"""Commands that ask the vendor."""
OFFLINE: Final[tuple[Body, ...]] = (graph, schema)
"""Commands that need no credentials; `graph` without a file opens its own client."""


def register(root: typer.Typer, context: type[Context]) -> None:
    """Register the commands for the vendor of a context."""
    for body in (*ONLINE, *OFFLINE):
        command(root, body.__name__, sends=body in ONLINE)(for_context(body, context))


def for_context(body: Body, context: type[Context]) -> Body:
    """Return a command for the vendor of a context."""
    signature = inspect.signature(body, eval_str=True)
    first, *rest = signature.parameters.values()

    @functools.wraps(body)
    async def of_vendor(made: Context, **given: Any) -> None:
        await body(made, **given)

    parameters = [first.replace(annotation=context), *rest]
    of_vendor.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return of_vendor


async def _to_apply(
    context: Context,
    files: Sequence[Path],
    allow: Sequence[str] | None,
    state: Path | None,
    patience: float,
) -> Plan:
    """Return a saved plan, or the plan for specifications."""
    if not is_saved(files):
        return await _planned(context, files, allow, state, patience)
    if allow:
        raise typer.BadParameter("give it to `plan`; a saved plan holds what it allows", param_hint="--allow")
    return read_plan(files[0])


async def _planned(
    context: Context,
    files: Sequence[Path],
    allow: Sequence[str] | None,
    state: Path | None,
    patience: float,
) -> Plan:
    """Return the plan for specifications."""
    from .. import provision
    from .run_display import reading

    numbers, spec = allowed(allow), loaded(context, files)
    with reading() as progress:
        return await provision.plan(
            context.client, spec, allow=numbers, state=state, progress=progress, patience=patience
        )
