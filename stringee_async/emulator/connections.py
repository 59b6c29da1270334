"""The open connections of the server: counts them, notices when one is lost, drops them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeAlias

import attrs
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

OutageKind: TypeAlias = Literal["refuse", "close", "swallow"]
"""What an outage does to connections: refuses them, closes each at once, or reads and sends nothing."""

Handler: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_KEEPALIVE = 75.0
_SHUTDOWN_TIMEOUT = 0.05


@attrs.define(eq=False, repr=False)
class Connection:
    """One connection.

    Args:
        number: 0 for the first, and so on; -1 for one that was lost before its request was handled.
        transport: its transport, None if it is lost.
        lost: set when it is lost.
        busy: how many of its requests are being handled.
    """

    number: int
    transport: asyncio.Transport | None
    lost: asyncio.Event = attrs.field(factory=asyncio.Event)
    busy: int = 0


class _Server(web.Server):
    """aiohttp's low-level server; it reports connections that are made and lost."""

    def __init__(self, handler: Handler, connections: "Connections") -> None:
        super().__init__(handler, access_log=None, keepalive_timeout=_KEEPALIVE)
        self._registry = connections

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        self._registry.made(handler, transport)

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        self._registry.gone(handler)
        super().connection_lost(handler, exc)


class Connections:
    """All connections of one emulator, whose requests ``handle`` handles."""

    def __init__(self, handle: Handler) -> None:
        self.opened = 0
        self._handle = handle
        self._open: dict[RequestHandler, Connection] = {}
        self._server: _Server | None = None
        self._outage: OutageKind | None = None

    def __len__(self) -> int:
        return len(self._open)

    def protocol_factory(self) -> Callable[[], asyncio.Protocol]:
        """Make the protocol factory for the running event loop."""
        self._server = _Server(self._handle, self)
        return self._server

    def made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Add a new connection."""
        self._open[handler] = Connection(self.opened, transport)
        self.opened += 1
        if self._outage is not None:
            self._apply_outage(self._open[handler])

    def set_outage(self, outage: OutageKind | None) -> None:
        """Start an outage, which also affects open connections, or end it; ending ``swallow`` drops connections."""
        before, self._outage = self._outage, outage
        if outage == before:
            return
        if outage is not None:
            for connection in list(self._open.values()):
                self._apply_outage(connection)
        elif before == "swallow":
            self.drop(idle_only=False)

    def silent(self) -> bool:
        """Whether an outage swallows what the server and its clients send now."""
        return self._outage == "swallow"

    def _apply_outage(self, connection: Connection) -> None:
        """Apply the current outage to one connection."""
        if connection.transport is None:
            return
        if self._outage == "swallow":
            connection.transport.pause_reading()
        else:  # later in the loop: aiohttp fails if a connection is lost before it has set it up
            asyncio.get_running_loop().call_soon(connection.transport.abort)

    def gone(self, handler: RequestHandler) -> None:
        """Remove a lost connection."""
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
        """Drop connections, or the idle ones only; returns how many."""
        chosen = [link for link in self._open.values() if not (idle_only and link.busy)]
        for connection in chosen:
            if connection.transport is not None:
                connection.transport.abort()
        return len(chosen)

    async def close(self) -> None:
        """Drop all connections and wait until they are lost."""
        links = list(self._open.values())
        self.drop(idle_only=False)
        for connection in links:
            await connection.lost.wait()
        server, self._server = self._server, None
        if server is not None:
            await server.shutdown(_SHUTDOWN_TIMEOUT)
