"""Event loops: which one an object serves, and tasks that end with the iterator that they belong to.

An object that keeps futures, locks or timers serves one running event loop at a time. It moves to another loop once its
own has ended; while two loops run, only the first may use it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import Any, Final, NoReturn

from .errors import ClosedError, SdkError

_MOVING: Final = threading.Lock()
"""Two loops run in two threads, so only a lock decides which of them comes first."""


def needs_asyncio() -> SdkError:
    """Return the error for a call where no event loop of asyncio runs, such as under trio."""
    return SdkError(
        "asyncio is needed, and no event loop of it runs here: use asyncio.run(), or anyio on its asyncio backend; "
        "nothing was sent",
        outcome="not_sent",
    )


def running_loop() -> asyncio.AbstractEventLoop:
    """Return the running event loop, or raise if none runs."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise needs_asyncio() from None


class Home:
    """The event loop of one object.

    `loop` is the loop that the object serves, or None before its first use. Compare it with the running loop, and call
    `move` where they differ.
    """

    __slots__ = ("_what", "loop")

    def __init__(self, what: str) -> None:
        self._what = what
        self.loop: asyncio.AbstractEventLoop | None = None

    def __deepcopy__(self, memo: object) -> NoReturn:
        self.__reduce__()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a {self._what} cannot be copied or pickled: share the object, or make a new one where it is needed"
        )

    def move(self) -> asyncio.AbstractEventLoop | None:
        """Move to the running event loop; return the loop that was left, or None.

        Raises `ClosedError` if the object serves another event loop that still runs.
        """
        loop = running_loop()
        with _MOVING:
            before = self.loop
            if before is not None and before is not loop and before.is_running():
                raise ClosedError(
                    f"this {self._what} belongs to event loop {id(before):#x}, which still runs, and was used from event "
                    f"loop {id(loop):#x}; make one {self._what} for each loop"
                )
            self.loop = loop
        return before


def cancel(tasks: Iterable[asyncio.Future[Any]], loop: asyncio.AbstractEventLoop) -> None:
    """Cancel the tasks of an iterator that was left, from whatever thread noticed."""
    if loop.is_closed():
        for task in tasks:
            if task.done():
                drop(task)
        return
    try:
        here: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    for task in tasks:
        if here is loop:
            drop(task)
        else:
            loop.call_soon_threadsafe(drop, task)


def drop(task: asyncio.Future[Any]) -> None:
    """Cancel a task whose result nothing will read, and mark its exception as retrieved."""
    if not task.done():
        task.cancel()
        task.add_done_callback(_retrieve)
    elif not task.cancelled():
        task.exception()


def _retrieve(task: asyncio.Future[Any]) -> None:
    if not task.cancelled():
        task.exception()
