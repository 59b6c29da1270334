"""Connections that were not closed: those on loops that a client left, and those of clients that were dropped."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import textwrap
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest

from stringee_async import (
    StringeeClient,
)

from ..kit import OVER_AIOHTTP, RawServer
from ..kit.other_thread import in_another_thread
from .rig import hung_up, real

own_pool = pytest.mark.skipif(
    OVER_AIOHTTP, reason="connections that a session of aiohttp holds cannot be reached from another loop"
)


def forget(box: list[Any]) -> None:
    """Drop what a list holds, and collect it."""
    box.clear()
    gc.collect()


def test_a_loop_that_runs_again_closes_what_was_left_on_it() -> None:
    with in_another_thread(RawServer()) as server:
        client = StringeeClient(**server.client)
        first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
        first.run_until_complete(real(client))
        second.run_until_complete(real(client))
        second.run_until_complete(client.aclose())
        first.run_until_complete(asyncio.sleep(0.02))
        assert hung_up(server, 2)
        first.close()
        second.close()


@own_pool
def test_a_loop_that_is_closed_before_it_runs_again_leaves_nothing_open() -> None:
    with in_another_thread(RawServer()) as server:
        client = StringeeClient(**server.client)
        first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
        for loop in (first, second, first):
            loop.run_until_complete(real(client))
        second.close()
        assert hung_up(server, 2)
        assert sum(writer.is_closing() for writer in server.writers) == 2
        first.run_until_complete(client.aclose())
        assert hung_up(server, 3)
        first.close()
        gc.collect()  # nothing is left to warn of
        assert len(server.requests) == 3


@own_pool
def test_a_loop_that_runs_elsewhere_again_closes_its_connections_itself() -> None:
    with in_another_thread(RawServer()) as server:
        client, first = StringeeClient(**server.client), asyncio.new_event_loop()
        first.run_until_complete(real(client))
        thread = threading.Thread(target=first.run_forever, daemon=True)

        async def program() -> None:
            async with client:
                thread.start()
                asyncio.run_coroutine_threadsafe(asyncio.sleep(0), first).result(60)

        try:
            asyncio.run(program())
            assert hung_up(server, 1)
        finally:
            first.call_soon_threadsafe(first.stop)
            thread.join(60)
            first.close()
        assert len(server.requests) == 1
    gc.collect()  # nothing is left to warn of


@own_pool
def test_a_dropped_client_whose_loop_is_closed_without_running_warns_once() -> None:
    with in_another_thread(RawServer()) as server:
        box, loop = [StringeeClient(**server.client)], asyncio.new_event_loop()
        loop.run_until_complete(real(box[0]))
        with pytest.warns(ResourceWarning, match="a client was not closed") as caught:
            forget(box)
        loop.close()
        assert len(caught) == 1
        assert hung_up(server, 1)
    gc.collect()  # nothing is left to warn of


def test_a_client_that_is_dropped_warns_once_for_all_its_loops() -> None:
    with in_another_thread(RawServer()) as server:
        client: StringeeClient | None = StringeeClient(**server.client)
        first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
        for loop in (first, second):
            loop.run_until_complete(real(client))  # type: ignore[arg-type]
        transport: Any = client._session.state.transport  # type: ignore[union-attr]
        transport.leave()
        del transport
        box = [client]
        client = None
        with pytest.warns(ResourceWarning, match="a client was not closed") as caught:
            forget(box)
        assert sum(Path(__file__).name in str(warning.message) for warning in caught) == 1
        for loop in (first, second):
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()


def test_a_client_that_is_dropped_after_its_loop_has_ended_closes_its_connections() -> None:
    with in_another_thread(RawServer()) as server:
        client: StringeeClient | None = StringeeClient(**server.client)
        asyncio.run(real(client))  # type: ignore[arg-type]
        box = [client]
        client = None
        with pytest.warns(ResourceWarning, match="a client was not closed") as caught:
            forget(box)
        assert len(caught) == 1
        assert hung_up(server, server.connections)


@pytest.mark.usefixtures("way")
async def test_a_forgotten_client_gives_one_warning_with_its_creation_site() -> None:
    async with RawServer() as server:

        async def forget() -> None:
            client = StringeeClient(**server.client)
            await client.agents.delete("A1")

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            await forget()
            gc.collect()
            await asyncio.sleep(0)
            gc.collect()
    assert [warning.category for warning in caught] == [ResourceWarning], [str(w.message) for w in caught]
    line = forget.__code__.co_firstlineno + 1
    assert f"{__file__}:{line}" in str(caught[0].message)


def test_a_client_left_open_at_exit_says_so_once() -> None:
    code = """
        import asyncio, sys
        from stringee_async import StringeeClient
        from stringee_async.emulator import Emulator

        client = None

        async def main():
            global client
            async with Emulator() as emulator:
                client = StringeeClient(**emulator.stringee())
                await client.agents.create(name="An", stringee_user_id="u1")

        asyncio.run(main())
    """
    ran = subprocess.run(
        [sys.executable, "-W", "always::ResourceWarning", "-c", textwrap.dedent(code)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0
    said = [line for line in ran.stderr.splitlines() if line.strip()]
    assert len([line for line in said if "a client was not closed" in line]) == 1, ran.stderr
    assert not [line for line in said if "Traceback" in line or "Exception ignored" in line], ran.stderr
    assert not [line for line in said if "unclosed" in line.lower()], ran.stderr
