"""Small words of messages: numbers with their nouns, options as they are typed, and no words of libraries."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Final, get_args

from typer.models import ArgumentInfo, OptionInfo

from ..provision.counts import counted as counted

_PLAIN: Final = (
    (re.compile(r"Input should be a valid integer.*"), "must be a whole number, such as 5"),
    (re.compile(r"Input should be a valid number.*"), "must be a number, such as 0.5"),
    (re.compile(r"Input should be a valid boolean.*"), "must be true or false"),
    (re.compile(r"Input should be (?:greater than or equal to|at least) "), "must be at least "),
    (re.compile(r"Input should be (?:less than or equal to|at most) "), "must be at most "),
    (re.compile(r"Input should be greater than "), "must be above "),
    (re.compile(r"Input should be less than "), "must be below "),
    (re.compile(r"Input should be "), "must be "),
    (
        re.compile(r"(.*) does not match the formats? .*", re.DOTALL),
        r"\1 must be a date such as 2026-01-31, or a time such as '2026-01-31 08:00:00'",
    ),
    (re.compile(r"Value error, "), ""),
)


_NAME_OF_EXTENSION: Final = re.compile(
    r": names with @ stand only in paths(?:; extensions\.get\('([^']*)'\) tells the number)?"
)
"""What the SDK says of a name such as `@101` in the place of a number."""

_FIELD: Final = re.compile(r"(?<![\w'\"`.-])[a-z]+(?:_[a-z]+)+(?![\w'\"`(])")
"""A name of an argument inside a message, where it is no part of a quoted value."""


def plain(text: str) -> str:
    """Return what a library says of a wrong value in plain words; a text of our own as it is."""
    for foreign, words in _PLAIN:
        text = foreign.sub(words, text)
    return text


def as_typed(text: str, parameters: Iterable[inspect.Parameter]) -> str:
    """Return what the SDK says of an argument in terms of what was typed: `--user-id` for `stringee_user_id`."""
    text = _NAME_OF_EXTENSION.sub(_command_for, text)
    known = {parameter.name: parameter for parameter in parameters}
    name = text.split(" ", 1)[0]
    for parameter in sorted(
        known.values(), key=lambda one: one.name != name
    ):  # the very name before a part of it
        one = parameter.name.removesuffix("s")  # an option that may be repeated
        if name in {parameter.name, one} or f"_{parameter.name}_" in f"_{name}_".removeprefix("_"):
            text = _typed(parameter) + text.removeprefix(name)
            break
    return _FIELD.sub(lambda found: _typed(known[found[0]]) if found[0] in known else found[0], text)


def as_option(name: str) -> str:
    """Return the usual option for a parameter: `--user-id` for `user_id`."""
    return f"--{name.replace('_', '-')}"


def _command_for(found: re.Match[str]) -> str:
    """Return the command that tells the number of an extension whose name was typed; nothing if it was no extension's."""
    return f"; `stringee-async extensions get {found[1]} --vendor ringme` tells it" if found[1] else ""


def _typed(parameter: inspect.Parameter) -> str:
    for info in get_args(parameter.annotation):
        if isinstance(info, ArgumentInfo):
            return (info.metavar or parameter.name.upper()).rstrip(".")
        if isinstance(info, OptionInfo):
            # In an annotation typer keeps the first name where the default would be.
            names = [name for name in (info.default, *(info.param_decls or ())) if _is_option(name)]
            if names:
                return str(names[0]).partition("/")[0]
    return as_option(parameter.name)


def _is_option(name: object) -> bool:
    return isinstance(name, str) and name.startswith("--")
