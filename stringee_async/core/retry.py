"""When to try again, and the loop that does.

`RetryPolicy.decide` is a pure function: it returns the seconds to wait, or None. `retry_after_failure` runs the
retries with tenacity, which this file owns; a call enters it only after its first attempt failed. Each call gets its
own tenacity object, and only errors of the SDK are retried, never a cancellation.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any, Final, Generic, TypeVar, cast

import attrs

from .clock import Clock
from .errors import ConfigError, RateLimitedError, SdkError, ServerError
from .messages import Request
from .options import at_least_one, not_negative, shown

T = TypeVar("T")

_NUMBERS: Final = (
    "base",
    "throttle_base",
    "factor",
    "cap",
    "max_server_wait",
    "max_pause",
    "quota",
    "retry_cost",
    "throttle_cost",
    "refund",
)
_SERVER_WAIT_JITTER: Final = 0.1
_SERVER_WAIT_JITTER_CAP: Final = 0.5


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """Which failures are worth another attempt, and after how long.

    The wait before attempt n + 1 is `random() * min(cap, base * factor ** (n - 1))` seconds (full jitter),
    with `throttle_base` for `base` after a refusal for rate. A wait that the vendor asked for is never
    shortened; up to a tenth of it, at most half a second, is added. If the wait is above `max_server_wait`, or
    beyond the call's total time, the client does not wait: it raises the error at once with `retry_after` on it. A
    `Retry-After` of zero (or a date in the past) counts as none: the client chooses the wait.

    Args:
        max_attempts: Attempts in all, the first included.
        base: Seconds; scale of the first wait after a failure.
        throttle_base: Seconds; the same after a refusal for rate without a wait asked for.
        factor: Growth of the wait from one attempt to the next.
        cap: Seconds; no wait of our own choosing is longer.
        max_server_wait: Seconds; how long one call waits for a vendor that asks for a pause. Above it the call fails at
            once, with `retry_after`. A test that scripts `Retry-After: 30` really waits 30 s, unless this is smaller or
            `clock=` of the client is a `stringee_async.testing.FastClock`.
        max_pause: Seconds; the longest pause of all calls together, whatever the vendor asks for. After a pause that
            is cut short by this, one call goes first, and the others wait for its response.
        quota: Size of the retry quota that all calls of a client share, so that an outage is not multiplied.
        retry_cost: What one retry takes from the quota; given back when the call succeeds.
        throttle_cost: The same for a retry after a refusal for rate, which the common pause bounds already.
        refund: What a call that succeeds at once gives back.
        random: Source of numbers from 0 up to 1.
    """

    max_attempts: int = 4
    base: float = 0.25
    throttle_base: float = 1.0
    factor: float = 2.0
    cap: float = 20.0
    max_server_wait: float = 60.0
    max_pause: float = 3600.0
    quota: int = 500
    retry_cost: int = 5
    throttle_cost: int = 0
    refund: int = 1
    random: Callable[[], float] = random.random

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "max_attempts", at_least_one("retry: max_attempts", self.max_attempts))
        for name in _NUMBERS:
            object.__setattr__(self, name, not_negative(f"retry: {name}", getattr(self, name)))
        if not callable(self.random):
            raise ConfigError(
                f"retry: random must be a function that returns numbers from 0 up to 1, got {shown(self.random)}"
            )

    def decide(
        self,
        error: SdkError,
        request: Request,
        attempt: int,
        elapsed: float,
        total: float | None = None,
    ) -> float | None:
        """Say how long to wait before the next attempt.

        Args:
            error: How the attempt failed.
            request: What was attempted.
            attempt: Number of the failed attempt, from 1.
            elapsed: Seconds since the call began.
            total: Seconds that the call may take in all, or None.

        Returns:
            Seconds to wait, or None for no further attempt.
        """
        if attempt >= self.max_attempts or not error.may_repeat(request.retry_class):
            return None
        wait = self.wait(error, attempt)
        asked = error.retry_after
        if asked is not None and asked > self.max_server_wait:
            return None
        if total is not None and elapsed + wait >= total:
            return None
        return wait

    def wait(self, error: SdkError, attempt: int) -> float:
        """Return the seconds between the failed attempt of this number and the next."""
        if error.retry_after:
            jitter = min(error.retry_after * _SERVER_WAIT_JITTER, _SERVER_WAIT_JITTER_CAP)
            return error.retry_after + self.random() * jitter
        base = self.throttle_base if isinstance(error, RateLimitedError) else self.base
        try:
            scale = min(self.cap, base * self.factor ** (attempt - 1))
        except OverflowError:
            scale = self.cap
        return self.random() * scale

    def cost(self, error: SdkError) -> int:
        """Return what a retry after `error` takes from the quota."""
        return self.throttle_cost if asks_for_pause(error) else self.retry_cost


def asks_for_pause(error: SdkError) -> bool:
    """Return whether the vendor asks all calls to pause: a refusal for rate, or a failure that names a wait."""
    return isinstance(error, RateLimitedError) or (
        isinstance(error, ServerError) and error.retry_after is not None
    )


class RetryQuota:
    """The retries that all calls of a client may spend together: `size` at the start and at most."""

    __slots__ = ("left", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self.left = size

    def take(self, cost: int) -> bool:
        """Take `cost` if that much is left; return whether it was."""
        if cost > self.left:
            return False
        self.left -= cost
        return True

    def give(self, amount: int) -> None:
        """Give back `amount`; the quota never grows beyond its size."""
        self.left = min(self.size, self.left + amount)


async def retry_after_failure(
    first: SdkError,
    attempt: Callable[[], Awaitable[T]],
    decide: Callable[[SdkError], float | None],
    clock: Clock,
) -> T:
    """Go on after a first failure until an attempt succeeds, or raise the last failure.

    `decide` is called once for each failure and returns the seconds to wait, or None to stop.
    """
    return await _RetryLoop(first, attempt, decide, clock).run()


class _RetryLoop(Generic[T]):
    """What the callbacks of one tenacity object share; arguments as for `retry_after_failure`."""

    def __init__(
        self,
        first: SdkError,
        attempt: Callable[[], Awaitable[T]],
        decide: Callable[[SdkError], float | None],
        clock: Clock,
    ) -> None:
        self._first: SdkError | None = first
        self._attempt = attempt
        self._decide = decide
        self._clock = clock
        self._wait = 0.0
        self._other: list[BaseException] = []
        """What ends the call at once. It does not go through tenacity, whose frames would stay in its traceback."""

    async def run(self) -> T:
        """Return what the first successful attempt returned."""
        import tenacity

        state: Any = None
        try:
            async for step in tenacity.AsyncRetrying(
                retry=tenacity.retry_if_exception(self._is_worth_retrying),
                wait=self._next_wait,
                stop=tenacity.stop_never,
                sleep=self._sleep,
                reraise=True,
            ):
                state = step.retry_state
                if not self._other:
                    with step:
                        result = await self._one_attempt()
                        if not self._other:
                            return cast("T", result)
                if self._other:
                    raise self._other.pop()
            raise AssertionError("tenacity ends by returning or raising")
        finally:
            # The state and the retrying object refer to each other; without this they would keep the last error until
            # the collector runs.
            state.retry_object.iter_state.reset()
            state.outcome = state.retry_object = None

    async def _one_attempt(self) -> T | None:
        """Raise the first failure the first time; then make an attempt, or note what ends the call."""
        if self._first is not None:
            first, self._first = self._first, None
            raise first
        try:
            return await self._attempt()
        except SdkError:
            raise
        except BaseException as error:  # noqa: BLE001 - raised by `run`
            self._other.append(error)
            return None

    def _is_worth_retrying(self, error: BaseException) -> bool:
        seconds = self._decide(error) if isinstance(error, SdkError) else None
        if seconds is None:
            return False
        self._wait = seconds
        return True

    def _next_wait(self, _: object) -> float:
        return self._wait

    async def _sleep(self, seconds: float) -> None:
        try:
            await self._clock.sleep(seconds)
        except BaseException as error:  # noqa: BLE001 - raised by `run`
            self._other.append(error)
