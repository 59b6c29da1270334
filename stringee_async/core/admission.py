"""The queue in front of the connections: who may leave next.

One job: give each call its turn and its connection slot, first come, first served, interactive calls before
bulk ones. Only the call at the head of the queue waits for a slot and then for a permit, so that

- nobody holds a slot while waiting for a permit, which would block the interactive lane, and
- nobody holds a permit while waiting for a slot, which would be spent in a later pause.

A request's own time limit starts when it has its slot, so time in this queue is never charged to it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from .wire import Lane


class Admission:
    """Turns and slots for one client.

    Args:
        capacity: How many requests may be on the wire at once.
    """

    def __init__(self, capacity: int) -> None:
        self._free = capacity
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {"interactive": deque(), "bulk": deque()}
        self._turn_taken = False
        self.in_flight = 0
        """Requests that hold a slot."""
        self.queued = 0
        """Calls that wait for their turn, a slot or a permit."""

    async def enter(self, lane: Lane, permit: Callable[[], Awaitable[None]]) -> None:
        """Wait for a turn, a slot, and then for `permit`; on return the slot is held.

        Args:
            lane: `"interactive"` goes before `"bulk"`.
            permit: Waits until a request may leave; called once, with the turn and the slot in hand.
        """
        self.queued += 1
        try:
            if self._turn_taken or not self._free:
                await self._wait(lane)
            else:
                self._take()
            try:
                await permit()
            except BaseException:
                self._free += 1
                self.in_flight -= 1
                raise
            finally:
                self._turn_taken = False
                self._next()
        finally:
            self.queued -= 1

    def leave(self) -> None:
        """Give the slot back."""
        self._free += 1
        self.in_flight -= 1
        self._next()

    def _take(self) -> None:
        self._turn_taken = True
        self._free -= 1
        self.in_flight += 1

    async def _wait(self, lane: Lane) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[lane].append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The turn was given in the same instant: hand turn and slot on.
                self._turn_taken = False
                self.leave()
            raise

    def _next(self) -> None:
        """Give turn and slot to the best waiter, if both are free."""
        if self._turn_taken or not self._free:
            return
        for queue in self._waiting.values():
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    self._take()
                    turn.set_result(None)
                    return
