"""A server that responds in odd pieces, delays, closes and resets, and counts its requests."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable
from typing import Literal, Self, cast

from .mutations import Pieces

Ending = Literal["keep", "close", "reset"]


class FuzzServer:
    """Responds to `GET /NUMBER` with what `respond` makes of the number.

    Args:
        respond: Returns the pieces of a response, and what becomes of the connection after them.
        random_: Where chance comes from: the waits between the pieces.
    """

    def __init__(self, respond: Callable[[int], tuple[Pieces, Ending]], random_: random.Random) -> None:
        self.respond = respond
        self.random = random_
        self.requests = 0
        self.open: set[asyncio.Transport] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1000)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for transport in list(self.open):
            transport.abort()
        await asyncio.sleep(0)


class _Connection(asyncio.Protocol):
    def __init__(self, server: FuzzServer) -> None:
        self.server = server
        self.unread = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is of a class of its own
        self.server.open.add(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.open.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.unread += data
        while b"\r\n\r\n" in self.unread:
            head, _, self.unread = self.unread.partition(b"\r\n\r\n")
            self.server.requests += 1
            self._write(*self.server.respond(int(head.split(b" ", 2)[1].rpartition(b"/")[2])))

    def _write(self, pieces: Pieces, ending: Ending) -> None:
        if self.transport.is_closing():
            return
        loop = asyncio.get_running_loop()
        self.transport.write(pieces[0])
        delay = self.server.random.choice([0.0, 0.0, 0.0, 0.001, 0.003])
        if len(pieces) > 1:
            if delay and len(pieces) < 10:
                loop.call_later(delay, self._write, pieces[1:], ending)
            else:
                loop.call_soon(self._write, pieces[1:], ending)
        elif ending != "keep":
            loop.call_later(delay, self.transport.close if ending == "close" else self._reset)

    def _reset(self) -> None:
        if not self.transport.is_closing():
            sock: socket.socket = self.transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
