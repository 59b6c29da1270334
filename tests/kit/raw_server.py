"""A socket that responds with scripted bytes, and the ways in which a connection ends early."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable, Coroutine
from typing import Any, Self

from .scripted_transport import KEY_SECRET, KEY_SID


def canned(body: bytes = b'{"r":0}', status: str = "200 OK", *headers: str) -> bytes:
    """Make the bytes of one HTTP response that keeps its connection open."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


Play = bytes | Callable[[asyncio.StreamWriter], Coroutine[Any, Any, None]]
"""What a raw server does with one request: write these bytes, or run this with the connection in hand."""


class RawServer:
    """A socket that records the raw bytes of each request, and does one play for each; then always `default`.

    With `tls`, the server's side of TLS, its URL names `localhost`. With `unread`, a status, it refuses a body above
    10 KB without reading it, as gateways do, and keeps the connection unless it is asked to close it.
    """

    def __init__(
        self,
        *plays: Play,
        default: Play | None = None,
        tls: ssl.SSLContext | None = None,
        unread: str | None = None,
    ) -> None:
        self._tls = tls
        self._unread = unread
        self.plays = list(plays)
        self.default = canned() if default is None else default
        self.requests: list[bytes] = []
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"https://localhost:{self.port}" if self._tls else f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.writers.append(writer)
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                size = int(length[0].split(b":")[1]) if length else 0
                if self._unread and size > 10_000:
                    ends = b"connection: close\r\n" in head.lower()
                    more = ["Connection: close"] if ends else []
                    writer.write(canned(b'{"r":-1,"status":-38,"reason":"too large"}', self._unread, *more))
                    await writer.drain()
                    if not ends:
                        await asyncio.Event().wait()
                    return
                self.requests.append(head + await reader.readexactly(size))
                play = self.plays.pop(0) if self.plays else self.default
                if isinstance(play, bytes):
                    writer.write(play)
                else:
                    await play(writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    @property
    def client(self) -> dict[str, str]:
        """The keyword arguments of a Stringee client for this server."""
        return {"key_sid": KEY_SID, "key_secret": KEY_SECRET, "icc_url": self.url, "api_url": self.url}


async def reset(writer: asyncio.StreamWriter) -> None:
    """Drop a connection with RST; as a play: before the status line."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def then(data: bytes, ending: str = "close") -> Play:
    """Make a play that writes `data` and then drops the connection, by `close` (FIN) or `reset` (RST)."""

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if ending == "reset":
            await asyncio.sleep(0.01)
            await reset(writer)
        else:
            writer.close()

    return play


async def hang(writer: asyncio.StreamWriter) -> None:
    """Never respond; as a play."""
    await asyncio.Event().wait()
