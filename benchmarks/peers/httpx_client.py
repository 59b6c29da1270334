"""httpx with its asynchronous client: a fixed token, plain dicts, no retry, no limit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from .bare_aiohttp import HEADERS
from .peer import PAGE_SIZE, Fields, read_pages


class Httpx:
    """Two calls of a client."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def create(self, agent: Fields) -> Any:
        return (await self._client.post("/v1/agent", json=agent)).json()

    async def list(self, pages: int, ahead: int = 0) -> Sequence[object]:
        return await read_pages(self._page, pages, ahead)

    async def _page(self, number: int) -> Sequence[object]:
        response = await self._client.get("/v1/agent", params={"page": number, "limit": PAGE_SIZE})
        rows: list[object] = response.json()["data"]["agents"]
        return rows


@asynccontextmanager
async def open_peer(url: str, connections: int) -> AsyncIterator[Httpx]:
    """Open a client with so many connections, all kept alive; waiting for one has no time limit."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx.AsyncClient(base_url=url, headers=HEADERS, limits=limits, timeout=None) as client:
        yield Httpx(client)
