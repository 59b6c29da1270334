"""TLS for real: a certificate that no one vouches for is refused, one that is vouched for is used and kept."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
import trustme

from stringee_async import CertificateError, NotSentError, RetryPolicy, StringeeClient

from ..kit import KEY_SECRET, KEY_SID, RawServer, canned

ONCE = RetryPolicy(max_attempts=1)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority that no machine knows."""
    return trustme.CA()


@pytest.mark.usefixtures("way")
async def test_an_untrusted_certificate_is_refused_once(authority: trustme.CA) -> None:
    """An unknown issuer is a CertificateError: nothing was sent, nothing is repeated, and the cause is kept."""
    received: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(1000))
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
    async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=url) as client:
        with pytest.raises(CertificateError) as caught:
            await client.agents.delete("A")
    server.close()
    await asyncio.sleep(0.01)
    assert (caught.value.outcome, caught.value.attempts, caught.value.retryable) == ("not_sent", 1, False)
    kinds = (ssl.SSLCertVerificationError, aiohttp.ClientConnectorCertificateError)
    assert isinstance(caught.value.__cause__, kinds)
    assert b"".join(received) == b""


BAD = {
    "another host": ("other.example", None, "Hostname mismatch"),
    "expired": ("localhost", datetime(2020, 1, 1, tzinfo=UTC), "certificate has expired"),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_certificate_that_is_not_for_us_is_refused(
    name: str, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong host name and an expired certificate are named; nothing is sent."""
    host, ends, words = BAD[name]
    issuer = tmp_path / "issuer.pem"
    authority.cert_pem.write_to_path(issuer)
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host, not_after=ends).configure_cert(context)
    async with RawServer(tls=context) as server, StringeeClient(**server.client) as client:
        with pytest.raises(CertificateError, match=words) as caught:
            await client.agents.create(name="An", stringee_user_id="u1")
        assert (caught.value.outcome, caught.value.attempts) == ("not_sent", 1)
        assert server.requests == []


@pytest.mark.usefixtures("way")
async def test_a_tls_port_that_speaks_plain_http_is_named() -> None:
    """`https` to a port of http: nothing was sent, and the message asks whether that is so."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(canned(b"", "400 Bad Request"))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=url, retry=ONCE) as client:
        with pytest.raises(NotSentError, match="speaks no TLS; is it https to a port of http"):
            await client.agents.create(name="An", stringee_user_id="u1")
    server.close()


SCRIPT = """
import asyncio, json, ssl, sys
from stringee_async import StringeeClient

async def main():
    connections, requests = 0, 0

    async def serve(reader, writer):
        nonlocal connections, requests
        connections += 1
        try:
            while True:
                await reader.readuntil(b"\\r\\n\\r\\n")
                requests += 1
                writer.write(ANSWER)
        except asyncio.IncompleteReadError:
            writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[1])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
    async with StringeeClient("SKx", "k" * 40, icc_url=url) as client:
        for _ in range(5):
            await client.agents.delete("A")
        own = type(client._session.state.transport).__name__ == "PooledTransport"
    server.close()
    print(json.dumps([connections, requests, own]))

asyncio.run(main())
"""


def test_five_calls_over_tls_use_one_connection(authority: trustme.CA, tmp_path: Path) -> None:
    """With the issuer vouched for, calls go through, straight on one kept connection."""
    server, issuer = tmp_path / "server.pem", tmp_path / "issuer.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(server)
    authority.cert_pem.write_to_path(issuer)
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT.replace("ANSWER", repr(canned())), str(server)],
        env={**os.environ, "SSL_CERT_FILE": str(issuer)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [1, 5, True]
