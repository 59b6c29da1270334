"""Which vendor a line of words is for; asked before the line is parsed, because the commands depend on it.

The first of these counts: `--vendor`, which may stand anywhere on the line; the variable `STRINGEE_ASYNC_VENDOR`; the
`vendor` of the profile that will be used; Stringee.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import typer

from ..core.near_names import near_names
from ..core.profiles import CONFIG_VARIABLES, PROFILE_VARIABLES
from .account import in_environment, profile_vendor
from .vendor import VARIABLE, Vendor

_COMMAND_WORDS: Final = 2
_FLAGS: Final = frozenset({"--verbose", "-v", "--raw", "--bom", "--quiet", "-q"})
_WITH_VALUE: Final = frozenset(
    {"--output", "-o", "--profile", "--config", "--phone-country", "--log-file", "--quota-url"}
)
_GLUED: Final = (
    "--output=",
    "--profile=",
    "--config=",
    "--phone-country=",
    "--log-file=",
    "--quota-url=",
    "-o",
)
"""Options that all commands share; they may stand before the command, too."""


def choose(words: Sequence[str], environ: Mapping[str, str] = os.environ) -> tuple[Vendor, list[str]]:
    """Return the vendor, and the words without `--vendor`; BadParameter for an unknown one, or for two of them."""
    named, rest = _split(words, "--vendor")
    rest = _behind_the_command(rest)
    if None in named:
        raise typer.BadParameter("a vendor's name must follow", param_hint="--vendor")
    vendors = {_vendor(name, "--vendor") for name in named if name is not None}
    if len(vendors) > 1:
        raise typer.BadParameter("two different vendors are named", param_hint="--vendor")
    if vendors:
        return vendors.pop(), rest
    if (name := environ.get(VARIABLE)) is not None:
        return _vendor(name, VARIABLE), rest
    return _of_profile(rest, environ) or Vendor.STRINGEE, rest


def _split(words: Sequence[str], option: str) -> tuple[list[str | None], list[str]]:
    """Return the values of an option, None where one is missing, and the words without it."""
    values: list[str | None] = []
    rest: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            rest += [word, *left]
        elif word == option:
            values.append(next(left, None))
        elif word.startswith(f"{option}="):
            values.append(word.partition("=")[2])
        else:
            rest.append(word)
    return values, rest


def _behind_the_command(words: list[str]) -> list[str]:
    """Return the words with the options that all commands share moved behind the command where they stand before it."""
    left, moved, command = list(words), list[str](), list[str]()
    while left and len(command) < _COMMAND_WORDS:
        word = left[0]
        if not word.startswith("-"):
            command.append(left.pop(0))
        elif word in _FLAGS or (word.startswith(_GLUED) and word not in _WITH_VALUE):
            moved.append(left.pop(0))
        elif word in _WITH_VALUE and len(left) > 1:
            moved += [left.pop(0), left.pop(0)]
        else:
            break
    end = left.index("--") if "--" in left else len(left)
    return [*command, *left[:end], *moved, *left[end:]]


def _vendor(name: str, hint: str) -> Vendor:
    if not name.strip():
        raise typer.BadParameter("it is empty; give a value, or leave it out", param_hint=hint)
    try:
        return Vendor(name.lower())
    except ValueError:
        near = near_names(name, Vendor)
        text = (
            f"there is no vendor {name!r}; {near}" if near else f"{name!r} is not one of {', '.join(Vendor)}"
        )
        raise typer.BadParameter(text, param_hint=hint) from None


def _of_profile(words: Sequence[str], environ: Mapping[str, str]) -> Vendor | None:
    """Return the vendor of the profile that the command will use; what is wrong with it is told when it is used."""
    profile, config = (
        next((value for value in reversed(_split(words, option)[0]) if value), None)
        or next((environ[name] for name in variables if environ.get(name)), None)
        for option, variables in (("--profile", PROFILE_VARIABLES), ("--config", CONFIG_VARIABLES))
    )
    if not profile and not config and in_environment(Vendor.STRINGEE, environ):
        return None
    return profile_vendor(profile or None, Path(config) if config else None, environ)
