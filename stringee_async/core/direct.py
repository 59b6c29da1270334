"""One HTTP exchange straight on a connection of aiohttp's pool, without the cost of going through its session.

One job: write a request's bytes and read its response, with aiohttp's connector (pool, name look-up, TLS) and aiohttp's
parser. What `ClientSession` does around that for every request (cookies, redirects, proxies, tracing, a payload
writer in a task of its own) is not needed here, and is much of a call's cost. Only for a session of our own:
a caller's session may have middleware, tracing or proxies, so requests go through that session.

The parts of aiohttp used here are public by name, but not all are documented. `Direct.over` checks that they are
as this file expects; if a later aiohttp has changed them, the transport goes through the session instead.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import weakref
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import aiohttp
import yarl
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError

from .errors import ConfigError, DecodeError
from .idle import Idle
from .messages import Request, Response
from .outgoing_body import SMALL

logger = logging.getLogger("stringee_async.transport")

MAX_BODY: Final = 32 * 1024 * 1024
"""Bytes; a response above this size is refused."""

_READ: Final = 64 * 1024
"""Bytes read from a connection in one go."""

_READING: Final[Mapping[str, Any]] = MappingProxyType({"read_until_eof": True, "auto_decompress": True})


_BROKEN_IN_A_ROW: Final = 2
"""Connections in a row that broke under their second request; then we assume that the server always does so."""
_MEMORY: Final = 60.0
"""Seconds for which the client remembers such a server."""


_IDLE: Final = "_stringee_async_idle"
"""The attribute of a connection's protocol that tells whether the connection can be used again."""


class _Origin:
    """What is the same in all requests to one scheme, host and port.

    Some servers close each connection shortly after a response, without announcing it. The client then writes the next
    request to a closed connection and loses it. Once it has seen this, it uses each connection for one request only.
    """

    __slots__ = ("_broken", "_latest", "head", "template")

    def __init__(self, url: str, session: aiohttp.ClientSession, user_agent: str) -> None:
        # The connector asks a request object where to connect; it is never sent itself.
        self.template = aiohttp.ClientRequest(
            "GET", parsed_url(url), session=session, loop=asyncio.get_running_loop()
        )
        headers = self.template.headers
        self.head = (
            f"Host: {headers['Host']}\r\nUser-Agent: {user_agent}\r\n"
            f"Accept-Encoding: {headers['Accept-Encoding']}"
        )
        self._broken = 0
        self._latest = 0.0

    def broke(self) -> None:
        """Note that a connection ended under its second request, without a byte of the response."""
        self._broken += 1
        self._latest = asyncio.get_running_loop().time()

    def lasted(self) -> None:
        """Note that a connection served a second request."""
        self._broken = 0

    def keeps(self) -> bool:
        """Return whether a connection is worth keeping after its first response."""
        if self._broken >= _BROKEN_IN_A_ROW and asyncio.get_running_loop().time() - self._latest >= _MEMORY:
            self._broken = _BROKEN_IN_A_ROW - 1  # one more shows that nothing has changed
        return self._broken < _BROKEN_IN_A_ROW


