"""Old names that keep working, with a `DeprecationWarning` that names the new one and points at the user's code."""

from __future__ import annotations

import sys
import warnings
from typing import Any, Final

GOES_WITH: Final = "0.4"
"""The version in which old names go: two minor versions after the one that renamed them."""


class Renamed:
    """The old name of an attribute."""

    def __init__(self, new: str) -> None:
        self._new = new
        self._old = ""

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._old = name

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        if instance is None:  # read from the class, not from an object
            return getattr(owner, self._new)
        warn_renamed(f"{owner.__name__}.{self._old}", self._new)
        return getattr(instance, self._new)


def warn_renamed(old: str, new: str) -> None:
    """Warn that `old` is the old name of `new`."""
    warnings.warn(
        f"{old} is now called {new}; the old name goes with version {GOES_WITH}",
        DeprecationWarning,
        level_of_caller(),
    )


def level_of_caller() -> int:
    """Return the `stacklevel` of the first frame outside the package, as seen from the function that calls this."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("stringee_async."):
        level, frame = level + 1, frame.f_back
    return level
