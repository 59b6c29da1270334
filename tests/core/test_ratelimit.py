"""Rules of the limiter: never above the limit, first come first served, and a pause is for everybody."""

from __future__ import annotations

import asyncio
import itertools
import random
from typing import Any

import attrs
import pytest

from stringee_async import StringeeClient
from stringee_async.core.errors import ClosedError
from stringee_async.core.messages import Request, Response
from stringee_async.core.ratelimit import LocalRateLimiter, RateLimit
from stringee_async.core.unset import Lane

from ..kit import ICC, KEY_SECRET, ScriptedTransport, VirtualLoop, answer, client_over, virtual
from .rig import WRITE, CountingLoop, beside_a_running_loop, call, settle


def most_in_any_window(times: list[float], per: float) -> int:
    """Return the largest number of times in any half-open window of this length."""
    times, most, first = sorted(times), 0, 0
    for last, moment in enumerate(times):
        while moment - times[first] >= per:
            first += 1
        most = max(most, last - first + 1)
    return most


async def take(limiter: LocalRateLimiter, times: list[float], lane: Lane = "interactive") -> None:
    await limiter.acquire("x", lane)
    times.append(asyncio.get_running_loop().time())


class Quota:
    """A vendor with a sliding window and a wait to ask for, for `ScriptedTransport(default=...)`."""

    def __init__(self, requests: int, per: float, retry_after: str = "2") -> None:
        self.requests, self.per, self.retry_after = requests, per, retry_after
        self.accepted: list[float] = []
        self.refused: list[float] = []

    def __call__(self, request: Request) -> Response:
        now = asyncio.get_running_loop().time()
        if sum(moment > now - self.per for moment in self.accepted[-self.requests :]) >= self.requests:
            self.refused.append(now)
            return answer({"r": 1}, 429, Retry_After=self.retry_after)
        self.accepted.append(now)
        return answer()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "limit",
    [
        RateLimit(10, 1.0),
        RateLimit(1, 0.5),
        RateLimit(300, 10.0),
        RateLimit(7, 60.0, burst=7),
        RateLimit(50, 1.0, burst=1),
    ],
)
@virtual
async def test_no_window_holds_more_than_the_limit(limit: RateLimit, seed: int) -> None:
    random_ = random.Random(seed)
    limiter, times = LocalRateLimiter(limit), []
    tasks: list[asyncio.Task[None]] = []
    for _ in range(40):
        lane: Lane = random_.choice(["interactive", "bulk"])
        tasks += [
            asyncio.create_task(take(limiter, times, lane))
            for _ in range(random_.randrange(1, limit.requests + 3))
        ]
        await asyncio.sleep(random_.random() * limit.per)
        if random_.random() < 0.3:
            random_.choice(tasks).cancel()
        if random_.random() < 0.2:
            limiter.pause(random_.random() * limit.per)
    await settle(*tasks)
    assert most_in_any_window(times, limit.per) <= limit.requests
    assert len(times) == sum(not task.cancelled() for task in tasks)


@virtual
async def test_beyond_the_burst_permits_are_evenly_spaced() -> None:
    """The first tenth leaves at once, the rest one by one, before a pause and after it."""
    limiter, times = LocalRateLimiter(RateLimit(20, 1.0, burst=2)), []
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(take(limiter, times)) for _ in range(30)]
    await asyncio.sleep(0.5)
    before = len(times)
    limiter.pause(2.0)
    resumed = loop.time() + 2.0
    await asyncio.gather(*tasks)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert gaps[0] == 0
    assert all(gap > 0.05 for gap in gaps[1 : before - 1] + gaps[before:])
    assert times[before] >= resumed


def test_fifty_thousand_waiters_cost_one_wake_up_per_permit() -> None:
    count = 50_000
    loop = CountingLoop()

    async def run() -> tuple[list[int], int, int]:
        limiter, order = LocalRateLimiter(RateLimit(1000, 1.0, burst=1)), []

        async def worker(number: int) -> None:
            await limiter.acquire("x", "bulk")
            order.append(number)

        tasks = [asyncio.create_task(worker(number)) for number in range(count)]
        await asyncio.sleep(0)
        timers, callbacks = loop.timers, loop.callbacks
        await asyncio.wait([tasks[999]])
        used = loop.timers - timers, loop.callbacks - callbacks
        for task in tasks[1000:-1000]:
            task.cancel()
        await settle(*tasks)
        return order, *used

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        order, timers, callbacks = runner.run(run())
    assert order == [*range(1000), *range(count - 1000, count)]
    assert timers <= 1000
    assert callbacks <= 3 * 1000 + 10


