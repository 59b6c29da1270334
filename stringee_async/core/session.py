"""The session: every call of a client goes through here, as three short methods.

`send` decides on repeats, `_attempt` renews refused credentials once, `_exchange` puts one request on the
wire and decodes one response. One job: to bring limiter, credentials, transport, decoder and policy together in
the right order. None of them knows the others.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, NoReturn, TypeVar

from .admission import Admission
from .attempt_log import log_attempt, log_wait, logger, retry_logger
from .auth import Auth
from .call_id import CallId
from .call_state import Call, Decode
from .clock import Clock, RealClock
from .deadlines import Limit, Unlimited
from .errors import (
    AuthError,
    FailedAttempt,
    NotSentError,
    RateLimitedError,
    SdkError,
    forget_frames,
)
from .messages import Request, Response
from .options import Timeouts, with_methods
from .ratelimit import LocalRateLimiter, RateLimit, RateLimiter, optional_method
from .recent_creates import RecentCreates
from .retry import RetryPolicy, RetryQuota, asks_for_pause, repeat
from .session_state import Shared, Stats
from .tally import current_tally
from .transport import NOTHING_SENT, Transport
from .unknown_writes import UnknownWrite
from .unset import Lane

T = TypeVar("T")

_SHORTEST_CREDENTIAL: Final = 8
"""Shorter words in the headers of credentials are names, such as `Bearer`."""


_NEGLIGIBLE: Final = 0.001
"""Seconds by which a request may leave after its permit without the limiter's being told."""


def _never(*_: object) -> bool:
    """Stand in for limiters that cannot say whether a permit is free: then each call waits its turn."""
    return False


def _ignore(*_: object) -> None:
    """Stand in for limiters that do not want to know when a request left."""


def _credentials(bare: Request, signed: Request) -> list[str]:
    """Return the texts that authorising added to a request; a server may repeat them in its response."""
    added = (value for name, value in signed.headers.items() if name not in bare.headers)
    return [word for value in added for word in value.split() if len(word) >= _SHORTEST_CREDENTIAL]


