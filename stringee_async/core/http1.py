"""One HTTP/1.1 connection: it carries one request at a time, and reads the response to it.

One job, and the owner of httptools: the framing of responses. Whatever is not plain HTTP/1.1 breaks the connection, and
what arrives while no request is under way closes it, so that no response ever belongs to another request. `pool` opens
connections and keeps them between requests.
"""

from __future__ import annotations

import asyncio
import math
import re
from contextlib import aclosing
from typing import Any, Final, cast

import httptools

from .dial import watch
from .errors import ConfigError, DecodeError
from .messages import Upload
from .response_body import MAX_BODY, Decoder, TruncatedError, decoder_for, too_large
from .streamed import BodyStream

MAX_HEAD: Final = 64 * 1024
"""Bytes of a response's head, interim responses included."""
MAX_HEADERS: Final = 200
MAX_IDLE: Final = 15.0
"""Seconds for which an idle connection is kept."""
_READ: Final = 64 * 1024
"""Bytes read from a connection in one go."""
_EARLIER: Final = 1.0
"""Seconds by which the client closes an idle connection before the server does, so that no request crosses its closing."""
_TIMEOUT: Final = re.compile(rb"(?:^|[,\s])timeout\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)


class ServerClosedError(ConnectionError):
    """The server closed the connection before the first byte of a response."""


class BrokenResponseError(ConnectionError):
    """The response broke off, or is not HTTP/1.1."""


class Connection(asyncio.Protocol):
    """One connection to a server.

    Args:
        loop: The running event loop.
    """

    __slots__ = (
        "_body",
        "_count",
        "_decoder",
        "_done",
        "_fed",
        "_head",
        "_keep_alive",
        "_loop",
        "_parser",
        "_readable",
        "_resumed",
        "_sent_whole",
        "_size",
        "_stream",
        "_waiter",
        "begun",
        "closed",
        "headers",
        "served",
        "status",
        "transport",
        "until",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._parser = httptools.HttpResponseParser(self)
        self._waiter: asyncio.Future[None] | None = None
        self._resumed: asyncio.Future[None] | None = None
        self._stream: BodyStream | None = None
        self._decoder: Decoder | None = None
        self._body: list[bytes] = []
        self._size = self._fed = self._head = self._count = 0
        self._keep_alive = False
        self._done = self._sent_whole = True
        self._readable = watch(None)
        self.transport = cast("asyncio.Transport", None)
        self.closed: asyncio.Future[None] = loop.create_future()
        """Done once the connection is closed."""
        self.begun = False
        """Whether anything of a response has come."""
        self.status = 0
        """Status of the response."""
        self.headers: dict[bytes, bytes] = {}
        """Headers of the response by lower-case name; of several with one name the first."""
        self.served = 0
        """Responses that the connection brought whole."""
        self.until = math.inf
        """When its idle time is over, on the loop's clock."""

    def expect(self, stream: BodyStream | None = None) -> asyncio.Future[None]:
        """Expect the response to a request that was just written; the result is done when it has come whole.

        Args:
            stream: Takes the body piece by piece; the result is then done when the head of the response has come.
        """
        self.begun = self._done = self._keep_alive = False
        self.status = self._fed = 0
        self._sent_whole = True
        self._stream = stream
        if stream is not None:
            stream.source = self.transport
        self._waiter = waiter = self._loop.create_future()
        return waiter

    def body(self) -> bytes:
        """Return the body of the response, once."""
        body, self._body = self._body, []
        return body[0] if len(body) == 1 else b"".join(body)

    def kept(self) -> bool:
        """Return whether the connection may carry another request, and note how long it may be idle."""
        self.served += 1
        transport = self.transport
        if not (self._keep_alive and self._sent_whole) or transport.is_closing():
            return False
        if transport.get_write_buffer_size():
            return False
        seconds = MAX_IDLE
        hint = self.headers.get(b"keep-alive")
        if hint is not None and (stated := _TIMEOUT.search(hint)) is not None:
            seconds = min(seconds, int(stated.group(1)) - _EARLIER)
        self.until = self._loop.time() + seconds
        return seconds > 0

    def usable(self) -> bool:
        """Return whether a request may be written now: not closed, nothing to read, its idle time not over.

        Only for a connection that was kept: a fresh TLS 1.3 connection is readable at once, because the server sends
        session tickets.
        """
        return not self.transport.is_closing() and self._loop.time() < self.until and not self._readable()

    async def upload(self, body: Upload, response: asyncio.Future[None]) -> None:
        """Write a body piece by piece, no faster than the server takes it; a response that comes early ends it.

        Args:
            body: The body.
            response: Done when the response has come.

        Raises:
            ConfigError: The body is not as long as it says.
        """
        self._sent_whole = False
        left = body.size
        async with aclosing(body.pieces()) as pieces:
            async for piece in pieces:
                if self._resumed is not None:
                    await asyncio.wait((self._resumed, response), return_when=asyncio.FIRST_COMPLETED)
                if response.done():
                    return
                left -= len(piece)
                if left < 0:
                    break
                self.transport.write(piece)
        if left:
            raise ConfigError(
                f"the body is not {body.size} bytes long, as announced; the request was cut off"
            )
        self._sent_whole = True

    def close(self) -> None:
        """Close the connection; at once where the server does not read what is written."""
        if self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the transport, and have it read into buffers of a size that fits responses.

        asyncio reads into a new buffer of 256 KiB each time, and cuts it down to what came.
        """
        self.transport = cast("asyncio.Transport", transport)
        if getattr(transport, "max_size", _READ) > _READ:
            cast("Any", transport).max_size = _READ
        self._readable = watch(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        """Read a piece of the response; bytes that belong to no request close the connection."""
        if self._done:
            self._keep_alive = False
            self.transport.abort()
            return
        self.begun = True
        self._fed += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            if self._done:
                self._keep_alive = False  # the response is whole; what follows it was not asked for
                return
            cause = error.__context__
            if not isinstance(cause, (DecodeError, BrokenResponseError)):
                cause = BrokenResponseError(f"not HTTP/1.1: {error}"[:100])
            self._fail(cause)
            return
        if self._fed > MAX_HEAD and not self.status:
            self._fail(BrokenResponseError("the head of the response is too large"))

    def eof_received(self) -> None:
        """Take the end of the connection for the end of a body that states no length."""
        headers = self.headers
        framed = b"content-length" in headers or b"transfer-encoding" in headers
        if self.status and not (self._done or framed):
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the request that is under way."""
        if exc is None:
            exc = BrokenResponseError("broke off") if self.begun else ServerClosedError("no response")
        self._fail(exc)
        self.resume_writing()
        self.closed.set_result(None)

    def pause_writing(self) -> None:
        """Note that the transport holds as much as it should."""
        self._resumed = self._loop.create_future()

    def resume_writing(self) -> None:
        """Note that the transport takes more."""
        resumed, self._resumed = self._resumed, None
        if resumed is not None and not resumed.done():
            resumed.set_result(None)

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Begin a response, or an interim one before it."""
        if self._done:
            raise BrokenResponseError  # a second response to one request
        self._count = self._head = 0
        self.headers = {}

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those behind a chunked body as well."""
        self._count += 1
        self._head += len(name) + len(value)
        if self._count > MAX_HEADERS or self._head > MAX_HEAD:
            raise BrokenResponseError("the head of the response is too large")
        self.headers.setdefault(name.lower(), value)

    def on_headers_complete(self) -> None:
        """Find out how the body comes."""
        status = self._parser.get_status_code()
        if status < 200:
            if status == 101:
                raise BrokenResponseError("the server switches to another protocol")
            return
        self.status = status
        self._body = []
        self._size = 0
        coding = self.headers.get(b"content-encoding")
        self._decoder = None if coding is None else decoder_for(coding)
        if self._stream is not None:
            self._respond()
        elif self._decoder is None:
            length = self.headers.get(b"content-length")
            if length is not None and int(length) > MAX_BODY:
                raise too_large(status)

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        if self._decoder is not None:
            try:
                body = self._decoder.feed(body, MAX_BODY - self._size)
            except TruncatedError as error:
                raise BrokenResponseError(str(error)) from None
        self._size += len(body)
        if self._size > MAX_BODY:
            raise too_large(self.status)
        if self._stream is not None:
            self._size = 0  # only what one piece unpacks to is bounded
            self._stream.feed(body)
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """End a response; an interim one is only passed over."""
        if self.status:
            self._keep_alive = self._parser.should_keep_alive()
            self._end()

    def _end(self) -> None:
        try:
            if self._decoder is not None:
                self._decoder.end()
        except TruncatedError as error:
            self._fail(BrokenResponseError(str(error)))
            return
        self._done = True
        if self._stream is not None:
            self._stream.end()
        else:
            self._respond()

    def _respond(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, error: BaseException) -> None:
        """End the request that is under way, and the connection."""
        if self._done:
            return
        self._done, self._keep_alive = True, False
        error.__traceback__ = None  # its frames hold what the server sent
        if self._stream is not None and self.status:
            self._stream.end(error)
        elif self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
        self.transport.abort()
