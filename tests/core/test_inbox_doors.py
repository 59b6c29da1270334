"""The HTTP sides of an inbox: aiohttp and plain ASGI decide alike, and 200 means that the event is stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import attrs
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from stringee_async import ConfigError, Secret, ringme, stringee
from stringee_async.webhooks import RAW, EventSource, Inbox

from ..kit.memory_store import MemoryStore
from ..stringee.test_webhooks import BODY, KEY, signed

SECRET = "s3cret-of-16-chars"
LOGIN = "agent_id=9&agent_status=available"


async def ignore(_: Any) -> None:
    """Handle an event by doing nothing."""


@attrs.frozen(kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


Send = Callable[..., Awaitable[Answer]]
"""Sends a request: method, path with query, `body=`, `headers=`."""


@asynccontextmanager
async def over_aiohttp(inbox: Inbox[Any], **options: Any) -> AsyncIterator[Send]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", inbox.aiohttp_handler(**options))
    async with TestClient(TestServer(app)) as client:

        async def send(
            method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
        ) -> Answer:
            async with client.request(method, target, data=body or None, headers=headers) as response:
                return Answer(status=response.status, headers=response.headers, text=await response.text())

        yield send


@asynccontextmanager
async def over_asgi(inbox: Inbox[Any], **options: Any) -> AsyncIterator[Send]:
    app = inbox.asgi_app(**options)

    async def send(
        method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        path, _, query = target.partition("?")
        scope = http_scope(method, path, query=query.encode(), headers=headers or {})
        sent = await exchanged(app, scope, [body[:5], body[5:]])
        start, end = sent
        return Answer(
            status=start["status"],
            headers={name.decode().title(): value.decode() for name, value in start["headers"]},
            text=end["body"].decode(),
        )

    yield send


def http_scope(
    method: str, path: str, *, query: bytes = b"", headers: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": raw}
    return {**scope, "client": ("127.0.0.1", 4711), **more}


async def exchanged(app: Any, scope: dict[str, Any], pieces: list[bytes]) -> list[dict[str, Any]]:
    """Return what an app sends after it was given a body in pieces."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request"})
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


EVERY = pytest.mark.parametrize("over", [over_aiohttp, over_asgi], ids=["aiohttp", "asgi"])


