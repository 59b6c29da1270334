"""The one way to a permit: limiters of the user's, the queue's time limit."""

from __future__ import annotations

import asyncio

import pytest

from stringee_async import Timeouts
from stringee_async.core.auth import TokenCache
from stringee_async.core.client_options import open_session
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import NotSentError
from stringee_async.core.gate import Gate
from stringee_async.core.ratelimit import LocalRateLimiter, RateLimit
from stringee_async.core.retry import RetryPolicy
from stringee_async.core.unset import Lane
from stringee_async.stringee.responses import read_object

from ..kit import ScriptedTransport, answer, client_over, virtual
from .rig import (
    BearerAuth,
    CountingLoop,
    OwnLimiter,
    TimedTransport,
    TokenSource,
    at_rest,
    call,
    make_request,
)


@virtual
async def test_time_in_the_queue_is_not_charged_to_the_request() -> None:
    transport = TimedTransport(default=answer(), latency=0.1)
    async with client_over(transport, max_connections=20, timeouts=Timeouts(attempt=1.0)) as client:
        loop = asyncio.get_running_loop()
        start = loop.time()
        await asyncio.gather(*(call(client) for _ in range(5000)))
        assert loop.time() - start == pytest.approx(25.0, abs=0.1)
        assert (len(transport.requests), transport.peak) == (5000, 20)
        # The mean wait is half of the 25 s.
        assert client.stats().permit_wait == pytest.approx(5000 * 12.45, rel=0.01)
        assert at_rest(client, 20)


@pytest.mark.parametrize("limit", [None, RateLimit(1000, 1.0, burst=1)])
def test_a_call_costs_no_more_loop_work_with_more_waiters(limit: RateLimit | None) -> None:
    """From 100 to 5 000 waiting coroutines, callbacks and timers per call stay the same, and are few.

    Counted, not timed: the share of CPU beside a bare aiohttp call is measured by the benchmarks, as CI machines
    are too uneven for a bound on time.
    """
    work: list[float] = []
    for count in (100, 5000):
        loop = CountingLoop()

        async def run(count: int = count) -> None:
            transport = ScriptedTransport(default=answer(), latency=0.01)
            async with client_over(transport, rate_limit=limit, max_connections=20) as client:
                await call(client)
                await asyncio.gather(*(call(client) for _ in range(count)))

        with asyncio.Runner(loop_factory=lambda loop=loop: loop) as runner:
            runner.run(run())
        work.append((loop.callbacks + loop.timers) / count)
    assert work[1] <= work[0] * 1.1
    assert work[1] <= 12


@virtual
async def test_the_queue_has_a_time_limit_of_its_own() -> None:
    transport = ScriptedTransport(default=answer(), latency=10.0)
    async with client_over(
        transport, max_connections=1, timeouts=Timeouts(queue=1.0), retry=RetryPolicy(max_attempts=2)
    ) as client:
        first = asyncio.create_task(call(client))
        await asyncio.sleep(0.1)
        with pytest.raises(NotSentError) as caught:
            await call(client)
        assert (caught.value.outcome, caught.value.stage, caught.value.retryable) == (
            "not_sent",
            "queue",
            True,
        )
        assert len(caught.value.history) == 1
        await first
        assert len(transport.requests) == 1
        await call(client)


@virtual
async def test_a_foreign_timeout_in_the_queue_is_not_taken_for_ours() -> None:
    """A limiter of the user's that times out by itself surfaces unchanged."""

    class Impatient:
        async def acquire(self, operation: str, lane: str) -> None:
            raise TimeoutError("mine")

        def pause(self, seconds: float) -> None: ...

    async with client_over(
        ScriptedTransport(), rate_limit=Impatient(), timeouts=Timeouts(queue=1.0)
    ) as client:
        with pytest.raises(TimeoutError, match="mine"):
            await call(client)


@virtual
async def test_a_call_that_ends_outside_a_pause_changes_nothing() -> None:
    transport = ScriptedTransport(default=answer())
    async with client_over(transport) as client:
        gate = client._session.state.gate
        gate.ended(object())
        assert gate.probe is None
        await call(client)
    assert len(transport.requests) == 1


class SlowLimiter(OwnLimiter):
    """Takes a second for each permit, and wants to know which requests left late."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[tuple[float, float]] = []

    async def acquire(self, operation: str, lane: Lane) -> None:
        await asyncio.sleep(1.0)
        await super().acquire(operation, lane)

    def sent_late(self, age: float, delay: float) -> None:
        self.late.append((age, delay))


@virtual
async def test_a_permit_that_waited_for_a_token_is_told_to_have_been_used_late() -> None:
    """The token grows old while the call waits for its permit: the limiter hears how much later the request left."""
    limiter, source = SlowLimiter(), TokenSource(delay=0.5, lifetime=100.0)
    auth = BearerAuth(TokenCache(source, RealClock()))
    transport = ScriptedTransport(default=answer())
    session = open_session("x", transport=transport, auth=auth, retry=RetryPolicy(), rate_limit=limiter)
    await session.send(make_request(), read_object)
    assert limiter.late == []
    await asyncio.sleep(48.0)
    await session.send(make_request(), read_object)
    assert limiter.late == [(pytest.approx(0.5), pytest.approx(0.5))]
    assert (source.fetches, len(limiter.acquired)) == (2, 2)
    await session.state.aclose()


@virtual
async def test_a_pause_between_waking_and_leaving_holds_calls_that_were_given_permits() -> None:
    """Three calls are woken with their permits, and a pause begins in that turn: none of them leaves before it is over."""
    loop = asyncio.get_running_loop()
    gate = Gate(LocalRateLimiter(RateLimit(100, 1.0)), 3, RealClock(), lambda: True)
    left: list[float] = []

    class Waits:
        call = object()

        async def renew(self, permit: object) -> None:
            raise AssertionError("the credentials are fresh")

        def check_pause(self, ends: float, asked: float) -> None: ...

    async def one() -> None:
        await gate.enter("probe.call", "interactive", Waits)
        left.append(loop.time())

    for _ in range(3):
        assert gate.try_enter("probe.call", "interactive")
    tasks = [asyncio.create_task(one()) for _ in range(3)]
    await asyncio.sleep(0)
    for _ in range(3):
        gate.leave(gate.slots)
    began = loop.time()
    gate.pause(10.0, "probe.call", 3600.0)
    await asyncio.gather(*tasks)
    assert min(left) >= began + 10.0
    assert (gate.slots.free, gate.slots.queued, gate.slots.head_taken) == (0, 0, False)
