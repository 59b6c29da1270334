"""Rules of where a client is used: what does not run on asyncio, is copied or printed gets a clear word."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from stringee_async import (
    LocalRateLimiter,
    RateLimit,
    SdkError,
    StringeeClient,
    bulk,
)

from ..conformance.rig import Rig
from ..kit import ScriptedTransport, answer, client_over, virtual
from .rig import auth_of


def without_a_loop(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Drive a coroutine as a framework without asyncio does."""
    try:
        coroutine.send(None)
    finally:
        coroutine.close()


async def read(listing: Any) -> None:
    async for _ in listing:
        pass


async def entered(client: StringeeClient) -> None:
    async with client:
        pass


CALLS: dict[str, Callable[[StringeeClient], Coroutine[Any, Any, Any]]] = {
    "create": lambda client: client.groups.create(name="Sales"),
    "delete": lambda client: client.agents.delete("AG1"),
    "list": lambda client: read(client.agents.list()),
    "list, read ahead": lambda client: read(client.agents.list(read_ahead=4)),
    "collect": lambda client: client.agents.list(read_ahead=4).collect(),
    "pages": lambda client: read(client.agents.list().pages()),
    "find": lambda client: client.groups.find(name="Sales"),
    "ensure": lambda client: client.groups.ensure(name="Sales"),
    "bulk": lambda client: read(bulk(client.agents.delete, ["AG1"])),
    "enter": entered,
    "close": lambda client: client.aclose(),
    "limiter": lambda _: LocalRateLimiter(RateLimit(1, 1.0)).acquire("x", "bulk"),
}


@pytest.mark.parametrize("name", CALLS)
def test_where_no_asyncio_runs_every_call_says_so(name: str) -> None:
    """Under trio, or driven by hand, each way into the client is one `SdkError` that names asyncio; nothing is sent."""
    transport = ScriptedTransport(default=answer())
    with pytest.raises(SdkError, match="asyncio is needed, and no event loop of it runs here") as caught:
        without_a_loop(CALLS[name](client_over(transport)))
    assert caught.value.outcome == "not_sent"
    assert transport.requests == []


def test_pausing_a_limiter_without_a_loop_says_so_too() -> None:
    with pytest.raises(SdkError, match="asyncio is needed"):
        LocalRateLimiter().pause(1.0)


def test_a_client_cannot_be_copied_deeply_and_says_what_to_do(rig: Rig) -> None:
    client = rig.over(rig.transport())
    resource = next(value for value in vars(client).values() if hasattr(value, "_host"))
    for thing in (client, {"config": [client]}, resource):
        for attempt in (copy.deepcopy, pickle.dumps):
            with pytest.raises(
                TypeError, match=r"cannot be copied deeply or pickled: share it, use with_options\(\)"
            ):
                attempt(thing)


def test_what_clients_share_cannot_be_copied(rig: Rig) -> None:
    """A copy of credentials or of a limiter would share nothing any more, so it is refused."""
    for shared in (auth_of(rig), LocalRateLimiter(RateLimit(1, 1.0))):
        for attempt in (copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match=r"cannot be (copied|pickled)"):
                attempt(shared)


@virtual
async def test_a_shallow_copy_is_a_view() -> None:
    async with client_over(ScriptedTransport(default=answer())) as client:
        await copy.copy(client).agents.delete("AG1")
        assert client.stats().requests == 1
