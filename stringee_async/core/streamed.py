"""Bodies that are not held in memory: requests that are read while they are sent, responses that are read as they come.

One job: what a transport takes and gives where a body may be large. A reader that is slower than the server stops the
connection from reading, so that memory stays bounded.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Final

import attrs

from .errors import ConfigError
from .messages import Upload

_PIECE: Final = 3 * 64 * 1024
"""Bytes read from a file at once; a multiple of three, so that base64 of the pieces is base64 of the whole."""
_AHEAD: Final = 256 * 1024
"""Bytes of a response that wait for their reader before the connection stops reading."""


def file_upload(path: Path, size: int, before: bytes, after: bytes, *, base64: bool = False) -> Upload:
    """Return a body that holds a file between `before` and `after`; another thread reads it while it is sent.

    `size` is that of the file in bytes. With `base64` the file is sent in that coding.
    """

    async def pieces() -> AsyncGenerator[bytes]:
        yield before
        async with aclosing(_read(path)) as read:
            async for piece in read:
                yield b64encode(piece) if base64 else piece
        yield after

    sent = 4 * -(-size // 3) if base64 else size
    return Upload(len(before) + sent + len(after), pieces)


async def _read(path: Path) -> AsyncGenerator[bytes]:
    try:
        file = await asyncio.to_thread(path.open, "rb")
        with file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece
    except OSError as error:
        raise ConfigError(
            f"{path.name} cannot be read ({type(error).__name__}); the request was cut off"
        ) from None


@attrs.frozen(eq=False)
class StreamedResponse:
    """A response whose body is read piece by piece: `async for piece in response`; a header's case does not matter."""

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    pieces: AsyncIterator[bytes] = attrs.field(repr=False)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.pieces


class BodyStream:
    """The pieces of one body."""

    __slots__ = ("_ended", "_error", "_paused", "_pieces", "_reader", "_size", "source")

    def __init__(self) -> None:
        self.source: asyncio.ReadTransport | None = None
        """What brings the body; it is paused while the reader is slow."""
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._ended = self._paused = False
        self._error: BaseException | None = None
        self._reader: asyncio.Future[None] | None = None

    @property
    def ended(self) -> bool:
        """Whether the whole body has come, and has been read."""
        return self._ended and self._error is None and not self._pieces

    def feed(self, piece: bytes) -> None:
        """Take a piece from the connection."""
        if not piece:
            return
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > _AHEAD and not self._paused and self.source is not None:
            self._paused = True
            self.source.pause_reading()
        self._wake()

    def end(self, error: BaseException | None = None) -> None:
        """Note that no further piece comes; `error` says why if the body is not whole."""
        self._ended, self._error = True, error
        self._wake()

    async def read(self) -> bytes:
        """Return the next piece, empty at the end; raise what `end` was given if the body is not whole."""
        while not self._pieces:
            if self._error is not None:
                raise self._error
            if self._ended:
                return b""
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        piece = self._pieces.popleft()
        self._size -= len(piece)
        if self._paused and self._size <= _AHEAD // 2 and self.source is not None:
            self._paused = False
            self.source.resume_reading()
        return piece

    def _wake(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None and not reader.done():
            reader.set_result(None)
