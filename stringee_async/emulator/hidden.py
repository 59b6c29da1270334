"""Rows that are stored but not visible yet, for vendors whose reads lag behind their writes."""

import time
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Hidden(Generic[Key]):
    """The keys of rows that become visible later, each with its time."""

    def __init__(self) -> None:
        self._until: dict[Key, float] = {}

    def hide(self, key: Key, until: float) -> None:
        """Hide a row from lists and look-ups until that monotonic time."""
        self._until[key] = until

    @property
    def waiting(self) -> tuple[Key, ...]:
        """The keys of the hidden rows, in the order of their creation."""
        return tuple(self._until) if self else ()

    def __bool__(self) -> bool:
        """Whether any row is hidden; rows whose time has come are dropped first."""
        if self._until:
            now = time.monotonic()
            self._until = {key: until for key, until in self._until.items() if until > now}
        return bool(self._until)

    def __contains__(self, key: object) -> bool:
        return bool(self) and key in self._until
