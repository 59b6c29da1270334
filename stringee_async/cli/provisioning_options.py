"""Arguments and options that several provisioning commands share, and what those that were given mean."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ..core.errors import ConfigError
from .command_context import CommandContext
from .options import pairs, rate_limit
from .output import Form, OutputFormat
from .provisioning_output import is_saved_plan

if TYPE_CHECKING:
    from ..provision.runner import Runner
    from ..provision.spec import Spec

Context = CommandContext[Any]

ERRORS_HELP: Final = "Write everything that is wrong to this file, a line for each thing."

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE",
        exists=True,
        help="A specification (.yaml, .toml, .json), several, or a folder of them.",
    ),
]
ApplyFiles = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE",
        exists=True,
        help="A specification (.yaml, .toml, .json), several, or a folder of them; or one saved plan.",
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        metavar="GUARD=NUMBER",
        help="Let a guard pass that refused, such as delete=37; the number must be the plan's. May be repeated.",
        show_default=False,
    ),
]
State = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="FOLDER",
        file_okay=False,
        help="Folder for journal, lock and reports; by default one in your state folder.",
        show_default=False,
    ),
]
Pace = Annotated[
    str | None,
    typer.Option(
        "--rate",
        metavar="CALLS/SECONDS",
        help="Send at most so many requests in so many seconds, such as 300/10.",
        show_default=False,
    ),
]
Errors = Annotated[
    Path | None, typer.Option("--errors", metavar="FILE", help=ERRORS_HELP, show_default=False)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan, as `plan` does, and change nothing.")]
Yes = Annotated[
    bool,
    typer.Option("--yes", "-y", help="Do not ask; needed for a specification where there is no terminal."),
]
Concurrency = Annotated[int, typer.Option(min=1, max=1000, help="Units worked on at once.")]
Patience = Annotated[
    float,
    typer.Option(
        min=0,
        metavar="SECONDS",
        help="How long an outage of the vendor may last; a nightly job may say 7200.",
    ),
]


class RunnerName(enum.StrEnum):
    """What carries a plan out."""

    LOCAL = "local"
    DURABLE = "durable"


WithRunner = Annotated[
    RunnerName,
    typer.Option(
        "--runner",
        help="What carries the plan out: this process, or a run that survives a crash; needs the extra durable.",
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        metavar="URL",
        envvar="STRINGEE_ASYNC_DATABASE_URL",
        show_envvar=True,
        help="PostgreSQL for --runner durable, so that several machines carry out one plan. Default: a file.",
        show_default=False,
    ),
]
AllNames = Annotated[
    bool, typer.Option("--all", help="Show everything: no long list is cut, and what is left alone is named.")
]


def runner_of(name: RunnerName, url: str | None) -> Runner:
    """Return what carries a plan out.

    Raises:
        ConfigError: The extra is not installed, or the URL is not of PostgreSQL.
    """
    if name is RunnerName.LOCAL:
        from ..provision.running.local_runner import LocalRunner

        return LocalRunner()
    from ..durable import DbosRunner

    return DbosRunner(url)


def loaded(context: Context, files: Sequence[Path]) -> Spec:
    """Return what the files say.

    Raises:
        typer.BadParameter: They say that they are for another vendor than the command, or one is a saved plan.
    """
    from ..provision.files.load import load_files

    for path in files:
        if path.suffix.lower() == ".json" and is_saved_plan(path):
            raise typer.BadParameter(
                f"{path} is a saved plan, which `apply` carries out; name the specification that it was made from",
                param_hint="FILE",
            )
    country = context.options.phone_country
    spec = load_files(files, phone_country=country, otherwise=_country_of(context))
    if spec.vendor is not None and spec.vendor != context.vendor:
        raise typer.BadParameter(
            f"it is for {spec.vendor}; add --vendor {spec.vendor}, or change `vendor:` in it",
            param_hint="FILE",
        )
    return spec


def _country_of(context: Context) -> str | None:
    """Return the country of the client, which is the profile's; offline that of the account, if there is one."""
    from ..core.client import calling_code_of
    from .account import find_account

    if context.client is not None:
        return calling_code_of(context.client)
    try:
        return find_account(context.vendor, context.options.profile, context.options.config).phone_country
    except ConfigError:
        return None  # what is drawn from a file needs no account


def allowed(texts: Sequence[str] | None) -> dict[str, int]:
    """Return the numbers that `--allow` gives, by guard.

    Raises:
        typer.BadParameter: No number follows, or there is no such guard that a number overrules.
    """
    from ..provision.planning.guards import check_allowed

    found = pairs(texts, "--allow", "GUARD=NUMBER, such as delete=37")
    for guard, number in found.items():
        if not (number.isascii() and number.isdecimal()):
            raise typer.BadParameter(
                f"{guard}={number}: a whole number must follow, the one that the plan's refusal names",
                param_hint="--allow",
            )
    numbers = {guard: int(number) for guard, number in found.items()}
    try:
        check_allowed(numbers)
    except ConfigError as error:
        raise typer.BadParameter(error.message, param_hint="--allow") from None
    return numbers


def per_second(pace: str | None) -> float | None:
    """Return how many requests a second `--rate` lets through; None where it is not given."""
    if pace is None:
        return None
    limit = rate_limit(pace)
    return limit.requests / limit.per


def is_saved(files: Sequence[Path]) -> bool:
    """Return whether a saved plan was named, and not specifications.

    Raises:
        typer.BadParameter: It is not the only file.
    """
    saved = [path for path in files if path.suffix.lower() == ".json" and is_saved_plan(path)]
    if saved and len(files) > 1:
        raise typer.BadParameter(f"{saved[0]} is a saved plan, which is applied alone", param_hint="FILE")
    return bool(saved)


def one_document(form: Form, what: str) -> None:
    """Refuse `--output csv` for what is no table.

    Raises:
        typer.BadParameter: It was asked for.
    """
    if form.kind is OutputFormat.CSV:
        raise typer.BadParameter(
            f"{what} is no table, so there is no CSV of it; json and ndjson write it for programs",
            param_hint="--output",
        )


def as_text_only(form: Form, what: str) -> None:
    """Refuse every `--output` for what has a form of its own.

    Raises:
        typer.BadParameter: One was asked for.
    """
    if not form.for_people:
        raise typer.BadParameter(f"does not apply: {what}", param_hint="--output")