class Session:
    """Sends requests for one set of credentials.

    Args:
        vendor: Name of the vendor, for errors.
        transport: The way out.
        auth: The credentials.
        retry: The retry policy.
        rate_limit: A limit, a limiter to share, or None.
        timeouts: Time limits in seconds.
        max_connections: Requests on the wire at once at most.
        clock: Where time comes from.
    """

    def __init__(
        self,
        *,
        vendor: str,
        transport: Transport,
        auth: Auth,
        retry: RetryPolicy,
        rate_limit: RateLimit | RateLimiter | None = None,
        timeouts: Timeouts | None = None,
        max_connections: int = 64,
        clock: Clock | None = None,
    ) -> None:
        limiter = (
            LocalRateLimiter(rate_limit, clock=clock)
            if rate_limit is None or isinstance(rate_limit, RateLimit)
            else rate_limit
        )
        kinds = "a RateLimit, an object with acquire() and pause(), or None"
        with_methods("rate_limit", limiter, ("acquire", "pause"), kinds)
        self.timeouts = timeouts or Timeouts()
        self._shared = Shared(
            vendor=vendor,
            transport=transport,
            auth=auth,
            limiter=limiter,
            admission=Admission(max_connections, optional_method(limiter, "unrestricted", _never)),
            quota=RetryQuota(retry.quota),
            clock=clock or RealClock(),
            try_acquire=optional_method(limiter, "try_acquire", _never),
            sent_late=optional_method(limiter, "sent_late", _ignore),
            settle=self.timeouts.settle,
        )
        self._retry = retry
        self._lane: Lane = "interactive"

    def __deepcopy__(self, memo: object) -> NoReturn:
        self.__reduce__()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a client, and what belongs to it, cannot be copied deeply or pickled: share it, use with_options() for other "
            "options, or make a new one where it is needed"
        )

    def view(
        self, *, lane: Lane | None = None, timeouts: Timeouts | None = None, retry: RetryPolicy | None = None
    ) -> Session:
        """Return a session with other options over the same connections, limiter, token and quota."""
        view = object.__new__(Session)
        view._shared = self._shared
        view._retry = retry or self._retry
        view.timeouts = timeouts or self.timeouts
        view._lane = lane or self._lane
        return view

    async def send(self, request: Request, decode: Decode[T], *, listing: CallId | None = None) -> T:
        """Send a request until it succeeds or no further attempt is worth making.

        Args:
            request: The request, without credentials.
            decode: Reads the response; raises what the vendor said.
            listing: The id of the listing that asks for a page, for the log.

        Returns:
            What `decode` returned.

        Raises:
            SdkError: The last failure, with attempts, elapsed time and history on it.
        """
        shared = self._shared
        task = shared.begin()
        now = shared.now()
        call = Call(
            request=request, decode=decode, task=task, started=now, since=now,
            tally=current_tally.get(), cancelling=task.cancelling(), listing=listing,
        )  # fmt: skip
        limit = shared.deadlines.limit(self.timeouts.total, task)

        shared.calls.add(task)
        try:
            with limit:
                try:
                    result = await self._attempt(call)
                except SdkError as error:
                    result = await self._again(call, error)
                else:
                    shared.quota.give(self._retry.refund)
            key = request.natural_key
            if key is not None:
                shared.creates.ended(key, shared.now(), self.timeouts.settle, unknown=False)
            return result
        except TimeoutError as late:
            if not limit.expired:
                self._remember(call, failed=False)
                raise
            forget_frames(late)
            raise self._complete(call, call.out_of_time(self.timeouts.total, shared.now())) from None
        except asyncio.CancelledError as ended:
            if task not in shared.cancelled_by_close or task.uncancel() > call.cancelling:
                self._remember(call, failed=not call.cut_off())
                if call.cut_off():
                    write = shared.unknown.left(request, call.tally, call.id())
                    ended.add_note(f"{write} had left: look before you repeat it")
                raise
            forget_frames(ended)
            raise self._complete(call, call.closed_under()) from None
        except SdkError as error:
            raise self._complete(call, error)  # noqa: B904 - the same error, completed
        except BaseException:  # a transport or clock that is not ours failed, or the process is told to end
            self._remember(call, failed=False)
            raise
        finally:
            if shared.probe is not None:
                shared.probe.leave(call)
            shared.end(task)

    def _complete(self, call: Call[Any], error: SdkError) -> SdkError:
        """Fill in what is known of a call on the error that it ends with, and note what it may have done."""
        shared = self._shared
        call.complete(error, shared.vendor, shared.now())
        self._remember(call, failed=error.outcome in {"not_sent", "refused"})
        if error.outcome == "unknown":
            shared.unknown.left(call.request, call.tally, call.id())
        else:
            call.recall(error)
        return error

    def _remember(self, call: Call[Any], *, failed: bool) -> None:
        """Remember a create whose outcome nobody saw: a listing may show its object later. Forget one that failed."""
        key = call.request.natural_key
        if key is None or not call.exchanges:
            return
        creates = self._shared.creates
        if failed:
            creates.failed(key)
        else:
            creates.ended(key, self._shared.now(), self.timeouts.settle, unknown=True)

    async def _again(self, call: Call[T], first: SdkError) -> T:
        shared = self._shared
        taken = 0
        latest: SdkError | None = None

        async def attempt() -> T:
            if latest is not None and call.held():  # its run has been held while this call waited
                call.history.pop()
                shared.retries -= 1
                raise latest
            return await self._attempt(call)

        def decide(error: SdkError) -> float | None:
            nonlocal taken, latest
            latest = error
            error.release_frames()
            call.attempts += 1
            now = shared.now()
            elapsed = now - call.started
            call.failed(error, now)
            wait = self._retry.decide(error, call.request, call.attempts, elapsed, self.timeouts.total)
            self._pause(error, call.attempts)
            cost = self._retry.cost(error)
            if wait is None or shared.closed or call.held() or not shared.quota.take(cost):
                return None
            taken += cost
            shared.retries += 1
            call.history.append(FailedAttempt(type(error).__name__, error.outcome, wait))
            if retry_logger.isEnabledFor(logging.DEBUG):
                log_wait(call, error, wait)
            call.enter("backoff", shared.now())
            return wait

        try:
            result = await repeat(first, attempt, decide, shared.clock)
        finally:
            latest = None  # the way of an error leads through this frame: no circle
        shared.quota.give(taken)
        return result

    async def _attempt(self, call: Call[T]) -> T:
        """Make one attempt; if the credentials are refused, renew them and try once more."""
        try:
            return await self._exchange(call)
        except AuthError as error:
            if not getattr(error, "_renewable", False):
                raise
            call.failed(error, self._shared.now())
        return await self._exchange(call)

    async def _exchange(self, call: Call[T]) -> T:
        """Put one request on the wire and decode one response."""
        shared = self._shared
        time, auth, admission = shared.now, shared.auth, shared.admission
        if call.stage != "queue":  # where a call begins, so the first attempt need not ask the time again
            call.enter("queue", time())
        if not self._try_enter(call.request.operation):
            await self._enter(call)
        try:
            now = time()
            shared.permit_wait += now - call.since
            total = self.timeouts.total
            if total is not None and now - call.started >= total:
                raise call.out_of_time(total, now)
            call.enter("exchange", now)
            signed = auth.authorize(call.request)
            call.exchanges += 1
            if call.tally is not None:
                call.left(call.tally)
            if call.exchanges == 1 and call.request.natural_key is not None:
                shared.creates.left(call.request.natural_key)
            shared.requests += 1
            logs = logger.isEnabledFor(logging.DEBUG)
            try:
                response = await shared.transport.send(signed, self.timeouts)
            except BaseException as error:
                if NOTHING_SENT in getattr(error, "__notes__", ()):
                    call.never_left()
                if logs:
                    log_attempt(call, time() - now, error=error)
                raise
        finally:
            admission.leave()
        took = time() - now if logs else 0.0
        if response.delay > _NEGLIGIBLE:
            shared.sent_late(time() - now, response.delay)
        try:
            result = call.decode(response)
        except SdkError as error:
            if shared.probe is not None and not asks_for_pause(error):
                shared.answered()
            error.mask(*_credentials(call.request, signed))
            if logs:
                self._log(call, took, signed, response, error)
            if isinstance(error, AuthError):
                error.__dict__["_renewable"] = auth.refused(signed, response)
            raise
        if logs:
            self._log(call, took, signed, response)
        if shared.probe is not None:
            shared.answered()
        if call.tally is not None:
            run = call.tally.run
            if call.order > run.heard:
                run.heard = call.order
            if run.held:
                run.reached(call.order)
        return result

    def _log(
        self, call: Call[Any], took: float, signed: Request, response: Response, error: SdkError | None = None
    ) -> None:
        """Write the line of an attempt that brought a response."""
        hidden = _credentials(call.request, signed)
        log_attempt(call, took, response=response, error=error, hidden=hidden)

    def _try_enter(self, operation: str) -> bool:
        """Take a slot and a permit if nobody has to wait for either, and the credentials are fresh; else neither."""
        shared = self._shared
        if not shared.admission.open() or shared.probe is not None or not shared.auth.ready():
            return False
        if not shared.try_acquire(operation, self._lane):
            return False
        shared.admission.take()
        return True

    async def _enter(self, call: Call[T]) -> None:
        """Wait for a connection slot and a permit, within the queue's own time limit if it has one."""
        entering = self._shared.admission.enter(self._lane, lambda: self._permit(call))
        if self.timeouts.queue is None:
            await entering
            return
        limit = self._shared.deadlines.limit(self.timeouts.queue, call.task)
        try:
            with limit:
                await entering
        except TimeoutError:
            if not limit.expired:
                raise
            raise NotSentError(
                f"no connection slot or permit within {self.timeouts.queue:g} s; nothing was sent; "
                "make fewer calls at once, or give more time (Timeouts.queue)",
                stage="queue",
            ) from None

    async def _wire(self, call: Call[Any], permits: list[float], request: Request) -> Response:
        """Send a request for credentials, in the slot of the call that needs them.

        It goes before the calls of either lane, as they all need what it brings.

        Args:
            call: The call.
            permits: A permit that was given already and is taken from the list, as the end of the pause at that time;
                empty: one is asked for.
            request: The request.
        """
        shared = self._shared
        pause = permits.pop() if permits else math.nan
        while pause != shared.paused_until:
            pause = shared.paused_until
            await shared.limiter.acquire(request.operation, "interactive")
        shared.requests += 1
        now = shared.now()
        logs = logger.isEnabledFor(logging.DEBUG)
        try:
            response = await shared.transport.send(request, self.timeouts)
        except BaseException as error:
            if logs:
                log_attempt(call, shared.now() - now, error=error, token=request)
            raise
        if logs:
            log_attempt(call, shared.now() - now, response=response, token=request)
        if response.delay > _NEGLIGIBLE:
            shared.sent_late(shared.now() - now, response.delay)
        return response

    async def _permit(self, call: Call[T]) -> None:
        """Make sure of a permit and of fresh credentials; after this nothing waits before sending."""
        shared = self._shared
        while True:
            if shared.probe is not None:
                await shared.probe.turn(call)
            if not shared.auth.ready():
                self._check_pause(call)
                await shared.auth.prepare(partial(self._wire, call, []))
            self._check_pause(call)
            pause = shared.paused_until
            await shared.limiter.acquire(call.request.operation, self._lane)
            if not shared.auth.ready():
                # The token was rejected, replaced or grew old while this call waited: another request leaves first, with
                # the permit of this call, unless another call sends it.
                permitted, permits = shared.now(), [pause]
                await shared.auth.prepare(partial(self._wire, call, permits))
                if not permits:
                    continue
                lag = shared.now() - permitted
                shared.sent_late(lag, lag)
            if shared.paused_until == pause or shared.paused_until <= shared.now():
                return

    def _check_pause(self, call: Call[Any]) -> None:
        """Raise if the pause is longer than this call waits."""
        shared, total = self._shared, self.timeouts.total
        now = shared.now()
        left = shared.paused_until - now
        if left <= 0:
            return
        if total is not None and shared.paused_until >= call.started + total:
            why = "outlasts this call's total time"
        elif left > self._retry.max_server_wait:
            why = f"is longer than max_server_wait ({self._retry.max_server_wait:g} s)"
        else:
            return
        raise RateLimitedError(
            f"the vendor asked for a pause that {why}; nothing was sent",
            retry_after=shared.asked_until - now,
            outcome="not_sent",
        )

    def _pause(self, error: SdkError, attempt: int) -> None:
        """Let everybody of these credentials wait when the vendor asks for it."""
        if not asks_for_pause(error) or error.outcome == "not_sent":
            return
        shared = self._shared
        asked = error.retry_after or self._retry.wait(error, attempt)
        shared.pause(asked, error.operation or shared.vendor, self._retry.max_pause)

    async def alone(self, key: object, work: Callable[[], Awaitable[T]]) -> T:
        """Run `work` while nobody else of this client runs work for the same key.

        Args:
            key: What must not be worked on twice at once.
            work: What to do.
        """
        return await self._shared.alone(key, work)

    async def sleep(self, seconds: float) -> None:
        """Wait on the session's clock."""
        await self._shared.clock.sleep(seconds)

    def limit(self, spent: float = 0.0) -> Limit | Unlimited:
        """Return a time limit of `total` seconds that begins now, for a call that is made of several requests.

        Args:
            spent: Seconds of it that the call has used already.

        Raises:
            ClosedError: The client is closed, or used from a second event loop.
        """
        total, task = self.timeouts.total, self._shared.begin()
        return self._shared.deadlines.limit(None if total is None else max(0.0, total - spent), task)

    @property
    def creates(self) -> RecentCreates:
        """The recent creates of this session and its views."""
        return self._shared.creates

    def now(self) -> float:
        """Return the session's monotonic time in seconds."""
        return self._shared.clock.monotonic()

    def adopted(self) -> None:
        """Count one create whose response was lost and whose object was found."""
        self._shared.adopted += 1

    def unknown_writes(self) -> tuple[UnknownWrite, ...]:
        """Return the latest writes that left and whose outcome nobody saw, oldest first."""
        return self._shared.unknown.latest()

    def stats(self) -> Stats:
        """Return what this session and its views did so far."""
        return self._shared.stats()

    def open(self) -> None:
        """Open the session on the running loop, afresh if it was closed.

        Raises:
            ClosedError: It belongs to another loop, which still runs or whose aiohttp session was given.
        """
        self._shared.open()

    async def aclose(self, grace: float = 0.0) -> None:
        """Close the session; closing twice is fine.

        Args:
            grace: Seconds that calls under way may take to finish; after it they end in `ClosedError`.
        """
        await self._shared.aclose(grace)