@virtual
async def test_cancelled_waiters_cost_the_others_nothing() -> None:
    limiter, times = LocalRateLimiter(RateLimit(10, 1.0, burst=1)), []
    start = asyncio.get_running_loop().time()
    tasks = [asyncio.create_task(take(limiter, times)) for _ in range(20)]
    await asyncio.sleep(0)
    for task in tasks[1::2]:
        task.cancel()
    await settle(*tasks)
    assert len(times) == 10
    assert times[-1] - start == pytest.approx(9 * 0.101)


@pytest.mark.parametrize("limit", [RateLimit(2, 10.0, burst=2), RateLimit(4, 10.0, burst=1)])
@virtual
async def test_a_waiter_cancelled_in_the_instant_of_its_permit_gives_it_back(limit: RateLimit) -> None:
    limiter, times = LocalRateLimiter(limit), []
    loop = asyncio.get_running_loop()
    for _ in range(limit.burst or 1):
        await take(limiter, times)
    first = asyncio.create_task(take(limiter, times))
    second = asyncio.create_task(take(limiter, times))
    await asyncio.sleep(0)
    due = limiter._earliest()
    loop.call_at(due, first.cancel)
    await settle(first, second)
    assert first.cancelled()
    assert times[-1] == due
    assert limiter._granted[-1] == due
    assert most_in_any_window(times, limit.per) <= limit.requests


@pytest.mark.parametrize("others", [0, 1])
@virtual
async def test_giving_back_works_without_a_limit_and_without_others(others: int) -> None:
    """In a ramp, too, a permit is given back; a pause that begins in that instant is still obeyed."""
    limiter, times = LocalRateLimiter(), []
    loop = asyncio.get_running_loop()
    limiter.pause(1.0)
    resumed = loop.time() + 1.0
    first = asyncio.create_task(take(limiter, times))
    rest = [asyncio.create_task(take(limiter, times)) for _ in range(others)]
    await asyncio.sleep(0)
    loop.call_at(resumed, first.cancel)
    loop.call_at(resumed, limiter.pause, 5.0)
    await settle(first, *rest)
    await take(limiter, times)
    assert first.cancelled()
    assert min(times) >= resumed + 5.0


@virtual
async def test_a_permit_given_back_after_the_ramp_is_over_changes_nothing() -> None:
    limiter = LocalRateLimiter()
    limiter._give_back(asyncio.get_running_loop())
    times: list[float] = []
    await take(limiter, times)
    assert len(times) == 1


# --- one refusal pauses all ---------------------------------------------------------------------------------


@virtual
async def test_a_permit_in_hand_when_the_pause_begins_is_not_spent_in_it() -> None:
    """Even a call that was granted its permit in the very instant of the refusal waits the pause out."""
    loop = asyncio.get_running_loop()
    transport = ScriptedTransport(default=answer())
    async with client_over(transport, rate_limit=RateLimit(1, 1.0)) as client:
        await call(client)
        waiting = asyncio.create_task(call(client))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        limiter = client._session.state.gate.limiter
        assert isinstance(limiter, LocalRateLimiter)
        due = limiter._earliest()
        loop.call_at(due, client._session.state.gate.pause, 7.0, "agents.list", 60.0)
        await waiting
        assert transport.times[-1] >= due + 7.0


