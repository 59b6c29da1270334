"""The direct way over a connection sends what the ordinary way sends, and notices when aiohttp is not what it knows."""

from __future__ import annotations

import asyncio
import gzip
import logging
from typing import Any

import aiohttp
import pytest

from stringee_async import ConfigError, NotSentError, Request, RetryClass, Timeouts
from stringee_async.core import direct as direct_module
from stringee_async.core.direct import Direct
from stringee_async.core.messages import Headers
from stringee_async.core.transport import AiohttpTransport

from ..kit import RawServer, canned

TIMEOUTS = Timeouts(connect=2.0, attempt=2.0)


def make(url: str, method: str, body: bytes | None, headers: dict[str, str]) -> Request:
    return Request(
        operation="probe.call",
        method=method,
        path="/v1/probe",
        url=url,
        retry_class=RetryClass.READ,
        headers=Headers(headers),
        body=body,
    )


def taken_apart(raw: bytes) -> tuple[str, dict[str, str], bytes]:
    """Return the request line, the headers by lower-case name (each once), and the body."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    pairs = [line.split(": ", 1) for line in lines]
    headers = {name.lower(): value for name, value in pairs}
    assert len(headers) == len(pairs)
    return first, headers, body


REQUESTS: dict[str, tuple[str, str, bytes | None, dict[str, str]]] = {
    "get": ("GET", "/v1/a?b=c%20d&e=1", None, {"Accept": "application/json", "X-T": "t"}),
    "post": ("POST", "/v1/a", b'{"a":1}', {"Accept": "x/y", "Content-Type": "application/json"}),
    "post nothing": ("POST", "/v1/a", None, {"Accept": "x/y", "Content-Type": "a/b"}),
    "put": ("PUT", "/v1/%2F", b"x" * 16_000, {"Accept": "x/y", "Content-Type": "a/b"}),
    "delete": ("DELETE", "/v1/a/", None, {"Accept": "x/y"}),
    "delete with a body": ("DELETE", "/v1/a", b"{}", {"Accept": "x/y", "Content-Type": "a/b"}),
    "patch": ("PATCH", "/", "ü".encode(), {"Accept": "x/y", "Content-Type": "a/b", "X-U": "ü"}),
}


@pytest.mark.parametrize("name", REQUESTS)
async def test_both_ways_send_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Request line, headers and body are those that aiohttp's own session sends."""
    method, target, body, headers = REQUESTS[name]
    async with RawServer() as server:
        for ordinary in (False, True):
            if ordinary:
                monkeypatch.setattr(Direct, "over", lambda *_: None)
            transport = AiohttpTransport(1)
            await transport.send(make(server.url + target, method, body, headers), TIMEOUTS)
            assert (transport._direct is None) is ordinary
            await transport.aclose()
        direct, ordinary_way = (taken_apart(raw) for raw in server.requests)
    assert direct == ordinary_way
    assert direct[0] == f"{method} {target} HTTP/1.1"


async def test_a_small_request_is_one_write() -> None:
    """Head and body leave in one write, so that no packet waits for another."""
    writes: list[bytes] = []

    class Spy(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport: Any = transport

        def data_received(self, data: bytes) -> None:
            writes.append(data)
            self.transport.write(canned())

    server = await asyncio.get_running_loop().create_server(Spy, "127.0.0.1", 0)
    transport = AiohttpTransport(1)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/probe"
    await transport.send(make(url, "POST", b'{"a":1}', {"Accept": "x/y"}), TIMEOUTS)
    await transport.aclose()
    server.close()
    assert len(writes) == 1
    assert writes[0].endswith(b'\r\n\r\n{"a":1}')


async def test_a_host_without_a_path_and_a_port_of_its_own_are_understood() -> None:
    """A URL that ends behind the host asks for `/`, and each host has its own `Host`."""
    async with RawServer() as one, RawServer() as other:
        transport = AiohttpTransport(2)
        for server in (one, other, one):
            await transport.send(make(server.url, "GET", None, {}), TIMEOUTS)
        await transport.aclose()
    for server, count in ((one, 2), (other, 1)):
        seen = [taken_apart(raw) for raw in server.requests]
        assert [first for first, _, _ in seen] == ["GET / HTTP/1.1"] * count
        assert {headers["host"] for _, headers, _ in seen} == {f"127.0.0.1:{server.port}"}
        assert server.connections == 1


async def test_interim_answers_are_passed_over() -> None:
    """`100 Continue` and `103 Early Hints` are not the response."""
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    async with RawServer(interim + canned(b'{"r":0,"a":1}'), canned()) as server:
        transport = AiohttpTransport(1)
        url = f"{server.url}/v1/probe"
        first = await transport.send(make(url, "GET", None, {}), TIMEOUTS)
        second = await transport.send(make(url, "GET", None, {}), TIMEOUTS)
        await transport.aclose()
    assert (first.status, first.body) == (200, b'{"r":0,"a":1}')
    assert second.body == b'{"r":0}'
    assert server.connections == 1


@pytest.mark.parametrize(
    "play",
    [
        canned(gzip.compress(b'{"r":0}'), "200 OK", "Content-Encoding: gzip"),
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"r\r\n4\r\n":0}\r\n0\r\n\r\n',
    ],
    ids=["gzip", "chunked"],
)
async def test_bodies_in_other_forms_are_read_and_the_connection_is_kept(play: bytes) -> None:
    """Compressed and chunked bodies are whole, and the next request uses the same connection."""
    async with RawServer(play, canned()) as server:
        transport = AiohttpTransport(1)
        for _ in range(2):
            response = await transport.send(make(f"{server.url}/x", "GET", None, {}), TIMEOUTS)
            assert response.body == b'{"r":0}'
        await transport.aclose()
    assert server.connections == 1


