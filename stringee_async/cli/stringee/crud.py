"""Nouns of Stringee whose objects have passwords, which are asked for and never stand on the command line."""

from __future__ import annotations

from typing import Any

import attrs
import typer

from ..command_context import CommandContext
from ..crud import Crud, Given


@attrs.frozen(kw_only=True)
class PasswordCrud(Crud):
    """A noun whose create and update ask for a password."""

    without: tuple[str, ...] = ("password",)

    def _chosen(self, context: CommandContext[Any], verb: str, given: Given) -> Any:
        if verb in {"create", "update"}:
            from ...core.secrets import Secret

            given["password"] = Secret(
                typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
            )
        return super()._chosen(context, verb, given)
