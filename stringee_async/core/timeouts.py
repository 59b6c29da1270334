"""Timeouts of many calls at once, with one timer for all that have the same length.

This is what `asyncio.timeout` does, cheaper where thousands of calls have the same timeout and nearly all end before
it. Timeouts of one length expire in the order in which they began, so only the oldest needs a timer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

_LENGTHS: Final = 64
"""How many lengths may have a timer before unused timers are dropped."""


class _Length:
    """All timeouts of one length, oldest first."""

    __slots__ = ("context", "forget", "live", "loop", "timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, first: float, forget: Callable[[], object]) -> None:
        self.loop = loop
        self.forget = forget
        self.live: dict[Timeout, None] = {}
        # Without a context of its own, a timer would keep the context variables of the first caller alive.
        self.context = Context()
        self.timer: asyncio.Handle = loop.call_at(first, self.fire, context=self.context)

    def fire(self) -> None:
        """Give what is due one turn of the loop: where the loop was blocked, its response may be there already."""
        self.timer = self.loop.call_soon(self.end, context=self.context)

    def end(self) -> None:
        """End what is due, and set the timer for the oldest that is left."""
        now = self.loop.time()
        due: list[Timeout] = []
        for timeout in self.live:
            if timeout.when > now:
                self.timer = self.loop.call_at(timeout.when, self.fire, context=self.context)
                break
            due.append(timeout)
        for timeout in due:
            del self.live[timeout]
            timeout.expired = True
            timeout.task.cancel()
        if not self.live:
            self.forget()


class Timeout:
    """One timeout; use it with `with`, inside the task that it is for.

    When it expires it cancels the task, and the `with` turns that cancellation into TimeoutError. A cancellation from
    elsewhere stays one, even if both come at the same time.
    """

    __slots__ = ("cancelling", "expired", "live", "task", "when")

    def __init__(self, live: dict[Timeout, None], task: asyncio.Task[Any], when: float) -> None:
        self.live = live
        self.task = task
        self.when = when
        self.cancelling = task.cancelling()
        self.expired = False

    def __enter__(self) -> Self:
        self.live[self] = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self.expired:
            del self.live[self]
        elif self.task.uncancel() <= self.cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error


class NoTimeout:
    """Stands for a timeout where there is none."""

    __slots__ = ()
    expired: Final = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


NO_TIMEOUT: Final = NoTimeout()


class TimeoutTimers:
    """Starts timeouts, for one event loop at a time."""

    __slots__ = ("_lengths",)

    def __init__(self) -> None:
        self._lengths: dict[float, _Length] = {}

    def start(self, seconds: float | None, task: asyncio.Task[Any] | None = None) -> Timeout | NoTimeout:
        """Return a timeout that begins now for the running task; None seconds are no timeout."""
        if seconds is None:
            return NO_TIMEOUT
        task = task or asyncio.current_task()
        if task is None:
            raise RuntimeError("a timeout needs a task")
        loop = task.get_loop()
        when = loop.time() + seconds
        length = self._lengths.get(seconds)
        if length is None or length.loop is not loop:
            if len(self._lengths) >= _LENGTHS:
                self._drop_unused()
            length = _Length(loop, when, partial(self._lengths.pop, seconds, None))
            self._lengths[seconds] = length
        return Timeout(length.live, task, when)

    def _drop_unused(self) -> None:
        """Cancel the timers of lengths that no timeout uses now, so that 20,000 different lengths keep few timers."""
        for seconds, length in list(self._lengths.items()):
            if not length.live:
                length.timer.cancel()
                del self._lengths[seconds]

    def close(self) -> None:
        """Forget all timers; timeouts that are still running do not expire any more."""
        for length in self._lengths.values():
            length.timer.cancel()
        self._lengths.clear()
