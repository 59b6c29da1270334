"""What is sent over connections of our own is what a session of aiohttp sends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stringee_async import ConfigError, Request, RetryClass
from stringee_async.core.messages import Headers
from stringee_async.core.transport_choice import transport_for

from ..kit import RawServer, canned, split
from .rig import TIMEOUTS


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
        own, other = map(split, server.requests)
    assert own == other
    assert own[:2] == (method, target)


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
        seen = [split(raw) for raw in server.requests]
        assert [(method, target) for method, target, _, _ in seen] == [("GET", "/")] * count
        assert {headers["host"] for _, _, headers, _ in seen} == {f"127.0.0.1:{server.port}"}
        assert server.connections == 1


@pytest.mark.usefixtures("way")
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
