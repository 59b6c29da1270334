"""The ASGI side of an inbox under uvicorn: by itself, and mounted in Starlette and in FastAPI."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from stringee_async import ringme, stringee
from stringee_async.webhooks import Inbox

from ..kit import until
from ..stringee.test_webhooks import BODY, signed

uvicorn = pytest.importorskip("uvicorn")
applications = pytest.importorskip("starlette.applications")
fastapi = pytest.importorskip("fastapi")

SECRET = "s3cret-of-16-chars"
KEY = "demo-signing-key"


@asynccontextmanager
async def served(app: Any, *, http: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Serve an app with uvicorn on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, http=http, ws="none", lifespan="on", log_config=None, proxy_headers=False, access_log=False
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started, "the server has started")
        async with aiohttp.ClientSession(f"http://127.0.0.1:{listener.getsockname()[1]}") as session:
            yield session
        server.should_exit = True
        await task


class Seen:
    """A handler that remembers."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    async def __call__(self, event: Any) -> None:
        self.events.append(event)


async def status(session: aiohttp.ClientSession, method: str, path: str, **request: Any) -> int:
    async with session.request(method, path, **request) as response:
        await response.read()
        return response.status


@pytest.mark.parametrize("http", ["h11", "httptools"])
async def test_uvicorn_serves_an_inbox_by_itself(http: str, tmp_path: Path) -> None:
    seen = Seen()
    inbox = Inbox(tmp_path / "events.db", seen, events=stringee.EVENTS)
    async with served(inbox.asgi_app(signing_key=KEY, max_body=100_000), http=http) as session:
        assert inbox.is_open
        assert await status(session, "POST", "/events", data=BODY) == 403
        assert await status(session, "POST", "/events", data=BODY, headers=signed(BODY)) == 200
        large = b'{"call_id": "' + b"x" * 90_000 + b'"}'
        assert await status(session, "POST", "/events", data=large, headers=signed(large)) == 200
        assert await status(session, "POST", "/events", data=large * 2, headers=signed(large * 2)) == 413
        await until(lambda: len(seen.events) == 2, "both events are handled")
    assert not inbox.is_open


@pytest.mark.parametrize("framework", ["starlette", "fastapi"])
async def test_a_framework_mounts_the_inboxes_of_two_vendors(framework: str, tmp_path: Path) -> None:
    calls, agents = Seen(), Seen()
    call_inbox = Inbox(tmp_path / "calls.db", calls, events=stringee.EVENTS)
    agent_inbox = Inbox(tmp_path / "agents.db", agents, events=ringme.AGENT_EVENTS)

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        async with call_inbox, agent_inbox:
            yield

    app = {"starlette": applications.Starlette, "fastapi": fastapi.FastAPI}[framework](lifespan=lifespan)
    app.mount("/stringee", call_inbox.asgi_app(signing_key=KEY))
    app.mount("/ringme", agent_inbox.asgi_app(path_secret=SECRET, peers=["127.0.0.1"]))
    login = "agent_id=9&agent_status=available&note=a%20b"
    async with served(app, http="httptools") as session:
        assert await status(session, "POST", "/stringee/events", data=BODY, headers=signed(BODY)) == 200
        assert await status(session, "GET", f"/ringme/hook?{login}") == 404
        assert await status(session, "GET", f"/ringme/{SECRET}?{login}") == 200
        await until(lambda: calls.events and agents.events, "both are handled")
    assert calls.events[0].call_id == "call-vn-1-DEMO-1"
    assert (agents.events[0].agent_id, agents.events[0].extra["note"]) == (9, "a b")
    assert not call_inbox.is_open
