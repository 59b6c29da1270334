"""The pool: idle connections are closed in time, and a pool can be let go of at any time; under uvloop as well."""

from __future__ import annotations

import asyncio
import contextvars
import errno
import gc
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import uvloop

from stringee_async import (
    ConfigError,
    NotSentError,
    OutcomeUnknownError,
    Request,
    RetryClass,
    StringeeClient,
    Timeouts,
)
from stringee_async.core import pool as pool_module
from stringee_async.core.aiohttp_transport import AiohttpTransport
from stringee_async.core.dial import watch
from stringee_async.core.pooled_transport import PooledTransport

from ..kit import OVER_AIOHTTP, RawServer, canned, hang, then, until

TIMEOUTS = Timeouts(connect=5.0, attempt=5.0)


def reading(url: str) -> Request:
    return Request(
        operation="probe.call",
        method="GET",
        path="/v1/probe",
        url=f"{url}/v1/probe",
        retry_class=RetryClass.READ,
    )


async def test_only_connections_whose_time_is_over_are_closed() -> None:
    """Of two idle connections the one that has been idle for too long goes, and the other is looked at again in time."""
    transport = PooledTransport(2)
    async with RawServer(default=canned()) as server:
        await asyncio.gather(*(transport.send(reading(server.url), TIMEOUTS) for _ in range(2)))
        pool: Any = transport._pool
        first, second = list(pool._open)
        first.until = 0.0
        pool._close_idle()
        await until(lambda: pool.transports() == [second.transport], "the first is closed")
        assert pool._idle_timer.when() == second.until
        pool.drop()
        pool.drop()
        assert (pool.transports(), pool._idle_timer) == ([], None)
        assert second.transport.is_closing()
        await transport.aclose()


