"""The connections that requests come on: counting them, knowing when one is gone, dropping them all."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeAlias

import attrs
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

Weather: TypeAlias = Literal["refuse", "close", "swallow"]
"""What an outage does to connections: none comes about, each is closed at once, or nothing that is sent is read."""

Handler: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_KEEPALIVE = 75.0
_PATIENCE = 0.05


@attrs.define(eq=False, repr=False)
class Connection:
    """One connection.

    Args:
        number: 0 for the first, and so on; -1 for one that was gone before its request was looked at.
        transport: its transport, None if it is gone.
        lost: set when it is gone.
        busy: how many of its requests are under way.
    """

    number: int
    transport: asyncio.Transport | None
    lost: asyncio.Event = attrs.field(factory=asyncio.Event)
    busy: int = 0


class _Server(web.Server):
    """aiohttp's low-level server, telling of connections that come and go."""

    def __init__(self, handler: Handler, connections: "Connections") -> None:
        super().__init__(handler, access_log=None, keepalive_timeout=_KEEPALIVE)
        self._listener = connections

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        self._listener.made(handler, transport)

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        self._listener.gone(handler)
        super().connection_lost(handler, exc)


class Connections:
    """All connections of one emulator.

    Args:
        handle: takes one request.
    """

    def __init__(self, handle: Handler) -> None:
        self.opened = 0
        self._handle = handle
        self._open: dict[RequestHandler, Connection] = {}
        self._server: _Server | None = None
        self._weather: Weather | None = None

    def __len__(self) -> int:
        return len(self._open)

    def protocol_factory(self) -> Callable[[], asyncio.Protocol]:
        """Make the protocol factory for the running event loop."""
        self._server = _Server(self._handle, self)
        return self._server

    def made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Take note of a new connection."""
        self._open[handler] = Connection(self.opened, transport)
        self.opened += 1
        if self._weather is not None:
            self._strike(self._open[handler])

    def turn(self, weather: Weather | None) -> None:
        """Begin an outage, also for the connections that are open, or end it.

        Args:
            weather: what it does to connections; None ends it, and drops those whose bytes were swallowed.
        """
        before, self._weather = self._weather, weather
        if weather == before:
            return
        if weather is not None:
            for connection in list(self._open.values()):
                self._strike(connection)
        elif before == "swallow":
            self.drop(idle_only=False)

    @property
    def silent(self) -> bool:
        """Whether what is sent now, to the server or by it, is swallowed."""
        return self._weather == "swallow"

    def _strike(self, connection: Connection) -> None:
        """Let a connection feel the outage."""
        if connection.transport is None:
            return
        if self._weather == "swallow":
            connection.transport.pause_reading()
        else:  # a little later: the HTTP library fails where a connection is lost before it has taken it up
            asyncio.get_running_loop().call_soon(connection.transport.abort)

    def gone(self, handler: RequestHandler) -> None:
        """Take note of a connection that is gone."""
        connection = self._open.pop(handler, None)
        if connection is not None:
            connection.transport = None
            connection.lost.set()

    def of(self, request: web.BaseRequest) -> Connection:
        """The connection of a request."""
        connection = self._open.get(request.protocol)
        if connection is None:
            connection = Connection(-1, None)
            connection.lost.set()
        return connection

    def drop(self, *, idle_only: bool) -> int:
        """Drop connections, those with a request under way only if asked; tells how many."""
        chosen = [link for link in self._open.values() if not (idle_only and link.busy)]
        for connection in chosen:
            if connection.transport is not None:
                connection.transport.abort()
        return len(chosen)

    async def close(self) -> None:
        """Drop all and wait until they are gone."""
        links = list(self._open.values())
        self.drop(idle_only=False)
        for connection in links:
            await connection.lost.wait()
        server, self._server = self._server, None
        if server is not None:
            await server.shutdown(_PATIENCE)
