"""Every option of a client has an effect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import StringeeClient, Timeouts
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import ClosedError, ConfigError, DeadlineError, ServerError
from stringee_async.core.ratelimit import RateLimit
from stringee_async.core.retry import RetryPolicy
from stringee_async.stringee.client import StringeeOptions

from ..kit import KEY_SECRET, KEY_SID, ScriptedTransport, answer, client_over, virtual
from ..kit.told import Told
from .rig import call


async def _effect_of_icc_url(transport: ScriptedTransport) -> bool:
    client = StringeeClient(KEY_SID, KEY_SECRET, transport=transport, icc_url="https://other.example/x/")
    await client.agents.delete("A")
    return transport.requests[0].url == "https://other.example/x/v1/agent/A"


async def _effect_of_retry(transport: ScriptedTransport) -> bool:
    transport.default = answer({"r": 1}, 500)
    client = client_over(transport, retry=RetryPolicy(max_attempts=2))
    with pytest.raises(ServerError):
        await call(client)
    return len(transport.requests) == 2


async def _effect_of_rate_limit(transport: ScriptedTransport) -> bool:
    client = client_over(transport, rate_limit=RateLimit(1, 5.0))
    await asyncio.gather(call(client), call(client))
    return transport.times[1] - transport.times[0] >= 5.0


async def _effect_of_timeouts(transport: ScriptedTransport) -> bool:
    transport.latency = 9.0
    client = client_over(transport, timeouts=Timeouts(total=2.0))
    with pytest.raises(DeadlineError) as caught:
        await call(client)
    return caught.value.elapsed == pytest.approx(2.0)


async def _effect_of_max_connections(transport: ScriptedTransport) -> bool:
    transport.latency = 1.0
    client = client_over(transport, max_connections=3)
    await asyncio.gather(*(call(client) for _ in range(10)))
    return transport.peak == 3


async def _effect_of_http(transport: ScriptedTransport) -> bool:
    class Given:
        closed = True

    client = StringeeClient(KEY_SID, KEY_SECRET, http=Given())  # type: ignore[typeddict-item]
    with pytest.raises(ClosedError, match="http"):
        await call(client)
    return True


async def _effect_of_transport(transport: ScriptedTransport) -> bool:
    await call(client_over(transport))
    return len(transport.requests) == 1


async def _effect_of_phone_country(transport: ScriptedTransport) -> bool:
    transport.steps = [answer({"r": 0, "agentID": "A1"})]
    client = client_over(transport, phone_country="VN")
    await client.agents.create(name="An", stringee_user_id="u", phone_number="0901234567")
    return b'"84901234567"' in (transport.requests[0].body or b"")


async def _effect_of_allow_http(transport: ScriptedTransport) -> bool:
    local = {"icc_url": "http://emulator:8700", "transport": transport}
    with pytest.raises(ConfigError, match="https"):
        StringeeClient(KEY_SID, KEY_SECRET, **local)  # type: ignore[arg-type]
    await StringeeClient(KEY_SID, KEY_SECRET, allow_http=True, **local).agents.delete("A1")  # type: ignore[arg-type]
    return transport.requests[0].url.startswith("http://emulator:8700/")


async def _effect_of_clock(transport: ScriptedTransport) -> bool:
    slept: list[float] = []

    class Recording(RealClock):
        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)

    transport.steps = [answer({"r": 1}, 500)]
    await call(client_over(transport, clock=Recording()))
    return len(slept) == 1


async def _effect_of_observers(transport: ScriptedTransport) -> bool:
    told = Told()
    await call(client_over(transport, observers=[told]))
    return bool(told.events)


async def _effect_of_api_url(transport: ScriptedTransport) -> bool:
    transport.default = answer({"count": 0, "pageSize": 0, "users": []})
    client = client_over(transport, api_url="https://calls.example")
    await client.users.list().collect()
    return transport.requests[0].url.startswith("https://calls.example/v1/users?")


@pytest.mark.parametrize("option", StringeeOptions.__annotations__)
@virtual
async def test_every_client_option_has_an_effect(option: str) -> None:
    """Each option of the client shows on the wire or in time; an option without a test here fails."""
    effect: Callable[[ScriptedTransport], Any] = globals()[f"_effect_of_{option}"]
    assert await effect(ScriptedTransport(default=answer()))
