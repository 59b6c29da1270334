"""The gate: slots, limiter and pause in one place, and the one way to a permit.

No request leaves without a connection slot and a permit, during a pause, or with credentials that expired while it
waited. `try_enter` is for a call that need not wait; `enter` waits.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, Protocol

from .ceilings import Ceiling
from .clock import Clock, monotonic_of
from .limiter_protocol import RateLimiter, optional_method
from .slots import Slots, never
from .unset import Lane

logger = logging.getLogger("stringee_async.session")

_NOTICEABLE: Final = 1.0
"""Seconds; a longer pause is logged."""


def _ignore(*_: object) -> None:
    """Stand in for a limiter that does not ask when a request left."""


class Permit:
    """A permit that a call holds while its credentials are renewed; the request that renews them may spend it."""

    __slots__ = ("pause", "spent")

    def __init__(self, pause: float) -> None:
        self.pause = pause
        self.spent = False


class Refresh(Protocol):
    """What the gate asks of a call that enters."""

    @property
    def call(self) -> object:
        """What tells the call from others."""
        ...

    async def renew(self, permit: Permit | None) -> None:
        """Renew the credentials; a request for them spends the permit that the call holds, if it has one."""
        ...

    def check_pause(self, ends: float, asked: float) -> None:
        """Raise if the call does not wait for a pause that ends at `ends` and was asked for, for `asked` more seconds."""
        ...


class Probe:
    """Lets one call through at a time until one has had a response that does not ask for a pause."""

    __slots__ = ("_over", "_prober", "_waiting")

    def __init__(self) -> None:
        self._over = False
        self._prober: object | None = None
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def wait(self, call: object) -> None:
        """Wait until `call` may be sent: as the one that probes, or because the probing is over."""
        while not self._over and self._prober is not call:
            if self._prober is None:
                self._prober = call
                return
            slot: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(slot)
            try:
                await slot
            except asyncio.CancelledError:
                if slot.done() and self._prober is None:
                    self._wake(1)  # this call was the next one to probe
                raise

    def leave(self, call: object) -> None:
        """Let the next call probe if `call` was the one that did; for calls that end without having learnt anything."""
        if self._prober is call:
            self._prober = None
            self._wake(1)

    def end(self) -> None:
        """Let all calls through: the vendor accepts requests again."""
        self._over = True
        self._wake(len(self._waiting))

    def _wake(self, count: int) -> None:
        while self._waiting and count:
            slot = self._waiting.popleft()
            if not slot.done():
                slot.set_result(None)
                count -= 1


class Gate:
    """Lets the requests of one client leave."""

    def __init__(
        self,
        limiter: RateLimiter,
        capacity: int,
        clock: Clock,
        ready: Callable[[], bool],
        ceilings: Mapping[str, Ceiling] | None = None,
    ) -> None:
        self._clock = clock
        self._ceilings = ceilings or {}
        self._now: Callable[[], float] = clock.monotonic
        self._ready = ready
        self.limiter = limiter
        self._try_acquire: Callable[[str, Lane], bool] = optional_method(limiter, "try_acquire", never)
        self.sent_late: Callable[[float, float], None] = optional_method(limiter, "sent_late", _ignore)
        """Tells the limiter that a request was sent later than its permit was given: age and delay in seconds."""
        self.slots = Slots(
            capacity, optional_method(limiter, "unrestricted", never), self._take_permit, self._stopped
        )
        self.probe: Probe | None = None
        """Lets one call at a time find out if the vendor takes requests again; None where no call needs to."""
        self._pause_ends = self._asked_until = -math.inf
        self.paused = 0.0
        """Seconds of pauses that the vendor asked for."""

    def move(self) -> None:
        """Serve the running event loop from now on, with all slots free."""
        self._now = monotonic_of(self._clock)
        self.slots = self.slots.fresh()
        for ceiling in self._ceilings.values():
            ceiling.move()
        if self.probe is not None:
            self.probe = Probe()

    def try_enter(self, operation: str, lane: Lane) -> bool:
        """Take a slot and a permit if both are free and the credentials are fresh; return whether it took them."""
        slots = self.slots
        if slots.free <= 0 or slots.head_taken or self.probe is not None or not self._ready():
            return False
        if operation in self._ceilings:
            return False
        if not self._try_acquire(operation, lane):
            return False
        slots.free -= 1
        return True

    def _take_permit(self, operation: str, lane: Lane) -> bool:
        """Take a permit if one is free, the credentials are fresh and no call probes; return whether it was taken."""
        return self.probe is None and self._ready() and self._try_acquire(operation, lane)

    def _stopped(self) -> bool:
        """Return whether a call that was given a permit a moment ago must not leave after all."""
        return self._pause_ends > self._now() or not self._ready()  # a call probes only after a pause

    def leave(self, slots: Slots) -> None:
        """Give a slot back to the slots that it was taken of; after a move to another loop, `self.slots` are others."""
        slots.free += 1
        if slots.queued:
            slots.hand_over()

    def enter(self, operation: str, lane: Lane, refresh: Callable[[], Refresh]) -> Awaitable[None]:
        """Wait for a slot and a permit; on return nothing is left to wait for."""
        permit = partial(self._permit, operation, lane, refresh)
        ceiling = self._ceilings.get(operation)
        if ceiling is None:
            return self.slots.enter(lane, permit, operation)
        return ceiling.enter(operation, lane, partial(self.slots.enter, lane, permit, operation), self._now)

    async def _permit(self, operation: str, lane: Lane, refreshed: Callable[[], Refresh]) -> None:
        """Wait for a permit and for fresh credentials."""
        refresh = refreshed()
        while True:
            if self.probe is not None:
                await self.probe.wait(refresh.call)
            if not self._ready():
                self._check_pause(refresh)
                await refresh.renew(None)
            self._check_pause(refresh)
            pause = self._pause_ends
            await self.limiter.acquire(operation, lane)
            if not self._ready():
                # The token expired, or was rejected or replaced, while this call waited.
                permit, permitted = Permit(pause), self._now()
                await refresh.renew(permit)
                if permit.spent:
                    continue
                late = self._now() - permitted
                self.sent_late(late, late)
            if self._pause_ends == pause or self._pause_ends <= self._now():
                return

    async def permit_renewal(self, operation: str, permit: Permit | None) -> None:
        """Wait for a permit for a request that renews credentials; it goes before the calls of either lane.

        A permit that the call holds already is spent, unless a pause began since.
        """
        pause = math.nan
        if permit is not None and not permit.spent:
            permit.spent, pause = True, permit.pause
        while pause != self._pause_ends:
            pause = self._pause_ends
            await self.limiter.acquire(operation, "interactive")

    def _check_pause(self, refresh: Refresh) -> None:
        now = self._now()
        if self._pause_ends > now:
            refresh.check_pause(self._pause_ends, self._asked_until - now)

    def pause(self, asked: float, who: str, longest: float) -> None:
        """Let no request leave for `asked` seconds; if that is above `longest`, one call probes after `longest`."""
        now = self._now()
        seconds = min(asked, longest)
        ends = now + seconds
        if asked > longest and self.probe is None:
            self.probe = Probe()
        if ends > self._pause_ends:
            self.paused += ends - max(self._pause_ends, now)
            self._pause_ends, self._asked_until = ends, now + asked
            if seconds > _NOTICEABLE:
                shortened = f"; the client pauses for {seconds:.1f} s, then one call probes"
                logger.warning(
                    "%s: the vendor asked for a pause of %.1f s%s",
                    who,
                    asked,
                    shortened if asked > seconds else "",
                )
        self.limiter.pause(seconds)

    @property
    def pause_ends(self) -> float:
        """When the latest pause ends or ended, on the monotonic clock."""
        return self._pause_ends

    def paused_by(self, now: float) -> float:
        """Return the seconds of pauses up to a time; what is left of one that is going on is not among them."""
        return self.paused - max(0.0, self._pause_ends - now)

    def responded(self) -> None:
        """Note that the vendor takes requests again: no call needs to probe."""
        if self.probe is not None:
            self.probe.end()
            self.probe = None
            self._asked_until = self._pause_ends

    def ended(self, call: object) -> None:
        """Note that a call has ended: if it was the one that probes, the next one does."""
        if self.probe is not None:
            self.probe.leave(call)
