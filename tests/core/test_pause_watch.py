"""A pause is told of once, with the moment of its end, however often the vendor asks for it."""

from __future__ import annotations

import asyncio

import pytest

from stringee_async import RetryPolicy
from stringee_async.core.clock import RealClock
from stringee_async.core.events import PauseEnded, PauseStarted
from stringee_async.core.gate import Gate
from stringee_async.core.observers import NO_OBSERVERS
from stringee_async.core.pause_watch import PauseWatch
from stringee_async.core.ratelimit import LocalRateLimiter
from stringee_async.testing import FastClock

from ..kit import ScriptedTransport, VirtualLoop, answer, client_over, virtual
from ..kit.told import Told
from .rig import call

ONE_ATTEMPT = RetryPolicy(max_attempts=1, max_server_wait=0.0)


@virtual
async def test_a_pause_that_is_made_longer_is_one_pause() -> None:
    told = Told()
    transport = ScriptedTransport(
        answer({"r": 1}, 429, Retry_After="5"), answer({"r": 1}, 429, Retry_After="9"), latency=0.5
    )
    async with client_over(transport, observers=[told], retry=ONE_ATTEMPT) as client:
        await asyncio.gather(call(client), call(client), return_exceptions=True)
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(20)
    pauses = [(event, at - began) for event, at in zip(told.events, told.times, strict=True) if isinstance(event, (PauseStarted, PauseEnded))]  # fmt: skip
    assert [type(event) for event, _ in pauses] == [PauseStarted, PauseEnded]
    assert pauses[1][1] == pytest.approx(9.0)  # both were told before either had waited
    (started,), (ended,) = told.of(PauseStarted), told.of(PauseEnded)
    assert (started.seconds, started.operation, ended.operation) == (5.0, "agents.list", "agents.list")
    assert started.call_id is not None
    assert ended.call_id is None


@virtual
async def test_each_pause_is_told_of() -> None:
    told = Told()
    slow = answer({"r": 1}, 429, Retry_After="5")
    transport = ScriptedTransport(slow, slow)
    async with client_over(transport, observers=[told], retry=ONE_ATTEMPT) as client:
        for _ in range(2):
            await asyncio.gather(call(client), return_exceptions=True)
            await asyncio.sleep(6)
    assert len(told.of(PauseStarted)) == len(told.of(PauseEnded)) == 2


async def test_on_a_clock_of_tests_the_end_is_told_by_the_next_call_and_moves_no_time() -> None:
    told, clock = Told(), FastClock()
    transport = ScriptedTransport(answer({"r": 1}, 429, Retry_After="30"), default=answer())
    async with client_over(transport, observers=[told], clock=clock) as client:
        await call(client)
    assert len(clock.slept) == 1
    assert [text.split()[0] for text in told.texts()][4:8] == ["PauseStarted", "Backoff", "PauseEnded", "AttemptStarted"]  # fmt: skip


@virtual
async def test_on_a_clock_of_tests_the_loop_gets_no_timer() -> None:
    told, clock, loop = Told(), FastClock(), asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    slow = ScriptedTransport(answer({"r": 1}, 429, Retry_After="5"))
    async with client_over(slow, observers=[told], retry=ONE_ATTEMPT, clock=clock) as client:
        await asyncio.gather(call(client), return_exceptions=True)
    assert len(told.of(PauseStarted)) == 1
    assert not [timer for timer in loop._scheduled if not timer.cancelled()]


@virtual
async def test_a_pause_of_nothing_is_none() -> None:
    told = Told()
    never = RetryPolicy(max_attempts=1, throttle_base=0.0)
    async with client_over(ScriptedTransport(answer({"r": 1}, 429)), observers=[told], retry=never) as client:
        await asyncio.gather(call(client), return_exceptions=True)
    assert not told.of(PauseStarted)


@virtual
async def test_the_end_is_told_by_whoever_sees_it_first() -> None:
    told, loop = Told(), asyncio.get_running_loop()
    gate = Gate(LocalRateLimiter(), 1, RealClock(), lambda: True)
    watch, observers = PauseWatch(gate, RealClock()), NO_OBSERVERS.and_these([told])
    gate.pause(3.0, "test", 10.0)
    loop.call_at(loop.time() + 3.0, watch.look)
    watch.begin(observers, "stringee", "agents.list", 1, "ServerError")
    await asyncio.sleep(4.0)
    assert told.texts() == ["PauseStarted seconds=3.0 reason=ServerError", "PauseEnded"]
