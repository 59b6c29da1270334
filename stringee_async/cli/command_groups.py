"""The shape in which a vendor tells its commands.

One job: the table that `app` builds a tree from. Each vendor's folder fills one in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs
import typer


@attrs.frozen(kw_only=True)
class Nouns:
    """The commands of a vendor.

    Args:
        groups: Groups of commands by the noun that they are about.
        others: More names for some of them, which the help does not show.
        commands: Functions that add a command without a noun.
    """

    groups: Mapping[str, typer.Typer]
    others: Mapping[str, typer.Typer] = attrs.field(factory=dict[str, typer.Typer])
    commands: tuple[Callable[[typer.Typer], None], ...] = ()
