"""Rates and quotas: what this vendor allows is kept, and what it refuses for rate is waited out by everybody.

Named after the statements that they prove. Over real sockets against the emulator where time does not matter, on
virtual time where it does.
"""

from __future__ import annotations

import asyncio
import itertools
import logging

import attrs
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
from stringee_async.core.messages import Request, Response
from stringee_async.emulator import Fault

from ..kit import ScriptedTransport, answer, virtual
from .rig import GRANT, ApiTransport, exchange_of, ringme_over

ONCE = RetryPolicy(max_attempts=1)
USER = answer({"id": 7})


@virtual
async def test_no_window_holds_more_than_the_limit() -> None:
    """30 in 2 s: of 300 calls at once no two seconds hold more than 30 requests, from the first on."""
    transport = ApiTransport(default=USER)
    async with ringme_over(transport, rate_limit=RateLimit(30, 2.0), timeouts=Timeouts(total=None)) as client:
        await asyncio.gather(*(client.user() for _ in range(300)))
    times = transport.times
    assert len(times) == 300
    for place, moment in enumerate(times):
        assert sum(moment <= other < moment + 2.0 for other in times[place:]) <= 30


@virtual
async def test_one_refusal_pauses_everybody() -> None:
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
async def test_the_hourly_quota_is_told_and_its_end_stops_everybody(
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
async def test_refusals_for_rate_are_waited_out_in_either_form(form: str) -> None:
    """HTTP 429 with a wait named or not: what was refused is sent again, and done once."""
    options = {"retry": RetryPolicy(max_attempts=40, throttle_base=0.2), "timeouts": Timeouts(total=None)}
    async with exchange_of(options, retry_after_form=form, rate_limit=(10, 0.4)) as x:
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
async def test_each_form_of_throttling_is_told(fault: Fault, kind: type[SdkError]) -> None:
    """A 429 is a pause; a 503 is a failure, with a wait too; a busy statistics query a conflict."""
    async with exchange_of({"retry": ONCE}) as x:
        x.emulator.faults.script("user.get", fault)
        with pytest.raises(kind) as caught:
            await x.client.user()
        assert type(caught.value) is kind
        assert x.emulator.count("user.get") == 1
        x.emulator.faults.assert_consumed()


@virtual
async def test_requests_for_a_token_wait_for_the_end_of_a_pause() -> None:
    """Inside a pause nothing leaves, also when the token ends in it, and the token's request is then the first."""
    transport = ScriptedTransport(
        _grant(2.0), _user, answer({"message": "slow"}, 429, Retry_After="4"), default=_either, latency=0.01
    )
    async with ringme_over(transport) as client:
        await client.user()
        started = asyncio.get_running_loop().time()
        first = asyncio.ensure_future(client.user())
        await asyncio.sleep(0.5)
        bulk = client.with_options(lane="bulk")
        await asyncio.gather(first, *(bulk.user() for _ in range(20)), *(client.user() for _ in range(20)))
    after = [moment for moment in transport.times if moment > started + 0.1]
    assert min(after) >= started + 4.0
    assert transport.requests[3].operation == "oauth.token"
    assert transport.count("oauth.token") >= 2


@virtual
async def test_requests_for_a_token_count_against_the_limit() -> None:
    """Under a limit of one request in three seconds the token and the call it is for are three seconds apart."""
    transport = ScriptedTransport(default=_either)
    async with ringme_over(transport, rate_limit=RateLimit(1, 3.0)) as client:
        await asyncio.gather(*(client.user() for _ in range(3)))
    assert [request.operation for request in transport.requests] == ["oauth.token", *["user.get"] * 3]
    gaps = [later - earlier for earlier, later in itertools.pairwise(transport.times)]
    assert min(gaps) >= 3.0


@virtual
async def test_a_token_that_is_rejected_while_calls_wait_keeps_the_limit() -> None:
    """The request for another token takes the permit of the call that finds the token gone, and no second one."""
    refused = answer({"message": "Unauthorized"}, 401)
    transport = ScriptedTransport(_grant(3600.0), refused, default=_either)
    async with ringme_over(transport, rate_limit=RateLimit(1, 3.0)) as client:
        await asyncio.gather(*(client.user() for _ in range(3)))
    operations = [request.operation for request in transport.requests]
    assert operations == ["oauth.token", "user.get", "oauth.token", *["user.get"] * 3]
    gaps = [later - earlier for earlier, later in itertools.pairwise(transport.times)]
    assert min(gaps) >= 3.0
    assert max(gaps) < 3.5


@virtual
async def test_a_token_fetched_behind_the_permit_keeps_the_limit() -> None:
    """A permit that had to wait for a new token counts from when its request left, so no window holds too many."""
    transport = ScriptedTransport(_grant(2.0), default=_either, latency=0.4)
    async with ringme_over(transport, rate_limit=RateLimit(2, 1.0, burst=1)) as client:
        await asyncio.gather(*(client.user() for _ in range(12)))
    times = transport.times
    assert transport.count("oauth.token") == 2
    assert min(later - earlier for earlier, later in zip(times, times[2:], strict=False)) >= 1.0


@virtual
async def test_a_pause_that_begins_while_a_token_waits_holds_its_request_too() -> None:
    """A limiter that takes no notice of pauses is asked again for the token after each pause that began meanwhile."""
    permits: list[str] = []

    class Heedless:
        async def acquire(self, operation: str, lane: str) -> None:
            permits.append(operation)
            await asyncio.sleep(1.0)

        def pause(self, seconds: float) -> None:
            pass

    transport = ScriptedTransport(default=_either)
    async with ringme_over(transport, rate_limit=Heedless()) as client:
        task = asyncio.ensure_future(client.user())
        await asyncio.sleep(0.5)
        client._session.state.gate.pause(0.2, "user.get", 3600.0)
        await task
    assert permits == ["oauth.token", "oauth.token", "user.get"]


@virtual
async def test_a_token_request_that_had_to_connect_counts_from_its_leaving() -> None:
    """The first request of a client is mostly the token's: the time of its connecting does not move it in the window."""
    transport = ScriptedTransport(attrs.evolve(_grant(3600.0), delay=0.5), default=_either, latency=0.6)
    async with ringme_over(transport, rate_limit=RateLimit(2, 1.0, burst=2)) as client:
        await asyncio.gather(*(client.user() for _ in range(4)))
    left = [transport.times[0] + 0.5, *transport.times[1:]]
    assert min(later - earlier for earlier, later in zip(left, left[2:], strict=False)) >= 1.0


def _grant(lifetime: float) -> Response:
    return answer({**GRANT, "expires_in": lifetime})


def _either(request: Request) -> Response:
    return _grant(3600.0) if request.operation == "oauth.token" else _user(request)


def _user(_: Request) -> Response:
    return USER
