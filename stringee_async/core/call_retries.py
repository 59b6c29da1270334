"""The attempts of one call after its first has failed.

After each failure this decides on another attempt, pays for it from the retry quota, and lets the whole client pause
where the vendor asks for it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import attrs

from .attempt_log import log_wait, retry_logger
from .call_state import Call
from .errors import FailedAttempt, RateLimitedError, SdkError
from .retry import RetryPolicy, asks_for_pause, retry_after_failure
from .session_state import SessionState

T = TypeVar("T")


@attrs.define(eq=False)
class CallRetries(Generic[T]):
    """The further attempts of one call."""

    state: SessionState
    policy: RetryPolicy
    total: float | None
    call: Call[T]
    attempt: Callable[[Call[T]], Awaitable[T]]
    _paid: int = attrs.field(init=False, default=0)
    _latest: SdkError | None = attrs.field(init=False, default=None)

    async def run(self, first: SdkError) -> T:
        """Make attempts until one succeeds or no further one is worth making."""
        result = await retry_after_failure(first, self._next_attempt, self._decide, self.state.clock)
        self.state.quota.give(self._paid)
        return result

    async def _next_attempt(self) -> T:
        if self._latest is not None and self.call.held():  # its run has been held while this call waited
            self.call.history.pop()
            self.state.retries -= 1
            raise self._latest
        return await self.attempt(self.call)

    def _decide(self, error: SdkError) -> float | None:
        """Return the seconds to wait before the next attempt; None for no further attempt."""
        state, call, policy = self.state, self.call, self.policy
        self._latest = error
        error.release_frames()
        call.attempts += 1
        now = state.now()
        call.failed(error, now)
        wait = policy.decide(error, call.request, call.attempts, now - call.started, self.total)
        self._pause(error)
        cost = policy.cost(error)
        if wait is None or state.closed or call.held() or not state.quota.take(cost):
            return None
        self._paid += cost
        state.retries += 1
        call.history.append(FailedAttempt(type(error).__name__, error.outcome, wait))
        if retry_logger.isEnabledFor(logging.DEBUG):
            log_wait(call, error, wait)
        if call.watch is not None:
            call.watch.backoff(error, wait)
        call.enter("backoff", state.now())
        return wait

    def _pause(self, error: SdkError) -> None:
        """Let all calls with these credentials wait if the vendor asks for it."""
        if not asks_for_pause(error) or error.outcome == "not_sent":
            return
        self.state.throttled += isinstance(error, RateLimitedError)
        asked = error.retry_after or self.policy.wait(error, self.call.attempts)
        self.state.gate.pause(asked, error.operation or self.state.vendor, self.policy.max_pause)
        if self.call.watch is not None:
            self.call.watch.paused(error)
