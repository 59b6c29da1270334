"""What a session and its views share: event loop, calls under way, counters, shutdown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from functools import partial
from typing import Any

import attrs

from .auth import Auth
from .call_state import Call
from .clock import Clock, monotonic_of
from .errors import ClosedError, SdkError, forget_frames
from .gate import Gate
from .keyed_lock import Hold, KeyedLock
from .loops import Home, needs_asyncio, running_loop
from .options import Timeouts
from .plain import Plain
from .recent_creates import RecentCreates
from .retry import RetryQuota
from .timeouts import NoTimeout, Timeout, TimeoutTimers
from .transport import Transport, leave
from .unknown_writes import UnknownWrites

logger = logging.getLogger("stringee_async.session")


@attrs.frozen(kw_only=True)
class Stats(Plain):
    """What a client did so far.

    Args:
        requests: Requests handed to the transport.
        retries: Attempts beyond the first of their call.
        tokens: Tokens issued.
        adopted: Creates whose response was lost and whose object was found afterwards.
        in_flight: Requests that hold a connection slot now.
        queued: Calls that wait for a slot or a permit now.
        permit_wait: Seconds that calls spent waiting for slots and permits, added up.
        paused: Seconds of pauses that the vendor asked for.
        unknown: Writes that were sent and whose outcome is unknown: the vendor may have carried them out.
        throttled: Requests that the vendor refused because they were too many (HTTP 429, or its own code for it).
    """

    requests: int
    retries: int
    tokens: int
    adopted: int
    in_flight: int
    queued: int
    permit_wait: float
    paused: float
    unknown: int = 0
    throttled: int = 0


@attrs.define(eq=False, kw_only=True)
class SessionState:
    """What a session and its views share."""

    vendor: str
    transport: Transport
    auth: Auth
    gate: Gate
    quota: RetryQuota
    clock: Clock
    settle: float
    now: Callable[[], float] = attrs.field(init=False)
    timers: TimeoutTimers = attrs.field(init=False, factory=TimeoutTimers)
    home: Home = attrs.field(init=False, factory=partial(Home, "client"))
    creates: RecentCreates = attrs.field(init=False, factory=RecentCreates)
    unknown: UnknownWrites = attrs.field(init=False, factory=UnknownWrites)
    locks: KeyedLock = attrs.field(init=False, factory=KeyedLock)
    closed: bool = attrs.field(init=False, default=False)
    calls: set[asyncio.Task[Any]] = attrs.field(init=False, factory=set[asyncio.Task[Any]])
    cancelled_by_close: set[asyncio.Task[Any]] = attrs.field(init=False, factory=set[asyncio.Task[Any]])
    waiting: dict[asyncio.Task[Any], asyncio.Future[None]] = attrs.field(
        init=False, factory=dict[asyncio.Task[Any], asyncio.Future[None]]
    )
    downloads: dict[asyncio.Future[None], asyncio.Task[Any]] = attrs.field(
        init=False, factory=dict[asyncio.Future[None], asyncio.Task[Any]]
    )
    """What ends with each download under way, and the task that reads it."""
    requests: int = attrs.field(init=False, default=0)
    retries: int = attrs.field(init=False, default=0)
    throttled: int = attrs.field(init=False, default=0)
    adopted: int = attrs.field(init=False, default=0)
    permit_wait: float = attrs.field(init=False, default=0.0)

    def __attrs_post_init__(self) -> None:
        self.now = self.clock.monotonic

    def begin(self) -> asyncio.Task[Any]:
        """Check that the client may be used here and now; a client whose loop has ended moves to this one."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise needs_asyncio() from None
        if self.closed:
            raise ClosedError("this client is closed; open it again with `async with`, or make a new one")
        if self.home.loop is not loop:
            self._move()
        task = asyncio.current_task(loop)
        if task is None:
            raise ClosedError("calls must be awaited inside a task")
        return task

    def open(self) -> None:
        """Open the client on the running loop, afresh if it was closed."""
        if self.home.loop is not running_loop():
            self._move()
        self.closed = False

    def _move(self) -> None:
        """Serve the running loop from now on, without what belongs to the loop that was left."""
        before = self.home.loop
        if before is not None and not before.is_running():
            leave(self.transport)
        self.home.move()
        self.now = monotonic_of(self.clock)
        self.gate.move()
        if before is None:
            return
        self.calls, self.cancelled_by_close, self.waiting, self.locks = set(), set(), {}, KeyedLock()
        self.downloads = {}
        self.creates.moved(self.now(), self.settle)

    def exclusive(self, key: Hashable) -> Hold:
        """Return the lock of a key, for `async with`: while it is held, no other task of this client holds it."""
        if self.home.loop is not running_loop():
            self._move()
        return self.locks.hold(key)

    def error_of(
        self, call: Call[Any], error: BaseException, timeouts: Timeouts, timeout: Timeout | NoTimeout
    ) -> BaseException:
        """Return what the caller hears of a call that `error` ended, and remember what the call may have done."""
        if isinstance(error, SdkError):
            return self._completed(call, error, timeouts)
        if isinstance(error, TimeoutError) and timeout.expired:
            forget_frames(error)
            return self._completed(call, call.out_of_time(timeouts.total, self.now()), timeouts)
        if isinstance(error, asyncio.CancelledError):
            if call.task in self.cancelled_by_close and call.task.uncancel() <= call.cancelling:
                forget_frames(error)
                return self._completed(call, call.closed_under(), timeouts)
            lost = call.cut_off()
            self._remember_create(call, timeouts, failed=not lost)
            if lost:
                write = self.unknown.left(call.request, call.tally, call.id())
                error.add_note(f"{write} had left: look before you repeat it")
            return error
        # A transport or clock that is not ours failed, or the process is told to end.
        self._remember_create(call, timeouts, failed=False)
        return error

    def _completed(self, call: Call[Any], error: SdkError, timeouts: Timeouts) -> SdkError:
        """Fill in what is known of a call on the error that it ends with, and remember what it may have done."""
        call.complete(error, self.vendor, self.now())
        self._remember_create(call, timeouts, failed=error.outcome in {"not_sent", "refused"})
        if error.outcome == "unknown":
            self.unknown.left(call.request, call.tally, call.id())
        else:
            call.recall(error)
        return error

    def _remember_create(self, call: Call[Any], timeouts: Timeouts, *, failed: bool) -> None:
        """Remember a create with a natural key, whose object a listing may show later; forget one that failed."""
        key = call.request.natural_key
        if key is None or not call.exchanges:
            return
        if failed:
            self.creates.failed(key)
        else:
            self.creates.ended(key, self.now(), timeouts.settle, unknown=True)

    def end(self, task: asyncio.Task[Any]) -> None:
        """Note that the call of this task has ended, and tell those who wait for the last one."""
        self.calls.discard(task)
        self.cancelled_by_close.discard(task)
        if self.waiting and not self.calls - self.waiting.keys():
            for idle in self.waiting.values():  # each once: a closed client begins no further call
                idle.set_result(None)

    async def _ended(self, own: asyncio.Task[Any] | None, seconds: float | None) -> None:
        """Wait until all calls under way have ended, but those of the tasks that wait here."""
        if own is None or not self.calls - {own, *self.waiting}:
            return
        idle = asyncio.get_running_loop().create_future()
        self.waiting[own] = idle
        try:
            await asyncio.wait([idle], timeout=seconds)
        finally:
            del self.waiting[own]

    @contextmanager
    def downloading(self) -> Generator[None]:
        """Count a download of this task as under way, from its request until its last byte."""
        task = self.begin()
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.downloads[ended] = task
        try:
            yield
        finally:
            self.downloads.pop(ended, None)  # gone already where the client has moved to another loop
            ended.set_result(None)

    async def _downloaded(self, own: asyncio.Task[Any] | None, seconds: float) -> None:
        """Wait until the downloads of other tasks have ended, for `seconds` at most."""
        others = [ended for ended, task in self.downloads.items() if task is not own]
        if others and seconds > 0:
            await asyncio.wait(others, timeout=seconds)

    def stats(self) -> Stats:
        """Return what this session and its views did so far."""
        return Stats(
            requests=self.requests,
            retries=self.retries,
            tokens=self.auth.issued,
            adopted=self.adopted,
            in_flight=self.gate.slots.in_flight,
            queued=self.gate.slots.queued,
            permit_wait=self.permit_wait,
            paused=self.gate.paused,
            unknown=self.unknown.count,
            throttled=self.throttled,
        )

    async def aclose(self, grace: float = 0.0) -> None:
        """Close the session; closing twice is fine, and so is closing after the loop that used it has ended.

        Calls and downloads under way have `grace` seconds to finish; after them they end in `ClosedError`.
        """
        loop, here = self.home.loop, running_loop()
        if loop is not None and loop is not here:
            if loop.is_running():
                raise ClosedError("close the client on the event loop that uses it")
            if not self.closed:
                self.closed = True
                logger.warning(
                    "a client was closed after its event loop had ended; its connections were dropped"
                )
            await self.transport.aclose()
            return
        self.closed = True
        own = asyncio.current_task()
        if grace > 0:
            ends = here.time() + grace
            await self._ended(own, grace)
            await self._downloaded(own, ends - here.time())
        for task in self.calls - self.cancelled_by_close - {own}:
            self.cancelled_by_close.add(task)
            task.cancel()
        # The cancelled calls take their errors; their tasks go on with their own work.
        await self._ended(own, None)
        self.timers.close()
        await self.transport.aclose()
