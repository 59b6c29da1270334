"""Rates and quotas: what this vendor allows is kept, and what it refuses for rate is waited out by everybody.

Named after the statements that they prove. Over real sockets against the emulator where time does not matter, on
virtual time where it does.
"""

from __future__ import annotations

import asyncio
import logging

import pytest

from stringee_async import (
    ConflictError,
    RateLimit,
    RateLimitedError,
    RetryPolicy,
    SdkError,
    ServerError,
    Timeouts,
)
from stringee_async.core.clock import RealClock
from stringee_async.core.wire import Request, Response
from stringee_async.emulator import Fault

from ..kit import answer, virtual
from .rig import ApiTransport, exchange_of, ringme_over

ONCE = RetryPolicy(max_attempts=1)
USER = answer({"id": 7})


@virtual
async def test_d1_no_window_holds_more_than_the_limit() -> None:
    """30 in 2 s: of 300 calls at once no two seconds hold more than 30 requests, from the first on."""
    transport = ApiTransport(default=USER)
    async with ringme_over(transport, rate_limit=RateLimit(30, 2.0), timeouts=Timeouts(total=None)) as client:
        await asyncio.gather(*(client.user() for _ in range(300)))
    times = transport.times
    assert len(times) == 300
    for place, moment in enumerate(times):
        assert sum(moment <= other < moment + 2.0 for other in times[place:]) <= 30


@virtual
async def test_d3_one_refusal_pauses_everybody() -> None:
    """200 coroutines and a 429 with 2 s: those in flight see it at most, nothing is sent in the pause, all succeed."""
    loop, refused_until = asyncio.get_running_loop(), 0.0
    refusal = answer({"status": "rate_limit_exceeded"}, 429, X_RateLimit_Reset="2")

    def server(request: Request) -> Response:
        nonlocal refused_until
        if not refused_until and len(transport.requests) > 40:
            refused_until = loop.time() + 2.0
        return refusal if loop.time() < refused_until else USER

    transport = ApiTransport(default=server, latency=0.05)
    async with ringme_over(transport, max_connections=20) as client:
        await asyncio.gather(*(client.user() for _ in range(200)))
        assert client.stats().paused == pytest.approx(2.0, abs=0.3)
    begun = refused_until - 2.0
    assert not [moment for moment in transport.times if begun < moment < refused_until]
    assert len(transport.times) - 200 <= 20


@pytest.mark.parametrize("names", ["title", "lower", "upper"])
async def test_d3_the_hourly_quota_is_told_and_its_end_stops_everybody(
    names: str, caplog: pytest.LogCaptureFixture
) -> None:
    """`quota` counts down; at its end calls fail at once with the seconds left, and none is sent that must fail."""
    quick = {"ringme_quota": (5, 3600.0), "ringme_quota_headers": names}
    async with exchange_of({"clock": RealClock()}, **quick) as x:
        left = []
        for _ in range(5):
            await x.client.user()
            assert x.client.quota is not None
            left.append(x.client.quota.remaining)
        assert left == [4, 3, 2, 1, 0]
        assert x.client.quota.limit == 5
        with caplog.at_level(logging.WARNING):
            errors = await asyncio.gather(*(x.client.user() for _ in range(100)), return_exceptions=True)
            errors += await asyncio.gather(*(x.client.user() for _ in range(100)), return_exceptions=True)
        assert {type(error) for error in errors} == {RateLimitedError}
        assert all(3590 < error.retry_after <= 3600 for error in errors)  # type: ignore[union-attr, operator]
        assert x.emulator.refused("quota") <= 64
        assert {error.outcome for error in errors[100:]} == {"not_sent"}  # type: ignore[union-attr]


@pytest.mark.parametrize("form", ["ceil", "fraction", "none"])
async def test_d7_refusals_for_rate_are_waited_out_in_either_form(form: str) -> None:
    """HTTP 429 with a wait named or not: what was refused is sent again, and done once."""
    options = {"retry": RetryPolicy(max_attempts=40, throttle_base=0.2), "timeouts": Timeouts(total=None)}
    async with exchange_of(options, retry_after_form=form, rate_limit=(10, 0.05)) as x:
        create = x.client.agents.remote.create
        await asyncio.gather(*(create(number=f"89210000{n:03}") for n in range(30)))
        assert len(x.state.remote_agents) == 30
        assert x.emulator.refused("rate_limit") > 0
        assert x.emulator.count("agents.remote.create") == 30 + x.emulator.refused("rate_limit")
        assert x.client.stats().requests == x.emulator.count()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.retry_after(0.01), RateLimitedError),
        (Fault.retry_after(0.01, status=503), ServerError),
        (Fault.status(429), RateLimitedError),
        (Fault.status(503), ServerError),
        (Fault.status(429, '{"message": "stats request already exists"}'), ConflictError),
    ],
)
async def test_d7_each_form_of_throttling_is_told(fault: Fault, kind: type[SdkError]) -> None:
    """A 429 is a pause; a 503 is a failure, with a wait too; a busy statistics query a conflict."""
    async with exchange_of({"retry": ONCE}) as x:
        x.emulator.faults.script("user.get", fault)
        with pytest.raises(kind) as caught:
            await x.client.user()
        assert type(caught.value) is kind
        assert x.emulator.count("user.get") == 1
        x.emulator.faults.assert_consumed()
