"""Rules of retrying: what may be repeated, after how long, and how much of it all calls may do together."""

from __future__ import annotations

import ast
import asyncio
import itertools
import logging
import random
import re
import time
from pathlib import Path
from typing import Any

import pytest

import stringee_async
from stringee_async import Timeouts
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import (
    AuthError,
    ClosedError,
    ConfigError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from stringee_async.core.messages import Request, Response
from stringee_async.core.retry import RetryPolicy, RetryQuota, retry_after_failure
from stringee_async.core.retry_class import RetryClass

from ..kit import ScriptedTransport, answer, client_over, virtual
from .rig import CREATE, READ, WRITE, call, make_request, settle


def certain(**options: Any) -> RetryPolicy:
    """Make a policy without chance: each wait is the longest it can be."""
    return RetryPolicy(random=lambda: 1.0, **options)


# --- The decision -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "repeated"),
    [
        (NotSentError(), {READ, WRITE, CREATE}),
        (RateLimitedError(), {READ, WRITE, CREATE}),
        (OutcomeUnknownError(), {READ, WRITE}),
        (ServerError(), {READ, WRITE}),
        (ServerError(outcome="refused"), {READ, WRITE, CREATE}),
        (InvalidRequestError(), set()),
        (AuthError(), set()),
        (ConfigError(), set()),
        (ClosedError(), set()),
    ],
)
@pytest.mark.parametrize("retry_class", list(RetryClass))
def test_the_error_and_the_class_of_the_call_decide(
    error: SdkError, repeated: set[RetryClass], retry_class: RetryClass
) -> None:
    """What surely did not happen is repeated for all, what may have happened never for a create."""
    wait = RetryPolicy().decide(error, make_request(retry_class), 1, 0.0)
    assert (wait is not None) == (retry_class in repeated)


def test_waits_grow_to_the_cap_and_are_jittered_from_nothing() -> None:
    """The scale doubles from `base` to `cap`; the wait lies anywhere between zero and it, however late the attempt."""
    policy = certain(max_attempts=100_000)
    waits = [policy.decide(ServerError(), make_request(), attempt, 0.0) for attempt in (1, 2, 3, 7, 8, 5000)]
    assert waits == [0.25, 0.5, 1.0, 16.0, 20.0, 20.0]
    assert policy.decide(RateLimitedError(), make_request(), 1, 0.0) == 1.0
    none = RetryPolicy(random=lambda: 0.0)
    assert none.decide(ServerError(), make_request(), 3, 0.0) == 0.0


def test_attempts_and_total_time_end_it() -> None:
    policy = certain()
    assert policy.decide(ServerError(), make_request(), 3, 0.0) is not None
    assert policy.decide(ServerError(), make_request(), 4, 0.0) is None
    assert policy.decide(ServerError(), make_request(), 1, 9.7, 10.0) == 0.25
    assert policy.decide(ServerError(), make_request(), 1, 9.75, 10.0) is None


@pytest.mark.parametrize("asked", [0.001, 0.5, 3.0, 59.0, 60.0])
def test_a_retry_after_is_never_shortened(asked: float) -> None:
    """The wait is what was asked and up to a tenth more, at most half a second."""
    for number in (0.0, 0.5, 0.999):
        policy = RetryPolicy(random=lambda number=number: number)
        wait = policy.decide(RateLimitedError(retry_after=asked), make_request(CREATE), 1, 0.0)
        assert wait is not None
        assert asked <= wait <= asked + min(asked / 10, 0.5)


def test_a_wait_above_the_ceiling_or_the_deadline_is_not_waited() -> None:
    hour = RateLimitedError(retry_after=3600.0)
    assert RetryPolicy().decide(hour, make_request(), 1, 0.0) is None
    assert RetryPolicy(max_server_wait=4000).decide(hour, make_request(), 1, 0.0, 3000.0) is None
    assert RetryPolicy(max_server_wait=4000).decide(hour, make_request(), 1, 0.0) is not None