@pytest.mark.parametrize("seed", range(6))
@virtual
async def test_after_the_pause_no_second_refusal_and_good_use_of_the_limit(seed: int) -> None:
    """With the server's limit set, a minute of 200 busy coroutines after one refusal: no second one, 90 % goodput."""
    random_ = random.Random(seed)
    loop = asyncio.get_running_loop()
    server = Quota(100, 1.0)
    shot = loop.time() + 5.0 + random_.random()
    forced: list[float] = []

    def flaky(request: Request) -> Response:
        if loop.time() >= shot and not forced:
            forced.append(loop.time())
            return answer({}, 429, Retry_After="2")
        return server(request)

    async def worker() -> None:
        while loop.time() < end:
            await asyncio.sleep(random_.random() * 0.2)
            await call(client, WRITE)

    transport = ScriptedTransport(default=flaky, latency=0.05)
    end = loop.time() + 62.0
    async with client_over(transport, rate_limit=RateLimit(100, 1.0), max_connections=200) as client:
        await asyncio.gather(*(worker() for _ in range(200)))
    pause = forced[0]
    assert server.refused == []
    assert not [moment for moment in transport.times if pause < moment < pause + 2.0]
    in_a_minute = [moment for moment in server.accepted if moment < end]
    assert len(in_a_minute) >= 0.9 * 100 * 60


@virtual
async def test_without_a_limit_those_who_waited_leave_over_a_ramp() -> None:
    """With no limit of our own the rate grows from low after a pause instead of all leaving at once."""
    limiter, times = LocalRateLimiter(), []
    loop = asyncio.get_running_loop()
    for _ in range(100):
        await take(limiter, [])
    limiter.pause(2.0)
    resumed = loop.time() + 2.0
    await asyncio.gather(*(take(limiter, times) for _ in range(150)))
    assert min(times) >= resumed
    early = sum(moment < resumed + 0.5 for moment in times)
    middle = sum(resumed + 0.5 <= moment < resumed + 1.0 for moment in times)
    assert 0 < early < middle
    assert max(times) <= resumed + 2.01
    before = loop.time()
    await asyncio.gather(*(take(limiter, times) for _ in range(100)))
    assert loop.time() == before


@virtual
async def test_a_shorter_pause_changes_nothing_and_a_longer_one_extends() -> None:
    """Pauses do not add up: the one that ends last counts, and the time paused is not counted twice."""
    limiter, times = LocalRateLimiter(), []
    start = asyncio.get_running_loop().time()
    limiter.pause(5.0)
    limiter.pause(1.0)
    limiter.pause(-3.0)
    waiting = asyncio.create_task(take(limiter, times))
    await asyncio.sleep(1.0)
    limiter.pause(6.0)
    await waiting
    assert times == [start + 7.0]
    assert limiter.paused == 7.0
    limiter.pause(-3.0)
    assert limiter.paused == 7.0


@virtual
async def test_clients_that_share_a_limiter_share_the_limit() -> None:
    limiter = LocalRateLimiter(RateLimit(20, 1.0))
    transport = ScriptedTransport(default=answer(), latency=0.01)
    clients = [
        StringeeClient(f"SK{number}", KEY_SECRET, icc_url=ICC, transport=transport, rate_limit=limiter)
        for number in range(4)
    ]
    await asyncio.gather(*(call(clients[number % 4]) for number in range(200)))
    assert most_in_any_window(transport.times, 1.0) <= 20
    assert "one event loop" in str(LocalRateLimiter.__doc__)
    for client in clients:
        await client.aclose()


def test_a_limiter_serves_one_loop_at_a_time_and_outlives_a_closed_one() -> None:
    limiter = LocalRateLimiter(RateLimit(1, 10.0))
    times: list[float] = []

    async def leave_a_waiter() -> None:
        await take(limiter, times)
        waiter = asyncio.create_task(take(limiter, times))
        await asyncio.sleep(0)
        waiter.cancel()
        await settle(waiter)

    async def foreign() -> None:
        with pytest.raises(ClosedError, match=r"event loop 0x.*make one limiter for each loop"):
            await limiter.acquire("x", "bulk")
        with pytest.raises(ClosedError, match="event loop 0x"):
            limiter.pause(1.0)

    beside_a_running_loop(leave_a_waiter, foreign)
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(take(limiter, times))
    assert len(times) == 2


@virtual
async def test_an_interactive_call_waits_two_permits_at_most() -> None:
    limit = RateLimit(10, 1.0, burst=1)
    transport = ScriptedTransport(default=answer(), latency=0.3)
    loop = asyncio.get_running_loop()
    async with client_over(transport, rate_limit=limit, max_connections=16) as client:
        bulk = client.with_options(lane="bulk")
        crowd = [asyncio.create_task(call(bulk, operation="bulk")) for _ in range(200)]
        for number in range(30):
            await asyncio.sleep(0.1 + 0.037 * (number % 7))
            before = loop.time()
            await call(client)
            assert loop.time() - before - 0.3 <= 2 * 0.102 + 1e-6
        await asyncio.gather(*crowd)