async def test_a_connection_that_the_server_gives_up_is_not_kept() -> None:
    """After `Connection: close` the next request gets a connection of its own."""
    async with RawServer(canned(b"{}", "200 OK", "Connection: close"), canned()) as server:
        transport = AiohttpTransport(1)
        for _ in range(2):
            await transport.send(make(f"{server.url}/x", "GET", None, {}), TIMEOUTS)
        await transport.aclose()
    assert server.connections == 2


@pytest.mark.parametrize("bad", ["a\nb", "a\rb", "a\r\nX-Evil: 1"])
async def test_a_line_break_in_a_header_is_refused_before_anything_is_sent(bad: str) -> None:
    """A header or a URL with a line break is a ConfigError; nothing reaches the server, and the slot is free."""
    async with RawServer() as server:
        transport = AiohttpTransport(1)
        for request in (
            make(f"{server.url}/x", "GET", None, {"X-T": bad}),
            make(f"{server.url}/{bad}", "GET", None, {}),
        ):
            with pytest.raises(ConfigError):
                await transport.send(request, TIMEOUTS)
        assert server.requests == []
        await transport.send(make(f"{server.url}/x", "GET", None, {}), TIMEOUTS)
        assert len(server.requests) == 1
        await transport.aclose()


async def test_a_pooled_connection_that_is_closing_is_not_written_to() -> None:
    """A connection that began to close before the write: nothing was sent, and the error says so."""
    async with RawServer() as server:
        transport = AiohttpTransport(1)
        request = make(f"{server.url}/x", "POST", b"{}", {})
        await transport.send(request, TIMEOUTS)
        direct: Any = transport._direct
        connect = direct._connector.connect

        async def closing(*args: Any) -> Any:
            connection = await connect(*args)
            connection.transport.close()
            return connection

        direct._connector.connect = closing
        with pytest.raises(NotSentError) as caught:
            await transport.send(request, TIMEOUTS)
        assert isinstance(caught.value.__cause__, aiohttp.ServerDisconnectedError)
        direct._connector.connect = connect
        await transport.send(request, TIMEOUTS)
        await transport.aclose()
    assert len(server.requests) == 2


async def test_an_answer_says_how_long_its_request_waited_for_a_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The seconds between the hand-over and the leaving are on the response, for the limiter."""
    connect = aiohttp.TCPConnector.connect

    async def slowly(*given: Any) -> Any:
        await asyncio.sleep(0.03)
        return await connect(*given)

    monkeypatch.setattr(aiohttp.TCPConnector, "connect", slowly)
    async with RawServer() as server:
        transport = AiohttpTransport(1)
        found = await transport.send(make(f"{server.url}/v1/a", "GET", None, {}), TIMEOUTS)
        await transport.aclose()
    assert found.delay >= 0.03


async def test_a_connection_reads_into_buffers_that_fit_answers() -> None:
    """A connection reads 64 KiB at once, not asyncio's 256; one that cannot be told so is used as it is."""
    async with RawServer() as server:
        transport = AiohttpTransport(1)
        await transport.send(make(f"{server.url}/v1/a", "GET", None, {}), TIMEOUTS)
        pool: Any = transport._session and transport._session.connector
        [[(protocol, _)]] = pool._conns.values()
        assert protocol.transport.max_size == 64 * 1024
        await transport.aclose()
    direct_module._read_in_pieces(object())


@pytest.mark.parametrize("gone", ["ClientRequest", "set_response_params", "release", "connect"])
async def test_an_aiohttp_that_changed_inside_is_used_the_ordinary_way(
    gone: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever part of aiohttp is not as expected, calls go through its session, and the log says so once."""

    def other_signature(self: Any) -> None: ...

    with monkeypatch.context() as changed, caplog.at_level(logging.DEBUG, "stringee_async"):
        if gone == "ClientRequest":
            changed.setattr(direct_module.aiohttp, "ClientRequest", other_signature)
        elif gone == "set_response_params":
            changed.setattr(direct_module.ResponseHandler, "set_response_params", other_signature)
        elif gone == "connect":
            changed.setattr(direct_module.aiohttp.BaseConnector, "connect", other_signature)
        else:
            changed.delattr(direct_module.Connection, "release")
        async with aiohttp.ClientSession() as session:
            assert session.connector is not None
            assert Direct.over(session, session.connector, "x") is None
    assert [record.message for record in caplog.records] == [
        "this aiohttp has changed inside; requests go through its session"
    ]


async def test_this_aiohttp_is_as_the_direct_way_knows_it() -> None:
    """On every aiohttp that the suite runs with, the direct way is there: this fails where it was lost unnoticed."""
    async with aiohttp.ClientSession() as session:
        assert session.connector is not None
        assert Direct.over(session, session.connector, "x") is not None
