"""Puts the command groups together into `stringee-async`.

One job: the tree of commands, and exit code 64 for every wrong usage. Importing it imports neither aiohttp nor
the SDK; commands do that when they run.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from .._version import __version__
from . import agents, client_token, demo, emulator, groups, members, queues, routings

WRONG_USAGE = 64
"""Exit code of wrong usage (EX_USAGE), so that scripts can tell it from a failed call."""

_UsageError: Any = typer.BadParameter.__bases__[0]


@contextmanager
def _usage_exits_with_64() -> Generator[None]:
    try:
        yield
    except _UsageError as error:
        error.exit_code = WRONG_USAGE
        raise


class _Root(TyperGroup):
    """The root of the tree: everything is parsed and run below it."""

    def make_context(self, *args: Any, **options: Any) -> Any:
        with _usage_exits_with_64():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        with _usage_exits_with_64():
            return super().invoke(ctx)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"stringee-async {__version__}")
        raise typer.Exit


app = typer.Typer(
    cls=_Root,
    name="stringee-async",
    help="Work with a Stringee contact centre: see a demo, run the emulator, list and change what is there.",
    epilog=(
        "Credentials come from STRINGEE_KEY_SID and STRINGEE_KEY_SECRET, or from a profile file (--profile). "
        "Exit codes: 0 fine, 1 error, 64 wrong usage."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """Hold the options of the root."""


app.command("demo")(demo.demo)
app.command("emulator")(emulator.emulator)
app.add_typer(agents.app, name="agents")
app.add_typer(groups.app, name="groups")
app.add_typer(members.app, name="members")
app.add_typer(members.app, name="group-agents", hidden=True)
app.add_typer(queues.app, name="queues")
app.add_typer(routings.app, name="routings")
client_token.register(app)
