"""Tells observers when a pause of a client begins and when it is over.

The end is told by a timer of the event loop; on a clock of another kind, where a timer would move the time of tests, by the
next call that goes through the gate or ends.
"""

from __future__ import annotations

import asyncio
from typing import Final

from .clock import Clock, monotonic_of, runs_on_the_loop
from .events import PauseEnded, PauseStarted
from .gate import Gate
from .observers import Observers

_EARLY: Final = 0.001
"""Seconds by which a timer may fire before its time."""


class PauseWatch:
    """The pause of one client, as its observers see it: those of the client or the view whose call it was told."""

    __slots__ = ("_clock", "_gate", "_told")

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self._gate = gate
        self._clock = clock
        self._told: tuple[Observers, PauseStarted] | None = None

    def begin(self, observers: Observers, vendor: str, operation: str, call_id: int, reason: str) -> None:
        """Tell that a pause began, unless one that was told of is still going on."""
        self.look()
        seconds = self._left()
        if self._told is not None or seconds <= 0:
            return
        event = PauseStarted(
            vendor=vendor, operation=operation, call_id=call_id, seconds=seconds, reason=reason
        )
        self._told = observers, event
        self._arm(seconds)
        observers.tell(event)

    def look(self) -> None:
        """Tell that the pause is over, if it is."""
        if self._told is not None and self._left() <= 0:
            self._end(*self._told)

    def _left(self) -> float:
        return self._gate.pause_ends - monotonic_of(self._clock)()

    def _arm(self, seconds: float) -> None:
        if runs_on_the_loop(self._clock):
            asyncio.get_running_loop().call_later(seconds, self._due)

    def _due(self) -> None:
        if self._told is None:
            return
        left = self._left()
        if left > _EARLY:
            self._arm(left)
        else:
            self._end(*self._told)

    def _end(self, observers: Observers, began: PauseStarted) -> None:
        self._told = None
        observers.tell(PauseEnded(vendor=began.vendor, operation=began.operation, call_id=None))
