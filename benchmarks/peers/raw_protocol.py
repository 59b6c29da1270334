"""The limit in Python: an asyncio protocol that writes ready bytes and waits until the response is whole.

It parses nothing: the length stands last in the head of the benchmark server's responses, and a page is cut into rows
where one row ends and the next begins. It is a limit and no usable client. Under it the server is nearly as busy
as the client, so that its CPU says more than its throughput.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast
from urllib.parse import urlsplit

from .peer import AGENT, PAGE_SIZE, Fields, read_pages

_HEAD = b"Host: 127.0.0.1\r\nX-STRINGEE-AUTH: token\r\nAccept: application/json\r\n"
_BODY = json.dumps(AGENT).encode()
_CREATE = b"POST /v1/agent HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    _HEAD, len(_BODY), _BODY,
)  # fmt: skip
_PAGE = b"GET /v1/agent?page=%d&limit=%d HTTP/1.1\r\n%s\r\n"
_ROOM = 64 * 1024
"""Bytes for a response; a page of 50 takes 12 KiB."""


class _Exchange(asyncio.BufferedProtocol):
    """One connection, with one request at a time."""

    def __init__(self) -> None:
        self._buffer = bytearray(_ROOM)
        self._view = memoryview(self._buffer)
        self._filled = 0
        self._loop = asyncio.get_running_loop()
        self._response: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def ask(self, request: bytes) -> asyncio.Future[bytes]:
        """Write a request; return what will hold the response, head and body."""
        self._filled = 0
        self._response = self._loop.create_future()
        self.transport.write(request)
        return self._response

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's signature
        return self._view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self._filled += nbytes
        end = self._buffer.find(b"\r\n\r\n", 0, self._filled)
        if end < 0 or self._response is None:
            return
        length = int(self._buffer[self._buffer.rfind(b" ", 0, end) : end])
        if self._filled == end + 4 + length:
            self._response.set_result(bytes(self._view[: self._filled]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._response is not None and not self._response.done():
            self._response.set_exception(exc or ConnectionError("closed before the response was whole"))


class RawProtocol:
    """Two calls over connections that are all open from the start."""

    def __init__(self, connections: Sequence[_Exchange]) -> None:
        self._idle: asyncio.LifoQueue[_Exchange] = asyncio.LifoQueue()
        for connection in connections:
            self._idle.put_nowait(connection)

    async def create(self, agent: Fields) -> bytes:  # noqa: ARG002 - its bytes are ready
        return await self._ask(_CREATE)

    async def list(self, pages: int, ahead: int = 0) -> Sequence[object]:
        return await read_pages(self._page, pages, ahead)

    async def _page(self, number: int) -> Sequence[object]:
        return (await self._ask(_PAGE % (number, PAGE_SIZE, _HEAD))).split(b"}, {")

    async def _ask(self, request: bytes) -> bytes:
        connection = await self._idle.get()
        response = await connection.ask(request)
        self._idle.put_nowait(connection)
        return response


@asynccontextmanager
async def open_peer(url: str, connections: int) -> AsyncIterator[RawProtocol]:
    """Open so many connections."""
    parts = urlsplit(url)
    context = ssl.create_default_context() if parts.scheme == "https" else None
    loop = asyncio.get_running_loop()
    opened: list[_Exchange] = []
    try:
        for _ in range(connections):
            _, exchange = await loop.create_connection(_Exchange, parts.hostname, parts.port, ssl=context)
            opened.append(exchange)
        yield RawProtocol(opened)
    finally:
        for exchange in opened:
            exchange.transport.close()
        await asyncio.sleep(0)
