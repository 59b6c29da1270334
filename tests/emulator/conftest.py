"""Bare clients for the emulator: they sign and ask for tokens by themselves and share no code with the package."""

import asyncio
import base64
import hashlib
import hmac
import io
import itertools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from stringee_async.emulator import Emulator

from ..kit.emulated import emulator_keywords

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
        self.state = emulator.state.projects[project]
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
        emulator = await Emulator(**emulator_keywords({"seed": 1} | settings)).start()
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


class RingMeWire:
    """Sends one RingMe request at a time, with a bearer token that it asks for once."""

    def __init__(self, emulator: Emulator, session: aiohttp.ClientSession, account: int = 0) -> None:
        self.emulator = emulator
        self.session = session
        self.account = emulator.ringme(account)
        self.state = emulator.state.ringme_accounts[account]
        self.token: str | None = None

    async def grant(self, *, headers: dict[str, str] | None = None, **fields: str) -> tuple[int, Any]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.account["client_id"],
            "client_secret": self.account["client_secret"],
        } | fields
        url = f"{self.account['url']}/oauth/token"
        async with self.session.post(url, data=form, headers=headers) as response:
            return response.status, await response.json()

    async def raw(self, method: str, path: str, **options: Any) -> tuple[int, dict[str, str], bytes]:
        if self.token is None:
            self.token = (await self.grant())[1]["access_token"]
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        url = URL(f"{self.emulator.url}/api/ver1.0{path}", encoded=True)
        async with self.session.request(method, url, headers=headers, **options) as response:
            # as sent: the parser gives names that it knows in a case of its own
            sent = {name.decode(): value.decode() for name, value in response.raw_headers}
            return response.status, sent, await response.read()

    async def __call__(self, method: str, path: str, body: Any = None, *, status: int | None = None) -> Any:
        got, _, raw = await self.raw(method, path, json=body)
        expected = {"POST": 201, "DELETE": 204}.get(method, 200) if status is None else status
        assert got == expected, (got, raw)
        return json.loads(raw) if raw else None


RingMeStart = Callable[..., Awaitable[RingMeWire]]


@pytest.fixture
async def ringme_start(start: Start) -> RingMeStart:
    """Start an emulator with the given settings and hand out a RingMe client; both end with the test."""

    async def begin(**settings: Any) -> RingMeWire:
        wire = await start(**settings)
        return RingMeWire(wire.emulator, wire.session)

    return begin


@pytest.fixture
async def ringme(ringme_start: RingMeStart) -> RingMeWire:
    """A RingMe client of an emulator with default settings."""
    return await ringme_start()


class Listener:
    """A customer's own server: it writes down what it was told, and responds with scripted statuses, then 200."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        self.statuses: list[int] = []
        self.speak = asyncio.Event()
        self.speak.set()
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._hear)
        self.server = TestServer(app)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    def hang(self) -> None:
        """Respond to nothing until `speak` is set."""
        self.speak.clear()

    async def _hear(self, request: web.Request) -> web.Response:
        self.headers.append(request.headers)
        kind = request.headers.get("Content-Type", "")
        self.heard.append((request.method, request.raw_path, kind, await request.text()))
        await self.speak.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers={"Location": "/elsewhere"} if 300 < status < 400 else {})


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    """A customer's own server on the loopback interface."""
    listener = Listener()
    await listener.server.start_server()
    yield listener
    listener.speak.set()
    await listener.server.close()


def md5_sign(key: str, secret: str, timestamp: str) -> str:
    return hashlib.md5((key + secret + timestamp).encode()).hexdigest()


class SignedWire:
    """Sends ITNIO TECH requests, signed by itself; short paths stand below the call-centre section."""

    def __init__(self, emulator: Emulator, session: aiohttp.ClientSession, account: int = 0) -> None:
        self.emulator = emulator
        self.session = session
        self.keys = emulator.itniotech(account)
        self.state = emulator.state.itniotech_accounts[account]
        self.settings = emulator.itniotech_settings

    def headers(self, timestamp: Any = None) -> dict[str, str]:
        text = f"{int(time.time()) if timestamp is None else timestamp}"
        key, secret = self.keys["api_key"], self.keys["api_secret"]
        return {"Api-Key": key, "Timestamp": text, "Sign": md5_sign(key, secret, text)}

    async def raw(self, method: str, path: str, **options: Any) -> tuple[int, dict[str, str], bytes]:
        url = self.keys["url"] + (path if path.startswith("/") else f"/v3/cc/{path}")
        options.setdefault("headers", self.headers())
        if "json" in options:  # as a stream, because aiohttp warns of large bodies otherwise
            options["data"] = io.BytesIO(json.dumps(options.pop("json")).encode())
        async with self.session.request(method, url, **options) as response:
            return response.status, dict(response.headers), await response.read()

    async def post(self, path: str, body: Any = None) -> Any:
        status, _, raw = await self.raw("POST", path, json=body)
        assert status == 200, (status, raw)
        return json.loads(raw)

    async def get(self, path: str, **query: Any) -> Any:
        status, _, raw = await self.raw("GET", path, params=query)
        assert status == 200, (status, raw)
        return json.loads(raw)

    async def code(self, path: str, body: Any = None) -> str:
        """The status of a POST."""
        answer: str = (await self.post(path, body))["status"]
        return answer

    async def done(self, path: str, body: Any = None) -> Any:
        """The data of a POST that must succeed."""
        answer = await self.post(path, body)
        assert answer["status"] in ("0", 0), answer
        return answer["data"]

    async def page(self, path: str, current: int | str = 1, size: int | str = 10, **params: Any) -> Any:
        """One page of a list."""
        return await self.done(path, {"current": current, "size": size, "params": params})

    async def rows(self, path: str, **params: Any) -> list[Any]:
        """The rows of the first page of a list."""
        found: list[Any] = (await self.page(path, 1, 100, **params))["records"]
        return found


@pytest.fixture
async def centre(start: Start) -> SignedWire:
    """A client of an emulated ITNIO TECH account with default settings."""
    wire = await start()
    return SignedWire(wire.emulator, wire.session)


@pytest.fixture
def group(centre: SignedWire) -> Any:
    """The id of a group called Sales of that account."""
    return centre.state.add_group("Sales")
