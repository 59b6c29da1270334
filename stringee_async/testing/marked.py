"""What the markers of a test say about its emulator, checked, with near names for what is unknown."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from ..core.errors import ConfigError
from ..core.near_names import near_names
from ..emulator import Emulator, Fault

FAULTS = "stringee_faults"
OPTIONS = "stringee_emulator_options"


def emulator_options(item: pytest.Item) -> dict[str, Any]:
    """Return the keywords of `Emulator` for a test: of its own marker before those of its class and module.

    Raises:
        ConfigError: A keyword does not exist, or there is an argument without one.
    """
    known = inspect.signature(Emulator).parameters
    options: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers(OPTIONS))):
        if marker.args:
            raise ConfigError(f"{OPTIONS} takes keywords of Emulator, such as seed=7; got {marker.args[0]!r}")
        for name in marker.kwargs:
            if name not in known:
                hint = near_names(name, known, "there are")
                raise ConfigError(f"{OPTIONS}: Emulator has no option {name!r}; {hint}")
        options.update(marker.kwargs)
    return options


def script_faults(item: pytest.Item, emulator: Emulator) -> None:
    """Script the faults that the markers of a test name.

    Raises:
        ConfigError: A marker names no fault, or has keywords.
        ValueError: An operation, a fault or its argument is unknown; the message names near ones.
    """
    for marker in reversed(list(item.iter_markers(FAULTS))):
        if len(marker.args) < 2 or marker.kwargs:
            raise ConfigError(
                f'{FAULTS} takes an operation and its faults, such as ("agents.create", "lost_answer")'
            )
        operation, *faults = marker.args
        emulator.faults.script(operation, *(_fault(fault) for fault in faults))


def _fault(text: object) -> Fault:
    """Return a fault from its name, with arguments after colons, such as `status:503`; or one that is made already."""
    if isinstance(text, Fault):
        return text
    name, *arguments = str(text).split(":")
    Fault.named(name)
    if not arguments:
        return Fault.named(name)
    try:
        made: Fault = getattr(Fault, name)(*(_value(argument) for argument in arguments))
    except TypeError as error:
        raise ConfigError(f"{FAULTS}: {text!r} does not fit Fault.{name}: {error}") from None
    return made


def _value(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def problem(item: pytest.Item) -> str | None:
    """Return what is wrong with the markers of a test; None if nothing is."""
    try:
        script_faults(item, Emulator(**emulator_options(item)))
    except (ValueError, TypeError) as error:
        return f"{item.nodeid}: {error}"
    return None