async def test_a_response_that_comes_in_the_instant_of_a_cancellation_is_dropped() -> None:
    """The call is cancelled, its connection closed, and nothing is reported to the loop."""
    transport = PooledTransport(1)
    writers: list[asyncio.StreamWriter] = []

    async def play(writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await asyncio.Event().wait()

    async with RawServer(play) as server:
        call = asyncio.create_task(transport.send(reading(server.url), TIMEOUTS))
        await until(lambda: writers, "the request arrives")
        pool: Any = transport._pool
        (connection,) = pool._open
        call.cancel()
        connection.data_received(canned())
        with pytest.raises(asyncio.CancelledError):
            await call
        assert connection.transport.is_closing()
        await transport.aclose()


@pytest.mark.usefixtures("vouched_for")
async def test_a_client_gets_over_certificates_that_could_not_be_read_once(
    vouched_for: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many open files while the trusted authorities are read fails one attempt, and not every later one."""
    make, failed = pool_module._tls_context, []

    def once() -> Any:
        if not failed:
            failed.append(1)
            raise OSError(errno.EMFILE, "Too many open files")
        return make()

    monkeypatch.setattr(pool_module, "_tls_context", once)
    left = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        left.set()
        writer.close()

    plain = await asyncio.start_server(serve, "127.0.0.1", 0)
    transport = PooledTransport(1)
    with pytest.raises(NotSentError):
        await transport.send(reading(f"https://127.0.0.1:{plain.sockets[0].getsockname()[1]}"), TIMEOUTS)
    await asyncio.wait_for(left.wait(), 5.0)  # the connection was closed
    plain.close()
    async with RawServer(default=canned(), tls=vouched_for()) as server:
        assert (await transport.send(reading(server.url), TIMEOUTS)).status == 200
    await transport.aclose()


@pytest.mark.parametrize("host", ["a..example", "x" * 64 + ".example"])
async def test_a_host_that_no_resolver_takes_is_a_config_error(host: str) -> None:
    transport = PooledTransport(1)
    with pytest.raises(ConfigError, match="the base URL has no host"):
        await transport.send(reading(f"https://{host}"), TIMEOUTS)
    await transport.aclose()


def test_a_transport_without_a_socket_has_nothing_to_read() -> None:
    assert not watch(None)()


@pytest.mark.parametrize("make", [PooledTransport, AiohttpTransport])
def test_what_was_left_on_a_loop_that_does_not_run_is_closed_with_it(make: Callable[[int], Any]) -> None:
    """A transport that moves on closes what it left, without a warning, as soon as that loop runs again."""
    transport = make(1)
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")

        async def use(loop_of_server: asyncio.AbstractEventLoop) -> None:
            async with RawServer(default=canned()) as server:
                await transport.send(reading(server.url), TIMEOUTS)
                if loop_of_server is second:
                    await transport.aclose()

        first.run_until_complete(use(first))
        transport.leave()
        second.run_until_complete(use(second))
        first.run_until_complete(asyncio.sleep(0.01))
        first.close()
        second.close()
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


@pytest.mark.parametrize("secured", [False, True], ids=["plain", "TLS"])
def test_a_client_works_under_uvloop(secured: bool, request: pytest.FixtureRequest) -> None:
    """Calls go through over one connection, and closing leaves nothing behind."""
    tls = request.getfixturevalue("vouched_for")() if secured else None

    async def use() -> None:
        async with RawServer(default=canned(b'{"r":0,"agentID":"A1"}'), tls=tls) as server:
            async with StringeeClient(**server.client) as client:
                for number in range(3):
                    created = await client.agents.create(name="An", stringee_user_id=f"u{number}")
                    assert created.id == "A1"
        assert server.connections == 1

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(use())


@pytest.mark.skipif(OVER_AIOHTTP, reason="what our own pool does")
async def test_a_connection_does_not_keep_the_context_variables_of_its_first_caller() -> None:
    """What the first caller held in a context variable is freed when its task ends, though the connection stays open."""
    held: contextvars.ContextVar[object] = contextvars.ContextVar("held")

    class Large:
        """Something that a web framework keeps for each request."""

    async with RawServer(default=canned(b'{"r":0,"agentID":"A1"}')) as server:
        async with StringeeClient(**server.client) as client:

            async def first() -> weakref.ref[Large]:
                large = Large()
                held.set(large)
                await client.agents.create(name="An", stringee_user_id="u1")
                return weakref.ref(large)

            kept = await asyncio.create_task(first())
            await asyncio.sleep(0)
            gc.collect()
            assert kept() is None
            assert server.connections == 1


async def test_a_connection_that_comes_in_the_instant_of_a_cancellation_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The caller is cancelled between the end of connecting and its own next step: no connection is left open."""
    transport = PooledTransport(1)
    loop = asyncio.get_running_loop()
    made: list[Any] = []
    connect = pool_module.Pool._connect

    async def then_cancel(self: pool_module.Pool, origin: pool_module.Origin) -> Any:
        made.append(await connect(self, origin))
        loop.call_soon(call.cancel)
        return made[0]

    monkeypatch.setattr(pool_module.Pool, "_connect", then_cancel)
    async with RawServer(default=canned()) as server:
        call = asyncio.create_task(transport.send(reading(server.url), TIMEOUTS))
        with pytest.raises(asyncio.CancelledError):
            await call
        assert made[0].transport.is_closing()
        assert server.requests == []
        await transport.aclose()


@pytest.mark.parametrize("ending", ["silence", "half a response"])
async def test_only_a_connection_that_ends_without_a_byte_counts_as_a_habit_of_the_server(
    ending: str,
) -> None:
    """A second request that times out, or whose response breaks off, says nothing about the next connection."""
    bad = hang if ending == "silence" else then(b"HTTP/1.1 200 OK\r\n")
    transport = PooledTransport(1)
    async with RawServer(canned(), bad, canned(), bad, default=canned()) as server:
        for expected in (True, False, True, False):
            limit = TIMEOUTS if expected or ending != "silence" else Timeouts(attempt=0.05)
            if expected:
                await transport.send(reading(server.url), limit)
            else:
                with pytest.raises(OutcomeUnknownError):
                    await transport.send(reading(server.url), limit)
        opened = server.connections
        for _ in range(3):
            await transport.send(reading(server.url), TIMEOUTS)
        assert server.connections == opened + 1
        await transport.aclose()
