"""Responses that are handed out while they come: retries until the head, the connection slot, refusals, cut bodies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from stringee_async import (
    DecodeError,
    OutcomeUnknownError,
    PermissionDeniedError,
    Request,
    Response,
    RetryClass,
    RetryPolicy,
    SdkError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.streamed import StreamedResponse
from stringee_async.stringee.responses import read_done

from ..kit import Play, RawServer, ScriptedTransport, answer, canned, client_over, hang, then
from .rig import ONCE

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)
SOUND = bytes(range(256)) * 4_000
REFUSAL = b'{"r":-1,"message":"permission denied for this recording"}'

pytestmark = pytest.mark.usefixtures("way")


def request(client: StringeeClient) -> Request:
    url = client.agents._host.url
    return Request(
        operation="probe.save",
        method="GET",
        path="/v1/probe",
        url=f"{url}/v1/probe",
        retry_class=RetryClass.READ,
    )


def opened(client: StringeeClient, refuse: Any = read_done) -> Any:
    return client._session.stream(request(client), refuse)


@asynccontextmanager
async def served(*plays: Play, **options: Any) -> AsyncGenerator[tuple[RawServer, StringeeClient]]:
    async with RawServer(*plays, default=canned()) as server:
        async with StringeeClient(**{**server.client, "retry": QUICK, **options}) as client:
            yield server, client


async def whole(response: StreamedResponse) -> bytes:
    return b"".join([piece async for piece in response])


async def test_the_body_is_handed_out_while_it_comes() -> None:
    """The first piece is there before the server has written the last."""
    rest = asyncio.Event()

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(canned(SOUND, "200 OK", "X-Kind: sound")[:-100])
        await rest.wait()
        writer.write(SOUND[-100:])

    async with served(play) as (_, client), opened(client) as response:
        pieces = aiter(response)
        first = await anext(pieces)
        rest.set()
        assert first + b"".join([piece async for piece in pieces]) == SOUND
        assert (response.status, response.headers["x-kind"]) == (200, "sound")


async def test_it_keeps_its_connection_slot_until_it_is_closed() -> None:
    async with served(canned(SOUND), canned(), canned(SOUND), max_connections=1) as (server, client):
        for _ in range(2):
            async with opened(client) as response:
                other = asyncio.create_task(client.agents.delete("A1"))
                assert await whole(response) == SOUND
                await asyncio.sleep(0.02)
                assert not other.done()
            await other
        stats = client.stats()
        assert (stats.in_flight, stats.queued) == (0, 0)
    assert len(server.requests) == 4


async def test_one_that_is_left_or_cancelled_frees_its_slot() -> None:
    async with served(canned(SOUND), then(canned(SOUND)[:-1], "hang"), max_connections=1) as (_, client):
        async with opened(client) as response:
            await anext(aiter(response))
        started = asyncio.Event()

        async def read() -> None:
            async with opened(client) as response:
                started.set()
                await whole(response)

        reader = asyncio.create_task(read())
        await started.wait()
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader
        await client.agents.delete("A1")


async def test_it_is_retried_until_its_head_has_come() -> None:
    """503, a connection that breaks before the head, and a rejected token; not once the body has begun."""
    broken = canned(b"", "503 Service Unavailable")
    rejected = canned(b'{"r":-1,"message":"token expired"}', "401 Unauthorized")
    async with (
        served(broken, then(b""), rejected, canned(SOUND)) as (server, client),
        opened(client) as response,
    ):
        assert await whole(response) == SOUND
    assert len(server.requests) == 4
    async with served(then(canned(SOUND)[:-1])) as (server, client):
        with pytest.raises(SdkError, match="broke"):
            async with opened(client) as response:
                await whole(response)
    assert len(server.requests) == 1


async def test_a_refusal_is_the_vendors_and_is_read_whole() -> None:
    async with served(canned(REFUSAL, "403 Forbidden")) as (server, client):
        with pytest.raises(PermissionDeniedError) as caught:
            async with opened(client):
                raise AssertionError
        assert (caught.value.operation, caught.value.attempts) == ("probe.save", 1)
        await client.agents.delete("A1")
    assert server.connections == 1


async def test_an_endless_refusal_is_cut() -> None:
    async with served(canned(bytes(3_000_000), "404 Not Found"), retry=ONCE) as (_, client):
        with pytest.raises(SdkError):
            async with opened(client):
                raise AssertionError
        assert client.stats().in_flight == 0


async def test_a_status_that_holds_no_body_is_an_error_of_its_own() -> None:
    """A redirect, where the vendor's reader finds nothing to say."""
    async with served(canned(b"", "302 Found", "Location: /elsewhere"), retry=ONCE) as (server, client):
        with pytest.raises(DecodeError, match="HTTP 302 holds nothing to download"):
            async with opened(client, lambda response: None):
                raise AssertionError
    assert len(server.requests) == 1


