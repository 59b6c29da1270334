"""Commands beside list, get, create, update and delete that are one call of a method: derived from it like those."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

import attrs
import typer

from .command import command
from .command_context import CommandContext, imported
from .crud import EXTRA, Given, body_of, given_extra
from .derived_options import derived, option
from .options import without_none

_KEY: Final = "call_id"


@attrs.frozen(kw_only=True)
class Act:
    """A command that calls one method.

    Args:
        at: Where the client has the resource.
        resource: Its class, as `module:name` of this package.
        method: The method.
        done: What is said of it when it is done: `placed`.
        text: The help.
        noun: What it is done with.
        options: What is typed for a parameter, as for `Crud`.
        texts: The help of options and arguments, by parameter, where the declaration speaks of Python.
        without: Parameters that no option sets.
    """

    at: str
    resource: str
    method: str
    done: str
    text: str
    noun: str = "call"
    options: Mapping[str, str] = {}
    texts: Mapping[str, str] = {}
    without: tuple[str, ...] = ()

    def register(self, app: typer.Typer, name: str, context: type[CommandContext[Any]]) -> None:
        """Make it a command; imports its resource."""
        method = getattr(imported(self.resource), self.method)
        taken = [one for one in derived(method, {}).values() if one.name not in self.without]
        parameters = [
            attrs.evolve(one, text=self.texts.get(one.name, one.text)).parameter(self.options.get(one.name))
            for one in taken
        ]
        if "extra" in inspect.signature(method).parameters:
            parameters.append(option("extra", EXTRA, None))
        command(app, name, writes=True)(body_of(context, parameters, self._run, self.text))

    async def _run(self, context: CommandContext[Any], given: Given) -> None:
        extra = given_extra(given.pop("extra", None))
        values = without_none({**given, "extra": extra})
        made = await getattr(attrgetter(self.at)(context.client), self.method)(**values)
        key = getattr(made, _KEY, made) or values.get(_KEY) or ""
        context.done(self.noun, self.done, id=str(key))
