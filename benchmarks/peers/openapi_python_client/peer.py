"""The client made by openapi-python-client, called as its own documentation says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from ..peer import PAGE_SIZE, Fields, read_pages
from .generated import AuthenticatedClient
from .generated.api.agents import create_agent, list_agents
from .generated.models import NewAgent


class OpenapiPythonClient:
    """Two calls of the generated functions."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def create(self, agent: Fields) -> Any:
        return await create_agent.asyncio(client=self._client, body=NewAgent(**agent))

    async def list(self, pages: int, ahead: int = 0) -> Sequence[object]:
        return await read_pages(self._page, pages, ahead)

    async def _page(self, number: int) -> Sequence[object]:
        answer = await list_agents.asyncio(client=self._client, page=number, limit=PAGE_SIZE)
        assert answer is not None
        return answer.data.agents


@asynccontextmanager
async def open_peer(url: str, connections: int) -> AsyncIterator[OpenapiPythonClient]:
    """Open the generated client with so many connections, all kept alive; waiting for one has no time limit."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    client = AuthenticatedClient(
        base_url=url,
        token="token",
        prefix="",
        auth_header_name="X-STRINGEE-AUTH",
        timeout=None,
        raise_on_unexpected_status=True,
        httpx_args={"limits": limits},
    )
    async with client:
        yield OpenapiPythonClient(client)
