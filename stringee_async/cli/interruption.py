"""Ctrl-C twice: the first asks a run to finish what is in flight, the second stops it at once."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Generator
from types import FrameType

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))
"""Ctrl-C, the request to end, and on Windows Ctrl-Break."""


class Interruption:
    """Whether the user has interrupted a run, and what that leads to.

    Args:
        finish: Called at the first signal.
    """

    def __init__(self, finish: Callable[[], None]) -> None:
        self.asked = False
        self._finish = finish
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()

    @contextlib.contextmanager
    def watched(self) -> Generator[None]:
        """Take the signals over while a run goes on; one that this process was told to ignore stays ignored."""
        heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._signalled) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        """Leave the signal's work to the event loop: what it interrupted may hold anything."""
        self._loop.call_soon_threadsafe(self._take)

    def _take(self) -> None:
        if not self.asked:
            self.asked = True
            self._finish()
        elif self._task is not None:
            self._task.cancel()


@contextlib.contextmanager
def ended_alike() -> Generator[None]:
    """Let a request to end (SIGTERM) do what Ctrl-C does, so that a terminal is left as it was found."""
    as_ctrl_c = signal.getsignal(signal.SIGINT)
    if not callable(as_ctrl_c) or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, as_ctrl_c)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
