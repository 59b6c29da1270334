"""Rates: what a vendor allows is kept, and what it refuses for rate is waited out by everybody."""

from __future__ import annotations

import asyncio

import pytest

from stringee_async import (
    RateLimit,
    RateLimitedError,
    Request,
    Response,
    RetryPolicy,
    SdkError,
    ServerError,
    Timeouts,
)
from stringee_async.emulator import Fault

from ..kit import virtual
from .rig import Rig
from .rigs import each

ONCE = RetryPolicy(max_attempts=1)


@virtual
async def test_no_window_holds_more_than_the_limit(rig: Rig) -> None:
    """30 in 2 s: of 300 calls at once no two seconds hold more than 30 requests, from the first on."""
    transport = rig.transport(default=rig.ok)
    async with rig.over(transport, rate_limit=RateLimit(30, 2.0), timeouts=Timeouts(total=None)) as client:
        await asyncio.gather(*(rig.read(client) for _ in range(300)))
    times = transport.times
    assert len(times) == 300
    for index, moment in enumerate(times):
        assert sum(moment <= other < moment + 2.0 for other in times[index:]) <= 30


@each("throttlings")
@virtual
async def test_one_refusal_pauses_everybody(rig: Rig, name: str) -> None:
    """200 coroutines and a refusal with 2 s: those in flight see it at most, nothing is sent in the pause, all succeed."""
    loop, refused_until = asyncio.get_running_loop(), 0.0
    refusal = rig.throttlings[name]("2")

    def server(_: Request) -> Response:
        nonlocal refused_until
        if not refused_until and len(transport.requests) > 40:
            refused_until = loop.time() + 2.0
        return refusal if loop.time() < refused_until else rig.ok

    transport = rig.transport(default=server, latency=0.05)
    async with rig.over(transport, max_connections=20) as client:
        await asyncio.gather(*(rig.read(client) for _ in range(200)))
        assert client.stats().paused == pytest.approx(2.0, abs=0.3)
    begun = refused_until - 2.0
    assert not [moment for moment in transport.times if begun < moment < refused_until]
    assert len(transport.times) - 200 <= 20


@pytest.mark.parametrize("form", ["ceil", "fraction", "none"])
async def test_refusals_for_rate_are_waited_out_in_either_form(rig: Rig, form: str) -> None:
    options = {"retry": RetryPolicy(max_attempts=40, throttle_base=0.2), "timeouts": Timeouts(total=None)}
    for settings in rig.throttle_settings:
        async with rig.emulated(options, retry_after_form=form, rate_limit=(10, 0.2), **settings) as site:
            create, made = rig.many(site)
            await asyncio.gather(*(create(number) for number in range(30)))
            assert made(site) == 30
            assert site.emulator.refused("rate_limit") > 0
            assert site.client.stats().requests == site.emulator.count()
            tokens = site.emulator.count(rig.unlisted) if rig.unlisted else 0
            assert site.emulator.count() - tokens == 30 + site.emulator.refused("rate_limit")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.retry_after(0.01), RateLimitedError),
        (Fault.retry_after(0.01, status=503), ServerError),
        (Fault.status(429), RateLimitedError),
        (Fault.status(503), ServerError),
    ],
)
async def test_each_form_of_throttling_is_told(rig: Rig, fault: Fault, kind: type[SdkError]) -> None:
    async with rig.emulated({"retry": ONCE}) as site:
        site.script(rig.read_operation, fault)
        with pytest.raises(kind) as caught:
            await rig.read(site.client)
        assert type(caught.value) is kind
        assert site.emulator.count(rig.read_operation) == 1
        site.emulator.faults.assert_consumed()
