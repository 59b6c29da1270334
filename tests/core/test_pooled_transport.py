"""The direct way over a connection sends what the ordinary way sends, and notices when aiohttp is not what it knows."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest

from stringee_async import ConfigError, Request, RetryClass, Timeouts
from stringee_async.core.messages import Headers
from stringee_async.core.transport_choice import transport_for

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
    method, target, body, headers = REQUESTS[name]
    async with RawServer() as server:
        for way in ("own", "aiohttp"):
            monkeypatch.setenv("STRINGEE_ASYNC_TRANSPORT", way)
            transport = transport_for(1, None)
            await transport.send(make(server.url + target, method, body, headers), TIMEOUTS)
            await transport.aclose()
        own, other = (taken_apart(raw) for raw in server.requests)
    assert own == other
    assert own[0] == f"{method} {target} HTTP/1.1"


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
    transport = transport_for(1, None)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/probe"
    await transport.send(make(url, "POST", b'{"a":1}', {"Accept": "x/y"}), TIMEOUTS)
    await transport.aclose()
    server.close()
    assert len(writes) == 1
    assert writes[0].endswith(b'\r\n\r\n{"a":1}')


async def test_a_host_without_a_path_and_a_port_of_its_own_are_understood() -> None:
    async with RawServer() as one, RawServer() as other:
        transport = transport_for(2, None)
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
        transport = transport_for(1, None)
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
    async with RawServer(play, canned()) as server:
        transport = transport_for(1, None)
        for _ in range(2):
            response = await transport.send(make(f"{server.url}/x", "GET", None, {}), TIMEOUTS)
            assert response.body == b'{"r":0}'
        await transport.aclose()
    assert server.connections == 1


async def test_a_connection_that_the_server_gives_up_is_not_kept() -> None:
    async with RawServer(canned(b"{}", "200 OK", "Connection: close"), canned()) as server:
        transport = transport_for(1, None)
        for _ in range(2):
            await transport.send(make(f"{server.url}/x", "GET", None, {}), TIMEOUTS)
        await transport.aclose()
    assert server.connections == 2


@pytest.mark.parametrize("bad", ["a\nb", "a\rb", "a\r\nX-Evil: 1"])
async def test_a_line_break_in_a_header_is_refused_before_anything_is_sent(bad: str) -> None:
    async with RawServer() as server:
        transport = transport_for(1, None)
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
