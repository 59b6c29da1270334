"""A lock for each key: work for one key is exclusive, and work for different keys runs side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

import attrs


class KeyedLock:
    """Locks by key, for one event loop."""

    def __init__(self) -> None:
        self.entries: dict[Hashable, _Entry] = {}
        """The locks of the keys that tasks hold or wait for."""

    def hold(self, key: Hashable) -> Hold:
        """Return the lock of a key: `async with locks.hold(key)` waits until no other task holds it."""
        return Hold(self.entries, key)


@attrs.define(eq=False)
class _Entry:
    """The lock of one key, and how many tasks hold it or wait for it."""

    lock: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    users: int = 0


@attrs.frozen(eq=False)
class Hold:
    """Holds the lock of one key inside `async with`."""

    entries: dict[Hashable, _Entry] = attrs.field(repr=False)
    key: Hashable

    async def __aenter__(self) -> None:
        entry = self.entries.setdefault(self.key, _Entry())
        entry.users += 1
        try:
            await entry.lock.acquire()
        except BaseException:
            self._leave(entry)
            raise

    async def __aexit__(self, *_: object) -> None:
        entry = self.entries[self.key]
        entry.lock.release()
        self._leave(entry)

    def _leave(self, entry: _Entry) -> None:
        entry.users -= 1
        if not entry.users:
            del self.entries[self.key]
