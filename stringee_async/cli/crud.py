"""The commands of a noun, derived from the declarations of its resource: list, get, create, update, delete.

A vendor's `command_groups` has one `Crud` for each noun. The resource is imported when the noun is asked for, so that
the help of other nouns stays quick.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Coroutine, Mapping
from operator import attrgetter
from types import SimpleNamespace
from typing import Annotated, Any, Final, cast, get_args, get_type_hints

import attrs
import typer

from .command import command
from .command_context import CommandContext, imported, page_size
from .derived_options import Derived, derived, merged, option
from .options import Clear, Ensure, First, MissingOk, changes, pairs, without_none

Given = dict[str, Any]
Run = Callable[[CommandContext[Any], Given], Coroutine[Any, Any, None]]

_DONE: Final = {"create": "created", "add": "added", "delete": "deleted", "remove": "removed"}
_READS: Final = frozenset({"list", "get"})
_ORDER: Final = ("list", "get", "create", "add", "update", "delete", "remove")
_TEXTS: Final = {
    "list": "List {nouns}.",
    "get": "Show {a_noun}.",
    "create": "Create {a_noun}; what is not given is left to the vendor's defaults.",
    "update": "Change fields of {a_noun}; those not named stay as they are.",
    "delete": "Delete {nouns} by id, without asking.",
}
EXTRA: Any = Annotated[
    list[str] | None,
    typer.Option(
        "--extra",
        metavar="NAME=VALUE",
        help="One more field, by the vendor's name, as JSON or text; may be repeated.",
        show_default=False,
    ),
]
_SHARED: Final[Mapping[str, tuple[Any, object]]] = {
    "first": (First, None),
    "ensure": (Ensure, False),
    "clear": (Clear, None),
    "extra": (EXTRA, None),
    "missing_ok": (MissingOk, False),
}


@attrs.frozen(kw_only=True)
class Crud:
    """A noun whose commands are those of its resource.

    Args:
        help: What the noun is, in one line.
        context: What its commands work with.
        noun: One of them, in words.
        at: Where the client has the resource.
        resource: Its class, as `module:name` of this package.
        columns: Fields that a table shows.
        options: What is typed for a parameter where that does not follow from its name: `--user-id`, `--primary/--backup`
            for a switch, or `QUEUE_ID` for an argument.
        defaults: What a create gives where the user does not, by parameter.
        texts: The help of commands, by verb, where the usual one is not enough, and of options and arguments, by parameter
            or by verb and parameter, where the declaration speaks of Python.
        pair: The parameters that tell one of them apart where it has no id of its own.
        shows_update: Whether an update shows the object as it is then.
        without: Parameters that no option sets.
        id_name: Where what a create returns has its id; it may be the id itself.
        read_ahead: How many pages a listing fetches ahead.
        largest_page: Rows per page at most.
        functions: Commands that are functions; one with the name of a verb takes its place.
    """

    help: str
    context: type[CommandContext[Any]]
    noun: str
    at: str
    resource: str
    columns: tuple[str, ...] = ()
    options: Mapping[str, str] = {}
    defaults: Mapping[str, object] = {}
    texts: Mapping[str, str] = {}
    pair: tuple[str, ...] = ()
    shows_update: bool = False
    without: tuple[str, ...] = ()
    id_name: str = "id"
    read_ahead: int = 4
    largest_page: int = 100
    functions: typer.Typer | None = None

    def app(self) -> typer.Typer:
        """Return the noun's commands; imports its resource."""
        app = typer.Typer()
        if self.functions is not None:
            app.registered_commands += self.functions.registered_commands
        named = {one.name for one in app.registered_commands}
        runs: dict[str, Callable[[str], tuple[list[inspect.Parameter], Run]]] = {
            "list": self._list,
            "get": self._get,
            "create": self._create,
            "add": self._create,
            "update": self._update,
            "delete": self._delete,
            "remove": self._delete,
        }
        for verb, run in runs.items():
            if verb not in named and self._methods(verb):
                command(app, verb, writes=verb not in _READS)(self._body(verb, *run(verb)))
        app.registered_commands.sort(
            key=lambda one: _ORDER.index(str(one.name)) if one.name in _ORDER else len(_ORDER)
        )
        return app

    def _methods(self, verb: str) -> list[Callable[..., Any]]:
        """Return the methods that a verb may call; none if there is no such verb."""
        method = getattr(imported(self.resource), verb, None)
        return [] if method is None else [method]

    def _chosen(self, context: CommandContext[Any], verb: str, given: Given) -> Any:
        """Return the resource that a command calls; takes what is none of its parameters out of what was given."""
        del verb, given
        return attrgetter(self.at)(context.client)

    def _further(self, verb: str) -> list[inspect.Parameter]:
        """Return options that are no parameters of the method; `_chosen` takes them."""
        del verb
        return []

    def _shown_columns(self, context: CommandContext[Any]) -> tuple[str, ...]:
        """Return the fields that a table shows."""
        del context
        return self.columns

    def _taken(self, verb: str) -> dict[str, Derived]:
        defaults: Mapping[str, object] = self.defaults if verb == "create" else {}
        taken = merged(derived(method, defaults) for method in self._methods(verb))
        return {
            name: attrs.evolve(one, text=self.texts.get(f"{verb} {name}", self.texts.get(name, one.text)))
            for name, one in taken.items()
            if name not in self.without
        }

    def _parameters(
        self, verb: str, taken: Mapping[str, Derived], *shared: str, several: str = ""
    ) -> list[inspect.Parameter]:
        own = [
            one.parameter(self.options.get(one.name), several=one.name == several) for one in taken.values()
        ]
        return [*own, *self._further(verb), *(option(name, *_SHARED[name]) for name in shared)]

    def _body(self, verb: str, parameters: list[inspect.Parameter], run: Run) -> Any:
        """Return a coroutine function with these parameters, as `command` registers it."""
        a_noun = f"{'an' if self.noun[0] in 'aeiou' else 'a'} {self.noun}"
        usual = _TEXTS.get(verb, "").format(a_noun=a_noun, nouns=f"{self.noun}s")
        return body_of(self.context, parameters, run, self.texts.get(verb, usual))

    def _list(self, verb: str) -> tuple[list[inspect.Parameter], Run]:
        method = self._methods(verb)[0]
        names, model = inspect.signature(method).parameters, listed_model(method)

        async def run(context: CommandContext[Any], given: Given) -> None:
            first, resource = given.pop("first"), self._chosen(context, verb, given)
            if "page_size" in names:
                given["page_size"] = min(page_size(first), self.largest_page)
            if "read_ahead" in names:
                given["read_ahead"] = 0 if first else self.read_ahead
            await context.listing(
                resource.list(**without_none(given)), self._shown_columns(context), first, model
            )

        return self._parameters(verb, self._taken(verb), "first"), run

    def _get(self, verb: str) -> tuple[list[inspect.Parameter], Run]:
        async def run(context: CommandContext[Any], given: Given) -> None:
            facts = self._facts_of_choice(given)
            resource = self._chosen(context, verb, given)
            context.record(await resource.get(**given), **facts)

        return self._parameters(verb, self._taken(verb)), run

    def _facts_of_choice(self, given: Given) -> dict[str, str]:
        """Return what is shown of the choice among several resources."""
        del given
        return {}

    def _create(self, verb: str) -> tuple[list[inspect.Parameter], Run]:
        async def run(context: CommandContext[Any], given: Given) -> None:
            ensure, resource = given.pop("ensure", False), self._chosen(context, verb, given)
            values = without_none({**given, "extra": given_extra(given.pop("extra"))})
            facts = {name: str(values[name]) for name in self.pair}
            if ensure:
                context.ensured(self.noun, await resource.ensure(**values), **facts)
            else:
                made = await getattr(resource, verb)(**values)
                context.done(
                    self.noun, _DONE[verb], **(facts or {"id": str(getattr(made, self.id_name, made))})
                )

        ensures = ["ensure"] if self._methods("ensure") else []
        return self._parameters(verb, self._taken(verb), "extra", *ensures), run

    def _update(self, verb: str) -> tuple[list[inspect.Parameter], Run]:
        taken = self._taken(verb)
        ids = [one.name for one in taken.values() if one.positional]
        fields = [one for one in taken.values() if not one.positional and one.default is None]
        if len(fields) == 1:
            taken[fields[0].name] = attrs.evolve(fields[0], required=True)
        clears = ["clear"] if any(one.clearable for one in fields) else []

        async def run(context: CommandContext[Any], given: Given) -> None:
            clear, extra = given.pop("clear", None), given_extra(given.pop("extra"))
            resource = self._chosen(context, verb, given)
            clearable = [name for name, one in derived(resource.update, {}).items() if one.clearable]
            values = {one.name: given.pop(one.name, None) for one in fields}
            values = changes(clear, clearable, **values, extra=extra)
            changed = await resource.update(**given, **values)
            if self.shows_update:
                context.record(changed)
            else:
                facts = {name: str(given[name]) for name in self.pair}
                if ids and not facts:
                    facts["id"] = str(given[ids[-1]])
                context.done(self.noun, "updated", **facts)

        return self._parameters(verb, taken, *clears, "extra"), run

    def _delete(self, verb: str) -> tuple[list[inspect.Parameter], Run]:
        taken = self._taken(verb)
        *owners, item = [one.name for one in taken.values() if one.positional]

        async def run(context: CommandContext[Any], given: Given) -> None:
            missing_ok, resource = given.pop("missing_ok"), self._chosen(context, verb, given)
            ids, remove = given.pop(item), getattr(resource, verb)
            owned = [given.pop(name) for name in owners]
            await context.delete(
                self.noun,
                ids,
                lambda one: remove(*owned, one, **given),
                missing_ok=missing_ok,
                verb=_DONE[verb],
            )

        return self._parameters(verb, taken, "missing_ok", several=item), run


def body_of(
    context: type[CommandContext[Any]], parameters: list[inspect.Parameter], run: Run, text: str
) -> Any:
    """Return a coroutine function with these parameters and this help, as `command` registers it."""

    async def body(context: CommandContext[Any], **given: Any) -> None:
        await run(context, {name: None if value == [] else value for name, value in given.items()})

    first = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=context)
    cast("Any", body).__signature__ = inspect.Signature([first, *parameters])
    body.__doc__ = text
    return body


def listed_model(method: Callable[..., Any]) -> Any:
    """Return the class of the objects that a method lists."""
    hints: Any = SimpleNamespace(__annotations__={"return": method.__annotations__["return"]})
    (model,) = get_args(get_type_hints(hints, vars(inspect.getmodule(method)))["return"])
    return model


def given_extra(texts: list[str] | None) -> Given | None:
    """Return the fields that were given as `NAME=VALUE`, or None; a value that is JSON is read as such."""
    if not texts:
        return None
    return {name: _value(text) for name, text in pairs(texts, "--extra").items()}


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