async def test_the_total_time_ends_with_the_head_and_each_piece_has_the_attempts() -> None:
    """A long body may take longer than `total`; a server that falls silent is noticed."""

    async def slowly(writer: asyncio.StreamWriter) -> None:
        writer.write(canned(bytes(10))[:-10])
        for _ in range(10):
            await asyncio.sleep(0.03)
            writer.write(b"x")

    async with served(slowly, timeouts=Timeouts(total=0.2, attempt=5.0)) as (_, client):
        async with opened(client) as response:
            assert await whole(response) == b"x" * 10
    silent = then(canned(SOUND)[:1000], "hang")
    async with served(silent, timeouts=Timeouts(attempt=0.05)) as (_, client):
        with pytest.raises(OutcomeUnknownError):
            async with opened(client) as response:
                await whole(response)


async def test_no_head_in_time_ends_the_call() -> None:
    async with served(hang, timeouts=Timeouts(total=0.05)) as (_, client):
        with pytest.raises(SdkError, match="total"):
            async with opened(client):
                raise AssertionError
        assert client.stats().in_flight == 0


class Held:
    """A download whose last bytes come when they are let go."""

    def __init__(self) -> None:
        self.rest = asyncio.Event()
        self.began = asyncio.Event()

    async def play(self, writer: asyncio.StreamWriter) -> None:
        writer.write(canned(SOUND)[:-100])
        await self.rest.wait()
        writer.write(SOUND[-100:])

    async def read(self, client: StringeeClient) -> bytes:
        async with opened(client) as response:
            self.began.set()
            return await whole(response)


async def test_a_client_that_closes_waits_for_a_download_within_the_grace_time() -> None:
    held = Held()
    async with served(held.play) as (_, client):
        reading = asyncio.create_task(held.read(client))
        await held.began.wait()
        closing = asyncio.create_task(client.aclose(grace=20.0))
        await asyncio.sleep(0.02)
        assert not closing.done()
        held.rest.set()
        assert await reading == SOUND
        await closing


@pytest.mark.parametrize("grace", [0.0, 0.02])
async def test_a_download_that_outlasts_the_grace_time_ends_in_an_error(grace: float) -> None:
    held = Held()
    async with served(held.play) as (_, client):
        reading = asyncio.create_task(held.read(client))
        await held.began.wait()
        await client.aclose(grace=grace)
        with pytest.raises(SdkError):
            await reading


async def test_a_download_of_the_task_that_closes_the_client_is_not_waited_for() -> None:
    held = Held()
    async with served(held.play) as (_, client):
        with pytest.raises(SdkError):
            async with opened(client) as response:
                await client.aclose(grace=20.0)
                await whole(response)


async def test_a_transport_that_cannot_stream_hands_out_the_whole_in_one_piece() -> None:
    transport = ScriptedTransport(answer({"r": 0}, 503), Response(status=200, headers={}, body=SOUND))
    async with client_over(transport, retry=QUICK) as client, opened(client) as response:
        assert [piece async for piece in response] == [SOUND]
    assert len(transport.requests) == 2
