"""The way out over real sockets: what goes wrong on the wire becomes an error of ours, and nothing is repeated."""

from __future__ import annotations

import socket

import aiohttp
import pytest

from stringee_async import (
    ConfigError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    SdkError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.transport_choice import transport_for

from ..kit import KEY_SECRET, KEY_SID, RawServer, canned, reset, then
from .rig import ONCE, TIMEOUTS, probe

pytestmark = pytest.mark.usefixtures("way")


async def failure(url: str, timeouts: Timeouts = TIMEOUTS) -> SdkError:
    transport = transport_for(4, None)
    try:
        with pytest.raises(SdkError) as caught:
            await transport.send(probe(url, "GET", None), timeouts)
    finally:
        await transport.aclose()
    return caught.value


async def test_connect_timeout_is_not_sent() -> None:
    """No connection in `connect` seconds is NotSentError; a stalled handshake of TLS counts."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = await failure(f"https://127.0.0.1:{silent.getsockname()[1]}", Timeouts(connect=0.03))
    assert type(error) is NotSentError
    assert "no connection in time" in str(error)
    assert isinstance(error.__cause__, TimeoutError)


async def test_a_redirect_is_not_followed() -> None:
    """A redirect is an error of the call, and neither request nor credentials go where it points."""
    async with RawServer() as elsewhere:
        moved = canned(b"", "307 Temporary Redirect", f"Location: {elsewhere.url}/steal")
        async with RawServer(moved) as server, StringeeClient(**server.client, retry=ONCE) as client:
            with pytest.raises(InvalidRequestError, match="redirect"):
                await client.agents.delete("A1")
            assert len(server.requests) == 1
        assert elsewhere.requests == []


@pytest.mark.parametrize("given", [False, True], ids=["own session", "user's session"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
@pytest.mark.parametrize("ending", ["close", "reset"])
async def test_no_hidden_retry_on_a_dead_kept_alive_connection(method: str, given: bool, ending: str) -> None:
    """A kept-alive connection that dies on the next request is one request and one error, for every method.

    This notices if aiohttp drops or renames its private switch.
    """
    play = reset if ending == "reset" else then(b"")
    async with RawServer(canned(), play) as server:
        http = aiohttp.ClientSession() if given else None
        transport = transport_for(4, http)
        await transport.send(probe(server.url, "GET", None), TIMEOUTS)
        with pytest.raises(OutcomeUnknownError):
            await transport.send(probe(server.url, method, b"{}" if method != "GET" else None), TIMEOUTS)
        assert len(server.requests) == 2
        assert server.connections == 1
        await transport.aclose()
        if http is not None:
            await http.close()


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) + 1, 3 << 20])
@pytest.mark.parametrize("given", [False, True], ids=["own", "http="])
async def test_a_large_body_arrives_whole_and_without_a_warning(size: int, given: bool) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    async with RawServer() as server, aiohttp.ClientSession() as session:
        transport = transport_for(4, session if given else None)
        try:
            answer = await transport.send(probe(server.url, "POST", body), TIMEOUTS)
            again = await transport.send(probe(server.url, "POST", b"{}"), TIMEOUTS)
        finally:
            await transport.aclose()
    assert (answer.status, again.status) == (200, 200)
    first, second = server.requests
    head, _, arrived = first.partition(b"\r\n\r\n")
    assert f"content-length: {size}".encode() in head.lower()
    assert b"transfer-encoding" not in head.lower()
    assert b"content-disposition" not in head.lower()
    assert arrived == body
    assert second.endswith(b"\r\n\r\n{}")
    assert server.connections == 1


async def test_closing_twice_and_unused() -> None:
    transport = transport_for(1, None)
    await transport.aclose()
    async with RawServer() as server:
        await transport.send(probe(server.url, "GET", None), TIMEOUTS)
        await transport.aclose()
        await transport.aclose()


async def test_cookies_are_not_kept() -> None:
    """A cookie that the server sets is not sent back: nothing but our own headers carries identity."""
    async with RawServer(canned(b'{"r":0}', "200 OK", "Set-Cookie: sid=1; Path=/")) as server:
        transport = transport_for(1, None)
        url = server.url.replace("127.0.0.1", "localhost")  # no jar keeps cookies of bare addresses
        await transport.send(probe(url, "GET", None), TIMEOUTS)
        await transport.send(probe(url, "GET", None), TIMEOUTS)
        await transport.aclose()
    assert b"cookie" not in server.requests[1].lower()


def test_the_creation_site_of_a_client_made_by_a_view_or_classmethod(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRINGEE_KEY_SID", KEY_SID)
    monkeypatch.setenv("STRINGEE_KEY_SECRET", KEY_SECRET)
    client = StringeeClient.from_env()
    assert __file__ in client._session.state.transport._site  # type: ignore[attr-defined]


@pytest.mark.parametrize("url", ["https://x.example:port", "https://x.example:99999", "https://:443"])
async def test_an_invalid_url_is_a_config_error(url: str) -> None:
    """A base URL that only aiohttp finds out to be none is a ConfigError: nothing was sent, nothing is repeated."""
    error = await failure(url)
    assert type(error) is ConfigError
    assert error.outcome == "not_sent"
