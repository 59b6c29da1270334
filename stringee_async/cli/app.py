"""Puts the commands of a vendor together into `stringee-async`; every wrong usage ends with exit code 64.

Importing it imports neither aiohttp nor the SDK, and of the vendors' commands only those that are needed.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, Any, Final, cast

import typer
from typer.core import TyperGroup

from .._version import __version__
from ..core.profiles import SETTINGS
from ..explanations.exit_codes import in_one_line
from . import demo, doctor, emulator, explain, profile, provisioning, quota
from .account import variable
from .command import command
from .command_groups import CommandGroups, Noun
from .help import Command, Group
from .streams import ReaderGoneError, discard
from .vendor import VARIABLE, Vendor, VendorOption
from .vendor_selection import choose
from .wording import plain

WRONG_USAGE: Final = 64
"""Exit code of wrong usage (EX_USAGE), so that scripts can tell it from a failed call."""

NAME: Final = "stringee-async"

_UsageError: Any = typer.BadParameter.__bases__[0]


@contextmanager
def _usage_exits_with_64() -> Generator[None]:
    try:
        yield
    except _UsageError as error:
        from .tables import let_readers_leave

        let_readers_leave()
        error.exit_code = WRONG_USAGE
        error.message = plain(error.message)
        raise


def _chosen(words: Any, *, lenient: bool) -> tuple[Vendor, list[str]]:
    """Return the vendor and the other words; `lenient` for a line that is still typed, which a shell completes."""
    try:
        return choose(words)
    except _UsageError:
        if not lenient:
            raise
        return Vendor.STRINGEE, [word for word in words if not word.startswith("--vendor")]


class _Program(TyperGroup):
    """What is started: chooses the vendor, and leaves the rest to the tree of that vendor."""

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        with _usage_exits_with_64():
            vendor, words = _chosen(args, lenient=bool(extra.get("resilient_parsing")))
            return tree(vendor).make_context(info_name, words, parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        with _usage_exits_with_64():
            return ctx.command.invoke(ctx)


class _Branch(Group):
    """The root of a vendor's tree, or a noun in it: where a word is missing, it says which vendor has it."""

    def resolve_command(self, ctx: Any, args: Any) -> Any:
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            path = (args[0],) if ctx.parent is None else (ctx.info_name, args[0])
            others = [vendor for vendor in Vendor if vendor is not ctx.obj and _grows(tree(vendor), path)]
            if others:
                raise _UsageError(_elsewhere(ctx.obj, path, others), ctx)
        return super().resolve_command(ctx, args)


class _NounBranch(_Branch):
    """A noun, whose commands are made when the first of them is asked for."""

    def __init__(self, name: str, noun: Noun, *, hidden: bool = False) -> None:
        self._noun, self._made = noun, False
        super().__init__(name=name, help=noun.help, hidden=hidden, no_args_is_help=True)

    @property
    def commands(self) -> Any:
        """Its commands, by name."""
        if not self._made:
            self._made = True
            self._commands = typer.main.get_group(self._noun.app()).commands
        return self._commands

    @commands.setter
    def commands(self, commands: Any) -> None:
        self._commands = commands


def _grows(root: TyperGroup, path: tuple[str, ...]) -> bool:
    """Return whether a tree has the command at the end of a path."""
    command: Any = root
    for word in path:
        command = getattr(command, "commands", {}).get(word)
    return command is not None


def _elsewhere(vendor: Vendor, path: tuple[str, ...], others: list[Vendor]) -> str:
    words = " ".join(path)
    have = "have" if len(others) > 1 else "has"
    return (
        f"{vendor.label} has no command {words!r}; {' and '.join(other.label for other in others)} {have} it: "
        f"{' or '.join(f'{NAME} {words} --vendor {other}' for other in others)}"
    )


def tree(vendor: Vendor) -> TyperGroup:
    """Return the commands for a vendor."""
    root = typer.Typer(
        cls=_Branch,
        name=NAME,
        help=f"Work with a {vendor.label} contact centre: list and change what is there, or try it on an emulator.",
        epilog=_epilog(vendor),
        no_args_is_help=True,
        context_settings={"obj": vendor, "help_option_names": ["-h", "--help"]},
    )
    root.callback()(_root(vendor))
    groups: CommandGroups = import_module(f".{vendor}.command_groups", __package__).COMMAND_GROUPS
    if vendor is Vendor.STRINGEE:
        root.command("demo", cls=Command)(demo.demo)
    root.command("emulator", cls=Command)(emulator.emulator)
    negative_codes = {"ignore_unknown_options": True}
    root.command("explain", cls=Command, context_settings=negative_codes)(explain.explain)
    for name, body in groups.commands.items():
        command(root, name)(body)
    provisioning.register(root, groups.context)
    doctor.register(root, groups.context)
    quota.register(root, groups.context)
    found = cast("TyperGroup", typer.main.get_command(root))
    for option in found.params:
        if option.name in {"install_completion", "show_completion"}:
            cast(
                "Any", option
            ).hidden = True  # the text below the commands names it: so long a name leaves no room
    found.add_command(_NounBranch("profile", profile.Profiles(groups.context)))
    for name, noun in groups.groups.items():
        found.add_command(_NounBranch(name, noun))
    for name, noun in groups.others.items():
        found.add_command(_NounBranch(name, noun, hidden=True))
    return found


def _epilog(vendor: Vendor) -> str:
    *names, last = (variable(vendor, name) for name in SETTINGS[vendor].required)
    others = " or ".join(f"--vendor {other}" for other in Vendor if other is not vendor)
    return (
        f"These are the commands for {vendor.label}; {others} shows and runs another vendor's. {VARIABLE}, or "
        "`vendor` in the profile, chooses one for good. "
        f"Credentials come from {', '.join(names)} and {last}, or from a profile file (--profile). "
        "--install-completion has your shell complete commands. "
        f"Exit codes: {in_one_line()}; `explain exit 4` says more of one."
    )


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{NAME} {__version__}")
        raise typer.Exit


def _root(chosen: Vendor) -> Any:
    def root(
        version: Annotated[
            bool,
            typer.Option(
                "--version", callback=_print_version, is_eager=True, help="Print the version and stop."
            ),
        ] = False,
        vendor: VendorOption = chosen,
    ) -> None:
        """Hold the options of the root."""

    return root


def start() -> None:
    """Run the program with the arguments of this process; exits with its code, also where help cannot be written."""
    try:
        try:
            app(prog_name=NAME)
        finally:
            sys.stdout.flush()
    except (ReaderGoneError, BrokenPipeError):
        discard()
        sys.exit(0)
    except OSError as error:
        discard()
        sys.stderr.write(f"error: standard output cannot be written: {error.strerror or error}\n")
        sys.exit(1)


app = typer.Typer(cls=_Program, name=NAME, pretty_exceptions_enable=False)
app.callback()(lambda: None)
