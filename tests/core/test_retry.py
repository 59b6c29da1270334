"""Rules of retrying: what may be repeated, after how long, and how much of it all calls may do together."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path
from typing import Any

import pytest

import stringee_async
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
from stringee_async.core.retry import RetryPolicy, RetryQuota, retry_after_failure
from stringee_async.core.retry_class import RetryClass

from ..kit import virtual
from .rig import CREATE, READ, WRITE, make_request


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


class NotedClock(RealClock):
    """Notes how long it was asked to wait, and waits for nothing, or is cancelled while it waits."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.waits: list[float] = []
        self._error = error

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        if self._error is not None:
            raise self._error


async def test_what_an_attempt_returns_is_returned_after_the_waits_on_the_clock_that_is_given() -> None:
    clock, errors = NotedClock(), [ServerError("second")]

    async def attempt() -> str:
        if errors:
            raise errors.pop()
        return "done"

    waits = iter([3600.0, 7200.0])
    assert await retry_after_failure(ServerError("first"), attempt, lambda _: next(waits), clock) == "done"
    assert clock.waits == [3600.0, 7200.0]


async def test_a_call_that_is_cancelled_while_it_waits_ends_so() -> None:
    async def attempt() -> str:
        raise AssertionError

    cancelled = asyncio.CancelledError("by the caller")
    with pytest.raises(asyncio.CancelledError, match="by the caller") as caught:
        await retry_after_failure(ServerError("first"), attempt, lambda _: 1.0, NotedClock(cancelled))
    assert caught.value is cancelled


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_attempts", 0), ("base", -1), ("cap", -1), ("max_server_wait", -1), ("quota", -1), ("random", 3)],
)
def test_a_wrong_option_is_named(name: str, value: object) -> None:
    options: Any = {name: value}
    with pytest.raises(ConfigError, match=f"^retry: {name} must be "):
        RetryPolicy(**options)
