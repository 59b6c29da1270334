"""The HTTP sides of an inbox: a handler for aiohttp, and a plain ASGI app for every other framework."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, MutableMapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypedDict, cast

import attrs

from .errors import ClosedError, ConfigError, WebhookError
from .inbox_access import Access, access
from .inbox_events import EventSource
from .options import check_names
from .secrets import Secret
from .validation import whole_number

if TYPE_CHECKING:
    from aiohttp import web

logger = logging.getLogger("stringee_async.webhooks")

Message: TypeAlias = MutableMapping[str, Any]
AsgiApp: TypeAlias = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]
"""An ASGI application: called with scope, `receive` and `send`."""


class AiohttpHandler(Protocol):
    """A handler for aiohttp's router."""

    def __call__(self, request: web.Request, /) -> Coroutine[Any, Any, web.StreamResponse]:
        """Serve one request."""
        ...


_MAX_BODY: Final = 1_048_576
_TEXTS: Final = MappingProxyType(
    {
        200: "ok",
        400: "no event",
        403: "refused",
        404: "not found",
        405: "method not allowed",
        413: "too large",
        500: "not stored, send it again",
        503: "not ready, send it again",
    }
)


class DoorOptions(TypedDict, total=False):
    """What an inbox's handler and app are given.

    Args:
        signing_key: The key that the vendor signs with.
        path_secret: The last part of the path.
        peers: Addresses or networks of those who may send.
        proxies: Addresses or networks of your own proxies, or `"unix"`.
        max_body: Bytes that a body may have.
    """

    signing_key: str | Secret | None
    path_secret: str | Secret | None
    peers: Iterable[str] | None
    proxies: Iterable[str]
    max_body: int


class Opening(Protocol):
    """What an ASGI app opens and closes where it is served by itself."""

    @property
    def is_open(self) -> bool:
        """Whether it is open."""
        ...

    async def open(self) -> None:
        """Open it."""
        ...

    async def aclose(self) -> None:
        """Close it."""
        ...


@attrs.frozen(kw_only=True)
class Incoming:
    """A request as both frameworks have it.

    Args:
        method: The HTTP method.
        path: The decoded path.
        query: The query, still encoded.
        peer: The address that the connection comes from; None for a Unix socket.
        header: Returns the values of a header, in order.
        read: Returns the body; None if it is larger than so many bytes.
    """

    method: str
    path: str = attrs.field(repr=False)
    query: str = attrs.field(repr=False)
    peer: str | None
    header: Callable[[str], Sequence[str]]
    read: Callable[[int], Awaitable[bytes | None]]


@attrs.frozen(kw_only=True)
class Door:
    """Decides about a request, and puts what it holds into the inbox.

    Args:
        put: Stores an event.
        access: Who may send.
        methods: The vendor's methods.
        signing_key: The key of its signature; None where none is wanted.
        verify: Raises unless a body is signed.
        signature_header: The header that holds the signature.
        max_body: Bytes that a body may have.
    """

    put: Callable[..., Awaitable[bool]]
    access: Access
    methods: tuple[str, ...]
    signing_key: str | Secret | None = attrs.field(repr=False)
    verify: Callable[[Any, str | None, bytes], None] | None
    signature_header: str
    max_body: int

    async def status(self, request: Incoming) -> int:
        """Return the status of the response; 200 means that the event is stored."""
        if not self.access.allows_path(request.path):
            return 404
        if not self.access.allows_peer(request.peer, request.header("x-forwarded-for")):
            logger.warning("a webhook was refused: its sender is none of the peers")
            return 403
        if request.method not in self.methods:
            return 405
        body = await request.read(self.max_body)
        if body is None:
            return 413
        if self.signing_key is not None and self.verify is not None:
            signatures = request.header(self.signature_header)
            try:
                self.verify(self.signing_key, signatures[0] if len(signatures) == 1 else None, body)
            except WebhookError as error:
                logger.warning("a webhook was refused: %s", error)
                return 403
        if not body and not request.query:
            return 400
        try:
            await self.put(body, query=request.query)
        except ClosedError:
            return 503
        except WebhookError:
            logger.exception("a webhook was not stored")
            return 500
        return 200

    def headers(self, status: int) -> dict[str, str]:
        """Return the headers of a response."""
        return {"Allow": ", ".join(self.methods)} if status == 405 else {}


