"""Retries, deadlines and cancellation: what holds for every vendor, on virtual time where time matters."""

from __future__ import annotations

import asyncio
import random
from email.utils import formatdate
from typing import Any

import pytest

from stringee_async import (
    ClosedError,
    ConfigError,
    DeadlineError,
    OutcomeUnknownError,
    RateLimit,
    RateLimitedError,
    Request,
    Response,
    RetryPolicy,
    SdkError,
    ServerError,
    Timeouts,
)
from stringee_async.core.clock import RealClock
from stringee_async.emulator import Fault

from ..core.rig import beside_a_running_loop
from ..kit import answer, virtual
from .rig import Rig
from .rigs import each

QUICK = RetryPolicy(base=0.0, throttle_base=0.001)


async def test_a_call_may_be_cancelled_at_any_point(rig: Rig) -> None:
    """220 points before, during and between attempts: ended at once, nothing sent after, nothing kept."""
    options = {"retry": QUICK, "max_connections": 1, "clock": RealClock()}
    loop, seen = asyncio.get_running_loop(), set()
    async with rig.emulated(options) as site:
        operation, delete, _ = rig.removable(site)
        client = site.client
        for cycles in range(220):
            site.emulator.faults.clear()
            site.script(operation, Fault.status(503), Fault.status(502), Fault.status(404))
            before = client.stats().requests
            other = asyncio.create_task(rig.read(client))
            victim = asyncio.ensure_future(delete(client))
            for _ in range(cycles):
                await asyncio.sleep(0)
            if not victim.done():
                seen.add(client.stats().requests - before)
                victim.cancel()
                begun = loop.time()
                with pytest.raises(asyncio.CancelledError):
                    await victim
                assert loop.time() - begun < 0.1
                sent = site.emulator.count(operation)
                await other
                assert site.emulator.count(operation) <= sent + 1  # what was on the wire arrives
            await asyncio.gather(other, victim, return_exceptions=True)
            stats = client.stats()
            assert (stats.in_flight, stats.queued) == (0, 0)
            await rig.read(client)
    first = 0 if loop.get_task_factory() is None else 1  # eager tasks begin when they are made
    assert {first, 1, 2, 3} <= seen


WAITS = {"2": 2.0, "1.5": 1.5, "date": 3.0, "past": 0.0, "soon": 0.0, "-5": 0.0, "3600": None}
"""What the header says, and how long is waited at least; None: too long to wait."""


@pytest.mark.parametrize("asked", WAITS)
@each("throttlings")
@virtual
async def test_every_form_of_a_wait_is_obeyed(rig: Rig, name: str, asked: str) -> None:
    now = 1_700_000_000.0
    text = {"date": formatdate(now + 3, usegmt=True), "past": formatdate(now - 60, usegmt=True)}
    refusal = rig.throttlings[name](text.get(asked, asked), Date=formatdate(now, usegmt=True))
    transport = rig.transport(refusal, rig.ok)
    least = WAITS[asked]
    async with rig.over(transport) as client:
        if least is None:
            with pytest.raises(RateLimitedError) as caught:
                await rig.create(client)
            assert (caught.value.retry_after, len(transport.times)) == (3600.0, 1)
            return
        await rig.create(client)
    first, second = transport.times
    # The client's own wait, and the pause that goes with it, are at most a second each.
    assert least <= second - first <= (least * 1.1 if least else 1.0)


@virtual
async def test_an_outage_is_not_multiplied_and_recovery_is_quick(rig: Rig) -> None:
    """While every call fails, requests stay below 1.2 per call; afterwards every call succeeds."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    outcomes: list[tuple[float, bool]] = []

    def server(_: Request) -> Response:
        return rig.failed if loop.time() < start + 120 else rig.ok

    transport = rig.transport(default=server, latency=0.02)

    async def one() -> None:
        begun = loop.time()
        try:
            await rig.read(client)
            outcomes.append((begun, True))
        except ServerError:
            outcomes.append((begun, False))

    async with rig.over(transport) as client:
        tasks = []
        for _ in range(20 * 150):
            tasks.append(asyncio.create_task(one()))
            await asyncio.sleep(0.05)
        await asyncio.gather(*tasks)
        assert client.stats().retries <= 500 / 5
    for minute in (start + 5, start + 60):  # 100 calls take 5 s
        sent = sum(minute <= moment < minute + 60 for moment in transport.times)
        assert sent < 1.2 * sum(minute <= begun < minute + 60 for begun, _ in outcomes)
    after = [good for begun, good in outcomes if begun >= start + 125]
    assert len(after) >= 400
    assert all(after)


@pytest.mark.parametrize("seed", range(20))
@virtual
async def test_a_call_ends_within_its_total_time(rig: Rig, seed: int) -> None:
    """Whatever mix of refusals, slow responses and losses comes: an end within 3 s, which says where the time went."""
    random_ = random.Random(seed)
    loop = asyncio.get_running_loop()

    async def server(_: Request) -> Response:
        await asyncio.sleep(random_.choice([0.1, 0.4, 2.0, 30.0]))
        if random_.random() < 0.3:
            raise OutcomeUnknownError
        return random_.choice([rig.failed, rig.throttled(Retry_After="1"), answer(b"", 503), rig.rejected])

    async def grant(_: Request) -> Response:
        await asyncio.sleep(random_.choice([0.05, 0.5, 5.0]))
        return answer({"access_token": f"token-{random_.random()}", "expires_in": 3600})

    options: dict[str, Any] = {"timeouts": Timeouts(total=3.0), "rate_limit": RateLimit(2, 1.0)}
    async with rig.over(rig.transport(default=server, grant=grant), **options) as client:
        began = loop.time()
        with pytest.raises(SdkError) as caught:
            await rig.read(client)
        took = loop.time() - began
    assert took <= 3.05
    assert caught.value.elapsed == pytest.approx(took, abs=0.01)
    if isinstance(caught.value, DeadlineError):
        assert took == pytest.approx(3.0, abs=0.01)
        assert sum(caught.value.spent.values()) == pytest.approx(took, abs=0.01)
        assert caught.value.stage in caught.value.spent


MISTAKES = [
    TypeError("bug"),
    ValueError("bad"),
    RuntimeError("loop"),
    KeyError("x"),
    TimeoutError("theirs"),
    OSError("raw"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=repr)
@pytest.mark.parametrize("total", [None, 60.0])
@virtual
async def test_programming_errors_surface_unchanged_after_one_attempt(
    rig: Rig, mistake: Exception, total: float | None
) -> None:
    transport = rig.transport(mistake, default=rig.ok)
    async with rig.over(transport, max_connections=1, timeouts=Timeouts(total=total)) as client:
        with pytest.raises(type(mistake)) as caught:
            await rig.read(client)
        assert caught.value is mistake
        assert len(transport.requests) == 1
        await rig.read(client)


def test_a_closed_client_another_loop_and_a_wrong_url_send_nothing(rig: Rig) -> None:
    transport = rig.transport(default=rig.ok)
    client = rig.over(transport)

    async def use() -> None:
        await rig.read(client)

    async def refused() -> None:
        with pytest.raises(ClosedError, match="event loop"):
            await use()

    beside_a_running_loop(use, refused)

    async def closed() -> None:
        async with rig.over(transport) as other:
            pass
        with pytest.raises(ClosedError, match="closed"):
            await rig.read(other)

    asyncio.run(closed())
    with pytest.raises(ConfigError, match="url"):
        rig.at("vendor.example")
    assert len(transport.requests) == 1
