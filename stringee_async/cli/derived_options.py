"""Arguments and options of a command, derived from a method of the SDK and from the fields that it takes.

A parameter that may stand without its name is an argument, any other an option; type, range and text are those of the
declaration.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any, Final, get_type_hints

import attrs
import typer

from .wording import as_option

if TYPE_CHECKING:
    from ..core.declarations import Field

_OF_THE_SDK: Final = frozenset(
    {"self", "page_size", "read_ahead", "max_passes", "strict", "missing_ok", "extra", "settings", "filters"}
)
"""Parameters that are no options under their names."""
TIMES: Final = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
"""The forms of times that options take."""
_DESCRIBED: Final = re.compile(r"^ {4}(\w+): (.+(?:\n {8,}\S.*)*)", re.MULTILINE)
_CONSTANT: Final = re.compile(r"`([A-Z][A-Z_]+)`")
_OR_NONE: Final = re.compile(r",? or None(?=[;.])")


@attrs.frozen(kw_only=True)
class Derived:
    """One argument or option of a command.

    Args:
        name: The parameter of the method.
        positional: Whether the method takes it without its name, so that it says what the call is about.
        kind: The type of its value; a list may be given by naming it several times.
        text: What it is, for people.
        required: Whether it must be given.
        default: What is sent if it is not given; None sends nothing.
        minimum: The least number, or None.
        maximum: The most.
        clearable: Whether it may be set to null.
    """

    name: str
    positional: bool
    kind: Any
    text: str
    required: bool
    default: object = None
    minimum: int | None = None
    maximum: int | None = None
    clearable: bool = False

    def parameter(self, spelt: str | None, *, several: bool = False) -> inspect.Parameter:
        """Return it as the parameter of a command, spelt `--user-id` or `QUEUE_ID`; None spells its name."""
        taken: Any = list[str] if several else self.kind
        default: Any = inspect.Parameter.empty if self.required else self.default
        if default is None:
            taken = taken | None
        if spelt is None:
            spelt = self.name.upper() if self.positional else as_option(self.name)
        if not spelt.startswith("--"):
            metavar = f"{spelt}..." if several else spelt
            declared: Any = typer.Argument(metavar=metavar, help=self.text)
        else:
            if self.kind is bool and "/" not in spelt:
                spelt = f"{spelt}/--no-{spelt.removeprefix('--')}"
            shown = isinstance(default, (str, bool))
            declared = typer.Option(
                spelt,
                help=self.text,
                min=self.minimum,
                max=self.maximum,
                formats=TIMES if self.kind is datetime else None,
                show_default=shown,
            )
        return option(self.name, Annotated[taken, declared], default)


def option(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    """Return a parameter of a command; without a default it must be given."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def derived(method: Callable[..., Any], defaults: Mapping[str, object]) -> dict[str, Derived]:
    """Return what a command takes that calls a method, by the names of the method's parameters.

    `defaults` is what the command gives where the user does not, by parameter.
    """
    from ..core.declarations import settings_of

    described = {
        name: _first_sentence(text) for name, text in _DESCRIBED.findall(inspect.getdoc(method) or "")
    }
    named = vars(inspect.getmodule(method))
    own = [one for one in inspect.signature(method).parameters.values() if one.name not in _OF_THE_SDK]
    written: Any = SimpleNamespace(__annotations__={one.name: one.annotation for one in own})
    hints = get_type_hints(written, named)
    found = {
        one.name: _of_parameter(one, hints[one.name], described.get(one.name, ""), defaults) for one in own
    }
    found.update((field.name, _of_field(field)) for field in settings_of(method).values())
    vendor = import_module(method.__module__.rpartition(".")[0])
    return {name: attrs.evolve(one, text=_in_values(one.text, named, vendor)) for name, one in found.items()}


def merged(several: Iterable[Mapping[str, Derived]]) -> dict[str, Derived]:
    """Return what a command takes that calls one of several methods; required is what each of them requires."""
    listed = list(several)
    found: dict[str, Derived] = {}
    for one in listed:
        found = {**one, **found}
    return {
        name: attrs.evolve(one, required=all(name in other and other[name].required for other in listed))
        for name, one in found.items()
    }


def _of_parameter(
    parameter: inspect.Parameter, hint: Any, text: str, defaults: Mapping[str, object]
) -> Derived:
    default = defaults.get(parameter.name, parameter.default)
    positional = parameter.kind is not inspect.Parameter.KEYWORD_ONLY
    return Derived(
        name=parameter.name,
        positional=positional,
        kind=_kind(hint.__name__ if isinstance(hint, type) else str(hint)),
        text=text,
        required=default is inspect.Parameter.empty,
        default=default if isinstance(default, (str, bool)) else None,
    )


def _of_field(field: Field) -> Derived:
    from ..core.field_rules import row_id
    from ..core.fields import Choice

    kind = _kind(" | ".join(one for one in field.types if one != "Clear"))
    check = getattr(field.check, "check", field.check)
    choices = f" {check.limits}." if isinstance(check, Choice) else ""
    return Derived(
        name=field.name,
        positional=False,
        kind=kind,
        text=_OR_NONE.sub("", field.text) + choices,
        required=False,
        minimum=getattr(check, "minimum", 1 if check is row_id else None) if kind is int else None,
        maximum=getattr(check, "maximum", None) if kind is int else None,
        clearable=field.clearable or "Clear" in field.types,
    )


def _kind(written: str) -> Any:
    """Return the type of what is typed for a value of a type, as that is written."""
    if "Sequence" in written:
        return list[str] if "str" in written else list[int]
    if "datetime" in written:
        return datetime
    return bool if "bool" in written else int if written == "int" else str


def _first_sentence(text: str) -> str:
    sentence, dot, _ = " ".join(text.split()).partition(". ")
    return sentence + ("." if dot else "")


def _in_values(text: str, names: Mapping[str, object], vendor: object) -> str:
    """Return a text with the values of the constants that it names, as those are typed; of the file, or the vendor's."""

    def value(found: re.Match[str]) -> str:
        named = names.get(found[1]) or getattr(vendor, found[1], None)
        return f"`{named}`" if isinstance(named, str) else found[0]

    return _CONSTANT.sub(value, text)
