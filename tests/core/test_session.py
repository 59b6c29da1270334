"""Rules of the session: one call, its time, its cancellation, and what is true of the client around it."""

from __future__ import annotations

import asyncio
import logging
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
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import (
    ClosedError,
    ConfigError,
    DeadlineError,
    NotSentError,
    OutcomeUnknownError,
    SdkError,
    ServerError,
)
from stringee_async.core.messages import Request, Response
from stringee_async.core.ratelimit import LocalRateLimiter, RateLimit
from stringee_async.core.retry import RetryPolicy
from stringee_async.core.secrets import Secret
from stringee_async.core.session import Session
from stringee_async.core.tally import Tally, current_tally
from stringee_async.core.unset import Lane
from stringee_async.stringee.client import StringeeOptions
from stringee_async.stringee.responses import read_object

from ..kit import KEY_SECRET, KEY_SID, ScriptedTransport, VirtualLoop, answer, client_over, virtual
from .rig import (
    CREATE,
    WRITE,
    BearerAuth,
    CountingLoop,
    TokenSource,
    beside_a_running_loop,
    call,
    make_request,
    settle,
)


def at_rest(client: StringeeClient, capacity: int = 64) -> bool:
    """Return whether no call holds anything of the client."""
    shared = client._session.state
    queue = shared.gate.slots
    held = (
        queue.in_flight,
        queue.queued,
        queue.head_taken,
        len(shared.calls),
        len(shared.cancelled_by_close),
        len(shared.locks.entries),
    )
    return not any(held) and queue.free == capacity


class TimedTransport(ScriptedTransport):
    """A scripted transport that keeps the attempt's time limit as the real one does."""

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        try:
            async with asyncio.timeout(timeouts.attempt):
                return await super().send(request, timeouts)
        except TimeoutError:
            raise OutcomeUnknownError("no whole response in the attempt's time") from None


# --- credentials that a response repeats ---------------------------------------------------------------------


