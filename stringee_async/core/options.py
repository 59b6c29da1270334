"""Options that a caller sets once: timeouts, and the checks of numbers that all options share.

An option has its exact type and a sensible value from the moment it is made, or a `ConfigError` names it. Numbers of
numpy and of configuration loaders are converted; numbers as text are not guessed.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, SupportsFloat, cast

import attrs

from .clock import Clock, RealClock
from .errors import ConfigError
from .near_names import near_names

_SHOWN: Final = 60


def shown(value: object) -> str:
    """Return a wrong option for a message: its repr, not longer than one line, and its type where that tells more."""
    text = repr(value)
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    return (
        text if isinstance(value, (str, int, float)) or value is None else f"{text} ({type(value).__name__})"
    )


def exact_text(value: str) -> str:
    """Return a text as a plain `str`, whatever subclass of it was given."""
    return value if type(value) is str else str.__str__(value)


def exact_whole(value: object) -> int | None:
    """Return a whole number as a plain `int`; None if it is none, as booleans are not."""
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return None
    try:
        return int(operator.index(cast("Any", value)))
    except TypeError:
        return None


def exact_number(value: object) -> float | None:
    """Return a number as a plain `int` or `float`; None if it is none, as booleans, texts, NaN and infinity are not."""
    whole = exact_whole(value)
    if whole is not None:
        return whole
    if isinstance(value, (bool, str, bytes, bytearray)) or not isinstance(value, SupportsFloat):
        return None
    if type(value).__name__.startswith("bool"):
        return None  # numpy's own
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def not_negative(name: str, value: object) -> float:
    """Return `value` as a number of at least 0."""
    number = exact_number(value)
    if number is None or number < 0:
        raise ConfigError(f"{name} must be a number of at least 0, got {shown(value)}")
    return number


def check_kind(name: str, value: object, kind: type, example: str) -> None:
    """Check that an option is a value of ours, such as `example`; None stands for the default."""
    if value is not None and not isinstance(value, kind):
        raise ConfigError(f"{name} must be a {kind.__name__}, such as {example}; got {shown(value)}")


def above_zero(name: str, value: object) -> float:
    """Return `value` as seconds above 0."""
    number = exact_number(value)
    if number is None or number <= 0:
        raise ConfigError(f"{name} must be seconds above 0, got {shown(value)}")
    return number


def at_least_one(name: str, value: object) -> int:
    """Return `value` as a whole number of at least 1."""
    number = exact_whole(value)
    if number is None or number < 1:
        raise ConfigError(f"{name} must be a whole number of at least 1, got {shown(value)}")
    return number


def error_classes(name: str, value: object) -> tuple[type[BaseException], ...]:
    """Return `value`, a class of errors or a tuple of them, as a tuple."""
    given = value
    kinds = cast("tuple[object, ...]", given) if isinstance(given, tuple) else (given,)
    if not all(isinstance(kind, type) and issubclass(kind, BaseException) for kind in kinds):
        raise ConfigError(f"{name} must be a tuple of classes of errors; got {shown(value)}")
    return cast("tuple[type[BaseException], ...]", kinds)


def with_methods(name: str, value: object, methods: Sequence[str], what: str) -> None:
    """Check that an option is an object with these methods; `what` says in the message what it must be."""
    lacking = [method for method in methods if not callable(getattr(value, method, None))]
    if isinstance(value, type):
        raise ConfigError(f"{name} must be {what}; got the class {value.__name__}, make an object of it")
    if lacking:
        raise ConfigError(f"{name} must be {what}; got {shown(value)}, which has no {lacking[0]}()")


def clock_of(clock: Clock | None) -> Clock:
    """Return the option `clock`, or the real clock where it was left out."""
    if clock is None:
        return RealClock()
    with_methods("clock", clock, ("monotonic", "time", "sleep"), "an object with the methods of Clock")
    return clock


def unknown_option(name: str, value: object, known: Iterable[str]) -> ConfigError:
    """Return the error for an option that does not exist; it names the nearest one that does."""
    names = sorted(known)
    hint = near_names(name, names, "the options are")
    return ConfigError(f"there is no option {name} (got {name}={shown(value)}); {hint}")


def check_names(options: Mapping[str, object], known: type) -> None:
    """Check that every option exists."""
    for name, value in options.items():
        if name not in known.__annotations__:
            raise unknown_option(name, value, known.__annotations__)


@attrs.frozen(kw_only=True)
class Timeouts:
    """How long to wait, in seconds; None switches one off.

    Args:
        connect: Name look-up, TCP and TLS of a new connection.
        attempt: One request from the moment it has a connection slot until its response is read.
        total: The whole call: queueing, permits, every attempt, every wait between them.
        queue: Waiting for a connection slot and a permit before one attempt; None (the default) leaves that to
            `total`. When it is used up nothing was sent, so the call is repeated like any `NotSentError`.
        settle: After a create whose response was lost: how old the attempt must be before a listing that does
            not show the object counts as proof that it was not created. Longer than the server's slowest
            create; used by the `ensure` methods. It cannot be switched off.

    Raises:
        ConfigError: A value is not a finite number above 0, naming it.
    """

    connect: float | None = 5.0
    attempt: float | None = 15.0
    total: float | None = 60.0
    queue: float | None = None
    settle: float = 3.0

    def __attrs_post_init__(self) -> None:
        for name in ("connect", "attempt", "total", "queue", "settle"):
            value: object = getattr(self, name)
            if value is None and name != "settle":
                continue
            number = exact_number(value)
            if number is None or number <= 0:
                off = ", or None for no limit" if name != "settle" else ""
                raise ConfigError(f"timeouts: {name} must be seconds above 0{off}; got {shown(value)}")
            object.__setattr__(self, name, number)
