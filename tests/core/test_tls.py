"""TLS for real: a certificate that no one vouches for is refused, one that is vouched for is used and kept."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import trustme

from stringee_async import CertificateError, NotSentError, StringeeClient
from stringee_async.core.pooled_transport import PooledTransport

from ..kit import KEY_SECRET, KEY_SID, OVER_AIOHTTP, RawServer, canned
from .rig import ONCE


@pytest.mark.usefixtures("way")
async def test_an_untrusted_certificate_is_refused_once() -> None:
    """An unknown issuer is a CertificateError: nothing was sent, nothing is repeated, and the cause is kept."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    async with RawServer(tls=context) as server:
        async with StringeeClient(**server.client) as client:
            with pytest.raises(CertificateError) as caught:
                await client.agents.delete("A")
        assert server.requests == []
    assert (caught.value.outcome, caught.value.attempts, caught.value.retryable) == ("not_sent", 1, False)
    kinds = (ssl.SSLCertVerificationError, aiohttp.ClientConnectorCertificateError)
    assert isinstance(caught.value.__cause__, kinds)


BAD = {
    "another host": ("other.example", None, "Hostname mismatch"),
    "expired": ("localhost", datetime(2020, 1, 1, tzinfo=UTC), "certificate has expired"),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_certificate_that_is_not_for_us_is_refused(
    name: str, vouched_for: Callable[..., ssl.SSLContext]
) -> None:
    """A wrong host name and an expired certificate are named; nothing is sent."""
    host, ends, words = BAD[name]
    context = vouched_for(host, not_after=ends)
    async with RawServer(tls=context) as server, StringeeClient(**server.client) as client:
        with pytest.raises(CertificateError, match=f"(?i){words}") as caught:
            await client.agents.create(name="An", stringee_user_id="u1")
        assert (caught.value.outcome, caught.value.attempts) == ("not_sent", 1)
        assert server.requests == []


@pytest.mark.skipif(OVER_AIOHTTP, reason="what our own pool does")
async def test_five_calls_over_tls_use_one_connection(vouched_for: Callable[..., ssl.SSLContext]) -> None:
    async with RawServer(tls=vouched_for()) as server, StringeeClient(**server.client) as client:
        for _ in range(5):
            await client.agents.delete("A")
        transport: Any = client._session.state.transport
        assert isinstance(transport, PooledTransport)
    assert (server.connections, len(server.requests)) == (1, 5)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("first_bytes", "reason"),
    [
        (b"\x15\x03\x03\x00\x02\x02\x28", "the TLS handshake failed"),
        (b"HTTP/1.1 400 Bad\r\n\r\n", "speaks no TLS; is it https to a port of http"),
    ],
    ids=["an alert", "a server of plain http"],
)
async def test_why_no_tls_connection_came_about(first_bytes: bytes, reason: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(first_bytes)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=url, retry=ONCE) as client:
        with pytest.raises(NotSentError, match=reason):
            await client.agents.create(name="An", stringee_user_id="u1")
    server.close()
    await server.wait_closed()


@pytest.mark.skipif(OVER_AIOHTTP, reason="what our own pool does")
async def test_a_server_that_could_speak_another_protocol_is_asked_for_http_1(
    vouched_for: Callable[..., ssl.SSLContext],
) -> None:
    """The handshake names HTTP/1.1, so that a server with HTTP/2 does not choose that."""
    context, chosen = vouched_for(), []
    context.set_alpn_protocols(["h2", "http/1.1"])

    async def play(writer: asyncio.StreamWriter) -> None:
        chosen.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        writer.write(canned())

    async with RawServer(play, tls=context) as server, StringeeClient(**server.client) as client:
        await client.agents.delete("A1")
    assert chosen == ["http/1.1"]
