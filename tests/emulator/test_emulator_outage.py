"""Outages: for a while the emulator is out of reach, in three ways, and then as before."""

from __future__ import annotations

import asyncio
import gc
import socket
from typing import Any

import pytest

from stringee_async import NotSentError, OutcomeUnknownError, RetryPolicy, SdkError, StringeeClient, Timeouts
from stringee_async.emulator import Emulator

from ..kit import jump, until

ONCE = RetryPolicy(max_attempts=1)
KINDS = ["close", "refuse", "swallow"]


HASTY = Timeouts(connect=0.2, attempt=0.2)


def client_of(emulator: Emulator, **options: Any) -> StringeeClient:
    return StringeeClient(**emulator.stringee(), retry=ONCE, **options)


async def answered(emulator: Emulator, seconds: float = 0.05) -> bool:
    """Ask on a new raw connection; tell whether a byte came back in time."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
            try:
                writer.write(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
                return bool(await reader.read(1))
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError):
        return False


async def back(emulator: Emulator) -> None:
    """Wait until the emulator is back."""
    for _ in range(400):
        if await answered(emulator, 0.5):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the outage did not end")


async def works(client: StringeeClient) -> bool:
    try:
        await client.groups.list().collect()
    except SdkError:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
async def test_an_outage_begins_at_once_and_ends(kind: Any) -> None:
    async with Emulator() as emulator, client_of(emulator) as client:
        assert await works(client)
        port = emulator.port
        hasty = client.with_options(timeouts=HASTY)
        emulator.outage(60.0, kind=kind)
        await asyncio.sleep(0.01)
        with pytest.raises((NotSentError, OutcomeUnknownError)) as caught:
            await hasty.groups.create(name="Sales")
        if kind == "refuse":
            assert caught.value.outcome == "not_sent"
        assert not emulator.state.stringee.groups
        jump(60.0)
        await back(emulator)
        assert await works(client)
        assert emulator.port == port


async def test_an_outage_may_begin_later() -> None:
    async with Emulator() as emulator, client_of(emulator) as client:
        emulator.outage(600.0, after=60.0)
        assert await works(client)
        jump(60.0)
        await asyncio.sleep(0.01)
        for _ in range(3):
            assert not await works(client)


@pytest.mark.parametrize("kind", KINDS)
async def test_closing_in_an_outage_or_before_one_leaves_no_task(kind: Any) -> None:
    before = asyncio.all_tasks()
    async with Emulator() as emulator:
        emulator.outage(60.0, kind=kind)
        emulator.outage(60.0, kind=kind, after=60.0)
        await asyncio.sleep(0.01)
    await until(lambda: asyncio.all_tasks() <= before, "every task has ended")


async def test_what_makes_no_sense_is_refused() -> None:
    emulator = Emulator()
    with pytest.raises(RuntimeError, match="not running"):
        emulator.outage(1.0)
    async with emulator:
        arguments: dict[str, Any]
        for arguments in ({"seconds": -1.0}, {"seconds": float("nan")}, {"seconds": 1.0, "after": -1.0}):
            with pytest.raises(ValueError, match="finite number of seconds"):
                emulator.outage(**arguments)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="kind must be one of"):
            emulator.outage(1.0, kind="rain")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
async def test_outages_that_overlap_end_with_the_last_one(kind: Any) -> None:
    async with Emulator() as emulator:
        port = emulator.port
        emulator.outage(60.0, kind=kind)
        emulator.outage(120.0, kind=kind)
        await asyncio.sleep(0.01)
        for _ in range(2):
            assert not await answered(emulator)
            jump(60.0)
            await asyncio.sleep(0.01)
        await back(emulator)
        assert emulator.port == port


async def test_the_outage_that_began_last_shows() -> None:
    async with Emulator() as emulator:
        emulator.outage(60.0)
        emulator.outage(30.0, kind="refuse")
        await asyncio.sleep(0.01)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", emulator.port)
        jump(30.0)
        for _ in range(400):
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", emulator.port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.005)
                continue
            break
        else:
            raise AssertionError("nothing listens again")
        async with asyncio.timeout(60):
            with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
        writer.close()


async def test_a_response_on_its_way_is_swallowed() -> None:
    async with (
        Emulator(latency=0.1) as emulator,
        client_of(emulator, timeouts=Timeouts(attempt=30.0)) as client,
    ):
        call = asyncio.ensure_future(client.groups.create(name="Sales"))
        await until(lambda: emulator.count("groups.create") == 1, "the request has arrived")
        emulator.outage(600.0, kind="swallow")
        await until(lambda: len(emulator.state.stringee.groups) == 1, "the group is stored")
        jump(30.0)
        with pytest.raises(OutcomeUnknownError):
            await call
        assert emulator.count("groups.create") == 1


async def test_closed_connections_leave_no_error_behind() -> None:
    problems: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: problems.append(context))
    async with Emulator() as emulator:
        emulator.outage(60.0)
        await asyncio.sleep(0.01)
        for _ in range(5):
            assert not await answered(emulator, 1.0)
    gc.collect()
    await asyncio.sleep(0)
    assert problems == []


async def test_a_port_that_was_taken_meanwhile_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    async with Emulator() as emulator:
        emulator.outage(60.0, kind="refuse")
        await asyncio.sleep(0.01)
        jump(60.0)
        with socket.create_server(("127.0.0.1", emulator.port)):
            await until(lambda: "the outage goes on" in caplog.text, "the warning")
        await back(emulator)
    assert caplog.text.count("the outage goes on") == 1
