"""The further attempts of a call: paid from the quota, waited for without blocking anything, logged, and none where there is nothing to gain."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import re
import time
from collections import Counter
from collections.abc import Callable

import pytest

from stringee_async import RetryPolicy, Timeouts
from stringee_async.core.bulk import bulk
from stringee_async.core.errors import (
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from stringee_async.core.messages import Request, Response
from tests.kit import agents

from ..kit import ScriptedTransport, answer, client_over, virtual
from ..kit.bulk_runs import _all, now, states
from .rig import (
    call,
    settle,
)


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


@virtual
async def test_a_retry_that_meets_a_closed_client_ends_with_the_real_error() -> None:
    transport = ScriptedTransport(answer({"r": 1}, 500), latency=1.0)
    client = client_over(transport)
    task = asyncio.create_task(call(client))
    await asyncio.sleep(0.5)
    await client.aclose(grace=5.0)
    with pytest.raises(ServerError):
        await task
    assert len(transport.requests) == 1


@pytest.mark.parametrize("seed", range(20))
@virtual
async def test_attempts_on_errors_equal_requests_sent(seed: int) -> None:
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


def _raise_or(step: Response | Exception) -> Response:
    if isinstance(step, Exception):
        raise type(step)
    return step


@virtual
async def test_a_held_call_makes_no_second_attempt() -> None:
    started = now()

    async def vendor(request: Request) -> Response:
        if now() - started < 20.0:
            raise NotSentError("refused")
        return agents()

    transport = ScriptedTransport(default=vendor, latency=0.1)
    policy = RetryPolicy(max_attempts=10, base=1.0, factor=1.0, random=lambda: 1.0, quota=50)
    async with client_over(transport, retry=policy) as client:
        run = bulk(lambda _: client.agents.find(stringee_user_id="u"), range(64), concurrency=64)
        outcomes = await _all(run)
        # The quota pays for ten retries; all others end at once and hold the run before these are sent.
        times = Counter(round(when - started, 2) for when in transport.times)
        assert client.stats().retries == 0
    assert states(outcomes) == {"done": 64}
    assert times[0.0] == 64
    probes = {when: count for when, count in times.items() if 0.0 < when < 20.0}
    assert probes == {0.6: 1, 1.7: 1, 3.8: 1, 7.9: 1, 16.0: 1}
    assert all(one.attempts <= 3 for one in outcomes)


@pytest.mark.parametrize(
    "refusal",
    [
        lambda: answer({"r": 1}, 503, Retry_After="3"),
        lambda: answer(b"<html>", 503, Content_Type="text/html", Retry_After="3"),
    ],
)
@virtual
async def test_a_503_that_asks_for_a_wait_pauses_everybody_and_repeats_no_create(
    refusal: Callable[[], Response],
) -> None:
    """A gateway may send 503 after the vendor acted: reads and deletions wait and go again, a create is unknown."""
    done = answer({"r": 0, "agentID": "A1"})
    transport = ScriptedTransport(refusal(), default=done)
    async with client_over(transport) as client:
        with pytest.raises(ServerError) as caught:
            await client.agents.create(name="An", stringee_user_id="u.an")
        error = caught.value
        assert (error.outcome, error.retry_after, error.retryable) == ("unknown", 3.0, False)
        assert len(transport.requests) == 1
        assert 3.0 <= client.stats().paused <= 3.5
        await client.agents.delete("A0")  # a call of another waits for the same pause
        assert transport.times[1] - transport.times[0] >= 3.0
        transport.steps.append(refusal())
        await client.agents.delete("A1")
        assert len(transport.requests) == 4
        assert transport.times[3] - transport.times[2] >= 3.0


@virtual
async def test_a_503_without_a_wait_is_no_throttling() -> None:
    """A bare 503 may have acted: it pauses no one, and a create is not sent again."""
    transport = ScriptedTransport(answer({"r": 1}, 503))
    async with client_over(transport) as client:
        with pytest.raises(Exception, match="server failed"):
            await client.agents.create(name="An", stringee_user_id="u.an")
        assert client.stats().paused == 0.0
    assert len(transport.requests) == 1
