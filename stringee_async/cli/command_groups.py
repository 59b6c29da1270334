"""The shape in which a vendor tells its commands.

One job: the table that `app` builds a tree from. Each vendor's folder fills one in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import attrs
import typer


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
    """A noun whose commands are all functions.

    Args:
        help: What it is, in one line.
        commands: Its commands.
    """

    help: str
    commands: typer.Typer

    def app(self) -> typer.Typer:
        """Return its commands."""
        return self.commands


@attrs.frozen(kw_only=True)
class Nouns:
    """The commands of a vendor.

    Args:
        groups: The nouns, by name.
        others: More names for some of them, which the help does not show.
        commands: Functions that add a command without a noun.
    """

    groups: Mapping[str, Noun]
    others: Mapping[str, Noun] = attrs.field(factory=dict[str, Noun])
    commands: tuple[Callable[[typer.Typer], None], ...] = ()
