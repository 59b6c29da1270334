"""Tokens of this vendor, over real sockets against the emulator: one for everybody, renewed once."""

from __future__ import annotations

import asyncio

import pytest

from stringee_async import (
    AuthError,
    RetryPolicy,
    RingMeAuth,
    RingMeClient,
)
from stringee_async.emulator import Emulator, RingMeSettings

ONCE = RetryPolicy(max_attempts=1)


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


@pytest.mark.parametrize("status", ["400", "401"])
async def test_a_wrong_secret_is_asked_about_once(status: str) -> None:
    async with Emulator(seed=1, ringme_settings=RingMeSettings(bad_credentials=status)) as emulator:
        given = {**emulator.ringme(), "client_secret": "wrong"}
        async with RingMeClient(**given) as client:
            with pytest.raises(AuthError, match="client_secret") as caught:
                await client.user()
        assert (caught.value.code, caught.value.status) == ("invalid_client", int(status))
        assert emulator.count() == 1
