"""The transport over an aiohttp session: one of the caller's (`http=`), or one of ours where a mock looks on.

One job, and the owner of aiohttp on the client side together with `aiohttp_errors`. It switches off aiohttp's own retry of
idempotent methods on a dead kept-alive connection, and follows no redirects. So the attempts that we count equal the
requests on the network, and credentials go to no other host.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import yarl

from .aiohttp_errors import clean_aiohttp, translate
from .errors import ClosedError, ConfigError, DecodeError
from .left_open import LeftConnections, left_open
from .messages import Headers, Request, Response, Upload
from .options import Timeouts
from .outgoing_body import SMALL, OutgoingBody
from .response_body import MAX_BODY, too_large
from .secrets import Secret
from .streamed import StreamedResponse
from .timeouts import TimeoutTimers
from .transport import NOTHING_SENT, USER_AGENT, OwnTransport, creation_site

logger = logging.getLogger("stringee_async.transport")


def session_through_proxies(max_connections: int) -> aiohttp.ClientSession:
    """Return a session that goes through the proxies which the environment names; the caller closes it.

    Each request has a connection of its own: some proxies write to idle ones, and aiohttp's session would take that for
    the response to the next request.
    """
    connector = aiohttp.TCPConnector(limit=max_connections, force_close=True)
    return aiohttp.ClientSession(trust_env=True, connector=connector)


class OwnSession:
    """A session of ours, and the event loop that it belongs to."""

    __slots__ = ("_connector", "loop", "session")

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.loop = asyncio.get_running_loop()
        self._connector: Any = session.connector

    def transports(self) -> Iterable[asyncio.BaseTransport]:
        """Return nothing: aiohttp keeps its connections to itself."""
        return ()

    def drop(self) -> None:
        """Close the connections; to wait for their end there may be no loop any more."""
        self.session.detach()
        closing = self._connector.close()
        try:
            closing.send(None)  # its first step closes them
        finally:
            closing.close()
            if self.loop.is_closed():
                del self._connector


class AiohttpTransport(OwnTransport):
    """Sends requests through an aiohttp session.

    Args:
        max_connections: Connections open at once at most.
        http: A session of the caller's to use instead of an own one; it is never closed here. Its hidden
            retry of idempotent methods is switched off, as for an own one.

    The session is made by the first request, so a transport can be built without an event loop.
    """

    def __init__(self, max_connections: int, http: aiohttp.ClientSession | None = None) -> None:
        self._max_connections = max_connections
        self._given = http
        self._session: aiohttp.ClientSession | None = None
        self._own: OwnSession | None = None
        self._timers = TimeoutTimers()
        self._connect: float | None = None
        self._connecting = aiohttp.ClientTimeout(total=None)
        self._warned = False
        self._site = creation_site()
        self._unclosed: weakref.finalize[..., Any] | None = None
        self._left = LeftConnections()
        self._streams = weakref.WeakSet[aiohttp.ClientResponse]()

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        """Send one request once and read its response to the end; errors as those of `PooledTransport.send`.

        Raises:
            ClosedError: The caller's own session is closed.
        """
        body = OutgoingBody(request.body) if isinstance(request.body, bytes) and request.body else None
        session = self._ready(request)
        with self._translated(request, body), self._timers.start(timeouts.attempt):
            async with self._request(session, request, timeouts, body) as response:
                try:
                    whole = await _read_capped(response)
                except DecodeError:
                    response.close()
                    raise
                return Response(status=response.status, headers=response.headers, body=whole)

    @asynccontextmanager
    async def stream(self, request: Request, timeouts: Timeouts) -> AsyncGenerator[StreamedResponse]:
        """Send one request once and hand out its response while it comes; see `PooledTransport.stream`."""
        body = OutgoingBody(request.body) if isinstance(request.body, bytes) and request.body else None
        session = self._ready(request)
        async with contextlib.AsyncExitStack() as stack:
            with self._translated(request, body), self._timers.start(timeouts.attempt):
                response = await stack.enter_async_context(self._request(session, request, timeouts, body))
            self._streams.add(response)
            pieces = self._pieces(response, request, timeouts)
            yield StreamedResponse(response.status, response.headers, pieces)

    async def _pieces(
        self, response: aiohttp.ClientResponse, request: Request, timeouts: Timeouts
    ) -> AsyncIterator[bytes]:
        while True:
            with self._translated(request, None), self._timers.start(timeouts.attempt):
                piece = await response.content.readany()
            if not piece:
                return
            yield piece

    @contextlib.contextmanager
    def _translated(self, request: Request, body: OutgoingBody | None) -> Any:
        """Turn aiohttp's exceptions into ours."""
        try:
            yield
        except asyncio.CancelledError as cancelled:
            if body is not None and body.held_back:
                cancelled.add_note(NOTHING_SENT)
            raise
        except (aiohttp.ClientError, OSError) as error:
            # TimeoutError is an OSError. The frame of this handler holds no credential in clear text.
            held_back = body is not None and body.held_back
            raise translate(error, request, not_sent=held_back) from clean_aiohttp(error)

    def _ready(self, request: Request) -> aiohttp.ClientSession:
        """Return the session."""
        if re.search("[\r\n]", "".join((request.url, *request.headers, *request.headers.values()))):
            raise ConfigError("a header or the URL holds a line break; nothing was sent")
        session = self._session
        if session is None or (session is self._given and session.closed):
            session = self._open()
            self._left.close()
        return session

    @asynccontextmanager
    async def _request(
        self,
        session: aiohttp.ClientSession,
        request: Request,
        timeouts: Timeouts,
        body: OutgoingBody | None,
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        """Send a request the ordinary way, with all that a caller's session may add to it.

        Whatever the session is set to, a refusal is no exception of aiohttp, and the body comes decoded.
        """
        headers, more = request.headers, dict[str, str]()
        if not session.auto_decompress:
            more["Accept-Encoding"] = "identity"
        data: Any = body
        if isinstance(request.body, Upload):
            more["Content-Length"] = str(request.body.size)
            data = request.body.pieces()
        if len(request.body or b"") > SMALL:
            # A server may respond before it has read all of this, which aiohttp does not see: the server is asked to close.
            more["Connection"] = "close"
        if more:
            headers = Headers({**headers, **more})
        options: dict[str, Any] = {
            "allow_redirects": False,
            "raise_for_status": False,
            "timeout": self._limit(timeouts),
            "data": data,
        }
        url = _parsed_url(request.url)
        try:
            response = await session.request(request.method, url, headers=headers, **options)
        except ValueError as error:
            if isinstance(error, aiohttp.ClientError) or "Authorization" not in headers:
                raise
            response = await self._with_our_login(session, request.method, url, headers, options)
        async with response:
            yield response

    async def _with_our_login(
        self,
        session: aiohttp.ClientSession,
        method: str,
        url: yarl.URL,
        headers: Mapping[str, str],
        options: dict[str, Any],
    ) -> aiohttp.ClientResponse:
        """Send a request for which the session, or a netrc file (`trust_env`), has a login of its own.

        aiohttp does not combine it with the header: ours goes before theirs, set where aiohttp does not look any more.
        Nothing was sent yet.
        """
        if not self._warned:
            self._warned = True
            logger.warning("a login of the aiohttp session, or of its netrc file, is not used for the vendor")
        middleware = _authorization(Secret(headers["Authorization"]))
        others = Headers({name: value for name, value in headers.items() if name != "Authorization"})
        return await session.request(method, url, headers=others, middlewares=(middleware,), **options)

    def _limit(self, timeouts: Timeouts) -> aiohttp.ClientTimeout:
        """Return aiohttp's time limits. Waiting for a connection of a caller's pool is not charged to `connect`."""
        if self._connect != timeouts.connect:
            self._connect = timeouts.connect
            self._connecting = (
                aiohttp.ClientTimeout(total=None, connect=timeouts.connect)
                if self._given is None
                else aiohttp.ClientTimeout(total=None, sock_connect=timeouts.connect)
            )
        return self._connecting

    def _open(self) -> aiohttp.ClientSession:
        session = self._given
        if session is None:
            session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._max_connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": USER_AGENT},
            )
            self._own = OwnSession(session)
            self._unclosed = weakref.finalize(self, left_open, self._own, self._site)
        elif session.closed:
            raise ClosedError(
                "the aiohttp session given as `http` is closed; open it for as long as the client"
            )
        # aiohttp retries idempotent methods once on a dead kept-alive connection; there is no public switch.
        session._retry_connection = False
        self._session = session
        return session

    def leave(self) -> None:
        """Make ready for another event loop; what is open on the one that is left is closed by the next request.

        Raises:
            ClosedError: The caller gave an aiohttp session, which belongs to the loop that is left.
        """
        if self._given is not None:
            raise ClosedError(
                "a client with `http=` stays with the event loop of that aiohttp session; make a client and a session "
                "for each loop, or leave `http` out"
            )
        own, unclosed = self._own, self._unclosed
        self._session = self._own = self._unclosed = None
        if own is not None and unclosed is not None:
            self._left.add(own, unclosed.detach)

    async def aclose(self) -> None:
        """Close the session, if it is our own, and its connections, on whatever event loop they are."""
        if self._own is not None and self._own.loop is not asyncio.get_running_loop():
            self.leave()
        self._timers.close()
        for response in list(
            self._streams
        ):  # aiohttp wakes no reader of a response when its session is closed
            with contextlib.suppress(RuntimeError):  # its event loop has ended
                response.close()
        own = self._own
        self._session = self._own = None
        if self._unclosed is not None:
            self._unclosed.detach()
            self._unclosed = None
        if own is not None:
            await own.session.close()
        self._left.close()


def _parsed_url(url: str) -> yarl.URL:
    """Return a URL, already quoted, in the form that aiohttp takes.

    Raises:
        ConfigError: It is not one.
    """
    try:
        parsed = yarl.URL(url, encoded=True)
        if parsed.host and parsed.port:  # yarl reads them now, and not before
            return parsed
    except ValueError:
        pass
    raise ConfigError("the base URL has no host, or a port that is none; nothing was sent")


async def _read_capped(response: aiohttp.ClientResponse) -> bytes:
    """Return a response's body, decompressed.

    Raises:
        DecodeError: It is larger than 32 MiB.
    """
    length = response.headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and "Content-Encoding" not in response.headers:
        if len(length) > 15 or int(length) > MAX_BODY:
            raise too_large(response.status)
        stream = response.content
        return stream.read_nowait() if stream.is_eof() else await stream.read()
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise too_large(response.status)
    return bytes(body)


def _authorization(value: Secret) -> Any:
    """Return an aiohttp middleware that sets the `Authorization` header."""

    async def middleware(request: aiohttp.ClientRequest, handler: Any) -> aiohttp.ClientResponse:
        request.headers["Authorization"] = value.reveal()
        response: aiohttp.ClientResponse = await handler(request)
        return response

    return middleware
