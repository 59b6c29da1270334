"""The design that a hurried engineer writes with the same libraries as the SDK.

aiohttp, a tenacity decorator around every call, a JWT signed for every call, a semaphore, and models made by cattrs
with its default converter.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import attrs
import cattrs
import jwt
import tenacity

from .peer import PAGE_SIZE, Fields, read_pages

converter = cattrs.Converter()
retry = tenacity.retry(
    retry=tenacity.retry_if_exception_type((aiohttp.ClientError, asyncio.TimeoutError)),
    wait=tenacity.wait_exponential(max=20),
    stop=tenacity.stop_after_attempt(4),
)


@attrs.frozen
class Agent:
    """A row of the listing."""

    id: str
    account: int | None = None
    project: int | None = None
    name: str | None = None
    stringee_user_id: str | None = None
    manual_status: str | None = None
    system_status: int | None = None
    device_status: int | None = None
    routing_type: int | None = None
    phone_number: str | None = None
    last_time_pickup: int | None = None
    last_time_support_call_ended: int | None = None


@attrs.frozen
class Created:
    """The response of a create."""

    r: int
    project: int
    agentID: str  # noqa: N815 - the name on the wire
    message: str


class Hurried:
    """Two calls of a session, wrapped."""

    def __init__(self, session: aiohttp.ClientSession, url: str, connections: int) -> None:
        self._session = session
        self._url = f"{url}/v1/agent"
        self._gate = asyncio.Semaphore(connections)

    def _headers(self) -> dict[str, str]:
        claims = {"jti": f"SKbench-{uuid.uuid4().hex}", "iss": "SKbench", "exp": int(time.time()) + 3600}
        token = jwt.encode({**claims, "rest_api": True}, "k" * 40, headers={"cty": "stringee-api;v=1"})
        return {"X-STRINGEE-AUTH": token, "Accept": "application/json"}

    @retry
    async def _request(self, method: str, **options: Any) -> Any:
        async with (
            self._gate,
            self._session.request(method, self._url, headers=self._headers(), **options) as response,
        ):
            response.raise_for_status()
            return await response.json()

    async def create(self, agent: Fields) -> Created:
        return converter.structure(await self._request("POST", json=agent), Created)

    async def list(self, pages: int, ahead: int = 0) -> Sequence[object]:
        return await read_pages(self._page, pages, ahead)

    async def _page(self, number: int) -> Sequence[object]:
        answer = await self._request("GET", params={"page": str(number), "limit": str(PAGE_SIZE)})
        return converter.structure(answer["data"]["agents"], list[Agent])


@asynccontextmanager
async def open_peer(url: str, connections: int) -> AsyncIterator[Hurried]:
    """Open a session with so many connections."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as session:
        yield Hurried(session, url, connections)
