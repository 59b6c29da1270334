"""The SDK with everything on: token, a limiter without pressure, admission queue, retry policy, timeouts, models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from stringee_async import RateLimit, StringeeClient

from .peer import PAGE_SIZE, Fields

FREE = RateLimit(100_000, 1.0)
"""A limit far above what a client reaches, so that the limiter works and no call waits for it."""


class Sdk:
    """Two calls of a client."""

    def __init__(self, client: StringeeClient) -> None:
        self.client = client

    async def create(self, agent: Fields) -> object:
        return await self.client.agents.create(**agent)

    async def list(self, pages: int, ahead: int = 0) -> Sequence[object]:  # noqa: ARG002 - the SDK finds out itself
        return await self.client.agents.list(page_size=PAGE_SIZE, read_ahead=ahead).collect()


class RowByRow(Sdk):
    """Two calls of a client; a listing is read in a loop that somebody may leave, so no page is asked for early."""

    async def list(self, pages: int, ahead: int = 0) -> Sequence[object]:  # noqa: ARG002 - as above
        return [agent async for agent in self.client.agents.list(page_size=PAGE_SIZE, read_ahead=ahead)]


@asynccontextmanager
async def open_peer(url: str, connections: int) -> AsyncIterator[Sdk]:
    """Open a client with so many connections."""
    async with StringeeClient(
        "SKbench", "k" * 40, icc_url=url, max_connections=connections, rate_limit=FREE
    ) as client:
        yield Sdk(client)
