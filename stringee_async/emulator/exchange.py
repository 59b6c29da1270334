"""Writes responses to the socket as raw bytes, because an HTTP library refuses to send most of what faults need."""

import asyncio
import email.utils
import http
import math
import socket
import struct
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import attrs
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from .background import Background
from .dialect import Call, Dialect, Response
from .log import RecordedRequest

Ending: TypeAlias = Literal["close", "reset"]
"""How a connection is dropped: ``close`` sends FIN (end of stream), ``reset`` sends RST."""

NOWHERE = Response(404, b"<html><body><h1>Not Found</h1></body></html>", (("Content-Type", "text/html"),))
_KEPT = 32 * 1024
"""Bytes of each response that an emulator with a page keeps."""
_RESET = struct.pack("ii", 1, 0)


class Written(web.StreamResponse):
    """Tells aiohttp that the response was sent already, and whether the connection may be used again."""

    def __init__(self, keep: bool) -> None:
        super().__init__()
        self._keep = keep

    @property
    def keep_alive(self) -> bool | None:
        """Whether the connection may be used again."""
        return self._keep

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:  # noqa: ARG002
        """Send nothing: the head was sent."""
        return None

    async def write_eof(self, data: bytes | bytearray | memoryview = b"") -> None:
        """Send nothing: the body was sent, or is missing on purpose."""


@attrs.define(eq=False, repr=False)
class Exchange:
    """One request and everything that it takes to respond to it, well or badly.

    Args:
        request: the request.
        record: the record to fill in.
        lost: set when the connection is gone.
        dialect: the vendor whose call it is.
        call: the call as the dialect understood it; None if no operation has its method and path.
        background: owns the tasks that outlive the response.
        now: the server's wall clock in Unix seconds, or None to send no ``Date``.
        silent: whether an outage swallows what is written now.
        unread: whether the request's body was left unread.
    """

    request: web.BaseRequest
    record: RecordedRequest
    lost: asyncio.Event
    dialect: Dialect[Any, Any]
    call: Call | None
    background: Background
    now: Callable[[], float | None]
    silent: Callable[[], bool]
    unread: bool = False

    def act(self) -> Response:
        """Carry the operation out and return the proper response."""
        if self.call is None:
            return NOWHERE
        self.record.acted = True
        return self.dialect.act(self.call)

    def act_later(self, delay: float) -> None:
        """Carry the operation out after ``delay`` seconds, in a task that is cancelled on close."""

        async def later() -> None:
            await asyncio.sleep(delay)
            self.act()

        self.background.spawn(later())

    def expired(self) -> Response:
        """Return the response that a call with an expired token gets."""
        return NOWHERE if self.call is None else self.dialect.refuse_expired(self.call)

    def send(self, response: Response) -> web.StreamResponse:
        """Send a whole response."""
        self.write(self.head(response, len(response.body)) + response.body)
        self.record.status = response.status
        return Written(self.request.keep_alive)

    def head(self, response: Response, length: int | None) -> bytes:
        """Make the status line and headers; with a length of None there is no ``Content-Length``."""
        try:
            reason = http.HTTPStatus(response.status).phrase
        except ValueError:
            reason = "Unknown"
        lines = [f"HTTP/1.1 {response.status} {reason}"]
        more = () if self.call is None else self.call.response_headers
        lines += [f"{name}: {value}" for name, value in response.headers + more]
        if length is not None and response.status != http.HTTPStatus.NO_CONTENT:  # RFC 9110, 8.6
            lines.append(f"Content-Length: {length}")
        now = self.now()
        if now is not None:
            lines.append(f"Date: {_http_date(math.floor(now))}")
        if not self.request.keep_alive:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def write(self, data: bytes) -> None:
        """Write bytes, unless the client has left or an outage swallows them."""
        transport = self.request.transport
        if transport is not None and not transport.is_closing() and not self.silent():
            transport.write(data)
            if self.record.sent is not None and len(self.record.sent) < _KEPT:
                self.record.sent += data[: _KEPT - len(self.record.sent)]

    def drop(self, ending: Ending) -> web.StreamResponse:
        """Drop the connection: with FIN after what was written, or with RST at once; not at all in a silent outage."""
        transport = self.request.transport
        if transport is not None and not self.silent():
            if ending == "reset":
                _reset_on_close(transport)
                transport.abort()
            else:
                transport.close()
        return Written(keep=self.silent())

    async def wait(self, seconds: float | None) -> bool:
        """Wait until the client leaves or the time is over; return whether the client is still connected."""
        try:
            async with asyncio.timeout(seconds):
                await self.lost.wait()
        except TimeoutError:
            return True
        return False


def _reset_on_close(transport: asyncio.Transport) -> None:
    """Make the socket send RST instead of FIN when it is closed."""
    raw: object = transport.get_extra_info("socket")
    set_option = getattr(raw, "setsockopt", None)
    if set_option is not None:
        set_option(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


_last_date: tuple[int, str] = (-1, "")


def _http_date(second: int) -> str:
    """Format a Unix time for the ``Date`` header; the last one is remembered."""
    global _last_date
    if _last_date[0] != second:
        _last_date = (second, email.utils.formatdate(second, usegmt=True))
    return _last_date[1]
