"""A session of the caller's (`http=`) may be set as they like: what it adds never undoes our error handling."""

from __future__ import annotations

import asyncio
import gc
import gzip
import warnings
from pathlib import Path

import aiohttp
import pytest

from stringee_async import (
    ClosedError,
    RateLimitedError,
    RingMeClient,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.aiohttp_transport import AiohttpTransport

from ..kit import RawServer, canned
from .rig import ONCE

CREATED = canned(b'{"r":0,"agentID":"A1"}')


async def test_raise_for_status_of_the_session_is_off_for_our_requests() -> None:
    """A refusal is read as the vendor's, however the session treats statuses; a refused create is sent once."""
    refused = canned(b'{"r":-1,"message":"too many"}', "429 Too Many Requests", "Retry-After: 3600")
    async with aiohttp.ClientSession(raise_for_status=True) as http, RawServer(default=refused) as server:
        async with StringeeClient(**server.client, http=http) as client:
            with pytest.raises(RateLimitedError) as caught:
                await client.agents.create(name="An", stringee_user_id="u1")
        assert caught.value.retry_after == 3600.0
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "limits", [{"limit": 2}, {"limit": 0, "limit_per_host": 2}], ids=["in all", "per host"]
)
async def test_no_more_calls_are_admitted_than_the_session_has_connections(limits: dict[str, int]) -> None:
    """Waiting for a connection of the caller's pool is not charged to `connect`: further calls queue before it."""

    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.03)
        writer.write(CREATED)

    async def create(client: StringeeClient, calls: int) -> list[str]:
        made = (client.agents.create(name="An", stringee_user_id=f"u{number}") for number in range(calls))
        return [agent.id for agent in await asyncio.gather(*made)]

    connector = aiohttp.TCPConnector(**limits)
    async with aiohttp.ClientSession(connector=connector) as http, RawServer(default=slowly) as server:
        async with StringeeClient(**server.client, http=http) as client:
            await create(client, 2)  # opens both connections, however long that takes here
            hasty = client.with_options(timeouts=Timeouts(connect=0.02, total=None))
            assert await create(hasty, 8) == ["A1"] * 8
        assert (len(server.requests), server.connections) == (10, 2)


async def test_a_pool_that_others_use_too_is_not_charged_to_connect() -> None:
    """A connection that somebody else holds longer than `connect` delays our call and does not fail it."""

    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.04)
        writer.write(CREATED)

    connector = aiohttp.TCPConnector(limit=1)
    async with aiohttp.ClientSession(connector=connector) as http, RawServer(default=slowly) as server:
        other = asyncio.create_task(http.get(server.url))
        await asyncio.sleep(0)
        async with StringeeClient(**server.client, http=http, timeouts=Timeouts(connect=0.01)) as client:
            assert (await client.agents.create(name="An", stringee_user_id="u1")).id == "A1"
        await (await other).read()


async def test_a_session_that_does_not_decompress_asks_for_plain_bodies() -> None:
    async def as_asked(writer: asyncio.StreamWriter) -> None:
        body = b'{"r":0,"agentID":"A1"}'
        if b"accept-encoding: identity" in server.requests[-1].lower():
            writer.write(canned(body))
        else:
            writer.write(canned(gzip.compress(body), "200 OK", "Content-Encoding: gzip"))

    async with aiohttp.ClientSession(auto_decompress=False) as http, RawServer(default=as_asked) as server:
        async with StringeeClient(**server.client, http=http) as client:
            assert (await client.agents.create(name="An", stringee_user_id="u1")).id == "A1"


async def test_a_netrc_login_for_the_vendors_host_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With `trust_env` and a netrc entry for the host, the vendor gets our token and nothing else; one warning says so."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password something\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    token = canned(b'{"access_token":"token-of-ours-0123456789","token_type":"Bearer","expires_in":3600}')
    user = canned(b'{"id":7,"login":"an"}')
    async with aiohttp.ClientSession(trust_env=True) as http, RawServer(token, default=user) as server:
        async with RingMeClient("id", "secret-of-the-client", url=server.url, http=http) as client:
            for _ in range(2):
                assert (await client.user()).id == 7
        logins = [
            line
            for request in server.requests[1:]
            for line in request.split(b"\r\n")
            if line.lower().startswith(b"authorization:")
        ]
    assert logins == [b"Authorization: Bearer token-of-ours-0123456789"] * 2
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "a login of the aiohttp session, or of its netrc file, is not used for the vendor"
    ]


async def test_the_switch_against_hidden_repeats_still_exists() -> None:
    """aiohttp still has the private attribute that switches its own repeat off, with the meaning we rely on."""
    async with aiohttp.ClientSession() as session:
        assert session._retry_connection is True
        AiohttpTransport(1, session)._open()
        assert session._retry_connection is False


async def test_a_users_session_is_never_closed() -> None:
    async with RawServer() as server, aiohttp.ClientSession() as http:
        async with StringeeClient(**server.client, http=http) as client:
            await client.agents.delete("A1")
        assert not http.closed
        async with StringeeClient(**server.client, http=http) as client:
            await client.agents.delete("A1")
        assert len(server.requests) == 2
        assert server.connections == 1


async def test_a_users_session_closed_between_calls() -> None:
    async with RawServer() as server:
        http = aiohttp.ClientSession()
        async with StringeeClient(**server.client, http=http, retry=ONCE) as client:
            await client.agents.delete("A1")
            await http.close()
            with pytest.raises(ClosedError, match="http"):
                await client.agents.delete("A1")


async def test_a_client_with_a_session_of_the_callers_needs_no_close() -> None:
    async with RawServer() as server, aiohttp.ClientSession() as http:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            client = StringeeClient(**server.client, http=http)
            await client.agents.delete("A1")
            del client
            gc.collect()
    assert caught == []
