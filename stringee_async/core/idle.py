"""A connection that waits in the pool: whether it can still be used.

One job: to notice, before a request is written, that the server closed the connection, wrote to it unasked, or is about
to close it. Whatever arrives while no request is under way belongs to none: read as the response of the next request,
it would shift all that follow. The event loop may not have noticed yet, so the socket itself is asked.
"""

from __future__ import annotations

import asyncio
import math
import re
import select
from collections.abc import Callable
from typing import Any, Final

_TIMEOUT: Final = re.compile(r"(?:^|[,\s])timeout\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)
_EARLIER: Final = 1.0
"""Seconds by which we close before the server does, so that a request does not cross its closing."""


class Idle:
    """How a connection fares between two requests. Only for connections that have served one.

    (A fresh TLS 1.3 connection is readable at once: the server sends session tickets.)

    Args:
        transport: The connection's transport.
    """

    __slots__ = ("_loop", "_readable", "_until", "lasted")

    def __init__(self, transport: Any) -> None:
        self._loop = asyncio.get_running_loop()
        self._readable = _poll(transport.get_extra_info("socket"))
        self._until = math.inf
        self.lasted = False
        """Whether it has served a second request."""

    def begin(self, keep_alive: str | None) -> bool:
        """Note that the connection goes idle; return whether it may be used again at all.

        Args:
            keep_alive: The `Keep-Alive` header of the response, such as `timeout=5, max=100`.
        """
        self._until = math.inf
        if keep_alive is None:
            return True
        seconds = _TIMEOUT.search(keep_alive)
        if seconds is None:
            return True
        left = int(seconds.group(1)) - _EARLIER
        self._until = self._loop.time() + left
        return left > 0

    def usable(self) -> bool:
        """Return whether a request may be written now: nothing to read, not closed, its idle time not over."""
        return self._loop.time() < self._until and not self._readable()


def _poll(socket: Any) -> Callable[[], object]:
    """Return a function that tells, without waiting, whether anything can be read from a socket, its end included."""
    if socket is None or socket.fileno() < 0:
        return lambda: False
    if not hasattr(select, "poll"):  # pragma: no cover - Windows
        return lambda: select.select([socket], [], [], 0)[0]
    poll = select.poll()
    poll.register(socket.fileno(), select.POLLIN)
    return lambda: poll.poll(0)
