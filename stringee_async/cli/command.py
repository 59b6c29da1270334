"""Makes a coroutine a command: shared options, the client, errors and exit codes.

One job: what every command that talks to a vendor has in common. A command is a coroutine function whose first
parameter is the desk of a vendor, which says whose client it needs; the others are its own arguments and options.
`command` adds `--output`, `--profile`, `--config`, `--vendor` and `-v` to them.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import warnings
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Concatenate, Final, ParamSpec, TypeVar, cast

import attrs
import typer

from .desk import Desk, show_error
from .options import Output
from .output import OutputFormat, note
from .vendor import CONNECTION, Vendor, VendorOption

P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D", bound=Desk[Any])

INTERRUPTED: Final = 130


def command(
    app: typer.Typer, name: str, *, hidden: bool = False
) -> Callable[
    [Callable[Concatenate[D, P], Coroutine[Any, Any, None]]],
    Callable[Concatenate[D, P], Coroutine[Any, Any, None]],
]:
    """Register a coroutine function as a command.

    Args:
        app: The group.
        name: The command's name.
        hidden: Leave it out of the help.

    Returns:
        A decorator that returns the function unchanged.
    """

    def register(
        body: Callable[Concatenate[D, P], Coroutine[Any, Any, None]],
    ) -> Callable[Concatenate[D, P], Coroutine[Any, Any, None]]:
        first, *own = inspect.signature(body, eval_str=True).parameters.values()
        desk = cast("type[Desk[Any]]", first.annotation)
        shared = list(inspect.signature(_shared, eval_str=True).parameters.values())
        shown = inspect.Parameter(
            "vendor", inspect.Parameter.KEYWORD_ONLY, default=desk.vendor, annotation=VendorOption
        )

        def start(**given: Any) -> None:
            options = _shared(**{parameter.name: given.pop(parameter.name) for parameter in shared})
            del given[shown.name]

            async def work() -> None:
                async with _client(desk, options) as client:
                    await cast("Callable[..., Coroutine[Any, Any, None]]", body)(
                        desk(client, options.output), **given
                    )

            run(work, desk.vendor)

        parameters = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*own, *shared)]
        parameters.append(shown)
        cast("Any", start).__signature__ = inspect.Signature(parameters)
        start.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        start.__doc__ = inspect.getdoc(body)
        app.command(name, hidden=hidden)(start)
        return body

    return register


@attrs.frozen
class _Options:
    """The shared options of one run."""

    output: OutputFormat
    profile: str | None
    config: Path | None
    verbose: bool


def _shared(
    output: Output = OutputFormat.TABLE,
    profile: Annotated[
        str | None,
        typer.Option(
            envvar="STRINGEE_PROFILE",
            help="Profile with the credentials.",
            rich_help_panel=CONNECTION,
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            envvar="STRINGEE_CONFIG",
            help="Profile file; by default stringee-async/config.toml in your configuration folder.",
            rich_help_panel=CONNECTION,
            show_default=False,
        ),
    ] = None,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose", "-v", help="Log each request to standard error.", rich_help_panel=CONNECTION
        ),
    ] = False,
) -> _Options:
    """Declare the options that every command of this kind has."""
    return _Options(output, profile, config, verbose)


def _client(desk: type[Desk[Any]], options: _Options) -> Any:
    """Make the client that a desk needs, for the account that the options describe."""
    from .account import find_account

    if options.verbose:
        logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
        logging.getLogger("stringee_async").setLevel(logging.DEBUG)
    account = find_account(desk.vendor, options.profile, options.config)
    if account.warning:
        note(f"warning: {account.warning}", "yellow")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client = desk.open(account)
    for warning in caught:
        note(f"warning: {warning.message}", "yellow")
    return client


def run(work: Callable[[], Coroutine[Any, Any, R]], vendor: Vendor) -> R:
    """Run a coroutine function to its end; turn our errors into a message and an exit code.

    Args:
        work: What to do.
        vendor: Whose contact centre it is about.

    Returns:
        What it returned.

    Raises:
        typer.Exit: With 1 after an error of ours, with 130 after Ctrl-C.
    """
    from ..core.errors import SdkError

    try:
        return asyncio.run(work())
    except SdkError as error:
        show_error(error, vendor)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        note("stopped", "yellow")
        raise typer.Exit(INTERRUPTED) from None
