"""Rates and quotas: what this vendor allows is kept, and what it refuses for rate is waited out by everybody."""

from __future__ import annotations

import asyncio
import itertools
import logging

import attrs
import pytest

from stringee_async import RateLimit, RateLimitedError
from stringee_async.core.clock import RealClock
from stringee_async.core.messages import Request, Response

from ..kit import ScriptedTransport, answer, virtual
from .rig import GRANT, exchange_of, ringme_over

USER = answer({"id": 7})


@pytest.mark.parametrize("names", ["title", "lower", "upper"])
async def test_the_hourly_quota_is_told_and_its_end_stops_everybody(
    names: str, caplog: pytest.LogCaptureFixture
) -> None:
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


@virtual
async def test_requests_for_a_token_wait_for_the_end_of_a_pause() -> None:
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
