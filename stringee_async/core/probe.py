"""The first call after a shared pause that was cut short.

One job: order. A vendor may ask for a longer pause than a client is ready to keep. When the shorter pause ends, the
client does not know whether the vendor accepts requests again, so it sends one call and lets the others wait for its
result. The session decides how long a pause lasts and what ends the probing.
"""

from __future__ import annotations

import asyncio
from collections import deque


class Probe:
    """Lets one call through at a time until one has had a response that does not ask for a pause."""

    __slots__ = ("_over", "_prober", "_waiting")

    def __init__(self) -> None:
        self._over = False
        self._prober: object | None = None
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def wait_turn(self, call: object) -> None:
        """Wait until `call` may be sent: as the one that probes, or because the probing is over.

        Args:
            call: The call; each has an identity of its own.
        """
        while not self._over and self._prober is not call:
            if self._prober is None:
                self._prober = call
                return
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and self._prober is None:
                    self._wake(1)  # this call was the next one to probe
                raise

    def leave(self, call: object) -> None:
        """Let the next call probe if `call` was the one that did; for calls that end without having learnt anything."""
        if self._prober is call:
            self._prober = None
            self._wake(1)

    def end(self) -> None:
        """Let all calls through: the vendor accepts requests again."""
        self._over = True
        self._wake(len(self._waiting))

    def _wake(self, count: int) -> None:
        while self._waiting and count:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                count -= 1
