"""Virtual time: a loop whose clock jumps to the next timer or when it is told, and a wait that cannot last for ever."""

from __future__ import annotations

import asyncio
import functools
import heapq
import time
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

import pytest

from stringee_async.core.clock import RealClock

P = ParamSpec("P")


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer instead of waiting for it.

    It fails where a real loop would hang: when everybody waits and no timer is left, or when it turns for ever
    without time moving.
    """

    _now = 1000.0
    _turns = 0
    _turned_at = 0.0
    # What asyncio's own loop keeps, and its stubs do not tell.
    _scheduled: list[Any]
    _ready: Any
    _stopping: bool
    _timer_cancelled_count: int

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        while self._scheduled and self._scheduled[0]._cancelled:
            self._timer_cancelled_count -= 1
            heapq.heappop(self._scheduled)._scheduled = False
        if not self._ready and not self._scheduled and not self._stopping:
            raise RuntimeError("everybody waits and nothing will ever happen")
        self._turns = self._turns + 1 if self._now == self._turned_at else 0
        self._turned_at = self._now
        if self._turns > 100_000:
            raise RuntimeError("the loop turns and time stands still")
        if not self._ready and self._scheduled:
            self._now = max(self._now, self._scheduled[0]._when)
        super()._run_once()  # type: ignore[misc]


def virtual(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async test on a loop with virtual time, and fail if it leaves a task behind."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def guarded() -> None:
            await test(*args, **kwargs)
            await asyncio.sleep(0)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, f"tasks left behind: {left}"

        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(guarded())

    return run


class FixedClock(RealClock):
    """A wall clock that stands still; the loop's time goes on."""

    def __init__(self, now: float) -> None:
        self.now = now

    def time(self) -> float:
        return self.now


def jump(seconds: float) -> None:
    """Set the running loop's clock forward, for tests with real sockets: what is due by then happens at once."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, asyncio.BaseEventLoop):
        pytest.skip("the timers of uvloop keep their own time")
    clock = loop.time
    loop.time = lambda: clock() + seconds  # type: ignore[method-assign]


async def until(condition: Callable[[], object], what: str, *, seconds: float = 20.0) -> None:
    """Wait until `condition` holds; fail after `seconds`, far longer than a loaded machine needs, naming `what`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        await asyncio.sleep(0.001)
