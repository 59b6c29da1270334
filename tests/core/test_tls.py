"""TLS for real: a certificate that no one vouches for is refused, one that is vouched for is used and kept."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
import trustme

from stringee_async import CertificateError, StringeeClient

from ..kit import KEY_SECRET, KEY_SID, canned


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
    assert isinstance(caught.value.__cause__, aiohttp.ClientConnectorCertificateError)
    assert b"".join(received) == b""


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
        direct = client._session.state.transport._direct is not None
    server.close()
    print(json.dumps([connections, requests, direct]))

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
