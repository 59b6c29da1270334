"""Bodies that are not held in memory: read as they come, sent as they are read, and a connection that is left half way is not used again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from stringee_async import ConfigError, OutcomeUnknownError, Timeouts
from stringee_async.core import streamed
from stringee_async.core.pooled_transport import PooledTransport
from stringee_async.core.streamed import file_upload
from stringee_async.core.transport_choice import transport_for

from ..kit import RawServer, canned, then, until
from .rig import OK, TIMEOUTS, probe


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
        async with transport.stream(probe(server.url, "GET", None), TIMEOUTS) as response:
            assert (response.status, response.headers["content-length"]) == (200, str(size))
            for _ in range(50):
                await asyncio.sleep(0.001)
            assert sent < size
            read = 0
            async for piece in response:
                read += len(piece)
        assert read == size
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert server.connections == 1


@pytest.mark.usefixtures("way")
async def test_a_stream_that_is_left_costs_its_connection() -> None:
    """A reader that leaves early ends the connection, and the next request takes another."""
    transport: Any = transport_for(1, None)
    async with RawServer(OK + b"Content-Length: 9\r\n\r\nabc", default=canned(b"second")) as server:
        async with transport.stream(probe(server.url, "GET", None), TIMEOUTS) as response:
            assert await anext(aiter(response)) == b"abc"
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == b"second"
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
            async with transport.stream(probe(server.url, "GET", None), Timeouts(attempt=0.05)) as response:
                async for piece in response:
                    got.append(piece)
        await transport.aclose()
    assert got == [b"abc"]


async def test_a_file_that_is_gone_when_it_is_sent_cuts_the_request_off(tmp_path: Path) -> None:
    """The error names the file, and the connection is not used again."""
    transport = PooledTransport(1)
    async with RawServer(default=canned(b"ok")) as server:
        body = file_upload(tmp_path / "gone.wav", 1000, b"<", b">")
        with pytest.raises(ConfigError, match=r"gone\.wav cannot be read"):
            await transport.send(probe(server.url, body=body), TIMEOUTS)
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == b"ok"
        await transport.aclose()
    assert server.connections == 2


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
        async with transport.stream(probe(server.url, "GET", None), TIMEOUTS):
            pool: Any = transport._pool
            (connection,) = pool._open
            await until(lambda: connection._stream._size == size - 2000, "all but the end has come")
            rest.set()
            await until(lambda: connection._done, "all has come")
        assert (await transport.send(probe(server.url), TIMEOUTS)).body == b"second"
        await transport.aclose()
    assert server.connections == 2
