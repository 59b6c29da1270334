"""Rules of the clock: every wait of a client is on the clock it was given, so that tests need not wait."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from stringee_async.core.clock import RealClock
from stringee_async.core.errors import ClosedError, ConfigError
from stringee_async.core.options import Timeouts
from stringee_async.core.ratelimit import LocalRateLimiter, RateLimit
from stringee_async.core.retry import RetryPolicy

from ..conformance.rig import Rig
from ..kit import ScriptedTransport, VirtualLoop, answer, client_over, virtual
from .rig import beside_a_running_loop, call, settle

UNHURRIED = Timeouts(total=None)


class InstantClock:
    """A clock on which every wait is over at once, as far as the event loop is concerned."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return 1_700_000_000.0 + self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


class RecordingClock(InstantClock):
    """A clock that only writes down what was waited for; its time stands still."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)


@pytest.mark.parametrize("kind", [InstantClock, RecordingClock])
@virtual
async def test_a_pause_is_waited_for_on_the_clients_clock(rig: Rig, kind: type[InstantClock]) -> None:
    """A wait of 30 s that the vendor asks for takes no time of the loop when the clock's waits take none."""
    transport = rig.transport(rig.throttled(Retry_After="30"), default=rig.ok)
    clock, loop = kind(), asyncio.get_running_loop()
    before = loop.time()
    async with rig.over(transport, clock=clock) as client:
        await rig.read(client)
    assert loop.time() == before
    assert len(transport.requests) == 2
    waited = max(clock.waits) if isinstance(clock, RecordingClock) else clock.now
    assert 30.0 <= waited <= 31.0


@virtual
async def test_permits_are_given_on_the_clients_clock() -> None:
    clock, loop = InstantClock(), asyncio.get_running_loop()
    times: list[float] = []
    transport = ScriptedTransport(default=lambda _: (times.append(clock.now), answer())[1])
    before = loop.time()
    async with client_over(
        transport, clock=clock, rate_limit=RateLimit(2, 10.0), timeouts=UNHURRIED
    ) as client:
        await asyncio.gather(*(call(client) for _ in range(9)))
    assert loop.time() == before
    assert len(times) == 9
    assert min(later - earlier for earlier, later in zip(times, times[2:], strict=False)) >= 10.0
    assert times[-1] <= 45.0


@virtual
async def test_permits_do_not_need_a_clock_that_moves() -> None:
    """On a clock that only records, a call that waited its time out gets a permit, so no call waits for ever."""
    clock = RecordingClock()
    transport = ScriptedTransport(default=answer())
    async with client_over(
        transport, clock=clock, rate_limit=RateLimit(2, 10.0), timeouts=UNHURRIED
    ) as client:
        await asyncio.gather(*(call(client) for _ in range(6)))
    assert len(transport.requests) == 6
    assert max(clock.waits) >= 5.0


@virtual
async def test_a_limiter_may_be_made_with_a_clock() -> None:
    clock = InstantClock()
    limiter = LocalRateLimiter(RateLimit(1, 5.0), clock=clock)
    transport = ScriptedTransport(default=answer())
    async with client_over(transport, clock=clock, rate_limit=limiter) as client:
        for _ in range(3):
            await call(client)
    assert 10.0 <= clock.now <= 11.0
    with pytest.raises(ConfigError, match="clock must be an object with the methods of Clock"):
        LocalRateLimiter(clock="x")  # type: ignore[arg-type]
    with pytest.raises(
        ConfigError, match=r"limit must be a RateLimit, such as RateLimit\(300, 10\.0\); got 5"
    ):
        LocalRateLimiter(5)  # type: ignore[arg-type]


@virtual
async def test_a_limiter_without_a_clock_waits_on_that_of_its_clients() -> None:
    clock, loop = InstantClock(), asyncio.get_running_loop()
    limiter, transport = LocalRateLimiter(RateLimit(1, 5.0)), ScriptedTransport(default=answer())
    options: dict[str, Any] = {"clock": clock, "rate_limit": limiter}
    before = loop.time()
    async with client_over(transport, **options) as one, client_over(transport, **options) as other:
        for client in (one, other, one):
            await call(client)
    assert loop.time() == before
    assert 10.0 <= clock.now <= 11.0
    assert len(transport.requests) == 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(InstantClock(), InstantClock(), id="two clocks"),
        pytest.param(InstantClock(), None, id="then the loop's"),
        pytest.param(None, InstantClock(), id="first the loop's"),
    ],
)
@virtual
async def test_clients_with_different_clocks_do_not_share_a_limiter(
    first: InstantClock | None, second: InstantClock | None
) -> None:
    limiter, transport = LocalRateLimiter(RateLimit(1, 5.0)), ScriptedTransport(default=answer())
    async with client_over(transport, clock=first, rate_limit=limiter) as client:
        with pytest.raises(
            ConfigError, match=r"rate_limit: .* another clock .* LocalRateLimiter\(limit, clock=\.\.\.\)"
        ):
            client_over(transport, clock=second, rate_limit=limiter)
        started = asyncio.get_running_loop().time()
        await asyncio.gather(call(client), call(client))
        now = asyncio.get_running_loop().time()
    assert (now > started) == (first is None)
    assert len(transport.requests) == 2


