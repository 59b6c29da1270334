"""The framing of responses over real sockets: each response belongs to its request, and what is no HTTP breaks the connection."""

from __future__ import annotations

import asyncio
import gzip
import traceback
import zlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from stringee_async import ConfigError, DecodeError, OutcomeUnknownError, Request, RetryClass, Timeouts
from stringee_async.core import http1, streamed
from stringee_async.core.messages import Response, Upload
from stringee_async.core.pooled_transport import PooledTransport
from stringee_async.core.streamed import file_upload
from stringee_async.core.transport_choice import transport_for

from ..kit import Play, RawServer, canned, then, until

OK = b"HTTP/1.1 200 OK\r\n"
TIMEOUTS = Timeouts(connect=2.0, attempt=2.0)


def request(url: str, method: str = "POST", body: bytes | Upload | None = b"{}") -> Request:
    return Request(
        operation="probe.call", method=method, path="/v1/probe", url=f"{url}/v1/probe",
        retry_class=RetryClass.CREATE, body=body,
    )  # fmt: skip


async def twice(play: Play) -> tuple[list[Response], RawServer]:
    """Send two requests in a row to a server that responds to the first with `play`, and to the second as usual."""
    transport = PooledTransport(1)
    async with RawServer(play, default=canned(b"second")) as server:
        responses = [await transport.send(request(server.url), TIMEOUTS) for _ in range(2)]
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
            await transport.send(request(server.url), TIMEOUTS)
        assert (await transport.send(request(server.url), TIMEOUTS)).body == b"second"
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
            await transport.send(request(server.url), TIMEOUTS)
        assert (await transport.send(request(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert (len(server.requests), server.connections) == (2, 2)


def deflated(data: bytes, wbits: int) -> bytes:
    coder = zlib.compressobj(wbits=wbits)
    return coder.compress(data) + coder.flush()


TEXT = b'{"r":0,"message":"' + b"x" * 70_000 + b'"}'


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("GZip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:])),
        ("gzip", gzip.compress(TEXT) + b"\0\0"),
        ("deflate", deflated(TEXT, 15)),
        ("deflate", deflated(TEXT, -15)),
        ("identity", TEXT),
    ],
    ids=["gzip", "case", "x-gzip", "two members", "padding", "deflate", "raw deflate", "identity"],
)
@pytest.mark.parametrize("piece", [1, 1 << 20], ids=["byte by byte", "at once"])
async def test_compressed_bodies_are_decoded(coding: str, body: bytes, piece: int) -> None:
    """gzip and deflate, also without its zlib head, in whatever pieces they come."""
    raw = canned(body, "200 OK", f"Content-Encoding: {coding}")
    head = raw.index(b"\r\n\r\n") + 4

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(raw[:head])
        for start in range(0, len(body), piece)[:400]:
            writer.write(body[start : start + piece])
            await asyncio.sleep(0)
        writer.write(body[piece * 400 :])

    responses, server = await twice(play)
    assert responses[0].body == TEXT
    assert server.connections == 1


async def test_a_gzip_bomb_is_refused_while_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a body unpacks to counts, and is not made before it is counted."""
    monkeypatch.setattr(http1, "MAX_BODY", 100_000)
    made: list[int] = []
    feed = http1.Decoder.feed

    def watched(self: http1.Decoder, data: bytes, most: int) -> bytes:
        found = feed(self, data, most)
        made.append(len(found))
        return found

    monkeypatch.setattr(http1.Decoder, "feed", watched)
    bomb = canned(gzip.compress(bytes(50_000_000)), "200 OK", "Content-Encoding: gzip")
    transport = PooledTransport(1)
    async with RawServer(bomb) as server:
        with pytest.raises(DecodeError, match="larger than"):
            await transport.send(request(server.url), TIMEOUTS)
        await transport.aclose()
    assert sum(made) == 100_001


async def test_bytes_before_the_first_request_end_the_connection() -> None:
    """What a server writes on a connection that is kept closes it as soon as it is seen, without another request."""
    transport = PooledTransport(1)
    writers: list[asyncio.StreamWriter] = []

    async def play(writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(canned(b"first"))

    async with RawServer(play, default=canned(b"second")) as server:
        await transport.send(request(server.url), TIMEOUTS)
        pool: Any = transport._pool
        [idle] = pool.transports()
        writers[0].write(canned(b"stray"))
        await until(idle.is_closing, "the connection is closed")
        assert (await transport.send(request(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert server.connections == 2


async def test_an_idle_connection_is_closed_after_15_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection without a request does not stay open."""
    monkeypatch.setattr("stringee_async.core.pool.MAX_IDLE", 0.02)
    monkeypatch.setattr(http1, "MAX_IDLE", 0.02)
    transport = PooledTransport(1)
    async with RawServer(default=canned()) as server:
        await transport.send(request(server.url), TIMEOUTS)
        pool: Any = transport._pool
        [idle] = pool.transports()
        await until(idle.is_closing, "the connection is closed")
        await until(lambda: not pool.transports(), "the pool has forgotten it")
        await transport.send(request(server.url), TIMEOUTS)
        await transport.aclose()
    assert server.connections == 2


# -- bodies that are not held in memory ---------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
async def test_a_streamed_response_stops_a_server_that_is_faster_than_its_reader() -> None:
    """20 MB come piece by piece; while the reader waits, no more than the buffers hold is taken from the server."""
    size, sent = 20_000_000, 0

    async def play(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(OK + b"Content-Length: %d\r\n\r\n" % size)
        while sent < size:
            writer.write(bytes(100_000))
            sent += 100_000
            await writer.drain()

    transport: Any = transport_for(1, None)
    async with RawServer(play, default=canned(b"second")) as server:
        async with transport.stream(request(server.url, "GET", None), TIMEOUTS) as response:
            assert (response.status, response.headers["content-length"]) == (200, str(size))
            for _ in range(50):
                await asyncio.sleep(0.001)
            assert sent < size
            read = 0
            async for piece in response:
                read += len(piece)
        assert read == size
        assert (await transport.send(request(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert server.connections == 1


@pytest.mark.usefixtures("way")
async def test_a_stream_that_is_left_costs_its_connection() -> None:
    """A reader that leaves early ends the connection, and the next request takes another."""
    transport: Any = transport_for(1, None)
    async with RawServer(OK + b"Content-Length: 9\r\n\r\nabc", default=canned(b"second")) as server:
        async with transport.stream(request(server.url, "GET", None), TIMEOUTS) as response:
            assert await anext(aiter(response)) == b"abc"
        assert (await transport.send(request(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert server.connections == 2


@pytest.mark.parametrize("ending", ["close", "stall"])
@pytest.mark.usefixtures("way")
async def test_a_stream_that_breaks_says_so(ending: str) -> None:
    """The reader gets what came, and then the SDK's error; a server that stalls is given the attempt's time."""
    raw = OK + b"Content-Length: 9\r\n\r\nabc"
    transport: Any = transport_for(1, None)
    async with RawServer(then(raw) if ending == "close" else raw) as server:
        got: list[bytes] = []
        with pytest.raises(OutcomeUnknownError):
            async with transport.stream(request(server.url, "GET", None), Timeouts(attempt=0.05)) as response:
                async for piece in response:
                    got.append(piece)
        await transport.aclose()
    assert got == [b"abc"]


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
        assert (await transport.send(request(server.url, body=body), TIMEOUTS)).body == b"ok"
        await transport.send(request(server.url), TIMEOUTS)
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
        response = await transport.send(request(server.url, body=body), TIMEOUTS)
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
            await transport.send(request(server.url, body=body), TIMEOUTS)
        assert asked[-1] == CLOSED
        assert (await transport.send(request(server.url), TIMEOUTS)).body == b"ok"
        await transport.aclose()
    assert server.connections == 2


async def test_a_compressed_stream_is_decoded_piece_by_piece() -> None:
    """A streamed body comes decoded; pieces in which nothing comes out yet are no pieces."""
    packed = gzip.compress(TEXT)

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed))
        for byte in packed[:30]:
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        writer.write(packed[30:])

    transport = PooledTransport(1)
    async with RawServer(play) as server:
        async with transport.stream(request(server.url, "GET", None), TIMEOUTS) as response:
            pieces = [piece async for piece in response]
        await transport.aclose()
    assert b"".join(pieces) == TEXT
    assert b"" not in pieces


async def test_a_stream_that_unpacks_to_more_than_is_allowed_breaks_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One small piece that unpacks to a large one is an error, and no shortened body."""
    monkeypatch.setattr(http1, "MAX_BODY", 10_000)
    bomb = canned(gzip.compress(bytes(5_000_000)), "200 OK", "Content-Encoding: gzip")
    transport = PooledTransport(1)
    async with RawServer(bomb) as server:
        with pytest.raises(DecodeError, match="larger than"):
            async with transport.stream(request(server.url, "GET", None), TIMEOUTS) as response:
                async for _ in response:
                    pass
        await transport.aclose()


@pytest.mark.parametrize("status", ["204 No Content", "200 OK"])
async def test_the_end_of_an_idle_connection_ends_no_response_again(status: str) -> None:
    """A server that closes after a response, with or without a length: the next request has a connection of its own."""
    head = f"HTTP/1.1 {status}\r\n" + ("" if status.startswith("204") else "Content-Length: 0\r\n")
    transport = PooledTransport(1)
    async with RawServer(then(f"{head}\r\n".encode()), default=canned(b"second")) as server:
        await transport.send(request(server.url), TIMEOUTS)
        pool: Any = transport._pool
        connection = next(iter(pool._open), None)
        ended: list[int] = []
        if connection is not None:
            end = http1.Connection._end
            monkey = pytest.MonkeyPatch()
            monkey.setattr(http1.Connection, "_end", lambda self: (ended.append(1), end(self)))
            await until(connection.transport.is_closing, "the end has come")
            monkey.undo()
        assert (await transport.send(request(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert ended == []


async def test_a_file_that_is_gone_when_it_is_sent_cuts_the_request_off(tmp_path: Path) -> None:
    """The error names the file, and the connection is not used again."""
    transport = PooledTransport(1)
    async with RawServer(default=canned(b"ok")) as server:
        body = file_upload(tmp_path / "gone.wav", 1000, b"<", b">")
        with pytest.raises(ConfigError, match=r"gone\.wav cannot be read"):
            await transport.send(request(server.url, body=body), TIMEOUTS)
        assert (await transport.send(request(server.url), TIMEOUTS)).body == b"ok"
        await transport.aclose()
    assert server.connections == 2


async def test_a_length_above_the_largest_is_refused_before_the_body_comes() -> None:
    """A response that announces too much is an error at once, though nothing of its body is sent."""
    transport = PooledTransport(1)
    async with RawServer(OK + b"Content-Length: 99999999999\r\n\r\n") as server:
        with pytest.raises(DecodeError, match="larger than"):
            await transport.send(request(server.url), Timeouts(attempt=None))
        await transport.aclose()


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
    assert (await transport.send(request(url, body=body), TIMEOUTS)).body == b"early"
    assert (await transport.send(request(url), TIMEOUTS)).body == b"early"
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
            await transport.send(request(server.url), TIMEOUTS)
        await transport.aclose()
    for frame, _ in traceback.walk_tb(caught.tb):
        if "stringee_async" in frame.f_code.co_filename:
            assert "canary" not in repr(frame.f_locals)


async def test_a_connection_reads_into_buffers_that_fit_responses() -> None:
    """64 KiB at once, not asyncio's 256."""
    transport = PooledTransport(1)
    async with RawServer(default=canned()) as server:
        await transport.send(request(server.url), TIMEOUTS)
        pool: Any = transport._pool
        (only,) = pool.transports()
        assert getattr(only, "max_size", 64 * 1024) == 64 * 1024  # uvloop has buffers of its own
        await transport.aclose()


async def test_a_stream_left_with_all_of_it_there_costs_its_connection_too() -> None:
    """A body has come whole, and is not read: the connection had stopped reading, so it is not used again."""
    rest = asyncio.Event()
    size = streamed._AHEAD + 1000

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(canned(bytes(size))[:-2000])
        await rest.wait()
        writer.write(bytes(2000))

    transport = PooledTransport(1)
    async with RawServer(play, default=canned(b"second")) as server:
        async with transport.stream(request(server.url, "GET", None), TIMEOUTS):
            pool: Any = transport._pool
            (connection,) = pool._open
            await until(lambda: connection._stream._size == size - 2000, "all but the end has come")
            rest.set()
            await until(lambda: connection._done, "all has come")
        assert (await transport.send(request(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert server.connections == 2
