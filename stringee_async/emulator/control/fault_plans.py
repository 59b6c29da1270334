"""Faults over the control API: what is planned, what happened, and new ones by name."""

import collections
import inspect
from collections.abc import Callable, Mapping
from typing import Any, cast

from ..faults import NAMES, Fault, FaultError
from ..near_names import near
from ..plan import Faults
from .bodies import number, text, whole
from .replies import RefusedError

_MOST = 10_000
"""Faults that one request may plan."""


def shown(faults: Faults) -> dict[str, Any]:
    """Show what is planned and what happened."""
    counted: dict[tuple[str, str], int] = collections.Counter(
        (operation, fault.kind) for operation, queue in faults.pending.items() for fault in queue
    )
    return {
        "pending": [
            {"operation": name, "fault": kind, "times": times} for (name, kind), times in counted.items()
        ],
        "always": [{"operation": name, "fault": fault.kind} for name, fault in faults.standing.items()],
        "rates": [
            {"operation": name, "fault": fault.kind, "rate": share} for name, fault, share in faults.rates
        ],
        "happened": [
            {"operation": name, "fault": kind, "times": times}
            for (name, kind), times in faults.counts.items()
        ],
    }


def known(faults: Faults) -> dict[str, Any]:
    """Show which faults and operations there are."""
    return {
        "operations": ["*", *faults.known_operations],
        "faults": {name: _arguments(name) for name in NAMES},
        "fault_help": {
            name: (inspect.getdoc(getattr(Fault, name)) or "").partition("\n")[0] for name in NAMES
        },
    }


def _arguments(name: str) -> dict[str, Any]:
    """The arguments of a fault, with their defaults."""
    parameters = inspect.signature(getattr(Fault, name)).parameters.values()
    return {
        one.name: one.default if isinstance(one.default, str | int | float | bool) else None
        for one in parameters
        if one.kind is not inspect.Parameter.VAR_POSITIONAL
    }


def plan(faults: Faults, body: Mapping[str, Any]) -> dict[str, Any]:
    """Plan a fault: for the next call, for so many, or for a share of all."""
    given = dict(body)
    operation, fault = text(given, "operation"), _fault(given)
    times, rate = given.pop("times", None), given.pop("rate", None)
    if times is not None and rate is not None:
        raise RefusedError("give times or rate, not both")
    try:
        if rate is not None:
            faults.rate(operation, fault, number({"rate": rate}, "rate", least=0))
        else:
            count = whole({"times": 1 if times is None else times}, "times", 1, least=1)
            if count > _MOST:
                raise RefusedError(f"times must be at most {_MOST}; a rate of 1 is for every call")
            faults.script(operation, *[fault] * count)
    except FaultError as error:
        raise RefusedError(str(error)) from None
    return shown(faults)


def _fault(body: dict[str, Any]) -> Fault:
    """Make the fault that a body names, with its arguments beside it, or after a colon, such as ``status:503``."""
    name, colon, behind = text(body, "fault").partition(":")
    if name not in NAMES:
        hint = near(name, NAMES, "GET status lists the faults")
        raise RefusedError(f"no fault is called {name!r}; {hint}")
    maker = cast("Callable[..., Fault]", getattr(Fault, name))
    takes = _arguments(name)
    named = {key: value for key, value in body.items() if key not in ("operation", "fault", "times", "rate")}
    if "code" in takes and "status" in named:
        named["code"] = named.pop("status")
    for key in named:
        if key not in takes:
            raise RefusedError(f"{name} has no argument {key!r}; {near(key, takes, _listed(takes))}")
    if isinstance(named.get("body"), str):
        named["body"] = named["body"].encode()
    try:
        return maker(*map(_word, behind.split(":") if colon else ()), **named)
    except (TypeError, ValueError) as error:
        raise RefusedError(f"{name}: {error}") from None


def _listed(takes: Mapping[str, Any]) -> str:
    return f"it has {', '.join(takes)}" if takes else "it has none"


def _word(word: str) -> Any:
    """An argument behind a colon: a number where it is one."""
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word
