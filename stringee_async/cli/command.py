"""Makes a coroutine a command: shared options, the client, errors and exit codes.

A command is a coroutine function whose first parameter is the command context of a vendor, which says whose client it
needs; the others are its own arguments and options. `command` adds those that all commands share.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import warnings
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, Final, ParamSpec, TypeVar, cast

import attrs
import typer

from .command_context import CommandContext, CommandOptions
from .exit_codes import code_of
from .help import Command
from .many_ids import all_ids, extended, several
from .options import (
    COLUMN_CHOICE,
    Bom,
    ConfigFile,
    LogFile,
    Output,
    PhoneCountry,
    Profile,
    Quiet,
    QuotaUrl,
    Raw,
    Verbose,
    rate_limit,
    with_columns,
)
from .output import Form, OutputFormat, note
from .streams import OutputError, ReaderGoneError, quietly
from .trouble import closing_log, set_up_logging, show_error, show_unknown, telling_of_waits
from .vendor import Vendor, VendorOption
from .wording import as_typed

if TYPE_CHECKING:
    from ..core.client import Client
    from ..core.unknown_writes import UnknownWrite

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D", bound=CommandContext[Any])

INTERRUPTED: Final = 130
_DRY_RUN: Final = inspect.Parameter(
    "dry_run",
    inspect.Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent, without secrets, and send nothing.")
    ],
)


def command(
    app: typer.Typer, name: str, *, hidden: bool = False, sends: bool = True, writes: bool = False
) -> Callable[
    [Callable[Concatenate[D, P], Coroutine[Any, Any, None]]],
    Callable[Concatenate[D, P], Coroutine[Any, Any, None]],
]:
    """Return a decorator that registers a coroutine function as a command, and returns it unchanged.

    A command that `sends` nothing needs no credentials; its context has no client. One that `writes` has `--dry-run`.
    """

    def register(
        body: Callable[Concatenate[D, P], Coroutine[Any, Any, None]],
    ) -> Callable[Concatenate[D, P], Coroutine[Any, Any, None]]:
        first, *own = inspect.signature(body, eval_str=True).parameters.values()
        context = cast("type[CommandContext[Any]]", first.annotation)
        many, lists = several(own) if writes else None, name == "list"
        shared = list(inspect.signature(_shared, eval_str=True).parameters.values())
        shown = inspect.Parameter(
            "vendor", inspect.Parameter.KEYWORD_ONLY, default=context.vendor, annotation=VendorOption
        )

        def start(**given: Any) -> None:
            options = _prepared(given, shared, many, lists=lists)
            dry = writes and given.pop(_DRY_RUN.name)
            kind = _dry if dry else _online if sends else _offline
            work = cast("Callable[..., Coroutine[Any, Any, None]]", body)
            with quietly(options.quiet), closing_log():
                kind(work, context, own, options, given)

        more = [*(COLUMN_CHOICE if lists else ()), *shared, *([_DRY_RUN] if writes else ()), shown]
        keyword = inspect.Parameter.KEYWORD_ONLY
        parameters = [one.replace(kind=keyword) for one in (*extended(own, many), *more)]
        cast("Any", start).__signature__ = inspect.Signature(parameters)
        start.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        start.__doc__ = inspect.getdoc(body)
        app.command(name, cls=Command, hidden=hidden)(start)
        return body

    return register


def _prepared(
    given: dict[str, Any],
    shared: Sequence[inspect.Parameter],
    many: inspect.Parameter | None,
    *,
    lists: bool,
) -> CommandOptions:
    """Take the options that commands share out of what was given, and return them; put ids of a file to those given."""
    del given["vendor"]
    options = _shared(**{parameter.name: given.pop(parameter.name) for parameter in shared})
    if lists:
        form = with_columns(options.form, given.pop("columns"), wide=given.pop("wide"))
        options = attrs.evolve(options, form=form)
    if many is not None:
        given[many.name] = all_ids(many, given[many.name], given.pop("ids_from"))
        options = attrs.evolve(options, failed=given.pop("failed"))
    return options


def _online(
    body: Callable[..., Coroutine[Any, Any, None]],
    context: type[CommandContext[Any]],
    own: Sequence[inspect.Parameter],
    options: CommandOptions,
    given: Mapping[str, Any],
) -> None:
    """Run a command, and name the writes whose outcome is unknown however it ends."""
    left: list[UnknownWrite] = []

    async def work() -> None:
        async with opened(context, options, given.get("pace")) as client, telling_of_waits(client):
            try:
                await _called(body, context(client, options.form), own, options, given)
            finally:
                left.extend(client.unknown_writes())

    try:
        run(work, context.vendor, given.get("errors"))
    finally:
        show_unknown(left, context.vendor)


def _offline(
    body: Callable[..., Coroutine[Any, Any, None]],
    context: type[CommandContext[Any]],
    own: Sequence[inspect.Parameter],
    options: CommandOptions,
    given: Mapping[str, Any],
) -> None:
    """Run a command that asks the vendor nothing."""

    async def work() -> None:
        set_up_logging(verbose=options.verbose, file=options.log_file)
        await _called(body, context(cast("Any", None), options.form), own, options, given)

    run(work, context.vendor, given.get("errors"))


def _dry(
    body: Callable[..., Coroutine[Any, Any, None]],
    context: type[CommandContext[Any]],
    own: Sequence[inspect.Parameter],
    options: CommandOptions,
    given: Mapping[str, Any],
) -> None:
    """Run a command up to what it would send, and show that."""
    from ..core.client import session_of, view_over
    from ..core.dry_run import WouldSendError, dry
    from .dry_run import show_requests

    async def work() -> None:
        async with opened(context, options, given.get("pace")) as client:
            session = dry(session_of(client))
            made = context(view_over(client, session), options.form)
            with contextlib.suppress(WouldSendError):
                await _called(body, made, own, options, given)
            show_requests(session.requests, options.form)

    run(work, context.vendor, given.get("errors"))


async def _called(
    body: Callable[..., Coroutine[Any, Any, None]],
    made: CommandContext[Any],
    own: Sequence[inspect.Parameter],
    options: CommandOptions,
    given: Mapping[str, Any],
) -> None:
    """Call a command's own function; errors name what was typed."""
    from ..core.errors import ConfigError

    made.options = options
    try:
        await body(made, **given)
    except ConfigError as error:
        error.message = as_typed(error.message, own)
        raise


