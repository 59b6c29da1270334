"""Time limits of many calls at once, with one timer for all that have the same length.

One job: what `asyncio.timeout` does, cheaper where thousands of calls have the same limit and nearly
all end before it. Limits of one length end in the order in which they began, so only the oldest needs a timer. A
limit that is left costs one removal from a dict.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

_LENGTHS: Final = 64
"""How many lengths may have a timer before those that nobody uses are dropped."""


class _Length:
    """All limits of one length, oldest first."""

    __slots__ = ("context", "forget", "live", "loop", "timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, first: float, forget: Callable[[], object]) -> None:
        self.loop = loop
        self.forget = forget
        self.live: dict[Limit, None] = {}
        # Without a context of its own, a timer would keep the context variables of the first caller alive.
        self.context = Context()
        self.timer: asyncio.Handle = loop.call_at(first, self.fire, context=self.context)

    def fire(self) -> None:
        """Give what is due one turn of the loop: where the loop was blocked, its response may be there already."""
        self.timer = self.loop.call_soon(self.end, context=self.context)

    def end(self) -> None:
        """End what is due, and set the timer for the oldest that is left."""
        now = self.loop.time()
        due: list[Limit] = []
        for limit in self.live:
            if limit.when > now:
                self.timer = self.loop.call_at(limit.when, self.fire, context=self.context)
                break
            due.append(limit)
        for limit in due:
            del self.live[limit]
            limit.expired = True
            limit.task.cancel()
        if not self.live:
            self.forget()


class Limit:
    """One time limit; use it with `with`, inside the task that it is for.

    A limit that is used up cancels the task, and the `with` turns that cancellation into TimeoutError. A
    cancellation from elsewhere stays one, also if both come in the same instant.
    """

    __slots__ = ("cancelling", "expired", "live", "task", "when")

    def __init__(self, live: dict[Limit, None], task: asyncio.Task[Any], when: float) -> None:
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


class Unlimited:
    """The limit of those who have none."""

    __slots__ = ()
    expired: Final = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


UNLIMITED: Final = Unlimited()


class Deadlines:
    """Makes time limits, for one event loop at a time."""

    __slots__ = ("_lengths",)

    def __init__(self) -> None:
        self._lengths: dict[float, _Length] = {}

    def limit(self, seconds: float | None, task: asyncio.Task[Any] | None = None) -> Limit | Unlimited:
        """Return a limit that begins now.

        Args:
            seconds: Its length; None for no limit.
            task: The task that runs now, if the caller knows it.

        Raises:
            RuntimeError: No task runs now.
        """
        if seconds is None:
            return UNLIMITED
        task = task or asyncio.current_task()
        if task is None:
            raise RuntimeError("a time limit needs a task")
        loop = task.get_loop()
        when = loop.time() + seconds
        length = self._lengths.get(seconds)
        if length is None or length.loop is not loop:
            if len(self._lengths) >= _LENGTHS:
                self._drop_unused()
            length = _Length(loop, when, partial(self._lengths.pop, seconds, None))
            self._lengths[seconds] = length
        return Limit(length.live, task, when)

    def _drop_unused(self) -> None:
        """Cancel the timers of lengths that no limit uses now; who waits for 20,000 different ones keeps few."""
        for seconds, length in list(self._lengths.items()):
            if not length.live:
                length.timer.cancel()
                del self._lengths[seconds]

    def close(self) -> None:
        """Forget all timers; limits that are still running do not end any more."""
        for length in self._lengths.values():
            length.timer.cancel()
        self._lengths.clear()
