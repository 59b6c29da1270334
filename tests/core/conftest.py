"""What tests of core get: each vendor's rig, for every test that asks for one, and an address that never shakes hands."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from ..conformance.conftest import rig

__all__ = ["rig"]


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a port at which the kernel takes connections and no one shakes hands."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
