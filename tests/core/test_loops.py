"""Rules of event loops: what is shared serves one running loop after the other, and never two at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import ItniotechClient, RingMeClient, StringeeClient
from stringee_async.core.client import Client
from stringee_async.core.errors import ClosedError
from stringee_async.core.ratelimit import LocalRateLimiter, RateLimit
from stringee_async.itniotech.auth import ItniotechAuth
from stringee_async.ringme.auth import RingMeAuth
from stringee_async.stringee.auth import StringeeAuth

from ..kit import KEY_SECRET, KEY_SID, ScriptedTransport, VirtualLoop, answer, client_over
from .rig import beside_a_running_loop, call, make_request, settle

TOKEN = {"access_token": "t" * 20, "expires_in": 3600}


def vendor(request: Any) -> Any:
    """Answer token requests with a token and all else with something small."""
    return answer(TOKEN if request.operation == "oauth.token" else {"r": 0, "status": "0", "id": 1})


Make = Callable[[Any, ScriptedTransport], Client]

AUTHS: dict[str, tuple[Callable[[], Any], Make]] = {
    "stringee": (
        lambda: StringeeAuth(KEY_SID, KEY_SECRET),
        lambda auth, transport: StringeeClient.from_auth(auth, transport=transport),
    ),
    "ringme": (
        lambda: RingMeAuth("app", KEY_SECRET, url="https://pbx.example"),
        lambda auth, transport: RingMeClient.from_auth(auth, transport=transport),
    ),
    "itniotech": (
        lambda: ItniotechAuth("key", KEY_SECRET),
        lambda auth, transport: ItniotechClient.from_auth(auth, transport=transport),
    ),
}


async def bare(client: Client) -> Any:
    """Send one bare request through a client's session."""
    return await client._session.send(make_request(), lambda response: response.status)


# --- credentials --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", AUTHS)
def test_shared_credentials_serve_one_loop_after_the_other(name: str) -> None:
    """Three programs in a row, each with twenty callers and clients of its own, use one credentials object and token."""
    make_auth, make_client = AUTHS[name]
    auth, transport = make_auth(), ScriptedTransport(default=vendor, latency=0.001)

    async def program() -> list[Any]:
        async with make_client(auth, transport) as one, make_client(auth, transport) as other:
            return await asyncio.gather(*(bare(client) for client in [one, other] * 10))

    for _ in range(3):
        assert asyncio.run(program()) == [200] * 20
        if name == "ringme":
            auth._bearer.forget()  # so that each loop has callers that wait for a token
    tokens = transport.count("oauth.token")
    assert len(transport.requests) - tokens == 60
    assert tokens == auth.made if name == "ringme" else tokens == 0


@pytest.mark.parametrize("name", AUTHS)
def test_shared_credentials_do_not_serve_two_running_loops(name: str) -> None:
    """From a second loop, while the first still runs, a call fails with `ClosedError` and sends nothing."""
    make_auth, make_client = AUTHS[name]
    auth, transport = make_auth(), ScriptedTransport(default=vendor)

    async def program() -> Any:
        async with make_client(auth, transport) as client:
            return await bare(client)

    async def refused() -> str:
        with pytest.raises(ClosedError, match="credentials object belongs to event loop") as caught:
            await program()
        return caught.value.message

    message = beside_a_running_loop(program, refused)
    assert "make one credentials object for each loop" in message
    assert sum(request.operation != "oauth.token" for request in transport.requests) == 1


def test_credentials_without_a_token_do_not_serve_two_running_loops_either() -> None:
    """The rule holds before the first token as well: nobody waits for a lock of another loop."""
    auth = RingMeAuth("app", KEY_SECRET, url="https://pbx.example")

    async def send(_: Any) -> Any:
        return answer(TOKEN)

    async def first() -> None:
        await auth.prepare(send)
        auth._bearer.forget()

    async def second() -> None:
        with pytest.raises(ClosedError):
            await auth.prepare(send)

    beside_a_running_loop(first, second)
    assert auth.made == 1


def test_a_token_whose_age_is_not_known_is_renewed() -> None:
    """On a loop whose clock stands before the token's making, nobody can tell its age, so a new one is fetched."""
    auth = StringeeAuth(KEY_SID, KEY_SECRET)

    async def program(seconds: float) -> None:
        await asyncio.sleep(seconds)
        async with StringeeClient.from_auth(auth, transport=ScriptedTransport(default=vendor)) as client:
            await bare(client)

    for seconds in (5.0, 0.0):
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(program(seconds))
    assert auth.made == 2


# --- limiters -----------------------------------------------------------------------------------------------


def test_a_limiter_serves_a_loop_after_one_that_merely_stopped() -> None:
    """A limiter leaves a loop that does not run any more, and who waited there learns it when it runs again."""
    limiter = LocalRateLimiter(RateLimit(1, 0.05))
    loop, other = asyncio.new_event_loop(), asyncio.new_event_loop()

    async def begin() -> asyncio.Future[None]:
        await limiter.acquire("x", "bulk")
        waiting = asyncio.ensure_future(limiter.acquire("x", "bulk"))
        await asyncio.sleep(0)
        return waiting

    async def end(waiting: asyncio.Future[None]) -> None:
        with pytest.raises(ClosedError, match="moved to another event loop"):
            await waiting

    async def cancelled(waiting: asyncio.Future[None]) -> None:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    waiting = loop.run_until_complete(begin())
    second = other.run_until_complete(begin())
    third = loop.run_until_complete(begin())
    other.run_until_complete(cancelled(second))
    fourth = other.run_until_complete(begin())
    loop.run_until_complete(end(waiting))
    loop.run_until_complete(end(third))
    other.run_until_complete(settle(fourth))  # type: ignore[arg-type]
    loop.close()
    other.close()


def test_a_shared_limiter_does_not_serve_two_running_loops() -> None:
    """A client of another running loop gets `ClosedError` from a shared limiter, and nothing is sent."""
    limiter, transport = LocalRateLimiter(RateLimit(1000, 1.0)), ScriptedTransport(default=answer())

    async def program() -> None:
        async with client_over(transport, rate_limit=limiter) as client:
            await call(client)

    async def refused() -> None:
        with pytest.raises(ClosedError, match="make one limiter for each loop"):
            await program()

    beside_a_running_loop(program, refused)
    assert len(transport.requests) == 1
