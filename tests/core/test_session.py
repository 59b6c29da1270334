"""Rules of the session: one call, its time, its cancellation, and what is true of the client around it."""

from __future__ import annotations

import asyncio
import random
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from stringee_async import StringeeClient, Timeouts
from stringee_async.core.auth import Token, TokenCache
from stringee_async.core.client_options import open_session
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import (
    ClosedError,
    DeadlineError,
    SdkError,
)
from stringee_async.core.messages import Request, Response
from stringee_async.core.ratelimit import RateLimit
from stringee_async.core.retry import RetryPolicy
from stringee_async.core.secrets import Secret
from stringee_async.stringee.responses import read_object

from ..kit import (
    KEY_SECRET,
    KEY_SID,
    OVER_AIOHTTP,
    ScriptedTransport,
    VirtualLoop,
    answer,
    client_over,
    virtual,
)
from .rig import (
    BearerAuth,
    TokenSource,
    at_rest,
    call,
    make_request,
    settle,
)


@virtual
async def test_a_token_of_any_form_that_the_response_repeats_is_masked() -> None:
    """A token that does not look like one is masked too, because the session knows what it sent."""
    source = TokenSource()

    def echo(request: Request) -> Response:
        token = request.headers["X-STRINGEE-AUTH"]
        return answer({"r": 7, "message": f"bad {token}"})

    session = open_session(
        "x",
        transport=ScriptedTransport(default=echo),
        auth=BearerAuth(TokenCache(_long_token(source), RealClock())),
        retry=RetryPolicy(),
    )
    with pytest.raises(SdkError) as caught:
        await session.send(make_request(), read_object)
    assert caught.value.message == "bad ***"
    assert b"opaque" not in (caught.value.body or b"")
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    assert frames
    assert "opaque" not in repr([frame.f_locals for frame in frames[1:]])


def _long_token(source: TokenSource) -> Callable[[Any], Any]:
    async def fetch(send: Any) -> Token:
        return attrs.evolve(await source(send), value=Secret("opaque-0123456789"))

    return fetch


def test_a_call_may_be_cancelled_at_any_point() -> None:
    """240 points in queue, token, limiter, exchange and backoff: ended at once, nothing sent after, nothing kept."""
    stages: set[str] = set()

    @virtual
    async def run() -> None:
        for seed in range(240):
            random_ = random.Random(seed)
            source = TokenSource(delay=0.3, lifetime=3.0)
            transport = ScriptedTransport(latency=0.5)
            transport.default = lambda _, random_=random_: random_.choice(
                [answer(), answer({"r": 1}, 500), answer({"r": 1}, 429, Retry_After="1")]
            )
            session = open_session(
                "x",
                transport=transport,
                auth=BearerAuth(TokenCache(source, RealClock())),
                retry=RetryPolicy(random=random_.random),
                rate_limit=RateLimit(2, 1.0),
                max_connections=2,
            )
            loop = asyncio.get_running_loop()
            others = [asyncio.create_task(session.send(make_request(), read_object)) for _ in range(3)]
            victim = asyncio.create_task(session.send(make_request(operation="victim"), read_object))
            await asyncio.sleep(random_.random() * 4)
            if not victim.done():
                stages.add(next(iter(_stages(victim))))
                victim.cancel()
                before, sent = loop.time(), transport.count("victim")
                with pytest.raises(asyncio.CancelledError):
                    await victim
                assert loop.time() - before <= 0.01
                await asyncio.sleep(3.0)
                assert transport.count("victim") == sent
            await settle(*others)
            transport.default = answer()
            await session.send(make_request(), read_object)
            shared = session.state
            assert (shared.gate.slots.free, shared.gate.slots.head_taken) == (2, False)
            assert (session.state.stats().in_flight, session.state.stats().queued, shared.calls) == (
                0,
                0,
                set(),
            )
            assert not shared.auth.cache._lock.locked()
            await session.state.aclose()

    run()
    assert {"queue", "exchange", "backoff"} <= stages


def _stages(task: asyncio.Task[Any]) -> list[str]:
    frame = task.get_coro().cr_frame
    return [frame.f_locals["call"].stage]


@virtual
async def test_complete_and_cancel_in_one_cycle_ends_in_cancellation() -> None:
    for cancel_first in (True, False):
        done: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

        async def wait(_: Request, done: asyncio.Future[Response] = done) -> Response:
            return await done

        transport = ScriptedTransport(wait, default=answer())
        async with client_over(transport) as client:
            task = asyncio.create_task(call(client))
            await asyncio.sleep(1.0)
            if cancel_first:
                task.cancel()
            if not done.done():
                done.set_result(answer())
            if not cancel_first:
                task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert at_rest(client)
            await call(client)


@virtual
async def test_an_outer_cancel_is_never_a_deadline_nor_the_reverse() -> None:
    """Cancelled in the very instant of the deadline: cancelled. The deadline alone: `DeadlineError`, and no cancel left."""
    loop = asyncio.get_running_loop()
    transport = ScriptedTransport(default=answer(), latency=100.0)
    async with client_over(transport, timeouts=Timeouts(total=5.0)) as client:
        task = asyncio.create_task(call(client))
        loop.call_at(loop.time() + 5.0, task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(DeadlineError):
            await call(client)
        current = asyncio.current_task()
        assert current.cancelling() == 0
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await call(client)
        assert at_rest(client)


def test_two_threads_with_loops_of_their_own_get_one_clear_error() -> None:
    transport = ScriptedTransport(default=answer())
    client = client_over(transport)
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        async def main() -> None:
            barrier.wait(60)
            try:
                await call(client)
                outcomes.append("done")
            except ClosedError:
                outcomes.append("closed")
            barrier.wait(60)  # both loops run until both have tried

        asyncio.run(main())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["closed", "done"]


def test_calls_are_made_inside_a_task() -> None:
    client = client_over(ScriptedTransport(default=answer()))
    loop = VirtualLoop()
    outcome: list[BaseException] = []

    def drive() -> None:
        coroutine = call(client)
        try:
            coroutine.send(None)
        except ClosedError as error:
            outcome.append(error)
        finally:
            coroutine.close()
            loop.stop()

    loop.call_soon(drive)
    loop.run_forever()
    loop.close()
    assert "inside a task" in str(outcome[0])


def test_a_client_is_built_without_loop_or_work() -> None:
    calls = 0

    def profile(_: object, event: str, __: object) -> None:
        nonlocal calls
        calls += event == "call"

    StringeeClient(KEY_SID, KEY_SECRET)
    sys.setprofile(profile)
    try:
        client = StringeeClient(KEY_SID, KEY_SECRET)
    finally:
        sys.setprofile(None)
    assert calls < 300
    assert client._session.state.home.loop is None
    assert OVER_AIOHTTP or client._session.state.transport._pool is None
