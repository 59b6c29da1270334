"""What all views of a client's session have in common: where it runs, who is calling, pauses, numbers, the end.

One job: the life of one set of credentials on one event loop. How a call is made is the session's.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import attrs

from .admission import Admission
from .auth import Auth
from .clock import Clock, monotonic_of
from .deadlines import Deadlines
from .errors import ClosedError
from .loops import Home, needs_asyncio, running_loop
from .plain import Plain
from .probe import Probe
from .ratelimit import RateLimiter
from .recent_creates import RecentCreates
from .retry import RetryQuota
from .transport import Transport, leave
from .unknown_writes import UnknownWrites
from .unset import Lane

logger = logging.getLogger("stringee_async.session")

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class Stats(Plain):
    """What a client did so far.

    Args:
        requests: Requests handed to the wire.
        retries: Attempts beyond the first of their call.
        tokens: Tokens made.
        adopted: Creates whose response was lost and whose object was found afterwards.
        in_flight: Requests that hold a connection slot now.
        queued: Calls that wait for a turn, a slot or a permit now.
        permit_wait: Seconds that calls spent waiting for turn, slot and permit, added up.
        paused: Seconds of pauses that the vendor asked for.
        unknown: Writes that left and whose outcome nobody saw: the vendor may have carried them out.
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


@attrs.define(eq=False)
class Shared:
    """What all views of one session have in common."""

    vendor: str
    transport: Transport
    auth: Auth
    limiter: RateLimiter
    admission: Admission
    quota: RetryQuota
    clock: Clock
    try_acquire: Callable[[str, Lane], bool]
    sent_late: Callable[[float, float], None]
    now: Callable[[], float] = attrs.field(init=False)
    deadlines: Deadlines = attrs.field(factory=Deadlines)
    home: Home = attrs.field(factory=partial(Home, "client"))
    settle: float = 3.0
    creates: RecentCreates = attrs.field(factory=RecentCreates)
    closed: bool = False
    calls: set[asyncio.Task[Any]] = attrs.field(factory=set[asyncio.Task[Any]])
    cancelled_by_close: set[asyncio.Task[Any]] = attrs.field(factory=set[asyncio.Task[Any]])
    waiting: dict[asyncio.Task[Any], asyncio.Future[None]] = attrs.field(
        factory=dict[asyncio.Task[Any], asyncio.Future[None]]
    )
    keys: dict[object, tuple[asyncio.Lock, int]] = attrs.field(factory=dict[object, tuple[asyncio.Lock, int]])
    unknown: UnknownWrites = attrs.field(factory=UnknownWrites)
    requests: int = 0
    retries: int = 0
    adopted: int = 0
    permit_wait: float = 0.0
    paused: float = 0.0
    paused_until: float = -math.inf
    asked_until: float = -math.inf
    probe: Probe | None = None

    def __attrs_post_init__(self) -> None:
        self.now = self.clock.monotonic

    def begin(self) -> asyncio.Task[Any]:
        """Check that the client may be used here and now; a client whose loop has ended moves to this one.

        Raises:
            ClosedError: It is closed, or belongs to another loop.
            SdkError: No event loop of asyncio runs here.
        """
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
        """Open the client on the running loop, afresh if it was closed.

        Raises:
            ClosedError: It belongs to another loop.
        """
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
        if before is None:
            return
        self.admission = self.admission.afresh()
        self.calls, self.cancelled_by_close, self.waiting, self.keys = set(), set(), {}, {}
        self.creates.moved(self.now(), self.settle)
        if self.probe is not None:
            self.probe = Probe()

    async def alone(self, key: object, work: Callable[[], Awaitable[T]]) -> T:
        """Run `work` while nobody else of this client runs work for the same key.

        Args:
            key: What must not be worked on twice at once.
            work: What to do.
        """
        if self.home.loop is not running_loop():
            self._move()
        keys = self.keys
        lock, users = keys.get(key, (None, 0))
        lock = lock or asyncio.Lock()
        keys[key] = (lock, users + 1)
        try:
            async with lock:
                return await work()
        finally:
            users = keys[key][1] - 1
            if users:
                keys[key] = (lock, users)
            else:
                del keys[key]

    def pause(self, asked: float, who: str, longest: float) -> None:
        """Let everybody of these credentials wait.

        Args:
            asked: Seconds that the vendor asks for, from now.
            who: Whose refusal asked for it, for the log.
            longest: Seconds to wait at most; if the vendor asks for more, one call goes first after them.
        """
        now = self.now()
        seconds = min(asked, longest)
        until = now + seconds
        if asked > longest and self.probe is None:
            self.probe = Probe()
        if until > self.paused_until:
            self.paused += until - max(self.paused_until, now)
            self.paused_until, self.asked_until = until, now + asked
            if seconds > 1.0:
                shortened = f"; the client pauses for {seconds:.1f} s, then one call probes"
                logger.warning(
                    "%s: the vendor asked for a pause of %.1f s%s",
                    who,
                    asked,
                    shortened if asked > seconds else "",
                )
        self.limiter.pause(seconds)

    def answered(self) -> None:
        """Take note that the vendor takes requests again: nobody needs to probe any more."""
        if self.probe is not None:
            self.probe.end()
            self.probe = None
            self.asked_until = self.paused_until

    def end(self, task: asyncio.Task[Any]) -> None:
        """Take note that the call of this task has ended, and tell those who wait for the last one.

        Args:
            task: What `begin` returned.
        """
        self.calls.discard(task)
        self.cancelled_by_close.discard(task)
        if self.waiting and not self.calls - self.waiting.keys():
            for idle in self.waiting.values():  # each once: a closed client begins no further call
                idle.set_result(None)

    async def _ended(self, own: asyncio.Task[Any] | None, seconds: float | None) -> None:
        """Wait until all calls under way have ended, but those of the tasks that wait here.

        Args:
            own: The running task.
            seconds: How long at most; None for as long as it takes.
        """
        if own is None or not self.calls - {own, *self.waiting}:
            return
        idle = asyncio.get_running_loop().create_future()
        self.waiting[own] = idle
        try:
            await asyncio.wait([idle], timeout=seconds)
        finally:
            del self.waiting[own]

    def stats(self) -> Stats:
        """Return what this session and its views did so far."""
        return Stats(
            requests=self.requests,
            retries=self.retries,
            tokens=self.auth.made,
            adopted=self.adopted,
            in_flight=self.admission.in_flight,
            queued=self.admission.queued,
            permit_wait=self.permit_wait,
            paused=self.paused,
            unknown=self.unknown.count,
        )

    async def aclose(self, grace: float = 0.0) -> None:
        """Close the session; closing twice is fine, and so is closing after the loop that used it has ended.

        Args:
            grace: Seconds that calls under way may take to finish; after it they end in `ClosedError`.

        Raises:
            ClosedError: Another loop uses it.
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
            await self._ended(own, grace)
        for task in self.calls - self.cancelled_by_close - {own}:
            self.cancelled_by_close.add(task)
            task.cancel()
        # The cancelled calls take their errors; their tasks go on with their own work.
        await self._ended(own, None)
        self.deadlines.close()
        await self.transport.aclose()
