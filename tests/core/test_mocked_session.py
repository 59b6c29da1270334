"""A client is visible to mocks of aiohttp: what a test patches gets the requests, and none leaves the machine."""

from __future__ import annotations

import functools
import sys
from typing import Any
from unittest import mock

import aiohttp
import aioresponses
import pytest

from stringee_async import OutcomeUnknownError, Request, RetryClass, StringeeClient, Timeouts
from stringee_async.core.mocked_session import session_is_mocked
from stringee_async.core.pooled_transport import PooledTransport

from ..kit import ICC, KEY_SECRET, KEY_SID, MockedResponse, RawServer
from .rig import ONCE


async def test_aioresponses_sees_a_client_without_a_session() -> None:
    """`aioresponses()` around a client responds to its calls; one that it does not know raises, and is not sent."""
    with aioresponses.aioresponses() as mocked:
        add = functools.partial(mocked.add, response_class=MockedResponse)
        add(f"{ICC}/v1/agent", "POST", payload={"r": 0, "project": 246, "agentID": "A1", "message": "ok"})
        async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=ICC, retry=ONCE) as client:
            assert (await client.agents.create(name="An", stringee_user_id="u")).id == "A1"
            with pytest.raises(OutcomeUnknownError, match="ClientConnectionError"):
                await client.agents.delete("A1")
        assert sum(len(calls) for calls in mocked.requests.values()) == 2


async def test_a_client_uses_its_own_connections_before_and_after_a_mock() -> None:
    """A mock that comes and goes between two calls of one client sees just those in between."""
    async with RawServer() as server:
        async with StringeeClient(**server.client, retry=ONCE) as client:
            await client.agents.delete("A1")
            with aioresponses.aioresponses() as mocked:
                url = f"{server.url}/v1/agent/A2"
                mocked.add(url, "DELETE", payload={"r": 0}, response_class=MockedResponse)
                await client.agents.delete("A2")
            await client.agents.delete("A3")
        assert [raw.split()[1] for raw in server.requests] == [b"/v1/agent/A1", b"/v1/agent/A3"]
        assert server.connections == 1


async def test_a_stream_goes_to_a_mock_too() -> None:
    """A response that is read piece by piece comes from the mock, whole."""
    request = Request(
        operation="probe.call",
        method="GET",
        path="/v1/file",
        url=f"{ICC}/v1/file",
        retry_class=RetryClass.READ,
    )
    transport = PooledTransport(1)
    with aioresponses.aioresponses() as mocked:
        mocked.add(f"{ICC}/v1/file", "GET", body=b"abc", response_class=MockedResponse)
        async with transport.stream(request, Timeouts()) as response:
            assert (response.status, b"".join([piece async for piece in response])) == (200, b"abc")
        await transport.aclose()


@pytest.mark.parametrize("name", ["request", "_request"])
async def test_a_patched_method_of_the_session_gets_the_requests(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way of sending a test or a recorder patches, it is called, and nothing is sent past it."""
    called: list[Any] = []

    async def patched(self: aiohttp.ClientSession, *args: Any, **_: Any) -> Any:
        called.append(args)
        raise aiohttp.ClientConnectionError("patched")

    async with RawServer() as server:
        monkeypatch.setattr(aiohttp.ClientSession, name, patched)
        async with StringeeClient(**server.client, retry=ONCE) as client:
            with pytest.raises(OutcomeUnknownError):
                await client.agents.delete("A1")
        assert len(called) == 1
        assert server.requests == []


async def test_streams_reach_a_mock_too_also_after_a_move() -> None:
    probe = Request(operation="probe.call", method="GET", path="/", url=ICC, retry_class=RetryClass.READ)
    transport = PooledTransport(1)
    with aioresponses.aioresponses() as mocked:
        for _ in range(2):
            mocked.add(ICC, "GET", exception=aiohttp.ClientConnectionError("mocked"))
            with pytest.raises(OutcomeUnknownError):
                async with transport.stream(probe, Timeouts()):
                    pass
            transport.leave()
        assert sum(len(calls) for calls in mocked.requests.values()) == 2
    await transport.aclose()


def test_a_session_that_was_replaced_is_seen() -> None:
    """A class in the place of aiohttp's counts, and so does a mock of it."""
    assert not session_is_mocked()
    with mock.patch("aiohttp.ClientSession"):
        assert session_is_mocked()
    assert not session_is_mocked()
    with mock.patch.dict("sys.modules"):
        del sys.modules["aiohttp"]
        assert not session_is_mocked()
