"""Bare aiohttp with `json`: a fixed token, plain dicts, no retry, no limit. The reference that counts as 1."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from .peer import PAGE_SIZE, Fields, read_pages

HEADERS = {"X-STRINGEE-AUTH": "token", "Accept": "application/json"}


class BareAiohttp:
    """Two calls of a session."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = f"{url}/v1/agent"

    async def create(self, agent: Fields) -> Any:
        async with self._session.post(self._url, json=agent, headers=HEADERS) as response:
            return await response.json()

    async def list(self, pages: int, ahead: int = 0) -> Sequence[object]:
        return await read_pages(self._page, pages, ahead)

    async def _page(self, number: int) -> Sequence[object]:
        query = {"page": str(number), "limit": str(PAGE_SIZE)}
        async with self._session.get(self._url, params=query, headers=HEADERS) as response:
            answer = await response.json()
        rows: list[object] = answer["data"]["agents"]
        return rows


@asynccontextmanager
async def open_peer(url: str, connections: int) -> AsyncIterator[BareAiohttp]:
    """Open a session with so many connections.

    aiohttp makes its own TLS context when it is imported, which is before the server's authority is known.
    """
    connector = aiohttp.TCPConnector(limit=connections, ssl=ssl.create_default_context())
    async with aiohttp.ClientSession(connector=connector) as session:
        yield BareAiohttp(session, url)