def test_a_retry_after_of_zero_leaves_the_wait_to_the_policy() -> None:
    """`Retry-After: 0`, or a date in the past, does not make us hammer: our own backoff holds."""
    policy = certain()
    assert policy.decide(RateLimitedError(retry_after=0.0), make_request(), 2, 0.0) == 2.0


def test_the_quota_is_taken_refused_and_given_back() -> None:
    quota = RetryQuota(10)
    assert quota.take(7)
    assert not quota.take(4)
    assert quota.take(3)
    assert quota.left == 0
    assert quota.take(0)
    quota.give(4)
    quota.give(400)
    assert quota.left == 10
    assert RetryPolicy().cost(ServerError()) == 5
    assert RetryPolicy().cost(RateLimitedError()) == 0


# --- state belongs to the call ------------------------------------------------------------------------------


@virtual
async def test_a_thousand_concurrent_calls_keep_their_own_count() -> None:
    random_ = random.Random(1)
    failures = {f"call.{number}": random_.randrange(4) for number in range(1000)}
    left = dict(failures)

    def server(request: Request) -> Response:
        if left[request.operation]:
            left[request.operation] -= 1
            return answer({"r": 1}, 500)
        return answer({"r": 0, "name": request.operation})

    transport = ScriptedTransport(default=server, latency=0.01)
    policy = RetryPolicy(quota=1_000_000)
    async with client_over(transport, retry=policy, max_connections=1000) as client:
        results = await asyncio.gather(*(call(client, operation=name) for name in failures))
        assert [result["name"] for result in results] == list(failures)
        assert {name: transport.count(name) for name in failures} == {
            name: count + 1 for name, count in failures.items()
        }
        assert client.stats().retries == sum(failures.values())


def test_no_tenacity_object_lives_longer_than_a_call() -> None:
    """`core/retry.py`, the only file that imports tenacity, makes its object inside the call, and uses no negative predicate."""
    tree = ast.parse((Path(stringee_async.__file__).parent / "core" / "retry.py").read_text())
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not {
        name for name in used if name.startswith(("retry_if_not", "retry_unless", "retry_any", "retry_all"))
    }
    made = [
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.AsyncFunctionDef) and "AsyncRetrying" in ast.dump(function)
    ]
    assert made == ["run"]
    assert ast.dump(tree).count("AsyncRetrying") == 1


# --- over the client ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "total"), [("3600", 60.0), ("3600", None), ("61", None), ("59.99", 50.0), ("86400", 5.0)]
)
@virtual
async def test_a_wait_beyond_cap_or_deadline_fails_at_once_with_its_value(
    asked: str, total: float | None
) -> None:
    """No second is spent on a wait that cannot be met; the error carries the number."""
    transport = ScriptedTransport(answer({"r": 1}, 429, Retry_After=asked))
    loop = asyncio.get_running_loop()
    before = loop.time()
    async with client_over(transport, timeouts=Timeouts(total=total)) as client:
        with pytest.raises(RateLimitedError) as caught:
            await call(client)
        assert caught.value.retry_after == float(asked)
        assert caught.value.attempts == 1
        if total is not None:
            # Later calls that the pause outlasts fail at once too, and send nothing.
            with pytest.raises(RateLimitedError) as caught:
                await call(client)
            assert caught.value.retry_after == pytest.approx(float(asked))
            assert (caught.value.attempts, caught.value.outcome) == (0, "not_sent")
    assert loop.time() == before
    assert len(transport.requests) == 1


# --- the crowd ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 429])
@pytest.mark.parametrize("seed", range(3))
@virtual
async def test_first_retries_of_a_thousand_calls_are_spread(status: int, seed: int) -> None:
    """1 000 calls fail at the same instant: no 100 ms window holds first retries of more than 20 % of them."""
    transport = ScriptedTransport(default=lambda _: answer({"r": 1}, status), latency=0.01)
    policy = RetryPolicy(max_attempts=2, random=random.Random(seed).random)
    async with client_over(transport, retry=policy, max_connections=1000) as client:
        await settle(*(asyncio.create_task(call(client)) for _ in range(1000)))
    retries = sorted(transport.times[1000:])
    assert retries
    most = max(sum(begin <= moment < begin + 0.1 for moment in retries) for begin in retries)
    assert most <= 200


