"""pyreqwest, a client written in Rust: a fixed token, plain dicts, no retry, no limit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pyreqwest.client import Client, ClientBuilder

from .bare_aiohttp import HEADERS
from .peer import PAGE_SIZE, Fields, read_pages


class Pyreqwest:
    """Two calls of a client."""

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self._url = f"{url}/v1/agent"

    async def create(self, agent: Fields) -> Any:
        response = await self._client.post(self._url).body_json(agent).build().send()
        return await response.json()

    async def list(self, pages: int, ahead: int = 0) -> Sequence[object]:
        return await read_pages(self._page, pages, ahead)

    async def _page(self, number: int) -> Sequence[object]:
        query = {"page": number, "limit": PAGE_SIZE}
        response = await self._client.get(self._url).query(query).build().send()
        rows: list[object] = (await response.json())["data"]["agents"]
        return rows


@asynccontextmanager
async def open_peer(url: str, connections: int) -> AsyncIterator[Pyreqwest]:
    """Open a client with so many connections."""
    async with ClientBuilder().default_headers(HEADERS).max_connections(connections).build() as client:
        yield Pyreqwest(client, url)
