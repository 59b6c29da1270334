"""Tokens of this vendor, over real sockets against the emulator: one for everybody, renewed once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from stringee_async import (
    AuthError,
    NotSentError,
    RetryPolicy,
    RingMeAuth,
    RingMeClient,
)
from stringee_async.core.messages import Request, Response
from stringee_async.emulator import Emulator, Fault, RingMeSettings

from ..kit import until, virtual
from .rig import ApiTransport, Exchange, exchange_of, ringme_over

ONCE = RetryPolicy(max_attempts=1)


async def bearers(x: Exchange) -> AsyncIterator[str]:
    """Yield the token of each call that reached the server."""
    for record in x.emulator.requests:
        if record.operation != "oauth.token":
            yield record.headers["Authorization"]


async def test_five_hundred_calls_of_twenty_clients_renew_one_expired_token() -> None:
    async with Emulator(seed=1, latency=0.001) as emulator:
        given = emulator.ringme()
        auth = RingMeAuth(given["client_id"], given["client_secret"], url=given["url"])
        clients = [RingMeClient.from_auth(auth) for _ in range(20)]
        await clients[0].user()
        emulator.expire_tokens()
        await asyncio.gather(*(client.user() for client in clients for _ in range(25)))
        assert emulator.count("oauth.token") == auth.issued == 2
        assert emulator.count("user.get") == 501 + emulator.refused("auth")
        for client in clients:
            await client.aclose()


async def test_the_caller_that_fetches_the_token_may_be_cancelled() -> None:
    async with exchange_of({"max_connections": 200}, latency=0.02) as x:
        tasks = [asyncio.create_task(x.client.user()) for _ in range(100)]
        await until(lambda: x.emulator.count("oauth.token"), "the request for a token arrives")
        tasks[0].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(results[0], asyncio.CancelledError)
        assert {type(result).__name__ for result in results[1:]} == {"User"}
        assert x.emulator.count("oauth.token") == 2
        assert x.emulator.count("user.get") == 99


async def test_a_failed_fetch_fails_each_caller_apart_and_is_not_remembered() -> None:
    async with exchange_of({"retry": ONCE}, latency=0.005) as x:
        x.emulator.faults.script("oauth.token", Fault.status(503))
        results = await asyncio.gather(*(x.client.user() for _ in range(20)), return_exceptions=True)
        errors = [result for result in results if isinstance(result, NotSentError)]
        assert len({id(error) for error in errors}) == len(errors) == 20
        assert x.emulator.count("user.get") == 0
        assert (await x.client.user()).id == x.state.user["id"]
        assert x.emulator.count("oauth.token") == 2
        x.emulator.faults.assert_consumed()


@pytest.mark.parametrize("status", ["400", "401"])
async def test_a_wrong_secret_is_asked_about_once(status: str) -> None:
    async with Emulator(seed=1, ringme_settings=RingMeSettings(bad_credentials=status)) as emulator:
        given = {**emulator.ringme(), "client_secret": "wrong"}
        async with RingMeClient(**given) as client:
            with pytest.raises(AuthError, match="client_secret") as caught:
                await client.user()
        assert (caught.value.code, caught.value.status) == ("invalid_client", int(status))
        assert emulator.count() == 1


async def test_a_thousand_calls_within_one_life_fetch_one_token() -> None:
    async with exchange_of() as x:
        for _ in range(10):
            await asyncio.gather(*(x.client.user() for _ in range(100)))
        assert x.emulator.count("oauth.token") == x.client.stats().tokens == 1
        assert len({token async for token in bearers(x)}) == 1
        x.emulator.expire_tokens()
        await x.client.user()
        assert x.emulator.count("oauth.token") == 2


async def test_a_rotated_secret_serves_the_next_call_and_leaves_those_under_way() -> None:
    async with exchange_of(latency=0.01) as x:
        await x.client.user()
        under_way = [asyncio.create_task(x.client.user()) for _ in range(20)]
        await until(lambda: x.emulator.count("user.get") > 20, "twenty calls are under way")
        other = x.emulator.ringme(1)
        x.client.auth.rotate(other["client_id"], other["client_secret"])
        mine = x.emulator.state.ringme_accounts[1].user["id"]
        assert (await x.client.user()).id == mine
        users = await asyncio.gather(*under_way)
        assert {user.id for user in users} == {x.state.user["id"]}
        tokens = [token async for token in bearers(x)]
        assert len(set(tokens[:21])) == 1
        assert tokens[21] != tokens[0]
        assert (x.emulator.refused("auth"), x.emulator.count("oauth.token")) == (0, 2)


@pytest.mark.parametrize("mistake", [TypeError("x"), RuntimeError("loop"), AttributeError("x")])
@virtual
async def test_a_programming_error_while_a_token_is_fetched_surfaces_unchanged(mistake: Exception) -> None:
    def fail(_: Request) -> Response:
        raise mistake

    transport = ApiTransport(grant=fail)
    async with ringme_over(transport) as client:
        with pytest.raises(type(mistake)) as caught:
            await client.user()
    assert caught.value is mistake
    assert (len(transport.requests), len(transport.tokens.requests)) == (0, 1)
