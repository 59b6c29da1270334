"""The connections of one client: opened, kept while idle, and closed.

One job: hand out a connection to a host on which nothing but the next response can arrive. How many requests are under way
at once is the gate's business.
"""

from __future__ import annotations

import asyncio
import math
import ssl
from collections import deque
from contextvars import Context
from typing import Any, Final, cast
from urllib.parse import urlsplit

from .dial import dial
from .errors import ConfigError
from .http1 import MAX_IDLE, Connection
from .messages import Request
from .outgoing_body import SMALL
from .response_body import ACCEPTED

_BROKEN_IN_A_ROW: Final = 2
"""Connections in a row that broke under their second request; then we assume that the server always does so."""
_MEMORY: Final = 60.0
"""Seconds for which the client remembers such a server."""
_BREAKS_IN_HEAD: Final = 2
_CLOSING: Final = 0.25
"""Seconds that closing waits for the other side."""


class Origin:
    """One scheme, host and port, with its idle connections.

    Some servers close each connection shortly after a response, without announcing it. The client then writes the next
    request to a closed connection and loses it. Once it has seen this, it uses each connection for one request only.

    Args:
        name: The beginning of its URLs, such as `https://host:8443`.
        user_agent: The value of `User-Agent`.

    Raises:
        ConfigError: It has no host, or a port that is none.
    """

    __slots__ = ("_broken", "_latest", "head", "host", "idle", "name", "port", "tls")

    def __init__(self, name: str, user_agent: str) -> None:
        scheme, host, port = _address(name)
        self.name = name
        self.tls = scheme == "https"
        self.host = host
        default = 443 if self.tls else 80
        self.port = default if port is None else port
        shown = f"[{host}]" if ":" in host else host
        if self.port != default:
            shown = f"{shown}:{self.port}"
        self.head = f"Host: {shown}\r\nUser-Agent: {user_agent}\r\nAccept-Encoding: {ACCEPTED}"
        """The headers that are the same in all its requests."""
        self.idle: deque[Connection] = deque()
        self._broken = 0
        self._latest = 0.0

    def bytes_of(self, request: Request) -> bytes:
        """Return the bytes of a request to this origin, as far as they are in memory.

        Args:
            request: The request, with its credentials.

        Raises:
            ConfigError: A header or the URL holds a line break.
        """
        body = request.body
        lines = [f"{request.method} {request.url[len(self.name) :] or '/'} HTTP/1.1", self.head]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        elif request.method != "GET":
            lines.append("Content-Length: 0")
        lines += ("", "")
        text, breaks = "\r\n".join(lines), len(lines) - 1 + _BREAKS_IN_HEAD
        del lines
        if text.count("\n") != breaks or text.count("\r") != breaks:
            del text  # it holds a credential, and locals are shown in tracebacks
            raise ConfigError("a header or the URL holds a line break; nothing was sent")
        return text.encode() + body if isinstance(body, bytes) else text.encode()

    def take(self) -> Connection | None:
        """Return the idle connection that was used last, or None; those that cannot be used are closed."""
        idle = self.idle
        while idle:
            connection = idle.pop()
            if connection.usable():
                return connection
            connection.transport.abort()
        return None

    def broke(self, now: float) -> None:
        """Note that a connection ended under its second request, without a byte of the response."""
        self._broken += 1
        self._latest = now

    def lasted(self) -> None:
        """Note that a connection served a second request."""
        self._broken = 0

    def keeps(self, now: float) -> bool:
        """Return whether a connection is worth keeping after its first response."""
        if self._broken >= _BROKEN_IN_A_ROW and now - self._latest >= _MEMORY:
            self._broken = _BROKEN_IN_A_ROW - 1  # one more shows that nothing has changed
        return self._broken < _BROKEN_IN_A_ROW


