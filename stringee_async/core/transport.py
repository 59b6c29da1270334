"""The transport: sends one request over aiohttp, reads one response, and translates aiohttp's exceptions into ours.

One job, and the owner of aiohttp on the client side. The transport sends a request once: it switches off aiohttp's
own retry of idempotent methods on a dead kept-alive connection, and it follows no redirects. So the attempts that we
count equal the requests on the network, and credentials go to no other host. The exceptions that are chained as causes
hold no credentials.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import weakref
from typing import Any, Final, Protocol

import aiohttp

from .._version import __version__
from .direct import Direct, parsed_url, read_capped
from .errors import ClosedError, ConfigError, DecodeError
from .foreign import clean, translate
from .left_sessions import Idle, LeftSessions, left_open
from .messages import Headers, Request, Response
from .options import Timeouts
from .outgoing_body import SMALL, OutgoingBody
from .secrets import Secret
from .timeouts import TimeoutTimers

logger = logging.getLogger("stringee_async.transport")

NOTHING_SENT: Final = "cancelled while connecting; nothing was sent"
"""A note on a cancellation that came before the request left."""

_USER_AGENT: Final = f"stringee-async/{__version__}"


class Transport(Protocol):
    """Sends one request and returns its response."""

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        """Send one request once and read its response to the end."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


def leave(transport: Transport) -> None:
    """Tell a transport that its client leaves an event loop that does not run any more.

    Args:
        transport: The transport; one of the caller's own need not know of loops.

    Raises:
        ClosedError: The transport belongs to that loop.
    """
    if isinstance(transport, AiohttpTransport):
        transport.leave()


def session_through_proxies(max_connections: int) -> aiohttp.ClientSession:
    """Return a session that goes through the proxies which the environment names; the caller closes it.

    Each request has a connection of its own: some proxies write to idle ones, and aiohttp's session would take that for
    the response to the next request.

    Args:
        max_connections: Connections open at once at most.
    """
    connector = aiohttp.TCPConnector(limit=max_connections, force_close=True)
    return aiohttp.ClientSession(trust_env=True, connector=connector)