@virtual
async def test_successes_refill_the_quota() -> None:
    """A retry that leads to success costs nothing in the end; calls that succeed at once give a little back."""
    policy = RetryPolicy(quota=20)
    transport = ScriptedTransport(answer({"r": 1}, 500), default=answer())
    async with client_over(transport, retry=policy) as client:
        quota = client._session.state.quota
        await call(client)
        assert quota.left == 20
        transport.default = answer({"r": 1}, 500)
        with pytest.raises(ServerError) as caught:
            await call(client)
        assert (quota.left, caught.value.attempts) == (5, 4)
        with pytest.raises(ServerError) as caught:
            await call(client)
        assert (quota.left, caught.value.attempts) == (0, 2)
        with pytest.raises(ServerError) as caught:
            await call(client)
        assert caught.value.attempts == 1
        transport.default = answer()
        for _ in range(5):
            await call(client)
        assert quota.left == 5


@virtual
async def test_a_backoff_blocks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """During a backoff of 5 s a heartbeat on the same loop keeps every tick of 20 ms, and nothing blocks for real."""

    def forbidden(seconds: float) -> None:
        raise AssertionError(f"blocking sleep of {seconds} s")

    monkeypatch.setattr(time, "sleep", forbidden)
    loop = asyncio.get_running_loop()
    ticks: list[float] = []
    done = False

    async def heartbeat() -> None:
        while not done:
            ticks.append(loop.time())
            await asyncio.sleep(0.02)

    transport = ScriptedTransport(answer({"r": 1}, 429, Retry_After="5"), answer())
    beating = asyncio.create_task(heartbeat())
    async with client_over(transport) as client:
        began = time.perf_counter()
        await call(client)
        assert time.perf_counter() - began < 2.0
    done = True
    await beating
    assert len(ticks) >= 250
    assert max(b - a for a, b in itertools.pairwise(ticks)) < 0.0201


# --- The loop -----------------------------------------------------------------------------------------------


@virtual
async def test_repeat_raises_the_last_error_and_waits_as_decided() -> None:
    loop = asyncio.get_running_loop()
    waits = iter([1.0, 2.0, None])
    errors = [ServerError("second"), ServerError("third")]
    seen: list[SdkError] = []

    async def attempt() -> None:
        raise errors[len(seen) - 1]

    def decide(error: SdkError) -> float | None:
        seen.append(error)
        return next(waits)

    first, start = ServerError("first"), loop.time()
    with pytest.raises(ServerError) as caught:
        await retry_after_failure(first, attempt, decide, RealClock())
    assert caught.value is errors[1]
    assert seen == [first, *errors]
    assert loop.time() - start == 3.0


@virtual
async def test_retries_are_logged_with_operation_and_wait_only(caplog: pytest.LogCaptureFixture) -> None:
    """One DEBUG line for each wait, of the logger `retry`; a WARNING for a pause above a second and nothing else."""
    transport = ScriptedTransport(answer({"r": 1}, 500), answer({"r": 1}, 429, Retry_After="3"), answer())
    with caplog.at_level(logging.DEBUG, "stringee_async"):
        async with client_over(transport) as client:
            await call(client)
    (text,) = [one.getMessage() for one in caplog.records if one.levelno > logging.DEBUG]
    assert "pause of 3.0 s" in text
    waits = [one.getMessage().split() for one in caplog.records if one.name == "stringee_async.retry"]
    assert [words[1:4] for words in waits] == [
        ["operation=agents.list", "attempt=1", "error=ServerError"],
        ["operation=agents.list", "attempt=2", "error=RateLimitedError"],
    ]
    assert waits[0][0] == waits[1][0]
    assert re.fullmatch(r"next_in_s=0\.\d\d", waits[0][4])
    assert re.fullmatch(r"next_in_s=3\.[0-3]\d", waits[1][4])
