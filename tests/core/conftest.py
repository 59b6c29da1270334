"""What tests of core get: each vendor's rig, addresses that never shake hands, and certificates that clients trust."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from ..conformance.conftest import rig
from ..kit import OVER_AIOHTTP

__all__ = ["rig"]


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a port at which the kernel takes connections and no one shakes hands."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """An authority that no machine knows."""
    return trustme.CA()


@pytest.fixture
def vouched_for(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., ssl.SSLContext]:
    """Let clients trust the authority; make the server's side of TLS with a certificate of its."""
    if OVER_AIOHTTP:
        pytest.skip("aiohttp reads the authorities that it trusts when it is imported")
    issuer = tmp_path / "issuer.pem"
    authority.cert_pem.write_to_path(issuer)
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer))

    def make(host: str = "localhost", **options: Any) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(host, **options).configure_cert(context)
        return context

    return make
