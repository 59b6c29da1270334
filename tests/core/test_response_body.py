"""Bodies of responses: none above the largest size, however it is sent, and gzip and deflate decoded as they come."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest

from stringee_async import (
    DecodeError,
)
from stringee_async.core import aiohttp_transport, http1, response_body
from stringee_async.core.pooled_transport import PooledTransport
from stringee_async.core.transport_choice import transport_for

from ..kit import Play, RawServer, canned, then
from .rig import OK, TIMEOUTS, probe

TEXT = b'{"r":0,"message":"' + b"x" * 70_000 + b'"}'


def small_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a response have 1000 bytes."""
    for module in (http1, aiohttp_transport, response_body):
        monkeypatch.setattr(module, "MAX_BODY", 1000)


def chunked(body: bytes) -> bytes:
    return OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(canned(b"x" * 5_000_000), id="announced"),
        pytest.param(OK + b"Content-Length: 99999999999\r\n\r\n", id="announced, and nothing of it sent"),
        pytest.param(chunked(b"x" * 1001), id="chunked"),
        pytest.param(then(OK + b"\r\n" + b"x" * 1001), id="until close"),
        pytest.param(
            canned(gzip.compress(b"x" * 100_000), "200 OK", "Content-Encoding: gzip"), id="gzip bomb"
        ),
    ],
)
@pytest.mark.usefixtures("way")
async def test_too_large_a_response_is_refused(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    """The only connection slot is free again at once."""
    small_cap(monkeypatch)
    transport = transport_for(1, None)
    async with RawServer(play, default=canned()) as server:
        with pytest.raises(DecodeError, match="1000 bytes") as caught:
            await transport.send(probe(server.url), TIMEOUTS)
        assert caught.value.status == 200
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == b'{"r":0}'
        await transport.aclose()


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(canned(b"x" * 1000), id="announced"),
        pytest.param(chunked(b"x" * 1000), id="chunked"),
        pytest.param(canned(gzip.compress(b"x" * 1000), "200 OK", "Content-Encoding: gzip"), id="gzip"),
    ],
)
@pytest.mark.usefixtures("way")
async def test_a_response_of_exactly_the_largest_size_is_read(
    monkeypatch: pytest.MonkeyPatch, play: Play
) -> None:
    small_cap(monkeypatch)
    transport = transport_for(1, None)
    async with RawServer(play) as server:
        response = await transport.send(probe(server.url), TIMEOUTS)
        await transport.aclose()
    assert response.body == b"x" * 1000


def deflated(data: bytes, wbits: int) -> bytes:
    coder = zlib.compressobj(wbits=wbits)
    return coder.compress(data) + coder.flush()


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

    transport = PooledTransport(1)
    async with RawServer(play, default=canned()) as server:
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == TEXT
        await transport.send(probe(server.url), TIMEOUTS)
        await transport.aclose()
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
            await transport.send(probe(server.url), TIMEOUTS)
        await transport.aclose()
    assert sum(made) == 100_001


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
        async with transport.stream(probe(server.url, "GET", None), TIMEOUTS) as response:
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
            async with transport.stream(probe(server.url, "GET", None), TIMEOUTS) as response:
                async for _ in response:
                    pass
        await transport.aclose()
