"""A store of an inbox in memory: for tests on virtual time, where no thread may be waited for, and for failures."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from stringee_async.webhooks import State, StoredEvent


class MemoryStore:
    """Keeps events in a dict, and says what was done.

    Args:
        failures: How many calls of a method fail, by its name.
        claimed: Whether this store may handle.
    """

    def __init__(self, *, claimed: bool = True, **failures: int) -> None:
        self.events: dict[int, StoredEvent] = {}
        self.failures = failures
        self.claimed = claimed
        self.calls: list[str] = []
        self.is_open = False
        self._number = 0

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.failures.get(name, 0):
            self.failures[name] -= 1
            raise OSError("the disk is full")

    async def open(self) -> None:
        self._called("open")
        self.is_open = True

    async def aclose(self) -> None:
        self._called("aclose")
        self.is_open = False

    async def claim(self) -> bool:
        self._called("claim")
        return self.claimed

    async def add(self, event: StoredEvent, *, same_since: float) -> bool:
        self._called("add")
        if any(
            other.event_id == event.event_id and other.received >= same_since
            for other in self.events.values()
        ):
            return False
        self._number += 1
        self.events[self._number] = attrs.evolve(event, number=self._number)
        return True

    async def load(self, state: State, *, after: int = 0, limit: int = 100) -> list[StoredEvent]:
        self._called("load")
        found = [event for number, event in self.events.items() if number > after and event.state == state]
        return found[:limit]

    async def save(self, event: StoredEvent) -> None:
        self._called("save")
        self.events[event.number] = event

    async def requeue(self, number: int) -> bool:
        self._called("requeue")
        event = self.events.get(number)
        if event is None or event.state == "waiting":
            return False
        del self.events[number]
        self._number += 1
        self.events[self._number] = attrs.evolve(
            event, number=self._number, state="waiting", attempts=0, due=0.0, error=None
        )
        return True

    async def purge(self, *, before: float, states: Collection[State]) -> int:
        self._called("purge")
        old = [
            number
            for number, event in self.events.items()
            if event.received < before and event.state in states
        ]
        for number in old:
            del self.events[number]
        return len(old)
