"""What a call waits for before one attempt: its time in the queue, shared out between slot, permit, token and pause."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from .events import Awaited

_SHORTEST: Final = 0.001
"""Seconds; the way through the queue without a wait takes less."""


class WaitMeter:
    """The clock of one wait.

    Args:
        now: Tells the time.
        paused_by: Tells how many seconds of pauses there were up to a time.
        what: What is waited for at first.
    """

    __slots__ = ("_now", "_paused", "_paused_by", "_seconds", "_since", "_what")

    def __init__(self, now: Callable[[], float], paused_by: Callable[[float], float], what: Awaited) -> None:
        self._now = now
        self._paused_by = paused_by
        self._since = now()
        self._paused = paused_by(self._since)
        self._what: Awaited = what
        self._seconds: dict[Awaited, float] = dict.fromkeys(("slot", "permit", "token", "pause"), 0.0)

    def turn_to(self, what: Awaited) -> None:
        """Count the time so far, that of pauses apart; from now on the call waits for `what`."""
        now = self._now()
        paused = self._paused_by(now)
        pause = paused - self._paused
        self._seconds["pause"] += pause
        self._seconds[self._what] += now - self._since - pause
        self._since, self._paused, self._what = now, paused, what

    def waits(self) -> Iterator[tuple[Awaited, float]]:
        """Yield what was waited for until now, and for how many seconds; what took no time is left out."""
        self.turn_to(self._what)
        for what, seconds in self._seconds.items():
            if seconds >= _SHORTEST:
                yield what, seconds
