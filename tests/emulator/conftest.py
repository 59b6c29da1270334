"""A bare client for the emulator: it signs tokens with hmac and shares no code with the package."""

import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from stringee_async.emulator import Emulator

_serial = itertools.count()


def part(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(
    sid: str,
    secret: str,
    *,
    header: dict[str, Any] | None = None,
    drop: tuple[str, ...] = (),
    **claims: Any,
) -> str:
    head = {"typ": "JWT", "alg": "HS256", "cty": "stringee-api;v=1"} | (header or {})
    body = {
        "jti": f"{sid}-{next(_serial)}",
        "iss": sid,
        "exp": int(time.time()) + 600,
        "rest_api": True,
    } | claims
    head = {name: value for name, value in head.items() if name not in drop}
    body = {name: value for name, value in body.items() if name not in drop}
    text = f"{part(head)}.{part(body)}"
    return f"{text}.{part(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())}"


class Wire:
    """Sends one request at a time and gives status, headers and body."""

    def __init__(self, emulator: Emulator, session: aiohttp.ClientSession, project: int = 0) -> None:
        self.emulator = emulator
        self.session = session
        self.keys = emulator.stringee(project)
        self.token = self.sign()
        self.headers: dict[str, str] = {}

    def sign(self, **options: Any) -> str:
        return sign(self.keys["key_sid"], self.keys["key_secret"], **options)

    async def raw(self, method: str, path: str, **options: Any) -> tuple[int, dict[str, str], bytes]:
        headers = {"X-STRINGEE-AUTH": self.token, **self.headers}
        options.setdefault("allow_redirects", False)
        url = self.emulator.url + path
        async with self.session.request(method, url, headers=headers, **options) as response:
            return response.status, dict(response.headers), await response.read()

    async def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        status, _, raw = await self.raw(method, path, json=body, **options)
        assert status == 200, (status, raw)
        return json.loads(raw)


Start = Callable[..., Awaitable[Wire]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start an emulator with the given settings and hand out a client; both end with the test."""
    opened: list[Any] = []

    async def begin(**settings: Any) -> Wire:
        emulator = await Emulator(**{"seed": 1} | settings).start()
        opened.append(emulator.close)
        session = aiohttp.ClientSession()
        opened.append(session.close)
        return Wire(emulator, session)

    yield begin
    for close in reversed(opened):
        await close()


@pytest.fixture
async def wire(start: Start) -> Wire:
    """A client of an emulator with default settings."""
    return await start()
