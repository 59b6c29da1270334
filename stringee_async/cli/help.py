"""Help in which every option can be read to its end, on narrow terminals too.

One job: choose between the help with panels, which cuts long option names where there is no room, and the plain one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rich.console import Console
from typer.core import TyperCommand

_REST: Final = 60
"""Cells that the panels need beside the option names: types, borders, and a little text."""


class Command(TyperCommand):
    """A command whose help cuts no option name."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, with panels where they have room."""
        mode = self.rich_markup_mode
        try:
            if self._needs() > Console().width:
                self.rich_markup_mode = None
            super().format_help(ctx, formatter)
        finally:
            self.rich_markup_mode = mode

    def _needs(self) -> int:
        options: list[Any] = [param for param in self.params if param.param_type_name == "option"]
        names = _longest(option.opts for option in options)
        return _REST + names + _longest(option.secondary_opts for option in options)


def _longest(names: Iterable[Iterable[str]]) -> int:
    """Return the length of the longest name or names of one option, as the panels join them."""
    return max((len(",".join(name for name in some if name.startswith("--"))) for some in names), default=0)