@virtual
async def test_a_limiter_with_a_clock_of_its_own_serves_clients_with_others() -> None:
    transport = ScriptedTransport(default=answer())
    for clock in (InstantClock(), RealClock()):
        limiter, loop = LocalRateLimiter(RateLimit(1, 5.0), clock=clock), asyncio.get_running_loop()
        before = loop.time()
        for other in (InstantClock(), None):
            async with client_over(transport, clock=other, rate_limit=limiter) as client:
                await call(client)
        on_the_loop = isinstance(clock, RealClock)
        assert loop.time() - before == pytest.approx(5.1 if on_the_loop else 0.0, abs=0.1)
        assert on_the_loop or clock.monotonic() == pytest.approx(5.1, abs=0.1)
    assert len(transport.requests) == 4


@virtual
async def test_a_limiter_that_was_used_stays_on_the_loops_clock() -> None:
    limiter, transport = LocalRateLimiter(RateLimit(1, 5.0)), ScriptedTransport(default=answer())
    await limiter.acquire("x", "bulk")
    with pytest.raises(ConfigError, match="another clock"):
        client_over(transport, clock=InstantClock(), rate_limit=limiter)
    before = asyncio.get_running_loop().time()
    async with client_over(transport, rate_limit=limiter) as client:
        await call(client)
    assert asyncio.get_running_loop().time() - before >= 5.0


def test_a_client_that_is_refused_leaves_a_limiter_as_it_was() -> None:
    """A client that is not made, for another option, does not decide on the clock of a shared limiter."""
    limiter = LocalRateLimiter(RateLimit(1, 5.0))
    options: dict[str, Any] = {"rate_limit": limiter, "clock": InstantClock()}
    with pytest.raises(ConfigError, match="max_connections"):
        client_over(ScriptedTransport(), max_connections=0, **options)
    client_over(ScriptedTransport(), rate_limit=limiter)


@virtual
async def test_a_cancelled_wait_leaves_no_task_behind() -> None:
    """Waiting on another clock takes a task; when the last waiter is cancelled, it ends too."""

    class SlowClock(InstantClock):
        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(seconds)
            self.now += seconds

    limiter = LocalRateLimiter(RateLimit(1, 50.0), clock=SlowClock())
    await limiter.acquire("x", "bulk")
    waiting = [asyncio.ensure_future(limiter.acquire("x", "bulk")) for _ in range(3)]
    await asyncio.sleep(1.0)
    for task in waiting[:2]:
        task.cancel()
    await settle(*waiting[:2])
    assert not waiting[2].done()
    waiting[2].cancel()
    await settle(waiting[2])
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    limiter.pause(1.0)
    await limiter.acquire("x", "bulk")


def test_a_limiter_with_a_clock_moves_from_loop_to_loop() -> None:
    clock = RecordingClock()
    limiter = LocalRateLimiter(RateLimit(1, 5.0), clock=clock)

    async def left() -> None:
        await limiter.acquire("x", "bulk")
        asyncio.ensure_future(limiter.acquire("x", "bulk")).cancel()

    for _ in range(2):
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(left())

    async def refused() -> None:
        with pytest.raises(ClosedError, match="still runs"):
            await limiter.acquire("x", "bulk")

    beside_a_running_loop(left, refused)


@virtual
async def test_polls_and_backoff_are_on_the_clients_clock_too() -> None:
    clock, loop = InstantClock(), asyncio.get_running_loop()
    transport = ScriptedTransport(answer({"r": 1}, 500), answer({"r": 1}, 502), default=answer())
    before = loop.time()
    async with client_over(transport, clock=clock, retry=RetryPolicy(random=lambda: 0.9)) as client:
        await call(client)
    assert loop.time() == before
    assert clock.now == pytest.approx(0.9 * (0.25 + 0.5))
