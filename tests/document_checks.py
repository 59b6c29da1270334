"""What is done with the functions that the pages of the reference define, and what must be true afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.emulator import Emulator, Fault

Scope = dict[str, Any]
Call = Callable[[Scope, Emulator], Awaitable[None]]


async def _bring_live(scope: Scope, emulator: Emulator) -> None:
    async with StringeeClient.from_env() as client:
        await scope["bring_live"](client, [("u.an", "An"), ("u.chi", "Chi")])
    assert emulator.count("agents.create") == 2


async def _open_groups(scope: Scope, emulator: Emulator) -> None:
    async with StringeeClient.from_env() as client:
        ids = await scope["open_groups"](client, ["Sales", "Support"])
    assert sorted(ids) == ["Sales", "Support"]
    assert sorted(ids.values()) == sorted(emulator.state.stringee.groups)


async def _night_shift(scope: Scope, emulator: Emulator) -> None:
    state = emulator.state.itniotech
    async with ItniotechClient.from_env() as client:
        await scope["night_shift"](client, state.app_id)
    assert [row["priority"] for row in state.agents.values()] == [1, 2, 3]
    (group,) = state.agent_groups.values()
    assert (group["callinStrategy"], group["displaySwitch"], group["timeoutIdle"]) == (3, 0, None)


async def _hotline(scope: Scope, emulator: Emulator) -> None:
    exchange = emulator.state.ringme
    phone = exchange.add_extension("117")
    async with RingMeClient.from_env() as client:
        queue_id = await scope["hotline"](client, phone, "https://host.example/5f1c")
    assert exchange.queues[int(queue_id)]["strategy"] == "ring-all"
    assert [row["extension_id"] for row in exchange.queue_agents.rows()] == [int(queue_id)]
    assert [row["event_type"] for row in exchange.agent_events.rows()] == ["agent-login"]


async def _read(scope: Scope, emulator: Emulator) -> None:
    async with StringeeClient.from_env() as client:
        await client.agents.create(name="An", stringee_user_id="u.an")
        await scope["read"](client)
    assert not emulator.state.stringee.agents


async def _serves_two_clients(scope: Scope, emulator: Emulator) -> None:
    """Two test clients in a row, as two tests of a user's app would have them."""
    for _ in range(2):
        async with TestClient(TestServer(scope["make_app"]())) as browser:
            answers = await asyncio.gather(*(browser.get("/agents") for _ in range(5)))
            assert {answer.status for answer in answers} == {200}
            assert await answers[0].json() == [row["name"] for row in emulator.state.stringee.agents.values()]
    assert emulator.count("agents.list") == 10


async def _fastapi(scope: Scope, emulator: Emulator) -> None:
    async with _served(scope["app"]) as browser:
        async with browser.get("/agents") as response:
            assert [row["stringee_user_id"] for row in await response.json()] == ["u.an"]
        async with browser.put("/agents/u.chi?name=Chi") as response:
            assert (await response.json())["created"] is True
        await _healthy_and_refused(browser, emulator)
        async with browser.get("/openapi.json") as response:
            assert (await response.json())["info"]["title"] == "FastAPI"


async def _django(scope: Scope, emulator: Emulator) -> None:
    async with _served(scope["application"], lifespan="off") as browser:
        async with browser.get("/agents") as response:
            assert [row["stringee_user_id"] for row in await response.json()] == ["u.an"]
        async with browser.get("/agents/AG_none") as response:
            assert (response.status, (await response.json())["error"]) == (404, "not_found")
        await _healthy_and_refused(browser, emulator)
    await scope["client"].aclose()


async def _healthy_and_refused(browser: ClientSession, emulator: Emulator) -> None:
    async with browser.get("/health") as response:
        assert (await response.json())["vendor"] == "stringee"
    emulator.faults.script("agents.list", Fault.retry_after(90))
    async with browser.get("/agents") as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "90")


@asynccontextmanager
async def _served(app: Any, lifespan: Any = "on") -> AsyncIterator[ClientSession]:
    """Serve an ASGI app as a deployment would, and yield a session that speaks to it."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan=lifespan, ws="none"))
    listener = server.config.bind_socket()
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not running.done():
        await asyncio.sleep(0.01)
    try:
        async with ClientSession(f"http://127.0.0.1:{listener.getsockname()[1]}") as browser:
            yield browser
    finally:
        server.should_exit = True
        await running


CALLS: dict[str, Call] = {
    "recipes/web-apps:FastAPI(": _fastapi,
    "recipes/web-apps:get_asgi_application": _django,
    "reference/bulk:bring_live": _bring_live,
    "reference/bulk:open_groups": _open_groups,
    "reference/itniotech:night_shift": _night_shift,
    "reference/ringme:hotline": _hotline,
    "reference/limits-and-paging:def read": _read,
    "recipes/web-apps:def make_app": _serves_two_clients,
}
"""By page and a word of the block."""
PRINTED = {
    "explanation/unknown-and-ensure:ensure": "created: True adopted: True\ncreates sent: 1\nagents there: 1\n",
    "explanation/drift:delete": "120 rows, left: 0 ",
}
"""Likewise: how what it prints begins."""
