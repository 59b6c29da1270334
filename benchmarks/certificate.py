"""A certificate for the server's TLS port, made at start, and how the contenders come to trust it.

One job: to make the two files, and to name the authority where default TLS contexts look for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

VARIABLE = "SSL_CERT_FILE"
"""`ssl.create_default_context()` reads the authorities that it trusts from the file that this names."""


@attrs.frozen
class Certificate:
    """Two files in PEM.

    Args:
        authority: What a client has to trust.
        chain: The server's key and certificate for 127.0.0.1.
    """

    authority: Path
    chain: Path


def issue(folder: Path) -> Certificate | None:
    """Make a certificate in a folder; None where trustme is not installed."""
    try:
        import trustme
    except ImportError:
        return None
    authority = trustme.CA()
    made = Certificate(folder / "authority.pem", folder / "server.pem")
    authority.cert_pem.write_to_path(str(made.authority))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(made.chain))
    return made


@contextmanager
def trusting(authority: Path) -> Iterator[None]:
    """Let default TLS contexts that are created meanwhile trust this authority and no other."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(authority)
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