class Direct:
    """Exchanges requests and responses on the connections of a session's pool.

    Args:
        session: A session of our own.
        connector: The session's connector.
        user_agent: The value of `User-Agent`.
    """

    __slots__ = ("_connector", "_kept", "_origins", "_session", "_user_agent")

    def __init__(
        self, session: aiohttp.ClientSession, connector: aiohttp.BaseConnector, user_agent: str
    ) -> None:
        self._session = session
        self._connector = connector
        self._user_agent = user_agent
        self._origins: dict[str, _Origin] = {}
        self._kept: weakref.WeakSet[Any] = weakref.WeakSet()

    @classmethod
    def over(
        cls, session: aiohttp.ClientSession, connector: aiohttp.BaseConnector, user_agent: str
    ) -> Direct | None:
        """Return the direct way over a session's pool, or None if this aiohttp is not as this file knows it.

        Args:
            session: A session of our own, inside its event loop.
            connector: The session's connector.
            user_agent: The value of `User-Agent`.
        """
        try:
            _Origin("http://127.0.0.1:1/", session, user_agent)
            inspect.signature(ResponseHandler.set_response_params).bind(None, **_READING)
            inspect.signature(aiohttp.BaseConnector.connect).bind(None, None, [], None)
            parts = [getattr(Connection, name) for name in ("protocol", "transport", "release", "close")]
            parts.append(ResponseHandler.read)
        except Exception:  # noqa: BLE001 - whatever it is, the ordinary way is there
            logger.debug("this aiohttp has changed inside; requests go through its session")
            return None
        return cls(session, connector, user_agent)

    def idle(self) -> list[asyncio.BaseTransport]:
        """Return the connections that wait for a request, and those that did before the one that they serve now."""
        return [protocol.transport for protocol in self._kept if protocol.transport is not None]

    async def connect(self, url: str, timeout: aiohttp.ClientTimeout) -> Connection:
        """Return a connection to the host of `url`, from the pool or new; nothing is sent.

        A pooled connection that the server has closed or written to, or whose idle time is over, is closed, and
        another one is taken.

        Args:
            url: The request's URL.
            timeout: `connect` applies to new connections.

        Raises:
            ConfigError: The URL is not one.
            aiohttp.ClientError: No connection came about; so are OSError and TimeoutError.
        """
        end = url.find("/", 8)
        name = url if end < 0 else url[:end]
        origin = self._origins.get(name)
        if origin is None:
            origin = self._origins[name] = _Origin(url, self._session, self._user_agent)
        while True:
            try:
                connection = await self._connector.connect(origin.template, [], timeout)
            except TimeoutError as error:
                raise aiohttp.ConnectionTimeoutError(f"no connection to {name} in time") from error
            protocol: Any = connection.protocol
            transport = connection.transport
            closing = transport is None or transport.is_closing()
            idle: Idle | None = getattr(protocol, _IDLE, None)
            if idle is None:
                if closing:
                    connection.close()
                    raise aiohttp.ServerDisconnectedError
                _read_in_pieces(transport)
                return connection
            if not closing and not protocol.should_close and idle.usable():
                return connection
            connection.close()

    async def exchange(self, connection: Connection, request: Request, delay: float) -> Response:
        """Write a request and read its response to the end; the connection goes back to the pool, or is closed.

        Args:
            connection: What `connect` returned.
            request: The request, with its credentials; its headers hold no line break.
            delay: Seconds that `connect` took, for the response.

        Raises:
            DecodeError: The response is larger than 32 MiB.
            aiohttp.ClientError: The connection broke, or the response is not HTTP; so is OSError.
        """
        protocol: Any = connection.protocol
        end = request.url.find("/", 8)
        origin = self._origins[request.url if end < 0 else request.url[:end]]
        message = None
        try:
            # The bytes get no name: they hold a credential, and locals are shown in tracebacks.
            protocol.transport.write(_bytes(request, origin.head, end))
            # The parser is made while the request travels; the response cannot come before this task waits for it.
            protocol.set_response_params(**_READING)
            message, stream = await protocol.read()
            while message.code < 200 and message.code != 101:
                message, stream = await protocol.read()
            body = await read_capped(message.headers, stream, message.code)
        except HttpProcessingError as error:
            connection.close()
            raise aiohttp.ClientPayloadError(f"the response is not HTTP ({type(error).__name__})") from None
        except (aiohttp.ServerDisconnectedError, OSError):
            connection.close()
            idle: Idle | None = getattr(protocol, _IDLE, None)
            if message is None and idle is not None and not idle.lasted:
                origin.broke()
            raise
        except BaseException:
            connection.close()
            raise
        if self._keeps(origin, protocol, request, message):
            connection.release()
        else:
            connection.close()
        return Response(status=message.code, headers=message.headers, body=body, delay=delay)

    def _keeps(self, origin: _Origin, protocol: Any, request: Request, message: Any) -> bool:
        """Return whether a connection may serve another request after this response, and note for how long."""
        if protocol.transport is None:
            return False
        if _may_be_unread(request.body, message.code) or protocol.transport.get_write_buffer_size():
            return False
        # Without a parser, aiohttp keeps what arrives unasked, half a head too, and `should_close` tells of it.
        protocol._parser = None
        idle: Idle | None = getattr(protocol, _IDLE, None)
        if idle is None:
            idle = Idle(protocol.transport)
            setattr(protocol, _IDLE, idle)
            self._kept.add(protocol)
            if not origin.keeps():
                return False
        elif not idle.lasted:
            idle.lasted = True
            origin.lasted()
        return idle.begin(message.headers.get("Keep-Alive"))


def _bytes(request: Request, head: str, end: int) -> bytes:
    """Return the bytes of a request.

    Args:
        request: The request, with its credentials.
        head: The lines that are the same for all requests to its host.
        end: Where the name of the host ends in the URL; negative if nothing follows it.
    """
    body = request.body
    lines = [f"{request.method} {request.url[end:] if end > 0 else '/'} HTTP/1.1", head]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    elif request.method != "GET":
        lines.append("Content-Length: 0")
    lines += ("", "")
    return "\r\n".join(lines).encode() + (body or b"")


def _may_be_unread(body: bytes | None, status: int) -> bool:
    """Return whether a server may have responded without reading a request's body to its end.

    What it did not read it would take for the beginning of the next request. A small body travels with the head, so
    that the server has read it.

    Args:
        body: The request's body.
        status: The response's status; only what is no success comes early, as a refusal or a redirect does.
    """
    return status >= 300 and body is not None and len(body) > SMALL


def _read_in_pieces(transport: Any) -> None:
    """Have a connection without TLS read into buffers of a size that fits responses.

    asyncio reads into a new buffer of 256 KiB each time and cuts it down to what came. Where what came is kept, as
    the text of a page is by its models, memory is asked for and given back page by page. A transport without such a
    setting is left as it is; over TLS, records are small anyhow.
    """
    if getattr(transport, "max_size", _READ) > _READ:
        transport.max_size = _READ


def parsed_url(url: str) -> yarl.URL:
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


async def read_capped(headers: Mapping[str, str], stream: aiohttp.StreamReader, status: int) -> bytes:
    """Return a response's body, decompressed.

    Args:
        headers: The response's headers.
        stream: Its body.
        status: Its HTTP status, for the error.

    Raises:
        DecodeError: It is larger than 32 MiB.
    """
    length = headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and "Content-Encoding" not in headers:
        if len(length) > 15 or int(length) > MAX_BODY:
            raise _too_large(status)
        return stream.read_nowait() if stream.is_eof() else await stream.read()
    body = bytearray()
    async for chunk in stream.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_large(status)
    return bytes(body)


def _too_large(status: int) -> DecodeError:
    return DecodeError(f"the response is larger than {MAX_BODY} bytes", status=status)
