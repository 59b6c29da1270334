"""Nouns of ITNIO TECH: their passwords, and times in the vendor's zone.

One job: the commands of the package's `crud` with the options that only this vendor's have.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, cast

import attrs
import typer

from ..command_context import CommandContext
from ..crud import Crud, Given
from .arguments import ShowPasswords, Times, TimesOption, in_their_zone
from .context import ItniotechContext

if TYPE_CHECKING:
    from ...core.secrets import Secret

AskPassword = Annotated[
    bool, typer.Option("--ask-password", help="Ask for a new password, which is not shown.")
]


@attrs.frozen(kw_only=True)
class ItniotechCrud(Crud):
    """A noun of ITNIO TECH.

    Args:
        passwords: Whether it has passwords: a list shows them if it is told to, an update may ask for one.
    """

    passwords: bool = False
    without: tuple[str, ...] = ("password", "time_format")

    def _further(self, verb: str) -> list[inspect.Parameter]:
        found: list[tuple[str, Any, object]] = []
        if self.passwords and verb == "list":
            found.append(("show_passwords", ShowPasswords, False))
        if self.passwords and verb == "update":
            found.append(("ask_password", AskPassword, False))
        if any("time_format" in inspect.signature(method).parameters for method in self._methods(verb)):
            found.append(("times", TimesOption, Times.PLAIN))
        return [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, annotation, default in found
        ]

    def _chosen(self, context: CommandContext[Any], verb: str, given: Given) -> Any:
        cast("ItniotechContext", context).show_passwords = given.pop("show_passwords", False)
        if "times" in given:
            given["time_format"] = given.pop("times").form
            given.update({name: in_their_zone(given[name]) for name in ("start_time", "end_time")})
        if given.pop("ask_password", False):
            given["password"] = _asked()
        return super()._chosen(context, verb, given)

    def _shown_columns(self, context: CommandContext[Any]) -> tuple[str, ...]:
        shown = cast("ItniotechContext", context).show_passwords
        return (*self.columns, "password") if shown else self.columns


def _asked() -> Secret:
    from ...core.secrets import Secret

    return Secret(typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True))
