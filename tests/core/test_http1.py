"""The framing of responses over real sockets: each response belongs to its request, and what is no HTTP breaks the connection."""

from __future__ import annotations

import asyncio
import gzip
import traceback
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from stringee_async import ConfigError, DecodeError, OutcomeUnknownError
from stringee_async.core import http1
from stringee_async.core.messages import Response, Upload
from stringee_async.core.pooled_transport import PooledTransport
from stringee_async.core.transport_choice import transport_for

from ..kit import Play, RawServer, canned, then, until
from .rig import OK, TIMEOUTS, probe


async def twice(play: Play) -> tuple[list[Response], RawServer]:
    """Send two requests in a row to a server that responds to the first with `play`, and to the second as usual."""
    transport = PooledTransport(1)
    async with RawServer(play, default=canned(b"second")) as server:
        responses = [await transport.send(probe(server.url), TIMEOUTS) for _ in range(2)]
        await transport.aclose()
    assert len(server.requests) == 2
    assert responses[1].body == b"second"
    return responses, server


KEPT: dict[str, tuple[bytes, int, bytes]] = {
    "a length": (OK + b"Content-Length: 3\r\n\r\nabc", 200, b"abc"),
    "nothing": (OK + b"Content-Length: 0\r\n\r\n", 200, b""),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2;x=y\r\nbc\r\n0\r\n\r\n", 200, b"abc"),
    "trailers": (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n", 200, b"abc"),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    "304 with a length": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, b""),
    "interim responses": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        + OK
        + b"Content-Length: 3\r\n\r\nabc",
        200,
        b"abc",
    ),
    "HTTP/1.0 that is kept": (
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc", 200, b"abc",
    ),
    "no reason": (b"HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc", 200, b"abc"),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
async def test_a_plain_response_is_read_and_its_connection_kept(name: str) -> None:
    raw, status, body = KEPT[name]
    responses, server = await twice(raw)
    assert (responses[0].status, responses[0].body) == (status, body)
    assert server.connections == 1


@pytest.mark.parametrize("name", KEPT)
async def test_a_response_may_come_byte_by_byte(name: str) -> None:
    """Wherever the network cuts a response, it is the same response."""
    raw, status, body = KEPT[name]

    async def slowly(writer: asyncio.StreamWriter) -> None:
        for byte in raw:
            writer.write(bytes([byte]))
            await asyncio.sleep(0)

    responses, server = await twice(slowly)
    assert (responses[0].status, responses[0].body) == (status, body)
    assert server.connections == 1


ENDED: dict[str, tuple[Play, bytes]] = {
    "until the end of the connection": (then(OK + b"\r\nabc"), b"abc"),
    "Connection: close": (OK + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
    "Connection: close in trailers": (
        OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nConnection: close\r\n\r\n", b"abc",
    ),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
    "bytes behind the response": (OK + b"Content-Length: 3\r\n\r\nabcX", b"abc"),
    "a second response": (OK + b"Content-Length: 3\r\n\r\nabc" + canned(b"stray"), b"abc"),
    "a second response without a body": (
        OK + b"Content-Length: 3\r\n\r\nabcHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", b"abc",
    ),
    "a body of a status without one": (b"HTTP/1.1 204 No Content\r\n\r\nabc", b""),
    "bytes behind Connection: close": (
        OK + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc" + canned(b"stray"), b"abc",
    ),
    "keep-alive of no time": (OK + b"Keep-Alive: timeout=1\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDED)
async def test_a_response_that_ends_its_connection_is_taken_whole(name: str) -> None:
    """The response is what it is, what follows it belongs to no request, and the next request takes another connection."""
    play, body = ENDED[name]
    responses, server = await twice(play)
    assert (responses[0].status, responses[0].body) in {(200, body), (204, body)}
    assert server.connections == 2


BROKEN: dict[str, bytes] = {
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "HTTP/0.9": b"<html>hello</html>",
    "switching protocols": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "a bare 101": b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "length and chunks": OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "chunks and length": OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "two lengths": OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a list of lengths": OK + b"Content-Length: 3, 3\r\n\r\nabc",
    "a negative length": OK + b"Content-Length: -3\r\n\r\nabc",
    "a length with a sign": OK + b"Content-Length: +3\r\n\r\nabc",
    "a length beyond all bounds": OK + b"Content-Length: 99999999999999999999999\r\n\r\nabc",
    "a bad chunk": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "a chunk that is longer than it says": OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
    "a header without a colon": OK + b"Content-Length 3\r\n\r\nabc",
    "a blank before the colon": OK + b"Content-Length : 3\r\n\r\nabc",
    "a folded header": OK + b"X-A: b\r\n c\r\nContent-Length: 3\r\n\r\nabc",
    "NUL in a header": OK + b"X-A: b\0c\r\nContent-Length: 3\r\n\r\nabc",
    "lines that end without CR": b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc",
    "201 headers": OK + b"X-A: b\r\n" * 201 + b"Content-Length: 3\r\n\r\nabc",
    "a head of 80 KiB": OK + b"X-A: " + b"b" * 80 * 1024 + b"\r\nContent-Length: 3\r\n\r\nabc",
    "a head that never ends": OK + b"X-A: " + b"b" * 200 * 1024,
    "endless interim responses": b"HTTP/1.1 100 Continue\r\n\r\n" * 5000,
    "gzip that is none": OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "deflate that is none": OK + b"Content-Encoding: deflate\r\nContent-Length: 3\r\n\r\nxbc",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_what_is_no_http_breaks_the_connection(name: str) -> None:
    """The outcome is unknown, and the next request gets its own response over another connection."""
    transport = PooledTransport(1)
    async with RawServer(BROKEN[name], default=canned(b"second")) as server:
        with pytest.raises(OutcomeUnknownError, match="the response broke off, or was not HTTP"):
            await transport.send(probe(server.url), TIMEOUTS)
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert (len(server.requests), server.connections) == (2, 2)


CUT: dict[str, bytes] = {
    "in the status line": b"HTTP/1.",
    "in a header": OK + b"Content-Le",
    "after a header": OK + b"Content-Length: 3\r\n",
    "in the body": OK + b"Content-Length: 3\r\n\r\nab",
    "before the body": OK + b"Content-Length: 3\r\n\r\n",
    "in a chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nab",
    "between chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "before the last line": OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
    "coded without chunks": OK + b"Transfer-Encoding: gzip\r\n\r\nabc",
    "after an interim response": b"HTTP/1.1 100 Continue\r\n\r\n",
    "in gzip": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"abc" * 99)[:-9],
}


@pytest.mark.parametrize("name", CUT)
async def test_a_response_that_breaks_off_is_lost(name: str) -> None:
    """A response that ends with its connection, before it is whole, leaves the outcome unknown."""
    transport = PooledTransport(1)
    async with RawServer(then(CUT[name]), default=canned(b"second")) as server:
        with pytest.raises(OutcomeUnknownError, match="broke off"):
            await transport.send(probe(server.url), TIMEOUTS)
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert (len(server.requests), server.connections) == (2, 2)


async def test_bytes_before_the_first_request_end_the_connection() -> None:
    """What a server writes on a connection that is kept closes it as soon as it is seen, without another request."""
    transport = PooledTransport(1)
    writers: list[asyncio.StreamWriter] = []

    async def play(writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(canned(b"first"))

    async with RawServer(play, default=canned(b"second")) as server:
        await transport.send(probe(server.url), TIMEOUTS)
        pool: Any = transport._pool
        [idle] = pool.transports()
        writers[0].write(canned(b"stray"))
        await until(idle.is_closing, "the connection is closed")
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert server.connections == 2


async def test_an_idle_connection_is_closed_after_15_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection without a request does not stay open."""
    monkeypatch.setattr("stringee_async.core.pool.MAX_IDLE", 0.02)
    monkeypatch.setattr(http1, "MAX_IDLE", 0.02)
    transport = PooledTransport(1)
    async with RawServer(default=canned()) as server:
        await transport.send(probe(server.url), TIMEOUTS)
        pool: Any = transport._pool
        [idle] = pool.transports()
        await until(idle.is_closing, "the connection is closed")
        await until(lambda: not pool.transports(), "the pool has forgotten it")
        await transport.send(probe(server.url), TIMEOUTS)
        await transport.aclose()
    assert server.connections == 2


# -- bodies that are not held in memory ---------------------------------------------------------------------------


CLOSED = -1
"""The last of the pieces that were asked for: the file is closed."""


def upload(size: int, piece: int = 50_000, lie: int = 0) -> tuple[Upload, list[int]]:
    """Return an upload of so many bytes, and the list of the pieces that were asked for."""
    asked: list[int] = []

    async def pieces() -> AsyncGenerator[bytes]:
        try:
            for start in range(0, size + lie, piece):
                asked.append(start)
                yield bytes(min(piece, size + lie - start))
        finally:
            asked.append(CLOSED)

    return Upload(size, pieces), asked


@pytest.mark.usefixtures("way")
async def test_an_upload_is_read_while_it_is_sent() -> None:
    """8 MB leave piece by piece with their length; the connection serves the next request."""
    transport = transport_for(1, None)
    body, asked = upload(8_000_000)
    async with RawServer(default=canned(b"ok")) as server:
        assert (await transport.send(probe(server.url, body=body), TIMEOUTS)).body == b"ok"
        await transport.send(probe(server.url), TIMEOUTS)
        await transport.aclose()
    assert len(asked) == 161
    head, _, arrived = server.requests[0].partition(b"\r\n\r\n")
    assert b"\r\nContent-Length: 8000000" in head
    assert len(arrived) == 8_000_000
    assert server.connections == 1


async def test_an_upload_stops_where_the_server_responds_early() -> None:
    """A server that refuses without reading gets no more of the body, and the connection is not used again."""
    transport = PooledTransport(1)
    body, asked = upload(50_000_000)
    async with RawServer(unread="413 Payload Too Large") as server:
        response = await transport.send(probe(server.url, body=body), TIMEOUTS)
        assert (response.status, b"too large" in response.body) == (413, True)
        assert len(asked) < 1000
        assert asked[-1] == CLOSED
        pool: Any = transport._pool
        await until(lambda: not pool.transports(), "the connection is closed")
        await transport.aclose()


@pytest.mark.parametrize("lie", [-10, 10])
async def test_an_upload_of_another_length_is_cut_off(lie: int) -> None:
    """A body that is not as long as announced would be taken for the next request: the connection ends."""
    transport = PooledTransport(1)
    body, asked = upload(1000, piece=10, lie=lie)
    async with RawServer(default=canned(b"ok")) as server:
        with pytest.raises(ConfigError, match="not 1000 bytes long"):
            await transport.send(probe(server.url, body=body), TIMEOUTS)
        assert asked[-1] == CLOSED
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == b"ok"
        await transport.aclose()
    assert server.connections == 2


@pytest.mark.parametrize("status", ["204 No Content", "200 OK"])
async def test_the_end_of_an_idle_connection_ends_no_response_again(status: str) -> None:
    """A server that closes after a response, with or without a length: the next request has a connection of its own."""
    head = f"HTTP/1.1 {status}\r\n" + ("" if status.startswith("204") else "Content-Length: 0\r\n")
    transport = PooledTransport(1)
    async with RawServer(then(f"{head}\r\n".encode()), default=canned(b"second")) as server:
        await transport.send(probe(server.url), TIMEOUTS)
        pool: Any = transport._pool
        connection = next(iter(pool._open), None)
        ended: list[int] = []
        if connection is not None:
            end = http1.Connection._end
            monkey = pytest.MonkeyPatch()
            monkey.setattr(http1.Connection, "_end", lambda self: (ended.append(1), end(self)))
            await until(connection.transport.is_closing, "the end has come")
            monkey.undo()
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert ended == []


@pytest.mark.parametrize("kind", ["upload", "bytes"])
async def test_a_success_before_the_body_was_sent_is_the_last_on_its_connection(kind: str) -> None:
    """A server that says 200 without reading leaves the rest of the body in the connection: the next call takes another."""
    connections = 0
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(canned(b"early"))
        await over.wait()
        writer.close()

    async def slowly() -> AsyncGenerator[bytes]:
        yield b"a"
        while True:
            await asyncio.sleep(0.005)
            yield b""

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    transport = PooledTransport(1)
    body = Upload(1000, slowly) if kind == "upload" else bytes(20_000_000)
    assert (await transport.send(probe(url, body=body), TIMEOUTS)).body == b"early"
    assert (await transport.send(probe(url), TIMEOUTS)).body == b"early"
    assert connections == 2
    over.set()
    await transport.aclose()
    server.close()


async def test_an_error_of_a_response_shows_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frames that read a response are not in the traceback: a response may hold a token."""
    monkeypatch.setattr(http1, "MAX_BODY", 10)
    transport = PooledTransport(1)
    async with RawServer(OK + b"Transfer-Encoding: chunked\r\n\r\nf\r\ncanary-in-a-body\r\n") as server:
        with pytest.raises(DecodeError) as caught:
            await transport.send(probe(server.url), TIMEOUTS)
        await transport.aclose()
    for frame, _ in traceback.walk_tb(caught.tb):
        if "stringee_async" in frame.f_code.co_filename:
            assert "canary" not in repr(frame.f_locals)


async def test_a_connection_reads_into_buffers_that_fit_responses() -> None:
    """64 KiB at once, not asyncio's 256."""
    transport = PooledTransport(1)
    async with RawServer(default=canned()) as server:
        await transport.send(probe(server.url), TIMEOUTS)
        pool: Any = transport._pool
        (only,) = pool.transports()
        assert getattr(only, "max_size", 64 * 1024) == 64 * 1024  # uvloop has buffers of its own
        await transport.aclose()
