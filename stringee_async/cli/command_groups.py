"""The shape in which a vendor's folder tells its commands; `app` builds a tree from it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

import attrs
import typer

from .command_context import CommandContext


class Noun(Protocol):
    """A noun of the command line, such as `agents`."""

    @property
    def help(self) -> str:
        """What it is, in one line."""
        ...

    def app(self) -> typer.Typer:
        """Return its commands; called when they are asked for."""
        ...


@attrs.frozen
class Functions:
    """A noun whose commands are all functions."""

    help: str
    commands: typer.Typer

    def app(self) -> typer.Typer:
        """Return its commands."""
        return self.commands


@attrs.frozen(kw_only=True)
class CommandGroups:
    """The commands of a vendor.

    Args:
        context: What its commands work with.
        groups: The nouns, by name.
        others: More names for some of them, which the help does not show.
        commands: Commands without a noun, by name.
    """

    context: type[CommandContext[Any]]
    groups: Mapping[str, Noun]
    others: Mapping[str, Noun] = attrs.field(factory=dict[str, Noun])
    commands: Mapping[str, Callable[..., Coroutine[Any, Any, None]]] = attrs.field(
        factory=dict[str, Callable[..., Coroutine[Any, Any, None]]]
    )