@virtual
async def test_in_a_shared_limiter_interactive_goes_first_and_each_lane_keeps_its_order() -> None:
    limiter, order = LocalRateLimiter(RateLimit(1, 1.0)), []

    async def worker(lane: Lane, number: int) -> None:
        await limiter.acquire("x", lane)
        order.append((lane, number))

    await limiter.acquire("x", "bulk")
    lanes: list[Lane] = ["bulk", "bulk", "interactive", "interactive", "bulk"]
    await asyncio.gather(*(worker(lane, number) for number, lane in enumerate(lanes)))
    assert order == [("interactive", 2), ("interactive", 3), ("bulk", 0), ("bulk", 1), ("bulk", 4)]


@virtual
async def test_a_permit_at_once_never_overtakes_those_who_wait() -> None:
    limiter, times = LocalRateLimiter(RateLimit(10, 1.0, burst=1)), []
    assert limiter.try_acquire("x", "interactive")
    assert not limiter.try_acquire("x", "interactive")
    waiter = asyncio.create_task(take(limiter, times))
    await asyncio.sleep(0)
    await asyncio.sleep(0.15)
    assert len(times) == 1
    await waiter
    crowd = [asyncio.create_task(take(limiter, times)) for _ in range(3)]
    await asyncio.sleep(0)
    assert not limiter.try_acquire("x", "interactive")
    loop: Any = asyncio.get_running_loop()
    loop._now += 0.5  # a permit is due, and the loop has not come round to those who wait for it
    assert not limiter.try_acquire("x", "interactive")
    await settle(*crowd)
    await asyncio.sleep(1.0)
    assert limiter.try_acquire("x", "bulk")
    limiter.pause(5.0)
    await asyncio.sleep(4.9)
    assert not limiter.try_acquire("x", "interactive")
    await asyncio.sleep(0.2)
    assert limiter.try_acquire("x", "interactive")


# requests are counted when they leave, not when they were permitted


@virtual
async def test_requests_that_had_to_connect_first_count_from_their_leaving() -> None:
    """A cold start: the first ten leave late, for want of connections, and no window holds more than ten requests."""
    left: list[float] = []
    loop = asyncio.get_running_loop()
    begun = loop.time()

    async def vendor(request: Request) -> Response:
        delay = 0.4 if loop.time() < begun + 0.3 else 0.0
        await asyncio.sleep(delay)
        left.append(loop.time())
        await asyncio.sleep(0.05)
        return attrs.evolve(answer(), delay=delay)

    async with client_over(
        ScriptedTransport(default=vendor), rate_limit=RateLimit(10, 1.0, burst=10)
    ) as client:
        await asyncio.gather(*(client.agents.delete(f"A{number}") for number in range(45)))
    assert len(left) == 45
    assert most_in_any_window(left, 1.0) <= 10


@virtual
async def test_a_late_request_holds_back_those_who_wait_already() -> None:
    """A permit that was promised for a time is given later when a request of the window turns out to have left late."""
    limiter, times = LocalRateLimiter(RateLimit(2, 1.0, burst=2)), list[float]()
    begun = asyncio.get_running_loop().time()
    await limiter.acquire("x", "interactive")
    await limiter.acquire("x", "interactive")
    waiting = asyncio.create_task(take(limiter, times))
    await asyncio.sleep(0.6)
    limiter.sent_late(0.6, 0.5)
    limiter.sent_late(0.6, 0.5)
    await waiting
    assert times[0] - begun >= 1.5


@virtual
async def test_what_left_late_long_ago_or_without_a_limit_changes_nothing() -> None:
    """A report of a permit that no window holds any more is passed over; so is one where there is no limit."""
    free, limiter, times = LocalRateLimiter(), LocalRateLimiter(RateLimit(1, 1.0)), list[float]()
    free.sent_late(0.1, 0.1)
    await limiter.acquire("x", "interactive")
    await asyncio.sleep(5)
    await limiter.acquire("x", "interactive")
    limiter.sent_late(5.0, 3.0)
    begun = asyncio.get_running_loop().time()
    await take(limiter, times)
    assert times[0] - begun < 1.5
