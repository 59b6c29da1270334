"""Connection slots, and the line of calls that wait for one.

Slots are handed out first come, first served, to interactive calls before bulk ones. While permits are short, only
the call at the head of the line holds a slot and waits for a permit, so that

- no other call holds a slot while it waits for a permit, which would block the interactive lane, and
- no call holds a permit while it waits for a slot, which would be spent in a later pause.

While permits are unrestricted, there is no head of line. A request's own timeout starts when it has its slot.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from .unset import Lane


def never(*_: object) -> bool:
    """Stand in for a limiter that cannot say whether a permit is free: then every call waits in line."""
    return False


class Slots:
    """The connection slots of one client."""

    def __init__(self, capacity: int, unrestricted: Callable[[], bool] = never) -> None:
        self.free = capacity
        """Slots that no request holds; the gate counts those that it takes without `enter`, and those given back."""
        self.head_taken = False
        """Whether a call is at the head of the line: it holds a slot and waits for a permit."""
        self.queued = 0
        """Calls that wait for a slot or a permit."""
        self._capacity = capacity
        self._unrestricted = unrestricted
        self._waiting: dict[Lane, deque[asyncio.Future[bool]]] = {"interactive": deque(), "bulk": deque()}

    def fresh(self) -> Slots:
        """Return the same number of slots, all free, for another event loop; calls give theirs back to the old ones."""
        return Slots(self._capacity, self._unrestricted)

    @property
    def in_flight(self) -> int:
        """Requests that hold a slot."""
        return self._capacity - self.free

    async def enter(self, lane: Lane, permit: Callable[[], Awaitable[None]]) -> None:
        """Wait for a slot, for the head of the line if permits are short, and then for `permit`; keep the slot."""
        self.queued += 1
        try:
            if self.free and not self.head_taken:
                head = self._take()
            else:
                head = await self._wait(lane)
            try:
                await permit()
            except BaseException:
                self.free += 1
                raise
            finally:
                if head:
                    self.head_taken = False
                self.hand_over()
        finally:
            self.queued -= 1

    def _take(self) -> bool:
        """Take a slot; return whether the head of the line came with it."""
        self.head_taken = not self._unrestricted()
        self.free -= 1
        return self.head_taken

    async def _wait(self, lane: Lane) -> bool:
        """Wait for a slot; return whether the head of the line came with it."""
        line = self._waiting[lane]
        slot: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        line.append(slot)
        while True:
            try:
                head = await slot
            except asyncio.CancelledError:
                if slot.done() and not slot.cancelled():
                    # Cancelled after the slot was handed over: pass it on, and the head of the line if that came too.
                    if slot.result():
                        self.head_taken = False
                    self._give_back()
                raise
            if head or self._unrestricted():
                return head
            # A pause began after this call was woken; put it back first in the line.
            slot = asyncio.get_running_loop().create_future()
            line.appendleft(slot)
            self._give_back()

    def _give_back(self) -> None:
        self.free += 1
        self.hand_over()

    def hand_over(self) -> None:
        """Hand free slots to the calls that wait: to all while permits are unrestricted, else to the head of the line."""
        for line in self._waiting.values():
            while line and self.free and not self.head_taken:
                slot = line.popleft()
                if not slot.done():
                    slot.set_result(self._take())