@EVERY
async def test_only_signed_requests_are_stored(over: Any, caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    async with Inbox(store, ignore, events=stringee.EVENTS) as inbox:
        async with over(inbox, signing_key=Secret(KEY)) as send:
            with caplog.at_level(logging.WARNING, logger="stringee_async"):
                assert (await send("POST", "/events", BODY)).status == 403
                assert (await send("POST", "/events", BODY + b" ", signed(BODY))).status == 403
                assert (await send("POST", "/events", BODY, signed(BODY, "other"))).status == 403
            refused = await send("GET", "/events?a=1", b"", signed(b""))
            assert (refused.status, refused.headers["Allow"]) == (405, "POST")
            assert (await send("POST", "/events", b"", signed(b""))).status == 400
            assert store.events == {}
            stored = await send("POST", "/events", BODY, signed(BODY))
            assert (stored.status, stored.text) == (200, "ok")
            assert (await send("POST", "/events", BODY, signed(BODY))).status == 200
    assert [event.body for event in store.events.values()] == [BODY]
    assert caplog.text.count("a webhook was refused") == 3


@EVERY
async def test_a_secret_path_guards_what_the_vendor_does_not_sign(over: Any) -> None:
    store = MemoryStore()
    async with Inbox(store, ignore, events=ringme.AGENT_EVENTS) as inbox:
        async with over(inbox, path_secret=SECRET) as send:
            for path in ("/hook", f"/hook/{SECRET}x", "/hook/wrong-secret-of-chars", f"/{SECRET}/hook"):
                assert (await send("GET", f"{path}?{LOGIN}")).status == 404
            assert (await send("PUT", f"/hook/{SECRET}", b"a")).headers["Allow"] == "GET, POST"
            assert (await send("GET", f"/hook/{SECRET}")).status == 400
            assert store.events == {}
            assert (await send("GET", f"/hook/{SECRET}?{LOGIN}")).status == 200
            assert (await send("POST", f"/hook/{SECRET}?mark=1", LOGIN.encode())).status == 200
    assert [(event.query, event.body) for event in store.events.values()] == [
        (LOGIN, b""),
        ("mark=1", LOGIN.encode()),
    ]


@EVERY
async def test_only_listed_peers_may_send(over: Any, caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    async with Inbox(store, ignore, events=RAW) as inbox:
        async with over(inbox, peers=["127.0.0.1"]) as send:
            assert (await send("POST", "/", b"1")).status == 200
            assert (await send("POST", "/", b"2", {"X-Forwarded-For": "192.0.2.1"})).status == 200
        async with over(inbox, peers=["203.0.113.0/24"]) as send:
            assert (await send("POST", "/", b"3", forwarded)).status == 403
        async with over(inbox, peers=["203.0.113.0/24"], proxies=["127.0.0.0/8"]) as send:
            assert (await send("POST", "/", b"4", forwarded)).status == 200
            assert (await send("POST", "/", b"5")).status == 403
    assert [event.body for event in store.events.values()] == [b"1", b"2", b"4"]
    assert "none of the peers" in caplog.text


@EVERY
async def test_a_body_that_is_too_large_is_not_stored(over: Any) -> None:
    store = MemoryStore()
    async with Inbox(store, ignore, events=RAW) as inbox:
        async with over(inbox, path_secret=SECRET, max_body=10) as send:
            assert (await send("POST", f"/{SECRET}", b"x" * 11)).status == 413
            assert (await send("POST", f"/{SECRET}", b"x" * 10)).status == 200
    assert len(store.events) == 1


@EVERY
async def test_what_is_not_stored_is_not_acknowledged(over: Any, caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox(MemoryStore(add=1), ignore, events=RAW)
    async with over(inbox, path_secret=SECRET) as send:
        assert (await send("POST", f"/{SECRET}", b"a")).status == 503
        async with inbox:
            assert (await send("POST", f"/{SECRET}", b"a")).status == 500
            assert (await send("POST", f"/{SECRET}", b"a")).status == 200
    assert "a webhook was not stored" in caplog.text
    assert SECRET not in caplog.text.replace(f"POST /{SECRET}", "")


@pytest.mark.parametrize("make", [Inbox.aiohttp_handler, Inbox.asgi_app])
@pytest.mark.parametrize(
    ("source", "options", "named"),
    [
        (RAW, {}, "signing_key, path_secret or peers"),
        (RAW, {"proxies": ["10.0.0.1"]}, "signing_key, path_secret or peers"),
        (RAW, {"signing_key": KEY}, "signs nothing"),
        (stringee.EVENTS, {"signing_key": ""}, "signing_key"),
        (stringee.EVENTS, {"signing_key": 5}, "signing_key"),
        (stringee.EVENTS, {"signing_key": "k\ud800"}, "signing_key"),
        (RAW, {"path_secret": "short"}, "path_secret"),
        (RAW, {"peers": "10.0.0.1"}, "peers"),
        (RAW, {"peers": [], "max_body": 0}, "max_body"),
        (RAW, {"peers": [], "max_bodi": 1}, "did you mean max_body"),
    ],
)
def test_an_open_door_and_a_wrong_option_are_refused(
    make: Any, source: EventSource[Any], options: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        make(Inbox(MemoryStore(), ignore, events=source), **options)


# -- ASGI alone ----------------------------------------------------------------------------------------------


async def test_two_signatures_are_none() -> None:
    app = Inbox(MemoryStore(), ignore, events=stringee.EVENTS).asgi_app(signing_key=KEY)
    scope = http_scope("POST", "/")
    ((_, signature),) = signed(BODY).items()
    scope["headers"] = [(b"X-Stringee-Signature", signature.encode())] * 2
    (start, _) = await exchanged(app, scope, [BODY])
    assert start["status"] == 403


async def test_a_peer_over_a_unix_socket_has_no_address() -> None:
    store = MemoryStore()
    async with Inbox(store, ignore, events=RAW) as inbox:
        app = inbox.asgi_app(peers=["203.0.113.9"], proxies=["unix"])
        scope = http_scope("POST", "/", headers={"X-Forwarded-For": "203.0.113.9"}, client=None)
        (start, _) = await exchanged(app, scope, [b"a"])
        assert start["status"] == 200
        del scope["client"], scope["query_string"]
        (start, _) = await exchanged(app, scope, [b"b"])
        assert start["status"] == 200


async def test_a_client_that_goes_away_halfway_stores_nothing() -> None:
    store = MemoryStore()
    async with Inbox(store, ignore, events=RAW) as inbox:
        messages = [{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}]
        sent: list[Any] = []

        async def receive() -> Any:
            return messages.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        await inbox.asgi_app(path_secret=SECRET)(http_scope("POST", f"/{SECRET}"), receive, send)
    assert (sent, store.events) == ([], {})


class Lifespan:
    """A server's side of an app's lifespan."""

    def __init__(self, app: Any) -> None:
        self.to_app: asyncio.Queue[Any] = asyncio.Queue()
        self.sent: list[str] = []
        self.task = asyncio.ensure_future(app({"type": "lifespan"}, self.to_app.get, self._send))

    async def _send(self, message: Any) -> None:
        self.sent.append(message["type"])

    async def tell(self, what: str) -> None:
        self.to_app.put_nowait({"type": f"lifespan.{what}"})
        for _ in range(20):
            await asyncio.sleep(0)


async def test_a_server_opens_and_closes_the_inbox_of_its_app() -> None:
    store = MemoryStore()
    inbox = Inbox(store, ignore, events=RAW)
    server = Lifespan(inbox.asgi_app(path_secret=SECRET))
    await server.tell("startup")
    assert (inbox.is_open, server.sent) == (True, ["lifespan.startup.complete"])
    await server.tell("shutdown")
    await server.task
    assert (inbox.is_open, server.sent[1:]) == (False, ["lifespan.shutdown.complete"])


async def test_an_inbox_that_the_caller_has_opened_stays_the_callers() -> None:
    async with Inbox(MemoryStore(), ignore, events=RAW) as inbox:
        server = Lifespan(inbox.asgi_app(path_secret=SECRET))
        await server.tell("startup")
        await server.tell("shutdown")
        await server.task
        assert inbox.is_open
    assert server.sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_an_inbox_that_cannot_be_opened_fails_the_start_of_the_server() -> None:
    server = Lifespan(Inbox(MemoryStore(open=1), ignore, events=RAW).asgi_app(path_secret=SECRET))
    await server.tell("startup")
    await server.task
    assert server.sent == ["lifespan.startup.failed"]


async def test_other_protocols_are_turned_away() -> None:
    app = Inbox(MemoryStore(), ignore, events=RAW).asgi_app(path_secret=SECRET)
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app({"type": "websocket"}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1000}]
    with pytest.raises(ValueError, match="serves http"):
        await app({"type": "smoke.signals"}, receive, send)
