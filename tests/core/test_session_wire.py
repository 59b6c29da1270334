"""Rules that only a real socket can show: connections, descriptors, warnings, and requests as the server counts them."""

from __future__ import annotations

import asyncio
import gc
import random
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import attrs
import pytest
from aiohttp import web

from stringee_async import StringeeClient
from stringee_async.core.errors import ClosedError
from stringee_async.core.ratelimit import RateLimit
from stringee_async.core.retry_class import RetryClass
from stringee_async.stringee.responses import read_object

from ..kit import KEY_SECRET, KEY_SID
from .rig import make_request, settle

pytestmark = pytest.mark.usefixtures("way")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A small vendor on the loopback that counts requests and connections."""

    def __init__(self, handler: Handler | None = None) -> None:
        self.handler = handler or self.fine
        self.requests: list[str] = []
        self.connections: set[Any] = set()
        self.peak = 0
        self.url = ""

    @staticmethod
    async def fine(_: web.Request) -> web.StreamResponse:
        return web.json_response({"r": 0})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.method)
        self.connections.add(request.transport.get_extra_info("peername"))
        return await self.handler(request)

    def client(self, **options: Any) -> StringeeClient:
        return StringeeClient(KEY_SID, KEY_SECRET, icc_url=self.url, **options)


@asynccontextmanager
async def serving(handler: Handler | None = None) -> AsyncIterator[Server]:
    server = Server(handler)
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()


async def call(client: StringeeClient, retry_class: RetryClass = RetryClass.READ) -> Any:
    request = make_request(retry_class)
    url = client._icc_url + "/v1/agent"
    return await client._session.send(attrs.evolve(request, url=url), read_object)


def descriptors() -> int:
    gc.collect()
    table = Path("/proc/self/fd")
    return len(list(table.iterdir())) if table.is_dir() else 0


async def quiet_turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0.005)


async def test_three_thousand_calls_a_third_cancelled_leave_no_socket() -> None:
    """Open sockets stay within the cap, a fresh call then succeeds, and descriptors and tasks are as before.

    3 000 calls instead of 100 000, so that CI ends in seconds; every cancel falls at a random point all the same.
    """
    random_ = random.Random(11)
    here = now = 0

    async def slowly(_: web.Request) -> web.StreamResponse:
        nonlocal here, now
        now += 1
        here = max(here, now)
        try:
            await asyncio.sleep(0.001)
        finally:
            now -= 1
        return web.json_response({"r": 0})

    async with serving(slowly) as server:
        loop = asyncio.get_running_loop()
        before, tasks_before = descriptors(), len(asyncio.all_tasks())
        client = server.client(max_connections=16)
        async with client:
            tasks = [asyncio.create_task(call(client)) for _ in range(3000)]
            for task in random_.sample(tasks, 900):
                loop.call_later(random_.random() * 0.4, task.cancel)
            widest = 0
            while not all(task.done() for task in tasks):
                widest = max(widest, client.stats().in_flight)
                await asyncio.sleep(0.01)
            results = await settle(*tasks)
            assert all(isinstance(result, (dict, asyncio.CancelledError)) for result in results)
            assert 0 < widest <= 16
            assert sum(isinstance(result, asyncio.CancelledError) for result in results) > 300
            seen = len(server.requests)
            await call(client)
            assert len(server.requests) == seen + 1
            assert len(server.connections) <= 16 + 900  # a cancelled exchange costs its connection
            assert (client.stats().in_flight, client.stats().queued) == (0, 0)
            assert client._session.state.gate.slots.free == 16
        await quiet_turns()
        assert len(asyncio.all_tasks()) <= tasks_before
        assert descriptors() <= before


async def test_sequential_calls_use_one_connection_and_concurrent_ones_the_cap() -> None:
    async with serving() as server:
        async with server.client(max_connections=8) as client:
            for _ in range(1000):
                await call(client)
            assert len(server.connections) == 1
            await asyncio.gather(*(call(client) for _ in range(1000)))
            assert len(server.connections) <= 8


async def test_a_cold_start_stays_within_the_cap() -> None:
    async with serving() as server:
        async with server.client(max_connections=10) as client:
            await asyncio.gather(*(call(client) for _ in range(500)))
            assert client.stats().tokens == 1
        assert len(server.connections) <= 10


async def _with(client: StringeeClient) -> None:
    async with client:
        await call(client)


async def _close(client: StringeeClient) -> None:
    await call(client)
    await client.aclose()


async def _close_twice(client: StringeeClient) -> None:
    await _with(client)
    await client.aclose()


async def _error_in_the_body(client: StringeeClient) -> None:
    with pytest.raises(ValueError, match="body"):
        async with client:
            await call(client)
            raise ValueError("body")


async def _cancel_in_the_body(client: StringeeClient) -> None:
    async def body() -> None:
        async with client:
            await call(client)
            await asyncio.sleep(10)

    task = asyncio.create_task(body())
    await asyncio.sleep(0.03)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def _never_used(client: StringeeClient) -> None:
    del client


@pytest.mark.parametrize(
    "way", [_with, _close, _close_twice, _error_in_the_body, _cancel_in_the_body, _never_used]
)
async def test_every_way_to_use_the_client_ends_clean(
    way: Callable[[StringeeClient], Awaitable[None]],
) -> None:
    async with serving() as server:
        before = descriptors()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            client = server.client()
            await way(client)
            if way is not _never_used:
                with pytest.raises(ClosedError, match="closed"):
                    await call(client)
            del client
            gc.collect()
            await quiet_turns()
        assert [str(warning.message) for warning in caught] == []
        assert descriptors() <= before


@pytest.mark.parametrize("grace", [0.0, 5.0])
async def test_closing_ends_500_calls_in_flight(grace: float) -> None:
    async def slowly(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.05)
        return web.json_response({"r": 0})

    async with serving(slowly) as server:
        before, tasks_before = descriptors(), len(asyncio.all_tasks())
        client = server.client(max_connections=50)
        tasks = [asyncio.create_task(call(client)) for _ in range(500)]
        await asyncio.sleep(0.03)
        await client.aclose(grace=grace)
        results = await settle(*tasks)
        expected: type[object] = dict if grace else ClosedError
        assert all(isinstance(result, expected) for result in results)
        await asyncio.sleep(0.05)
        await quiet_turns()
        assert len(asyncio.all_tasks()) <= tasks_before
        assert descriptors() <= before


async def test_a_call_cancelled_while_connecting_reading_or_sending_frees_its_connection() -> None:
    random_ = random.Random(5)

    async def slowly(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for byte in b'{"r":0}':
            await response.write(bytes([byte]))
            await asyncio.sleep(0.0005)
        return response

    async with serving(slowly) as server:
        async with server.client(max_connections=1, rate_limit=RateLimit(10_000, 1.0)) as client:
            for _ in range(200):
                task = asyncio.create_task(call(client))
                await asyncio.sleep(random_.random() * 0.008)
                task.cancel()
                result = (await settle(task))[0]
                assert isinstance(result, (dict, asyncio.CancelledError))
            assert await call(client) == {"r": 0}
            assert client._session.state.gate.slots.free == 1
