"""The way out: one request over aiohttp, one answer, and foreign exceptions turned into ours.

One job, and the owner of aiohttp on the client side. A request is sent once: aiohttp's own repeat of
idempotent methods on a dead kept-alive connection is switched off, and redirects are not followed, so that
attempts counted equal requests on the wire and credentials stay with the host they were meant for. Nothing
that could hold a credential stays on the exceptions that are chained as causes.
"""

from __future__ import annotations

import asyncio
import io
import sys
import warnings
from typing import Final, Protocol

import aiohttp
import yarl
from multidict import CIMultiDict, CIMultiDictProxy

from .._version import __version__
from .deadlines import Deadlines
from .direct import Direct, parsed_url, read_capped
from .errors import (
    CertificateError,
    ClosedError,
    ConfigError,
    DecodeError,
    NotSentError,
    OutcomeUnknownError,
    SdkError,
)
from .options import Timeouts
from .wire import Request, Response, RetryClass

_NO_HEADERS: Final = CIMultiDictProxy(CIMultiDict[str]())
_USER_AGENT: Final = f"stringee-async/{__version__}"


class Transport(Protocol):
    """One small seam: a request goes in, an answer comes out."""

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        """Send one request once and read its answer to the end."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


class AiohttpTransport:
    """Sends requests through an aiohttp session.

    Args:
        max_connections: Connections open at once at most.
        http: A session of the caller's to use instead of an own one; it is never closed here. Its hidden
            repeat of idempotent methods is switched off, as for an own one.

    The session is made by the first request, so a transport can be built without an event loop.
    """

    def __init__(self, max_connections: int, http: aiohttp.ClientSession | None = None) -> None:
        self._max_connections = max_connections
        self._given = http
        self._session: aiohttp.ClientSession | None = None
        self._deadlines = Deadlines()
        self._direct: Direct | None = None
        self._connecting = aiohttp.ClientTimeout(total=None)
        self._site = _creation_site()

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        """Send one request once and read its answer to the end.

        Args:
            request: The request, with its credentials.
            timeouts: `connect` and `attempt` apply, in seconds.

        Raises:
            NotSentError: No connection came about; nothing was sent.
            OutcomeUnknownError: The request left and its answer was lost.
            DecodeError: The answer is larger than 32 MiB.
            ConfigError: The URL is not one, or a header holds a line break.
            ClosedError: The caller's own session is closed.
        """
        if _has_line_break(request):
            raise ConfigError("a header or the URL holds a line break; nothing was sent")
        session = self._session
        if session is None or (session is self._given and session.closed):
            session = self._open()
        connection = None
        try:
            with self._deadlines.limit(timeouts.attempt):
                if self._direct is None:
                    return await self._through(session, request, timeouts)
                loop = asyncio.get_running_loop()
                began = loop.time()
                connection = await self._direct.connect(request.url, self._limit(timeouts))
                return await self._direct.exchange(connection, request, loop.time() - began)
        except (aiohttp.ClientError, OSError) as error:
            # TimeoutError is an OSError. The frame of this handler holds no credential in clear text.
            not_sent = self._direct is not None and connection is None
            raise translate(error, request, not_sent=not_sent) from _clean(error)

    async def _through(
        self, session: aiohttp.ClientSession, request: Request, timeouts: Timeouts
    ) -> Response:
        """Send a request the ordinary way, with all that a caller's session may add to it."""
        async with session.request(
            request.method,
            parsed_url(request.url),
            data=_body_of(request),
            headers=request.headers,
            allow_redirects=False,
            timeout=self._limit(timeouts),
        ) as answer:
            try:
                body = await read_capped(answer.headers, answer.content, answer.status)
            except DecodeError:
                answer.close()
                raise
            return Response(status=answer.status, headers=answer.headers, body=body)

    def _limit(self, timeouts: Timeouts) -> aiohttp.ClientTimeout:
        if self._connecting.connect != timeouts.connect:
            self._connecting = aiohttp.ClientTimeout(total=None, connect=timeouts.connect)
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
        elif session.closed:
            raise ClosedError(
                "the aiohttp session given as `http` is closed; open it for as long as the client"
            )
        # aiohttp repeats idempotent methods once on a dead kept-alive connection; there is no public switch.
        session._retry_connection = False
        self._session = session
        return session

    async def aclose(self) -> None:
        """Close the session, if it is our own, and its connections."""
        self._deadlines.close()
        session, self._session = self._session, None
        if session is not None and session is not self._given:
            await session.close()

    def __del__(self) -> None:
        session = getattr(self, "_session", None)
        if session is None or session is self._given or session.closed:
            return
        warnings.warn(
            f"a client was not closed: use `async with`, or `await client.aclose()`; it was made at {self._site}",
            ResourceWarning,
            source=self,
            stacklevel=1,
        )
        with warnings.catch_warnings():
            # aiohttp closes its sockets here, and would warn a second time.
            warnings.simplefilter("ignore", ResourceWarning)
            self._direct = None
            session.detach()


_LARGE: Final = 1024 * 1024
"""Bytes; of a larger body given as bytes aiohttp warns, because it would be written in one go."""


def _body_of(request: Request) -> bytes | io.BytesIO | None:
    """Return a request's body in the form in which aiohttp's session takes it without a warning."""
    body = request.body
    return io.BytesIO(body) if body is not None and len(body) > _LARGE else body


def _has_line_break(request: Request) -> bool:
    """Return whether a part of the head would end where it should not."""
    head = "".join((request.url, *request.headers, *request.headers.values()))
    return "\n" in head or "\r" in head


def translate(error: BaseException, request: Request, *, not_sent: bool = False) -> SdkError:
    """Return the SDK's error for one of aiohttp or the operating system.

    Args:
        error: What was raised while a request was sent or its answer read.
        request: The request.
        not_sent: Whether it is known from elsewhere that nothing was sent.
    """
    what = f"{type(error).__name__}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return CertificateError(f"the server's certificate was not accepted ({what}); is the URL right?")
    if not_sent or isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
        host = yarl.URL(request.url, encoded=True).authority
        return NotSentError(f"no connection to {host} ({what}); nothing was sent; is the URL right?")
    fate = "" if request.retry_class is RetryClass.READ else "; the vendor may have acted"
    if isinstance(error, TimeoutError):
        return OutcomeUnknownError(f"no whole answer in the attempt's time{fate}")
    return OutcomeUnknownError(f"the connection broke after {request.method} left ({what}){fate}")


def _clean(error: BaseException) -> BaseException:
    """Drop from an exception, and those it is chained to, whatever could hold request headers."""
    seen: set[int] = set()
    chained: list[BaseException | None] = [error]
    while chained:
        link = chained.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        link.__traceback__ = None
        chained += [link.__cause__, link.__context__]
        if isinstance(link, aiohttp.ClientResponseError):
            link.request_info = link.request_info._replace(headers=_NO_HEADERS)
            link.history, link.headers = (), None
            link.args = (link.request_info, ())
    return error


def _creation_site() -> str:
    """Return file and line of the code outside this package that is making a client."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("stringee_async."):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
