"""Help in which every word can be read to its end: plain where panels would cut long option names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from typer.core import TyperCommand, TyperGroup

_REST: Final = 48
"""Cells that the panels need beside the option names and the text: types, borders, and space."""


class _Uncut:
    """What a command or a group of commands is beside, so that its help cuts nothing."""

    params: list[Any]
    rich_markup_mode: Any

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, with panels where they have room."""
        from .tables import let_readers_leave, terminal_width

        let_readers_leave()
        mode = self.rich_markup_mode
        base: Any = super()
        try:
            if self._needs() > terminal_width():
                self.rich_markup_mode = None
            base.format_help(ctx, formatter)
        finally:
            self.rich_markup_mode = mode

    def _needs(self) -> int:
        options = [param for param in self.params if param.param_type_name == "option" and not param.hidden]
        names = _longest(option.opts for option in options)
        words = [word for option in options for word in _text(option).split()]
        return (
            _REST
            + names
            + _longest(option.secondary_opts for option in options)
            + max(map(len, words), default=0)
        )


class Command(_Uncut, TyperCommand):
    """A command whose help cuts no word."""


class Group(_Uncut, TyperGroup):
    """A group of commands whose help cuts no word."""


def _text(option: Any) -> str:
    """Return what the help says of an option, the name of its variable included."""
    return f"{option.help or ''} {option.envvar if option.show_envvar and option.envvar else ''}]"


def _longest(names: Iterable[Iterable[str]]) -> int:
    """Return the length of the longest name or names of one option, as the panels join them."""
    return max((len(",".join(name for name in some if name.startswith("--"))) for some in names), default=0)
