"""The transport of a client without an aiohttp session of the caller's: over connections of its own.

One job: take a connection, write a request, and return its response or say what became of it. Where a mock has taken the
place of aiohttp's session, as aioresponses and vcrpy do, requests go through a session, so that the mock sees them.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from .http1 import BrokenResponseError, Connection, ServerClosedError
from .left_open import LeftConnections, left_open
from .messages import Request, Response, Upload
from .mocked_session import session_is_mocked
from .network_errors import clean, lost, no_connection
from .options import Timeouts
from .pool import Origin, Pool
from .response_headers import ResponseHeaders
from .streamed import BodyStream, StreamedResponse
from .timeouts import TimeoutTimers
from .transport import NOTHING_SENT, USER_AGENT, OwnTransport, creation_site

if TYPE_CHECKING:
    from .aiohttp_transport import AiohttpTransport


class PooledTransport(OwnTransport):
    """Sends requests over connections of its own.

    Args:
        max_connections: Connections open at once at most; the session's gate sees to it.

    The pool is made by the first request, so a transport can be built without an event loop.
    """

    def __init__(self, max_connections: int) -> None:
        self._max_connections = max_connections
        self._timers = TimeoutTimers()
        self._pool: Pool | None = None
        self._mocked: AiohttpTransport | None = None
        self._site = creation_site()
        self._unclosed: weakref.finalize[..., Any] | None = None
        self._left = LeftConnections()

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        """Send one request once and read its response to the end.

        Args:
            request: The request, with its credentials.
            timeouts: `connect` and `attempt` apply, in seconds.

        Raises:
            NotSentError: No connection was established; nothing was sent.
            OutcomeUnknownError: The request was sent and its response was lost.
            DecodeError: The response is larger than 32 MiB.
            ConfigError: The URL is not one, or a header holds a line break.
        """
        if session_is_mocked():
            return await self._session().send(request, timeouts)
        pool = self._pool or self._open()
        origin = pool.origin(request)
        connection, delay = await self._exchange(pool, origin, request, timeouts)
        response = Response(
            status=connection.status,
            headers=ResponseHeaders(connection.headers),
            body=connection.body(),
            delay=delay,
        )
        pool.give_back(origin, connection, request)
        return response

    @asynccontextmanager
    async def stream(self, request: Request, timeouts: Timeouts) -> AsyncGenerator[StreamedResponse]:
        """Send one request once and hand out its response while it comes.

        A reader that is slower than the server stops the server. A body that is not read to its end costs the connection.

        Args:
            request: The request, with its credentials.
            timeouts: `connect` applies, and `attempt` to the head of the response and to each piece, in seconds.

        Raises:
            SdkError: As for `send`; while reading, if the connection breaks.
        """
        if session_is_mocked():
            async with self._session().stream(request, timeouts) as response:
                yield response
            return
        pool = self._pool or self._open()
        origin = pool.origin(request)
        body = BodyStream()
        connection, _ = await self._exchange(pool, origin, request, timeouts, body)
        try:
            pieces = self._pieces(body, request, timeouts)
            yield StreamedResponse(connection.status, ResponseHeaders(connection.headers), pieces)
        finally:
            if not body.ended:
                connection.transport.abort()
            pool.give_back(origin, connection, request)

    async def _exchange(
        self,
        pool: Pool,
        origin: Origin,
        request: Request,
        timeouts: Timeouts,
        stream: BodyStream | None = None,
    ) -> tuple[Connection, float]:
        """Write a request and wait for its response (with a stream, for its head); also return the seconds to connect."""
        connection: Connection | None = None
        delay = 0.0
        try:
            with self._timers.start(timeouts.attempt):
                connection = origin.take()
                if connection is None:
                    began = pool.loop.time()
                    with self._timers.start(timeouts.connect):
                        connection = await pool.connect(origin)
                    delay = pool.loop.time() - began
                # The bytes get no name: they hold a credential, and locals are shown in tracebacks.
                connection.transport.write(origin.bytes_of(request))
                response = connection.expect(stream)
                if isinstance(request.body, Upload):
                    await connection.upload(request.body, response)
                await response
                return connection, delay
        except OSError as error:
            # TimeoutError is an OSError. The frame of this handler holds no credential in clear text.
            if connection is None:
                raise no_connection(error, request) from clean(error)
            connection.transport.abort()
            if connection.served == 1 and not (connection.begun or isinstance(error, TimeoutError)):
                origin.broke(pool.loop.time())
            raise lost(error, request, _how(error)) from clean(error)
        except BaseException as error:
            if connection is None:
                error.add_note(NOTHING_SENT)
            else:
                connection.transport.abort()
            raise

    async def _pieces(self, body: BodyStream, request: Request, timeouts: Timeouts) -> AsyncIterator[bytes]:
        try:
            while True:
                with self._timers.start(timeouts.attempt):
                    piece = await body.read()
                if not piece:
                    return
                yield piece
        except OSError as error:
            raise lost(error, request, _how(error)) from clean(error)

    def _session(self) -> AiohttpTransport:
        """Return the transport over a session, which a mock has replaced."""
        if self._mocked is None:
            from .aiohttp_transport import AiohttpTransport

            self._mocked = AiohttpTransport(self._max_connections)
        return self._mocked

    def _open(self) -> Pool:
        self._left.close()
        self._pool = pool = Pool(USER_AGENT)
        self._unclosed = weakref.finalize(self, left_open, pool, self._site)
        return pool

    def leave(self) -> None:
        """Make ready for another event loop; what is open on the one that is left is closed by the next request."""
        pool, unclosed = self._pool, self._unclosed
        self._pool = self._unclosed = None
        if pool is not None and unclosed is not None:
            self._left.add(pool, unclosed.detach)
        if self._mocked is not None:
            self._mocked.leave()

    async def aclose(self) -> None:
        """Close the connections, on whatever event loop they are."""
        if self._pool is not None and self._pool.loop is not asyncio.get_running_loop():
            self.leave()
        self._timers.close()
        pool, self._pool = self._pool, None
        if self._unclosed is not None:
            self._unclosed.detach()
            self._unclosed = None
        if pool is not None:
            await pool.aclose()
        self._left.close()
        mocked, self._mocked = self._mocked, None
        if mocked is not None:
            await mocked.aclose()


def _how(error: BaseException) -> str:
    """Return in words how an exchange ended without a whole response."""
    if isinstance(error, ServerClosedError):
        return "the server closed the connection without a response"
    if isinstance(error, BrokenResponseError):
        return "the response broke off, or was not HTTP"
    return "the connection broke"
