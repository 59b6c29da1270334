"""Rows that are stored and cannot be seen yet: how every emulated vendor lags behind its own writes."""

import time
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Hidden(Generic[Key]):
    """The keys of rows that appear later, each with its time."""

    def __init__(self) -> None:
        self._until: dict[Key, float] = {}

    def hide(self, key: Key, until: float) -> None:
        """Let lists and look-ups miss a row for a while.

        Args:
            key: what names the row.
            until: monotonic time in seconds at which it appears.
        """
        self._until[key] = until

    @property
    def waiting(self) -> tuple[Key, ...]:
        """What cannot be seen yet, in the order in which it was made."""
        return tuple(self._until) if self else ()

    def __bool__(self) -> bool:
        """Whether any row cannot be seen; those whose time has come are forgotten."""
        if self._until:
            now = time.monotonic()
            self._until = {key: until for key, until in self._until.items() if until > now}
        return bool(self._until)

    def __contains__(self, key: object) -> bool:
        return bool(self) and key in self._until

    def without(self, keys: Iterable[Key]) -> list[Key]:
        """The keys of those rows that can be seen, in their order."""
        return [key for key in keys if key not in self._until] if self else list(keys)
