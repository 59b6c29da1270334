"""Nouns of RingMe that come in two kinds: local and remote.

One job: the commands of `crud` with an option that names the kind. What the two kinds are is told in `kind`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import attrs
import typer

from ..command_context import CommandContext
from ..crud import Crud, Given, imported
from ..derived_options import derived
from .kind import Kind, KindOption


@attrs.frozen(kw_only=True)
class CrudByKind(Crud):
    """A noun of two kinds, whose ids mean nothing without the kind.

    Args:
        remote: The class of the remote ones, where it is not that of the local ones.
    """

    remote: str = ""

    def _method(self, kind: Kind, verb: str) -> Callable[..., Any] | None:
        name = self.remote if kind is Kind.REMOTE and self.remote else self.resource
        method: Callable[..., Any] | None = getattr(imported(name), verb, None)
        return method

    def _methods(self, verb: str) -> list[Callable[..., Any]]:
        return [method for kind in Kind if (method := self._method(kind, verb)) is not None]

    def _further(self, verb: str) -> list[inspect.Parameter]:
        del verb
        return [inspect.Parameter("kind", inspect.Parameter.KEYWORD_ONLY, annotation=KindOption)]

    def _facts_of_choice(self, given: Given) -> dict[str, str]:
        return {"kind": given["kind"].value}

    def _chosen(self, context: CommandContext[Any], verb: str, given: Given) -> Any:
        kind: Kind = given.pop("kind")
        self._look_at_fields(kind, verb, given)
        return attrgetter(f"{self.at}.{kind}")(context.client)

    def _look_at_fields(self, kind: Kind, verb: str, given: Given) -> None:
        """Refuse a field that only the other kind has, and ask for one that this kind needs."""
        own, other = (
            derived(method, {})
            for one in (kind, kind.other)
            if (method := self._method(one, verb)) is not None
        )
        for name in other.keys() - own.keys():
            if given.pop(name, None) is not None:
                instead = " or ".join(_option(field) for field in own.keys() - other.keys())
                raise typer.BadParameter(
                    f"a {kind} {self.noun} has none; give {instead}", param_hint=_option(name)
                )
        for name, field in own.items():
            if field.required and given.get(name) is None:
                raise typer.BadParameter(f"a {kind} {self.noun} needs one", param_hint=_option(name))


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