class AiohttpTransport:
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
        self._timers = TimeoutTimers()
        self._direct: Direct | None = None
        self._connect: float | None = None
        self._connecting = aiohttp.ClientTimeout(total=None)
        self._warned = False
        self._site = _creation_site()
        self._unclosed: weakref.finalize[..., Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left = LeftSessions()

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
            ClosedError: The caller's own session is closed.
        """
        if _has_line_break(request):
            raise ConfigError("a header or the URL holds a line break; nothing was sent")
        session = self._session
        if session is None or (session is self._given and session.closed):
            session = self._open()
            if self._left:
                await self._left.close()
        connection = body = None
        try:
            with self._timers.start(timeouts.attempt):
                if self._direct is None:
                    body = OutgoingBody(request.body) if request.body else None
                    return await self._through(session, request, timeouts, body)
                loop = asyncio.get_running_loop()
                began = loop.time()
                connection = await self._direct.connect(request.url, self._limit(timeouts))
                return await self._direct.exchange(connection, request, loop.time() - began)
        except asyncio.CancelledError as cancelled:
            if self._held_back(connection, body):
                cancelled.add_note(NOTHING_SENT)
            raise
        except (aiohttp.ClientError, OSError) as error:
            # TimeoutError is an OSError. The frame of this handler holds no credential in clear text.
            raise translate(error, request, not_sent=self._held_back(connection, body)) from clean(error)

    def _held_back(self, connection: object, body: OutgoingBody | None) -> bool:
        """Return whether it is certain that a request did not leave, because it had no connection yet."""
        if self._direct is not None:
            return connection is None
        return body is not None and body.held_back

    async def _through(
        self,
        session: aiohttp.ClientSession,
        request: Request,
        timeouts: Timeouts,
        body: OutgoingBody | None,
    ) -> Response:
        """Send a request the ordinary way, with all that a caller's session may add to it.

        Whatever the session is set to, a refusal is no exception of aiohttp, and the body comes decoded.
        """
        headers, more = request.headers, dict[str, str]()
        if not session.auto_decompress:
            more["Accept-Encoding"] = "identity"
        if len(request.body or b"") > SMALL:
            # A server may respond before it has read all of this, which aiohttp does not see: not used again.
            more["Connection"] = "close"
        if more:
            headers = Headers({**headers, **more})
        try:
            return await self._ask(session, request, timeouts, headers=headers, data=body)
        except ValueError as error:
            if isinstance(error, aiohttp.ClientError) or "Authorization" not in headers:
                raise
        # aiohttp does not combine the header with a login of the session, or of a netrc file (`trust_env`): ours goes
        # before theirs, set where aiohttp does not look any more. Nothing was sent yet.
        if not self._warned:
            self._warned = True
            logger.warning("a login of the aiohttp session, or of its netrc file, is not used for the vendor")
        middleware = _authorization(Secret(headers["Authorization"]))
        others = Headers({name: value for name, value in headers.items() if name != "Authorization"})
        return await self._ask(
            session, request, timeouts, headers=others, data=body, middlewares=(middleware,)
        )

    async def _ask(
        self, session: aiohttp.ClientSession, request: Request, timeouts: Timeouts, **options: Any
    ) -> Response:
        async with session.request(
            request.method,
            parsed_url(request.url),
            allow_redirects=False,
            raise_for_status=False,
            timeout=self._limit(timeouts),
            **options,
        ) as response:
            try:
                body = await read_capped(response.headers, response.content, response.status)
            except DecodeError:
                response.close()
                raise
            return Response(status=response.status, headers=response.headers, body=body)

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
            connector = aiohttp.TCPConnector(limit=self._max_connections)
            session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": _USER_AGENT},
            )
            self._direct = Direct.over(session, connector, _USER_AGENT)
            idle: Idle = tuple if self._direct is None else self._direct.idle
            self._unclosed = weakref.finalize(
                self, left_open, session, connector, asyncio.get_running_loop(), self._site, idle
            )
        elif session.closed:
            raise ClosedError(
                "the aiohttp session given as `http` is closed; open it for as long as the client"
            )
        # aiohttp retries idempotent methods once on a dead kept-alive connection; there is no public switch.
        session._retry_connection = False
        self._session, self._loop = session, asyncio.get_running_loop()
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
        self._put_aside()

    def _put_aside(self) -> None:
        session, direct, unclosed = self._session, self._direct, self._unclosed
        self._session = self._direct = self._unclosed = None
        if session is not None and self._loop is not None and unclosed is not None:
            idle: Idle = tuple if direct is None else direct.idle
            self._left.add(self._loop, session, idle, unclosed.detach)

    async def aclose(self) -> None:
        """Close the session, if it is our own, and its connections, on whatever event loop they are."""
        if self._loop is not asyncio.get_running_loop():
            self._put_aside()
        self._timers.close()
        session, self._session, self._direct = self._session, None, None
        if self._unclosed is not None:
            self._unclosed.detach()
        if session is not None and session is not self._given:
            await session.close()
        if self._left:
            await self._left.close()


def _has_line_break(request: Request) -> bool:
    """Return whether a part of the head would end where it should not."""
    head = "".join((request.url, *request.headers, *request.headers.values()))
    return "\n" in head or "\r" in head


def connections_of(http: aiohttp.ClientSession | None, wanted: int) -> int:
    """Return how many requests may be on the network at once: no more than a caller's session has connections.

    Args:
        http: The caller's session, or None.
        wanted: `max_connections` of the client.
    """
    connector = None if http is None else getattr(http, "connector", None)
    if connector is None:
        return wanted
    return min(wanted, connector.limit or wanted, connector.limit_per_host or wanted)


def _authorization(value: Secret) -> Any:
    """Return an aiohttp middleware that sets the `Authorization` header."""

    async def middleware(request: aiohttp.ClientRequest, handler: Any) -> aiohttp.ClientResponse:
        request.headers["Authorization"] = value.reveal()
        response: aiohttp.ClientResponse = await handler(request)
        return response

    return middleware


def _creation_site() -> str:
    """Return file and line of the code outside this package that is making a client."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("stringee_async."):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
