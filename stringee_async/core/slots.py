"""Connection slots, and the line of calls that wait for one.

Slots are handed out first come, first served, to interactive calls before bulk ones. While permits are short, only
the call at the head of the line holds a slot and waits for a permit, so that

- no other call holds a slot while it waits for a permit, which would block the interactive lane, and
- no call holds a permit while it waits for a slot, which would be spent in a later pause.

While permits are unrestricted, or free at once, there is no head of line: as many calls leave in one turn of the loop as
slots were freed. A request's own timeout starts when it has its slot.
"""

from __future__ import annotations

import asyncio
import enum
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from .unset import Lane


def never(*_: object) -> bool:
    """Stand in for a limiter that cannot say whether a permit is free: then every call waits in line."""
    return False


class _Given(enum.Enum):
    """What a call is given with its slot."""

    PERMIT = enum.auto()
    HEAD = enum.auto()
    NOTHING = enum.auto()


_WITH_PERMIT: Final = _Given.PERMIT
_HEAD: Final = _Given.HEAD
_ALONE: Final = _Given.NOTHING
_Waiting = tuple[asyncio.Future[_Given], str]


class Slots:
    """The connection slots of one client."""

    def __init__(
        self,
        capacity: int,
        unrestricted: Callable[[], bool] = never,
        take_permit: Callable[[str, Lane], bool] = never,
        stopped: Callable[[], bool] = never,
    ) -> None:
        self.free = capacity
        """Slots that no request holds; the gate counts those that it takes without `enter`, and those given back."""
        self.head_taken = False
        """Whether a call is at the head of the line: it holds a slot and waits for a permit."""
        self.queued = 0
        """Calls that wait for a slot or a permit."""
        self._capacity = capacity
        self._unrestricted = unrestricted
        self._take_permit = take_permit
        self._stopped = stopped
        self._waiting: dict[Lane, deque[_Waiting]] = {"interactive": deque(), "bulk": deque()}

    def fresh(self) -> Slots:
        """Return the same number of slots, all free, for another event loop; calls give theirs back to the old ones."""
        return Slots(self._capacity, self._unrestricted, self._take_permit, self._stopped)

    @property
    def in_flight(self) -> int:
        """Requests that hold a slot."""
        return self._capacity - self.free

    async def enter(self, lane: Lane, permit: Callable[[], Awaitable[None]], operation: str = "") -> None:
        """Wait for a slot and a permit; keep the slot.

        Where permits are short, the head of the line waits for `permit`.
        """
        self.queued += 1
        try:
            if self.free and not self.head_taken:
                given = self._take()
            else:
                given = await self._wait(lane, operation)
            try:
                if given is not _WITH_PERMIT:
                    await permit()
            except BaseException:
                self.free += 1
                raise
            finally:
                if given is _HEAD:
                    self.head_taken = False
                if self.free:
                    self.hand_over()
        finally:
            self.queued -= 1

    def _take(self) -> _Given:
        """Take a slot, and the head of the line where permits are short."""
        self.free -= 1
        self.head_taken = not self._unrestricted()
        return _HEAD if self.head_taken else _ALONE

    async def _wait(self, lane: Lane, operation: str) -> _Given:
        """Wait for a slot."""
        line = self._waiting[lane]
        slot: asyncio.Future[_Given] = asyncio.get_running_loop().create_future()
        line.append((slot, operation))
        while True:
            try:
                given = await slot
            except asyncio.CancelledError:
                if slot.done() and not slot.cancelled():
                    # Cancelled after the slot was handed over: pass it on, and the head of the line if that came too.
                    if slot.result() is _HEAD:
                        self.head_taken = False
                    self._give_back()
                raise
            if given is _HEAD or (not self._stopped() if given is _WITH_PERMIT else self._unrestricted()):
                return given
            # A pause began after this call was woken; put it back first in the line.
            slot = asyncio.get_running_loop().create_future()
            line.appendleft((slot, operation))
            self._give_back()

    def _give_back(self) -> None:
        self.free += 1
        self.hand_over()

    def hand_over(self) -> None:
        """Hand free slots to the calls that wait: with a permit as long as permits are free, then to the head of the line."""
        for lane, line in self._waiting.items():
            while line and self.free and not self.head_taken:
                slot, operation = line.popleft()
                if slot.done():
                    continue
                if self._take_permit(operation, lane):
                    self.free -= 1
                    slot.set_result(_WITH_PERMIT)
                else:
                    slot.set_result(self._take())