class Pool:
    """The connections of one client on one event loop.

    Args:
        user_agent: The value of `User-Agent`.
    """

    __slots__ = ("_context", "_idle_timer", "_open", "_origins", "_tls", "_user_agent", "loop")

    def __init__(self, user_agent: str) -> None:
        self.loop = asyncio.get_running_loop()
        self._user_agent = user_agent
        self._origins: dict[str, Origin] = {}
        self._open: set[Connection] = set()
        self._tls: asyncio.Future[ssl.SSLContext] | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        # A context of its own: connections and timers must not keep the first caller's context variables alive.
        self._context = Context()

    def origin(self, request: Request) -> Origin:
        """Return the origin of a request.

        Raises:
            ConfigError: Its URL is none.
        """
        url = request.url
        end = url.find("/", 8)
        name = url if end < 0 else url[:end]
        origin = self._origins.get(name)
        if origin is None:
            origin = self._origins[name] = Origin(name, self._user_agent)
        return origin

    async def connect(self, origin: Origin) -> Connection:
        """Return a new connection: the name looked up, connected, and the TLS handshake done.

        Raises:
            OSError: None came about.
        """
        opening = self.loop.create_task(self._connect(origin), context=self._context)
        try:
            return await opening
        except BaseException:
            if opening.done() and not opening.cancelled() and opening.exception() is None:
                opening.result().transport.abort()  # it came in the same instant
            raise

    async def _connect(self, origin: Origin) -> Connection:
        loop = self.loop
        if isinstance(loop, asyncio.BaseEventLoop):
            where: dict[str, Any] = {"sock": await dial(origin.host, origin.port)}
        else:  # uvloop takes no socket that it has connected itself a moment ago; it tries one address after the other
            where = {"host": origin.host, "port": origin.port}
        transport, connection = await loop.create_connection(lambda: Connection(loop), **where)
        if origin.tls:
            await self._start_tls(transport, connection, origin)
        self._open.add(connection)
        connection.closed.add_done_callback(lambda _: self._open.discard(connection), context=self._context)
        return connection

    async def _start_tls(self, transport: asyncio.Transport, connection: Connection, origin: Origin) -> None:
        """Shake hands. Apart from connecting, because asyncio loses the socket of a handshake that is cancelled early."""
        try:
            secured = await self.loop.start_tls(
                transport,
                connection,
                await self._tls_context(),
                server_hostname=origin.host,
                ssl_shutdown_timeout=_CLOSING,
            )
        except BaseException:
            transport.abort()
            raise
        connection.connection_made(cast("asyncio.Transport", secured))

    async def _tls_context(self) -> ssl.SSLContext:
        """Return what checks certificates, made once for all that connect; where that failed, the next one tries again."""
        if self._tls is None:
            self._tls = self.loop.run_in_executor(None, _tls_context)
        try:
            return await asyncio.shield(self._tls)
        except Exception:
            self._tls = None
            raise

    def give_back(self, origin: Origin, connection: Connection, request: Request) -> None:
        """Keep a connection whose response has been read for the next request, or close it.

        Args:
            origin: Its origin.
            connection: The connection.
            request: The request that it carried.
        """
        kept = connection.kept() and not _may_be_unread(request, connection.status)
        if connection.served == 2:
            origin.lasted()
        if kept and (connection.served > 1 or origin.keeps(self.loop.time())):
            origin.idle.append(connection)
            if self._idle_timer is None:
                self._idle_timer = self.loop.call_later(MAX_IDLE, self._close_idle, context=self._context)
        else:
            connection.close()

    def _close_idle(self) -> None:
        """Close the connections whose idle time is over, and come again for the others."""
        now, next_time = self.loop.time(), math.inf
        for origin in self._origins.values():
            for connection in list(origin.idle):
                if connection.until <= now or connection.transport.is_closing():
                    origin.idle.remove(connection)
                    connection.close()
                else:
                    next_time = min(next_time, connection.until)
        self._idle_timer = None
        if next_time < math.inf:
            self._idle_timer = self.loop.call_at(next_time, self._close_idle, context=self._context)

    def transports(self) -> list[asyncio.BaseTransport]:
        """Return the transports of all open connections."""
        return [connection.transport for connection in self._open]

    async def aclose(self) -> None:
        """Close all connections; the other side is given a moment to agree."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None
        closing = [connection.closed for connection in self._open]
        for connection in list(self._open):
            connection.close()
        self._origins.clear()
        if closing:
            await asyncio.wait(closing, timeout=2 * _CLOSING)

    def drop(self) -> None:
        """Let go of all connections, whose event loop may be closed; they close when they are collected."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None
        if not self.loop.is_closed():
            for connection in list(self._open):
                connection.transport.abort()
        self._open.clear()
        self._origins.clear()


def _tls_context() -> ssl.SSLContext:
    """Return what checks certificates and host names; it reads files, so not in the event loop's thread."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _address(name: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of an origin.

    Raises:
        ConfigError: It has no host, or a port that is none.
    """
    try:
        parts = urlsplit(name)
        host, port = parts.hostname or "", parts.port
        if host and port != 0 and parts.scheme in {"http", "https"}:
            return parts.scheme, host.encode("idna").decode(), port
    except ValueError:  # a UnicodeError among them: an empty label, or one that is too long
        pass
    raise ConfigError("the base URL has no host, or a port that is none; nothing was sent")


def _may_be_unread(request: Request, status: int) -> bool:
    """Return whether a server may have responded without reading a request's body to its end.

    What it did not read it would take for the beginning of the next request. A small body travels with the head, so
    that the server has read it. Only what is no success comes early, as a refusal or a redirect does.
    """
    return status >= 300 and request.body is not None and len(request.body) > SMALL