def door_of(put: Callable[..., Awaitable[bool]], events: EventSource[Any], options: DoorOptions) -> Door:
    """Return what decides about requests with these options."""
    check_names(options, DoorOptions)
    signing_key, path_secret, peers = (options.get(name) for name in ("signing_key", "path_secret", "peers"))
    if signing_key is None and path_secret is None and peers is None:
        raise ConfigError(
            "give signing_key, path_secret or peers: else everyone could put events into the inbox"
        )
    if signing_key is not None:
        if events.verify is None:
            raise ConfigError("signing_key: this vendor signs nothing; use path_secret and peers")
        _checked_key(signing_key)
    return Door(
        put=put,
        access=access(
            path_secret=options.get("path_secret"),
            peers=options.get("peers"),
            proxies=options.get("proxies", ()),
        ),
        methods=events.methods,
        signing_key=options.get("signing_key"),
        verify=events.verify,
        signature_header=events.signature_header,
        max_body=whole_number("max_body", options.get("max_body", _MAX_BODY), minimum=1),
    )


def _checked_key(signing_key: object) -> None:
    text = signing_key.reveal() if isinstance(signing_key, Secret) else signing_key
    if not isinstance(text, str) or not text.strip() or text != text.encode("utf-8", "replace").decode():
        raise ConfigError("signing_key must be the key that the vendor signs with, as text")


def aiohttp_door(door: Door) -> AiohttpHandler:
    """Return a handler for aiohttp's router."""
    from aiohttp import web

    async def handle(request: web.Request) -> web.StreamResponse:
        async def read(most: int) -> bytes | None:
            body = bytearray()
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > most:
                    return None
            return bytes(body)

        name: Any = request.transport.get_extra_info("peername") if request.transport is not None else None
        status = await door.status(
            Incoming(
                method=request.method,
                path=request.path,
                query=request.rel_url.raw_query_string,
                peer=cast("tuple[str, int]", name)[0] if isinstance(name, tuple) else None,
                header=lambda header: request.headers.getall(header, ()),
                read=read,
            )
        )
        return web.Response(status=status, text=_TEXTS[status], headers=door.headers(status))

    return handle


def asgi_door(door: Door, inbox: Opening) -> AsgiApp:
    """Return an ASGI app, which opens and closes the inbox where the server says that it starts and ends."""

    async def app(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(inbox, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            await _serve(door, scope, receive, send)
        else:
            raise ValueError(f"an inbox serves http, not {scope['type']}")

    return app


async def _lifespan(
    inbox: Opening, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Open the inbox when the server starts, unless the caller did, and close it when the server ends."""
    await receive()
    ours = not inbox.is_open
    if ours:
        try:
            await inbox.open()
        except Exception as error:
            logger.exception("the inbox cannot be opened")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    if ours:
        await inbox.aclose()
    await send({"type": "lifespan.shutdown.complete"})


class _Gone(Exception):  # noqa: N818  # never leaves this module
    """The client has gone before its request was whole."""


async def _serve(
    door: Door,
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    async def read(most: int) -> bytes | None:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            body += message.get("body", b"")
            if len(body) > most:
                return None
            if not message.get("more_body", False):
                return bytes(body)

    def header(name: str) -> Sequence[str]:
        wanted = name.lower().encode()
        return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == wanted]

    client = scope.get("client")
    request = Incoming(
        method=scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b"").decode("utf-8", "replace"),
        peer=client[0] if client else None,
        header=header,
        read=read,
    )
    try:
        status = await door.status(request)
    except _Gone:
        return
    await _respond(send, status, door.headers(status))


async def _respond(send: Callable[[Message], Awaitable[None]], status: int, more: Mapping[str, str]) -> None:
    text = _TEXTS[status].encode()
    headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(text)), **more}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": text})