def _shared(
    output: Output = OutputFormat.TABLE,
    raw: Raw = False,
    bom: Bom = False,
    profile: Profile = None,
    config: ConfigFile = None,
    phone_country: PhoneCountry = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
    log_file: LogFile = None,
    quota_url: QuotaUrl = None,
) -> CommandOptions:
    """Declare the options that every command of this kind has."""
    form = Form(output, raw=raw, bom=bom)
    return CommandOptions(form, profile, config, phone_country, verbose, quiet, log_file, quota_url=quota_url)


@contextlib.asynccontextmanager
async def opened(
    context: type[CommandContext[Any]], options: CommandOptions, pace: str | None = None
) -> AsyncGenerator[Client]:
    """Open the client of a command context for the account that the options describe, through a proxy if one is set.

    `pace` is the value of `--rate`, where a command has that option.
    """
    from .account import find_account, variables_beside
    from .limiter import limiter_of
    from .proxy import session_for

    set_up_logging(verbose=options.verbose, file=options.log_file)
    account = find_account(context.vendor, options.profile, options.config)
    if account.warning:
        note(f"warning: {account.warning}", "yellow")
    if beside := variables_beside(context.vendor, options.profile, options.config):
        note(f"The profile is used as a whole; not used: {', '.join(beside)} in the environment.")
    limit = None if pace is None else rate_limit(pace)
    async with limiter_of(options, limit) as limiter, session_for(context.vendor, account) as http:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            client: Client = context.open(
                account,
                http=http,
                allow_http=account.allow_http,
                phone_country=options.phone_country or account.phone_country,
                rate_limit=limiter,
            )
        for warning in caught:
            note(f"warning: {warning.message}", "yellow")
        async with client:
            yield client


def run(work: Callable[[], Coroutine[Any, Any, R]], vendor: Vendor, errors: Path | None = None) -> R:
    """Run a coroutine function to its end and return its result; turn our errors into a message and an exit code.

    The code of an error of ours is that of `exit_codes`; it is 1 after an error of standard output, 130 after Ctrl-C, and 0
    after the reader of standard output has left. A file `errors` gets all of a long message.
    """
    from ..core.errors import SdkError

    try:
        return shown(lambda: asyncio.run(work()))
    except SdkError as error:
        show_error(error, vendor, whole=errors)
        raise typer.Exit(code_of(error)) from None
    except KeyboardInterrupt:
        note("stopped", "yellow")
        raise typer.Exit(INTERRUPTED) from None


def shown(write: Callable[[], R]) -> R:
    """Write to standard output; turn a failure into a message and an exit code: 1, or 0 after its reader has left."""
    try:
        return write()
    except OutputError as error:
        note(f"error: {error}", "red")
        raise typer.Exit(1) from None
    except ReaderGoneError:
        raise typer.Exit(0) from None
