"""Nouns of RingMe that come in two kinds, local and remote: the commands of `crud` with an option for the kind.

Whatever changes something needs the kind, because the same number may be another agent of the other kind.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Annotated, Any

import attrs
import typer

from ..command_context import CommandContext, imported, taken
from ..crud import Crud, Given, Run, listed_model
from ..derived_options import derived, option
from ..options import without_none
from ..wording import as_option
from .context import RingMeContext


class Kind(enum.StrEnum):
    """What is behind an agent."""

    LOCAL = "local"
    REMOTE = "remote"

    @property
    def other(self) -> Kind:
        """The kind that this one is not."""
        return Kind.REMOTE if self is Kind.LOCAL else Kind.LOCAL


KindOption = Annotated[
    Kind, typer.Option("--kind", help="local: an extension is the agent; remote: an outside number is.")
]
AnyKind = Annotated[
    Kind | None,
    typer.Option("--kind", help="Only this kind; both are listed without it.", show_default=False),
]


@attrs.frozen(kw_only=True)
class CrudByKind(Crud):
    """A noun of two kinds, whose ids mean nothing without the kind.

    Args:
        remote: The class of the remote ones, where it is not that of the local ones.
        lists_both: Whether those of both kinds are listed together.
    """

    context: type[CommandContext[Any]] = RingMeContext
    remote: str = ""
    lists_both: bool = False

    def _method(self, kind: Kind, verb: str) -> Callable[..., Any] | None:
        name = self.remote if kind is Kind.REMOTE and self.remote else self.resource
        method: Callable[..., Any] | None = getattr(imported(name), verb, None)
        return method

    def _methods(self, verb: str) -> list[Callable[..., Any]]:
        return [method for kind in Kind if (method := self._method(kind, verb)) is not None]

    def _further(self, verb: str) -> list[inspect.Parameter]:
        if self.lists_both and verb == "list":
            return [option("kind", AnyKind, None)]
        return [option("kind", KindOption)]

    def _facts_of_choice(self, given: Given) -> dict[str, str]:
        return {"kind": given["kind"].value}

    def _chosen(self, context: CommandContext[Any], verb: str, given: Given) -> Any:
        kind: Kind = given.pop("kind")
        self._look_at_fields(kind, verb, given)
        return self._resource(context, kind)

    def _resource(self, context: CommandContext[Any], kind: Kind) -> Any:
        return attrgetter(f"{self.at}.{kind}")(context.client)

    def _list(self, verb: str) -> tuple[list[inspect.Parameter], Run]:
        if not self.lists_both:
            return super()._list(verb)
        models = dict.fromkeys(map(listed_model, self._methods(verb)))

        async def run(context: CommandContext[Any], given: Given) -> None:
            first, kind, filters = given.pop("first"), given.pop("kind"), without_none(given)
            if kind is not None:
                self._look_at_fields(kind, verb, given)
            listings = {
                one: self._resource(context, one).list(**filters)
                for one in (Kind if kind is None else (kind,))
                if filters.keys() <= self._fields(one, verb).keys()
            }
            rows: list[dict[str, Any]] = []
            for one, listing in listings.items():
                if first is None or len(rows) < first:
                    items = await taken(listing, None if first is None else first - len(rows))
                    rows += [{"kind": one.value, **context.row(item)} for item in items]
            context.rows(rows, ("kind", *self.columns), first, *models)
            for listing in listings.values():
                context.set_aside(listing)

        return self._parameters(verb, self._taken(verb), "first"), run

    def _fields(self, kind: Kind, verb: str) -> Mapping[str, Any]:
        """Return what the method of a kind takes."""
        method = self._method(kind, verb)
        return {} if method is None else derived(method, {})

    def _look_at_fields(self, kind: Kind, verb: str, given: Given) -> None:
        """Refuse a field that only the other kind has, and ask for one that this kind needs."""
        own, other = self._fields(kind, verb), self._fields(kind.other, verb)
        for name in other.keys() - own.keys():
            if given.pop(name, None) is not None:
                instead = " or ".join(as_option(field) for field in own.keys() - other.keys())
                hint = f"; give {instead}" if instead else ""
                raise typer.BadParameter(f"a {kind} {self.noun} has none{hint}", param_hint=as_option(name))
        for name, field in own.items():
            if field.required and given.get(name) is None:
                raise typer.BadParameter(f"a {kind} {self.noun} needs one", param_hint=as_option(name))
