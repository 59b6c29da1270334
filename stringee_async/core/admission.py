"""The queue in front of the connections: who may leave next.

One job: give each call its turn and its connection slot, first come, first served, interactive calls before
bulk ones. While permits are short, only the call at the head of the queue waits for a slot and then for a
permit, so that

- nobody holds a slot while waiting for a permit, which would block the interactive lane, and
- nobody holds a permit while waiting for a slot, which would be spent in a later pause.

While permits are there for the asking, turns are not needed, and as many calls leave at once as there are slots.
A request's own time limit starts when it has its slot, so time in this queue is never charged to it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from .unset import Lane


def _never() -> bool:
    return False


class Admission:
    """Turns and slots for one client.

    Args:
        capacity: How many requests may be on the wire at once.
        permits_free: Whether a permit can be had at this moment without waiting; by default it is assumed
            that it cannot.
    """

    def __init__(self, capacity: int, permits_free: Callable[[], bool] = _never) -> None:
        self._free = capacity
        self._permits_free = permits_free
        self._waiting: dict[Lane, deque[asyncio.Future[bool]]] = {"interactive": deque(), "bulk": deque()}
        self._turn_taken = False
        self.in_flight = 0
        """Requests that hold a slot."""
        self.queued = 0
        """Calls that wait for their turn, a slot or a permit."""

    def afresh(self) -> Admission:
        """Return one with all slots free, for another event loop; who holds a slot of this one gives it back here."""
        return Admission(self._free + self.in_flight, self._permits_free)

    def open(self) -> bool:
        """Return whether a slot is free and nobody waits for one, or for a permit."""
        return self._free > 0 and not self._turn_taken

    def take(self) -> None:
        """Take a slot with a permit in hand; only where `open` says so, and nothing was awaited since."""
        self._free -= 1
        self.in_flight += 1

    async def enter(self, lane: Lane, permit: Callable[[], Awaitable[None]]) -> None:
        """Wait for a slot, for a turn if permits are short, and then for `permit`; on return the slot is held.

        Args:
            lane: `"interactive"` goes before `"bulk"`.
            permit: Waits until a request may leave; called once, with the slot in hand.
        """
        self.queued += 1
        try:
            if self._free and not self._turn_taken:
                turn = self._take()
            else:
                turn = await self._wait(lane)
            try:
                await permit()
            except BaseException:
                self._free += 1
                self.in_flight -= 1
                raise
            finally:
                if turn:
                    self._turn_taken = False
                self._next()
        finally:
            self.queued -= 1

    def leave(self) -> None:
        """Give the slot back."""
        self._free += 1
        self.in_flight -= 1
        if self.queued:
            self._next()

    def _take(self) -> bool:
        """Take a slot; return whether the turn was taken with it."""
        self._turn_taken = not self._permits_free()
        self._free -= 1
        self.in_flight += 1
        return self._turn_taken

    async def _wait(self, lane: Lane) -> bool:
        """Wait for a slot; return whether the turn came with it."""
        queue = self._waiting[lane]
        place: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        queue.append(place)
        while True:
            try:
                turn = await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    # The slot was given in the same instant: hand it on, and the turn if that came too.
                    if place.result():
                        self._turn_taken = False
                    self.leave()
                raise
            if turn or self._permits_free():
                return turn
            # A pause began between the waking of this call and its leaving: back to the head of the queue.
            place = asyncio.get_running_loop().create_future()
            queue.appendleft(place)
            self.leave()

    def _next(self) -> None:
        """Give free slots to the best waiters: to all while permits are free, else to one, with the turn."""
        for queue in self._waiting.values():
            while queue and self._free and not self._turn_taken:
                place = queue.popleft()
                if not place.done():
                    place.set_result(self._take())