@virtual
async def test_a_token_of_any_form_that_the_response_repeats_is_masked() -> None:
    """A token that does not look like one is masked too, because the session knows what it sent."""
    source = TokenSource()

    def echo(request: Request) -> Response:
        token = request.headers["X-STRINGEE-AUTH"]
        return answer({"r": 7, "message": f"bad {token}"})

    session = Session.new(
        vendor="x",
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


# --- cancellation -------------------------------------------------------------------------------------------


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
            session = Session.new(
                vendor="x",
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
    """The response is there and the cancel comes in the same loop turn: cancelled, whichever came first."""
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
        assert current is not None
        assert current.cancelling() == 0
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await call(client)
        assert at_rest(client)


# --- the deadline -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_a_call_ends_within_its_total_time(seed: int) -> None:
    """3 s hold over queueing, throttling, slow tokens, slow responses and retries; the error says where time went."""

    @virtual
    async def run() -> None:
        random_ = random.Random(seed)
        loop = asyncio.get_running_loop()

        async def server(_: Request) -> Response:
            await asyncio.sleep(random_.random() * 3)
            return random_.choice([answer(), answer({"r": 1}, 500), answer({"r": 1}, 429, Retry_After="1")])

        session = Session.new(
            vendor="x",
            transport=TimedTransport(default=server),
            auth=BearerAuth(TokenCache(TokenSource(delay=random_.random(), lifetime=4.0), RealClock())),
            retry=RetryPolicy(random=random_.random),
            rate_limit=random_.choice([None, RateLimit(3, 1.0)]),
            timeouts=Timeouts(total=3.0, attempt=1.5),
            max_connections=random_.randrange(1, 4),
        )

        errors: list[SdkError] = []

        async def one() -> None:
            begun = loop.time()
            try:
                await session.send(make_request(), read_object)
            except SdkError as error:
                errors.append(error)
            assert loop.time() - begun <= 3.05

        await asyncio.gather(*(one() for _ in range(20)))
        late = [error for error in errors if isinstance(error, DeadlineError)]
        assert all(error.elapsed == pytest.approx(3.0, abs=0.05) for error in late)
        assert all(error.stage in {"queue", "exchange", "backoff"} for error in late)
        assert all(sum(error.spent.values()) == pytest.approx(error.elapsed, abs=0.001) for error in late)
        assert all(error.outcome in {"not_sent", "unknown"} for error in late)
        assert session.state.stats().queued == session.state.stats().in_flight == 0
        await session.state.aclose()

    run()


@pytest.mark.parametrize("stage", ["queue", "limiter", "pause", "token", "exchange", "backoff"])
def test_the_deadline_error_names_the_stage(stage: str) -> None:
    """Wherever the time ran out, the error has that stage, the seconds spent by stage, and the requests sent."""

    @virtual
    async def run() -> None:
        transport = ScriptedTransport(
            latency=100.0 if stage in {"queue", "exchange"} else 0.0, default=answer()
        )
        source = TokenSource(delay=100.0 if stage == "token" else 0.0)
        limiter = LocalRateLimiter(RateLimit(1, 100.0) if stage == "limiter" else None)
        session = Session.new(
            vendor="x",
            transport=transport,
            auth=BearerAuth(TokenCache(source, RealClock())),
            retry=RetryPolicy(random=lambda: 0.9),
            rate_limit=limiter,
            timeouts=Timeouts(total=3.0),
            max_connections=1,
        )
        held = None
        if stage == "queue":
            held = asyncio.create_task(
                attrs.evolve(session, timeouts=Timeouts(total=None)).send(make_request(), read_object)
            )
            await asyncio.sleep(0)
        elif stage == "limiter":
            await session.send(make_request(), read_object)
        elif stage == "pause":
            limiter.pause(50.0)
        elif stage == "backoff":
            transport.default = NotSentError("down")

            class Slow(RealClock):
                async def sleep(self, seconds: float) -> None:
                    await asyncio.sleep(100.0)

            session.state.clock = Slow()
        sent = len(transport.requests)
        with pytest.raises(DeadlineError) as caught:
            await session.send(make_request(CREATE), read_object)
        error = caught.value
        where = stage if stage in {"exchange", "backoff"} else "queue"
        assert error.stage == where
        assert error.spent[where] == pytest.approx(3.0)
        assert error.elapsed == pytest.approx(3.0)
        if held is None:
            assert error.attempts == len(transport.requests) - sent
            assert error.outcome == ("unknown" if stage == "exchange" else "not_sent")
        assert repr(where) in str(error)
        if held is not None:
            await held
        await session.state.aclose()

    run()


@virtual
async def test_a_deadline_after_a_lost_response_stays_unknown() -> None:
    """The time ran out in the queue, yet an earlier attempt may have acted."""
    transport = ScriptedTransport(OutcomeUnknownError(), default=answer())
    async with client_over(transport, timeouts=Timeouts(total=3.0)) as client:
        limiter = client._session.state.gate.limiter
        task = asyncio.create_task(call(client, WRITE))
        await asyncio.sleep(0)
        limiter.pause(10.0)
        with pytest.raises(DeadlineError) as caught:
            await task
    assert caught.value.outcome == "unknown"
    assert caught.value.stage == "queue"
    assert [past.error for past in caught.value.history] == ["OutcomeUnknownError"]


# --- every option has an effect -----------------------------------------------------------------------------


async def _effect_of_icc_url(transport: ScriptedTransport) -> bool:
    client = StringeeClient(KEY_SID, KEY_SECRET, transport=transport, icc_url="https://other.example/x/")
    await client.agents.delete("A")
    return transport.requests[0].url == "https://other.example/x/v1/agent/A"


async def _effect_of_retry(transport: ScriptedTransport) -> bool:
    transport.default = answer({"r": 1}, 500)
    client = client_over(transport, retry=RetryPolicy(max_attempts=2))
    with pytest.raises(ServerError):
        await call(client)
    return len(transport.requests) == 2


async def _effect_of_rate_limit(transport: ScriptedTransport) -> bool:
    client = client_over(transport, rate_limit=RateLimit(1, 5.0))
    await asyncio.gather(call(client), call(client))
    return transport.times[1] - transport.times[0] >= 5.0


async def _effect_of_timeouts(transport: ScriptedTransport) -> bool:
    transport.latency = 9.0
    client = client_over(transport, timeouts=Timeouts(total=2.0))
    with pytest.raises(DeadlineError) as caught:
        await call(client)
    return caught.value.elapsed == pytest.approx(2.0)


async def _effect_of_max_connections(transport: ScriptedTransport) -> bool:
    transport.latency = 1.0
    client = client_over(transport, max_connections=3)
    await asyncio.gather(*(call(client) for _ in range(10)))
    return transport.peak == 3


async def _effect_of_http(transport: ScriptedTransport) -> bool:
    class Given:
        closed = True

    client = StringeeClient(KEY_SID, KEY_SECRET, http=Given())  # type: ignore[typeddict-item]
    with pytest.raises(ClosedError, match="http"):
        await call(client)
    return True


async def _effect_of_transport(transport: ScriptedTransport) -> bool:
    await call(client_over(transport))
    return len(transport.requests) == 1


async def _effect_of_phone_country(transport: ScriptedTransport) -> bool:
    transport.steps = [answer({"r": 0, "agentID": "A1"})]
    client = client_over(transport, phone_country="VN")
    await client.agents.create(name="An", stringee_user_id="u", phone_number="0901234567")
    return b'"84901234567"' in (transport.requests[0].body or b"")


async def _effect_of_allow_http(transport: ScriptedTransport) -> bool:
    local = {"icc_url": "http://emulator:8700", "transport": transport}
    with pytest.raises(ConfigError, match="https"):
        StringeeClient(KEY_SID, KEY_SECRET, **local)  # type: ignore[arg-type]
    await StringeeClient(KEY_SID, KEY_SECRET, allow_http=True, **local).agents.delete("A1")  # type: ignore[arg-type]
    return transport.requests[0].url.startswith("http://emulator:8700/")


async def _effect_of_clock(transport: ScriptedTransport) -> bool:
    slept: list[float] = []

    class Recording(RealClock):
        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)

    transport.steps = [answer({"r": 1}, 500)]
    await call(client_over(transport, clock=Recording()))
    return len(slept) == 1


async def _effect_of_api_url(transport: ScriptedTransport) -> bool:
    transport.default = answer({"count": 0, "pageSize": 0, "users": []})
    client = client_over(transport, api_url="https://calls.example")
    await client.users.list().collect()
    return transport.requests[0].url.startswith("https://calls.example/v1/users?")


async def _effect_of_phone_country(transport: ScriptedTransport) -> bool:
    transport.default = answer({"r": 0, "agentID": "A1"})
    client = client_over(transport, phone_country="VN")
    await client.agents.create(name="An", stringee_user_id="u1", phone_number="0901234567")
    return b"84901234567" in (transport.requests[0].body or b"")


async def _effect_of_allow_http(transport: ScriptedTransport) -> bool:
    client = StringeeClient(
        KEY_SID, KEY_SECRET, transport=transport, icc_url="http://emulator:8700", allow_http=True
    )
    await client.agents.delete("A")
    return transport.requests[0].url == "http://emulator:8700/v1/agent/A"


@pytest.mark.parametrize("option", StringeeOptions.__annotations__)
def test_every_client_option_has_an_effect(option: str) -> None:
    """Each option of the client shows on the wire or in time; an option without a test here fails."""

    @virtual
    async def run() -> None:
        effect: Callable[[ScriptedTransport], Any] = globals()[f"_effect_of_{option}"]
        assert await effect(ScriptedTransport(default=answer()))

    run()


# --- the queue ----------------------------------------------------------------------------------------------


@virtual
async def test_time_in_the_queue_is_not_charged_to_the_request() -> None:
    """5 000 calls over 20 slots at 100 ms with 1 s per request: no timeout, and the queue's time is reported apart."""
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


# --- cancelled calls keep nothing ---------------------------------------------------------------------------


@virtual
async def test_three_thousand_calls_a_third_cancelled_leave_nothing_behind() -> None:
    """Slots never exceed the cap, and at the end a fresh call takes one round trip. (Sockets: test_session_wire.)"""
    random_ = random.Random(7)
    loop = asyncio.get_running_loop()
    transport = ScriptedTransport(default=answer(), latency=0.1)
    async with client_over(transport, max_connections=20) as client:
        tasks = [asyncio.create_task(call(client)) for _ in range(3000)]
        for task in random_.sample(tasks, 900):
            loop.call_at(loop.time() + random_.random() * 12, task.cancel)
        results = await settle(*tasks)
        assert transport.peak <= 20
        assert sum(isinstance(result, dict) for result in results) >= 2100
        assert at_rest(client, 20)
        before = loop.time()
        await call(client)
        assert loop.time() - before == pytest.approx(0.1)


# --- life and death -----------------------------------------------------------------------------------------


@virtual
async def test_a_closed_client_raises_one_clear_error() -> None:
    """Closing twice is fine; a call after it is a `ClosedError` and sends nothing."""
    transport = ScriptedTransport(default=answer())
    client = client_over(transport)
    await client.aclose()
    await client.aclose()
    assert transport.closed
    with pytest.raises(ClosedError, match="closed") as caught:
        await call(client)
    assert caught.value.outcome == "not_sent"
    assert transport.requests == []


@virtual
async def test_a_retry_that_meets_a_closed_client_ends_with_the_real_error() -> None:
    """Once the client is closed no retry begins; the call under way ends with what went wrong."""
    transport = ScriptedTransport(answer({"r": 1}, 500), latency=1.0)
    client = client_over(transport)
    task = asyncio.create_task(call(client))
    await asyncio.sleep(0.5)
    await client.aclose(grace=5.0)
    with pytest.raises(ServerError):
        await task
    assert len(transport.requests) == 1


def test_a_second_loop_gets_one_error_that_names_both() -> None:
    """Used in a second loop while the first runs: at once a `ClosedError` with both loops, nothing sent, nothing hangs."""
    transport = ScriptedTransport(default=answer())
    client = client_over(transport)
    loops: list[int] = []

    async def first() -> None:
        await call(client)
        loops.append(id(asyncio.get_running_loop()))

    async def second() -> None:
        for _ in range(2):
            with pytest.raises(ClosedError) as caught:
                await call(client)
            assert f"{loops[0]:#x}" in str(caught.value.message)
            assert f"{id(asyncio.get_running_loop()):#x}" in str(caught.value.message)
            with pytest.raises(ClosedError, match="close the client on"):
                await client.aclose()

    beside_a_running_loop(first, second)
    assert len(transport.requests) == 1
    asyncio.run(client.aclose())  # its loop is gone, so there is nothing to wait for


def test_two_threads_with_loops_of_their_own_get_one_clear_error() -> None:
    """One client in two threads at once: one of them works, the other gets the error; neither hangs."""
    transport = ScriptedTransport(default=answer())
    client = client_over(transport)
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        async def main() -> None:
            barrier.wait(5)
            try:
                await call(client)
                outcomes.append("done")
            except ClosedError:
                outcomes.append("closed")
            barrier.wait(5)  # both loops run until both have tried

        asyncio.run(main())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(outcomes) == ["closed", "done"]


def test_calls_are_made_inside_a_task() -> None:
    """Driven without a task, a call says so."""
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
    """At module level, with no loop: no I/O, no session, and few steps."""
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
    assert client._session.state.transport._session is None


# --- closing under load -------------------------------------------------------------------------------------


@virtual
async def test_with_grace_the_calls_under_way_finish() -> None:
    """500 calls in flight and in the queue finish within the grace; new ones are refused meanwhile."""
    transport = ScriptedTransport(default=answer(), latency=1.0)
    client = client_over(transport, max_connections=100)
    tasks = [asyncio.create_task(call(client)) for _ in range(500)]
    await asyncio.sleep(0.5)
    closing = asyncio.create_task(client.aclose(grace=10.0))
    await asyncio.sleep(0.1)
    with pytest.raises(ClosedError):
        await call(client)
    await closing
    assert transport.closed
    assert all(task.done() and task.exception() is None for task in tasks)
    assert at_rest(client, 100)


@pytest.mark.parametrize("grace", [0.0, 0.2])
def test_without_grace_the_calls_under_way_end_in_a_typed_error(grace: float) -> None:
    """500 calls end in `ClosedError`, those on the wire as unknown, those in the queue as not sent; no task is left."""

    @virtual
    async def run() -> None:
        transport = ScriptedTransport(default=answer(), latency=5.0)
        client = client_over(transport, max_connections=100)
        tasks = [asyncio.create_task(call(client, CREATE)) for _ in range(500)]
        await asyncio.sleep(0.5)
        await client.aclose(grace=grace)
        errors = await settle(*tasks)
        assert all(type(error) is ClosedError for error in errors)
        outcomes = [error.outcome for error in errors]
        assert (outcomes.count("unknown"), outcomes.count("not_sent")) == (100, 400)
        assert all(error.attempts == (error.outcome == "unknown") for error in errors)
        assert at_rest(client, 100)
        assert all(task.cancelling() == 0 for task in tasks)

    run()


@virtual
async def test_a_cancel_beside_the_close_stays_a_cancel() -> None:
    """A task that is cancelled by its owner and evicted by the close in the same turn ends as cancelled."""
    transport = ScriptedTransport(default=answer(), latency=5.0)
    client = client_over(transport)
    task = asyncio.create_task(call(client))
    await asyncio.sleep(0.5)
    task.cancel()
    await client.aclose()
    with pytest.raises(asyncio.CancelledError):
        await task


@virtual
async def test_a_task_goes_on_after_its_call_was_closed_under_it() -> None:
    """The close ends the call, not the caller's task: it may clean up, and is not left marked as cancelled."""
    transport = ScriptedTransport(default=answer(), latency=5.0)
    client = client_over(transport)

    async def job() -> str:
        try:
            await call(client)
        except ClosedError:
            await asyncio.sleep(1.0)
            return "cleaned up"
        raise AssertionError("the call was closed")

    task = asyncio.create_task(job())
    await asyncio.sleep(0.5)
    await client.aclose()
    assert await task == "cleaned up"


# --- Limiters of the user's ---------------------------------------------------------------------------------


class OwnLimiter:
    """The least a user may write."""

    def __init__(self) -> None:
        self.acquired: list[tuple[str, Lane]] = []
        self.pauses: list[float] = []

    async def acquire(self, operation: str, lane: Lane) -> None:
        self.acquired.append((operation, lane))

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


@virtual
async def test_a_limiter_of_the_users_own_is_asked_and_told() -> None:
    """An object with just `acquire` and `pause` works: one permit per request with operation and lane, and each pause."""
    limiter = OwnLimiter()
    transport = ScriptedTransport(
        answer({"r": 1}, 429, Retry_After="2"), answer({"r": 1}, 500), default=answer()
    )
    async with client_over(transport, rate_limit=limiter) as client:
        await call(client)
        await call(client.with_options(lane="bulk"))
        assert client.stats().paused == 2.0
    assert limiter.acquired == [("agents.list", "interactive")] * 3 + [("agents.list", "bulk")]
    assert limiter.pauses == [2.0]


@virtual
async def test_a_limiter_that_ignores_a_pause_does_not_hold_the_call_for_ever() -> None:
    """A pause that begins while a permit is waited for costs one more permit, not an endless loop."""
    limiter = OwnLimiter()
    transport = ScriptedTransport(default=answer())
    client = client_over(transport, rate_limit=limiter)

    async def slow(operation: str, lane: Lane) -> None:
        limiter.acquired.append((operation, lane))
        await asyncio.sleep(1.0)

    limiter.acquire = slow  # type: ignore[method-assign]
    task = asyncio.create_task(call(client))
    await asyncio.sleep(0.5)
    client._session.state.gate.pause(30.0, "agents.list", 3600.0)
    await task
    assert len(limiter.acquired) == 2
    await client.aclose()


@pytest.mark.parametrize("limiter", [7, "fast", object()])
def test_what_is_no_limiter_is_refused_at_once(limiter: Any) -> None:
    """A limiter needs `acquire` and `pause`."""
    with pytest.raises(ConfigError, match="rate_limit"):
        client_over(ScriptedTransport(), rate_limit=limiter)


# --- Facts on errors and counts -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_attempts_on_errors_equal_requests_sent(seed: int) -> None:
    """Renewals and retries included, each error counts the requests of its own call exactly."""

    @virtual
    async def run() -> None:
        random_ = random.Random(seed)
        steps = [
            answer({"r": 1}, 401),
            answer({"r": 1}, 500),
            answer({"r": 1}, 429),
            NotSentError(),
            OutcomeUnknownError(),
        ]
        transport = ScriptedTransport(default=lambda _: _raise_or(random_.choice(steps)), latency=0.1)
        async with client_over(transport, max_connections=5) as client:
            names = [f"call.{number}" for number in range(50)]
            errors = await settle(*(asyncio.create_task(call(client, operation=name)) for name in names))
            for name, error in zip(names, errors, strict=True):
                assert isinstance(error, SdkError)
                assert error.attempts == transport.count(name)
                assert (error.vendor, error.operation, error.method) == ("stringee", name, "GET")
                assert error.path == "/v1/agent"
            assert client.stats().requests == len(transport.requests)

    run()


def _raise_or(step: Response | Exception) -> Response:
    if isinstance(step, Exception):
        raise type(step)
    return step


@virtual
async def test_requests_are_counted_for_the_task_that_sends_them() -> None:
    """A tally set in a task counts that task's requests, retries included."""
    transport = ScriptedTransport(answer({"r": 1}, 500), default=answer())
    async with client_over(transport) as client:
        tally = Tally()
        reset = current_tally.set(tally)
        await call(client)
        current_tally.reset(reset)
        await call(client)
    assert tally.requests == 2


@virtual
async def test_a_view_shares_everything_but_its_options(caplog: pytest.LogCaptureFixture) -> None:
    """Lane, timeouts and policy are the view's; connections, token, quota and counts are common; closing closes all."""
    transport = ScriptedTransport(default=answer())
    client = client_over(transport)
    policy, timeouts = RetryPolicy(max_attempts=1), Timeouts(total=1.0)
    view = client.with_options(lane="bulk", retry=policy, timeouts=timeouts)
    with caplog.at_level(logging.DEBUG, "stringee_async.session"):
        await call(view)
    assert "operation=agents.list method=GET path=/v1/agent attempt=1 status=200" in caplog.text
    assert view._session.timeouts is timeouts
    assert client.stats() == view.stats()
    assert view.with_options()._session.retry is policy
    await view.aclose()
    with pytest.raises(ClosedError):
        await call(client)


@virtual
async def test_work_on_one_key_is_done_one_after_the_other() -> None:
    """Same key one by one, other keys at once, a cancelled waiter frees its place, and no key is kept afterwards."""
    client = client_over(ScriptedTransport())
    session = client._session
    loop = asyncio.get_running_loop()
    ended: list[tuple[str, float]] = []

    async def work(key: str) -> None:
        async with session.state.exclusive(key):
            await asyncio.sleep(1.0)
            ended.append((key, loop.time() - start))

    start = loop.time()
    tasks = [asyncio.create_task(work(key)) for key in ("a", "a", "b", "a")]
    await asyncio.sleep(0.5)
    tasks[1].cancel()
    await settle(*tasks)
    assert sorted(ended) == [("a", 1.0), ("a", 2.0), ("b", 1.0)]
    session.state.adopted += 1
    assert client.stats().adopted == 1
    assert at_rest(client)
    await client.aclose()


# --- what a call costs --------------------------------------------------------------------------------------


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
    """A call that finds no slot within the queue's limit was not sent, says so, and is repeated."""
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
