"""What every peer can do, and where the peers are found by name.

One job: the two functions that all peers share. A peer's module has `open_peer`, and is imported only when it is
measured, so that a library that is missing costs one contender and not the run.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol, TypedDict


class Fields(TypedDict):
    """What is created."""

    name: str
    stringee_user_id: str


AGENT: Final[Fields] = {"name": "An", "stringee_user_id": "u.an"}
PAGE_SIZE: Final = 50

BARE = "bare aiohttp"
SDK = "stringee-async"
RAW = "raw asyncio protocol"
PEERS: Final = {
    BARE: "bare_aiohttp",
    SDK: "sdk",
    RAW: "raw_protocol",
    "pyreqwest": "pyreqwest_client",
    "hurried": "hurried",
    "openapi-generator": "openapi_generator.peer",
    "httpx": "httpx_client",
    "openapi-python-client": "openapi_python_client.peer",
}
"""Every contender and its module; the first is the reference that counts as 1, the third the limit in Python."""


class Peer(Protocol):
    """A client of the two endpoints."""

    async def create(self, agent: Fields) -> object:
        """Create one agent and return what the library makes of the response."""
        ...

    async def list(self, pages: int, ahead: int = 0) -> Sequence[object]:
        """Read a listing of so many pages, `ahead` of them at once (0 is one at a time); return all its rows."""
        ...


Open = Callable[[str, int], AbstractAsyncContextManager[Peer]]


def opener(name: str) -> Open:
    """Return the function that opens a peer, given a base URL and a number of connections.

    Args:
        name: One of `PEERS`.

    Raises:
        ImportError: The peer's library is not installed.
    """
    open_peer: Open = importlib.import_module(f"benchmarks.peers.{PEERS[name]}").open_peer
    return open_peer


async def read_pages(
    page: Callable[[int], Awaitable[Sequence[object]]], pages: int, ahead: int
) -> list[object]:
    """Read pages one at a time, or `ahead` at once with a semaphore, as one writes it by hand; return the rows.

    The first page is read alone: it tells how many pages there are.
    """
    rows: list[object] = []
    if not ahead:
        for number in range(1, pages + 1):
            rows += await page(number)
        return rows
    gate = asyncio.Semaphore(ahead)

    async def one(number: int) -> Sequence[object]:
        async with gate:
            return await page(number)

    rows += await page(1)
    for found in await asyncio.gather(*(one(number) for number in range(2, pages + 1))):
        rows += found
    return rows
