"""Nouns of ITNIO TECH: the commands of the package's `crud` with passwords, and times in the vendor's zone."""

from __future__ import annotations

import enum
import inspect
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import attrs
import typer

from ..command_context import CommandContext
from ..crud import Crud, Given
from ..derived_options import option
from .context import ItniotechContext

if TYPE_CHECKING:
    from ...core.secrets import Secret


class Times(enum.StrEnum):
    """How times are sent."""

    PLAIN = "plain"
    ISO = "iso"


TimesOption = Annotated[
    Times, typer.Option("--times", help="How times are sent; the vendor's pages show two ways.")
]
ShowPasswords = Annotated[
    bool, typer.Option("--show-passwords", help="Write the passwords that the vendor sends; masked without.")
]
AskPassword = Annotated[
    bool, typer.Option("--ask-password", help="Ask for a new password, which is not shown.")
]


_TIMES: Final = ("start_time", "end_time", "since", "until")


@attrs.frozen(kw_only=True)
class ItniotechCrud(Crud):
    """A noun of ITNIO TECH.

    Args:
        passwords: Whether it has passwords: a list shows them if it is told to, `asks` may ask for one.
        masked: The field that holds them.
        asks: The verbs that may ask for one.
    """

    context: type[CommandContext[Any]] = ItniotechContext
    passwords: bool = False
    masked: str = "password"
    asks: tuple[str, ...] = ("update",)
    without: tuple[str, ...] = ("password", "sip_password", "time_format")

    def _further(self, verb: str) -> list[inspect.Parameter]:
        found: list[inspect.Parameter] = []
        if self.passwords and verb == "list":
            found.append(option("show_passwords", ShowPasswords, False))
        if self.passwords and verb in self.asks:
            found.append(option("ask_password", AskPassword, False))
        if any("time_format" in inspect.signature(method).parameters for method in self._methods(verb)):
            found.append(option("times", TimesOption, Times.PLAIN))
        return found

    def _chosen(self, context: CommandContext[Any], verb: str, given: Given) -> Any:
        from ...itniotech.datetimes import ISO_TIME, PLAIN_TIME, VENDOR_ZONE

        cast("ItniotechContext", context).show_passwords = given.pop("show_passwords", False)
        if "times" in given:
            given["time_format"] = ISO_TIME if given.pop("times") is Times.ISO else PLAIN_TIME
        for name in _TIMES:
            if given.get(name) is not None:
                given[name] = given[name].replace(tzinfo=VENDOR_ZONE)
        if given.pop("ask_password", False):
            given[self.masked] = _asked()
        return super()._chosen(context, verb, given)

    def _shown_columns(self, context: CommandContext[Any]) -> tuple[str, ...]:
        shown = cast("ItniotechContext", context).show_passwords
        return (*self.columns, self.masked) if shown else self.columns


def _asked() -> Secret:
    from ...core.secrets import Secret

    return Secret(typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True))
