"""The client made by openapi-generator (python, library asyncio), called as its own documentation says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from ..peer import PAGE_SIZE, Fields, read_pages
from . import generated


class OpenapiGenerator:
    """Two calls of the generated API class."""

    def __init__(self, api: Any) -> None:
        self._api = api

    async def create(self, agent: Fields) -> Any:
        return await self._api.create_agent(generated.NewAgent(**agent))

    async def list(self, pages: int, ahead: int = 0) -> Sequence[object]:
        return await read_pages(self._page, pages, ahead)

    async def _page(self, number: int) -> Sequence[object]:
        rows: Sequence[object] = (await self._api.list_agents(page=number, limit=PAGE_SIZE)).data.agents
        return rows


@asynccontextmanager
async def open_peer(url: str, connections: int) -> AsyncIterator[OpenapiGenerator]:
    """Open the generated client with so many connections."""
    configuration = generated.Configuration(host=url, api_key={"token": "token"})
    configuration.connection_pool_maxsize = connections
    async with generated.ApiClient(configuration) as client:
        yield OpenapiGenerator(generated.AgentsApi(client))
