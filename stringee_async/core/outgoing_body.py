"""A request's body for aiohttp's own session, which tells whether any of it left.

One job: to know that a request was held back while its connection came about. Our own way over the pool takes a
connection first and writes then; a session does both in one call, and the same exceptions come out of either half.
aiohttp measures a file-like body when it makes a request of it, and reads it when it writes the request to a connection.
"""

from __future__ import annotations

import io
from typing import Final

SMALL: Final = 16 * 1024
"""Bytes; a request body up to this size counts as read by a server that has responded."""


class OutgoingBody(io.BytesIO):
    """The bytes of one body, and whether they were measured and read."""

    _measured = False
    _read = False

    @property
    def held_back(self) -> bool:
        """Whether a request was made of it that was not written.

        False if the body was not measured: then something else than aiohttp has it, such as a mock, and nothing is
        known.
        """
        return self._measured and not self._read

    def getbuffer(self) -> memoryview:
        """Hand out the buffer, by which aiohttp measures it."""
        self._measured = True
        return super().getbuffer()

    def tell(self) -> int:
        """Return the position, by which aiohttp measures it."""
        self._measured = True
        return super().tell()

    def read(self, size: int | None = -1, /) -> bytes:
        """Read from it: the request is being written, or other code reads its body."""
        self._read = True
        return super().read(size)
