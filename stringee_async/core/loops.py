"""Which event loop an object serves.

One job: an object that keeps futures, locks or timers serves one running event loop at a time. It moves to another loop
once its own has ended; while two loops run, only the first may use it.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Final

from .errors import ClosedError

_MOVING: Final = threading.Lock()
"""Two loops run in two threads, so only a lock decides which of them comes first."""


class Home:
    """The event loop of one object.

    Args:
        what: What the object is, for errors, such as `client`.

    `loop` is the loop that the object serves, or None before its first use. Compare it with the running loop, and call
    `move` where they differ.
    """

    __slots__ = ("_what", "loop")

    def __init__(self, what: str) -> None:
        self._what = what
        self.loop: asyncio.AbstractEventLoop | None = None

    def move(self) -> asyncio.AbstractEventLoop | None:
        """Move to the running event loop; return the loop that was left, or None.

        Raises:
            ClosedError: The object serves another event loop, which still runs.
        """
        loop = asyncio.get_running_loop()
        with _MOVING:
            before = self.loop
            if before is not None and before is not loop and before.is_running():
                raise ClosedError(
                    f"this {self._what} belongs to event loop {id(before):#x}, which still runs, and was used from event "
                    f"loop {id(loop):#x}; make one {self._what} for each loop"
                )
            self.loop = loop
        return before
