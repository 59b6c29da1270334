"""How fast requests may leave: a limit as a value, and the limiter of one process.

One job: hand out permits. The limiter promises, from its first permit on:

- no window of length `per`, wherever it begins, holds more than `requests` requests, counted when they left where that
  is known (`sent_late`), else when they were permitted;
- beyond a burst, permits are evenly spaced, and stay so after a pause;
- first come, first served within a lane; interactive before bulk;
- a pause stops all calls, for as long as was asked and no longer;
- one permit costs the same with ten waiters and with fifty thousand: one timer, one wake-up;
- a waiter that is cancelled takes no permit and costs the others nothing.

The limit holds for one limiter object. It serves one running event loop at a time, and moves to the next one once its
own has ended. Share the object between clients to share the limit; several processes need a limiter that lives
outside them. It waits on one clock: the one that it was made with, or else that of the first client that takes it.
"""

from __future__ import annotations

import asyncio
import math
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from typing import Final, Literal

import attrs

from .clock import Clock, off_the_loop
from .deprecated import Renamed
from .errors import ClosedError, ConfigError
from .loops import Home, needs_asyncio
from .options import check_kind, clock_of, exact_number, shown
from .unset import Lane

_MARGIN: Final = 0.01
_MARGIN_CAP: Final = 0.25
_MARGIN_OF_SHORT: Final = 0.02
_MARGIN_LEAST: Final = 0.01
_RAMP_CAP: Final = 2.0
_SMALLEST_CROWD: Final = 16
_LARGEST_CROWD: Final = 1024


@attrs.frozen
class RateLimit:
    """At most `requests` in any window of `per` seconds.

    Args:
        requests: How many requests.
        per: Length of the window in seconds.
        burst: How many may leave at once after a quiet time; a tenth of `requests` where left out. The
            window's total holds whatever the burst.

    Raises:
        ConfigError: A number is not positive or not finite.
    """

    requests: int
    per: float
    burst: int | None = None

    def __attrs_post_init__(self) -> None:
        requests, per, burst = exact_number(self.requests), exact_number(self.per), exact_number(self.burst)
        if requests is None or requests <= 0 or int(requests) != requests:
            raise ConfigError(
                f"rate_limit: requests must be a whole number above 0, got {shown(self.requests)}"
            )
        if per is None or per <= 0:
            raise ConfigError(f"rate_limit: per must be seconds above 0, got {shown(self.per)}")
        if self.burst is not None and (burst is None or not 1 <= burst <= requests):
            raise ConfigError(f"rate_limit: burst must be between 1 and requests, got {shown(self.burst)}")
        for name, value in (("requests", int(requests)), ("per", per), ("burst", burst)):
            object.__setattr__(self, name, value)


class LocalRateLimiter:
    """The limiter of one process and one event loop.

    Args:
        limit: The limit; None hands out permits freely and still obeys pauses.
        clock: Where time comes from, for tests. Where it is left out, the limiter waits on the clock of the clients that
            it is given to, which must be the same one for all of them.

    Raises:
        ConfigError: One of them is of another kind.

    After a pause without a limit, as many as left in the two seconds before it leave over a ramp of growing
    rate, as long as the pause but at most two seconds, instead of all at once.
    """

    def __init__(self, limit: RateLimit | None = None, *, clock: Clock | None = None) -> None:
        check_kind("limit", limit, RateLimit, "RateLimit(300, 10.0)")
        self._limit = limit
        self._clock = off_the_loop(clock_of(clock))
        self._clock_from: Literal["limiter", "client"] | None = None if clock is None else "limiter"
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {"interactive": deque(), "bulk": deque()}
        self._home = Home("limiter")
        self._time: Callable[[], float] = float  # the clock of the loop, from the first use on
        self._timer: asyncio.TimerHandle | asyncio.Task[None] | None = None
        self._next = -math.inf
        self._paused_until = -math.inf
        self._ramp: tuple[float, float, int] | None = None
        self._ramped = 0
        self._recent: deque[float] = deque(maxlen=_LARGEST_CROWD)
        self.paused = 0.0
        """Seconds of pauses asked for so far."""
        if limit is not None:
            # We count permits; the vendor counts arrivals. The margin absorbs connection delays.
            least = min(_MARGIN_OF_SHORT * limit.per, _MARGIN_LEAST)
            margin = min(max(_MARGIN * limit.per, least), _MARGIN_CAP)
            self._window = limit.per + margin
            self._interval = self._window / limit.requests
            self._slack = ((limit.burst or max(1, limit.requests // 10)) - 1) * self._interval
            self._granted: deque[float] = deque(maxlen=int(limit.requests))

    acquire_at_once = Renamed("try_acquire")
    delayed = Renamed("sent_late")
    unhindered = Renamed("unrestricted")

    def use_clock(self, clock: Clock | None) -> None:
        """Wait on the clock of a client that takes this limiter, unless the limiter was made with one of its own.

        Args:
            clock: The client's clock; None for that of the event loop.

        Raises:
            ConfigError: The limiter waits on another clock already: that of another client, or the event loop's because
                it was used before it was given to a client.
        """
        if self._clock_from == "limiter":
            return
        wanted = off_the_loop(clock)
        if wanted is not self._clock and (self._clock_from is not None or self._home.loop is not None):
            raise ConfigError(
                "rate_limit: this limiter waits on another clock than this client's `clock`; give the same clock to all "
                "clients that share it, make one limiter for each clock, or give the limiter its own: "
                "LocalRateLimiter(limit, clock=...)"
            )
        self._clock, self._clock_from = wanted, "client"

    async def acquire(self, operation: str, lane: Lane) -> None:  # noqa: ARG002 - one limit for all operations
        """Wait for one permit.

        Args:
            operation: The operation's name; this limiter treats all alike.
            lane: `"interactive"` goes before `"bulk"`.

        Raises:
            ClosedError: The limiter is in use on another event loop.
        """
        loop = self._running_loop()
        if self._timer is None and self._take(self._time()):
            return
        permit: asyncio.Future[None] = loop.create_future()
        self._waiting[lane].append(permit)
        if self._timer is None:
            self._arm(loop)
        try:
            await permit
        except asyncio.CancelledError:
            if permit.done() and not permit.cancelled() and permit.exception() is None:
                self._give_back(loop)
            elif self._clock is not None and self._timer is not None and self._deserted():
                self._timer.cancel()
                self._timer = None
            raise

    def try_acquire(self, operation: str, lane: Lane) -> bool:  # noqa: ARG002 - as for `acquire`
        """Take one permit if one is free and no call waits for it; return whether it was taken.

        Args:
            operation: As for `acquire`.
            lane: As for `acquire`.

        Raises:
            ClosedError: The limiter is in use on another event loop.
        """
        if self._home.loop is not asyncio.get_running_loop():
            self._move()
        return self._timer is None and self._take(self._time())

    def sent_late(self, age: float, delay: float) -> None:
        """Re-date a permit to the moment its request was sent: the request had to connect first.

        Args:
            age: Seconds since the permit was given.
            delay: Seconds between the permit and the request's leaving.
        """
        if self._limit is None:
            return
        self._running_loop()
        place = bisect_right(self._granted, self._time() - age) - 1
        if place < 0:
            return  # so long ago that it does not matter any more
        left = self._granted[place] + delay
        del self._granted[place]
        self._granted.insert(bisect_right(self._granted, left), left)

    def unrestricted(self) -> bool:
        """Return whether no call has to wait: there is no limit, no pause and no ramp after a pause."""
        return (
            self._limit is None
            and self._ramp is None
            and self._timer is None
            and self._time() >= self._paused_until
        )

    def pause(self, seconds: float) -> None:
        """Give no permit for `seconds`; a pause that ends earlier than a running one changes nothing.

        Args:
            seconds: Length of the pause, from now.

        Raises:
            ConfigError: The length is not a finite number.
            ClosedError: The limiter is in use on another event loop.
        """
        length = exact_number(seconds)
        if length is None:
            raise ConfigError(f"seconds must be a number, got {shown(seconds)}")
        loop = self._running_loop()
        now = self._time()
        until = now + max(0.0, length)
        if until <= self._paused_until:
            return
        self.paused += until - max(now, self._paused_until)
        self._paused_until = until
        if self._limit is not None:
            self._next = max(self._next, until + self._slack)
        else:
            crowd = max(_SMALLEST_CROWD, sum(granted > now - _RAMP_CAP for granted in self._recent))
            self._ramp, self._ramped = (until, min(length, _RAMP_CAP), crowd), 0
        if self._timer is not None:
            self._timer.cancel()
            self._arm(loop)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        """Return the running loop; a limiter may outlive its loop, but serves one running loop at a time."""
        try:  # as `running_loop` does, without a further call for each permit
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise needs_asyncio() from None
        if self._home.loop is not loop:
            self._move()
        return loop

    def _move(self) -> None:
        """Serve the running loop from now on; who still waits on the loop that was left learns it if that runs again."""
        before = self._home.move()
        self._time = asyncio.get_running_loop().time if self._clock is None else self._clock.monotonic
        timer, self._timer = self._timer, None
        if timer is not None and before is not None and not before.is_closed():
            timer.cancel()
        for queue in self._waiting.values():
            while queue:
                permit = queue.popleft()
                if before is not None and not before.is_closed() and not permit.done():
                    permit.set_exception(ClosedError("the limiter moved to another event loop"))
                    permit.exception()  # retrieved, so that asyncio logs nothing if that loop never runs again

    def _earliest(self) -> float:
        """Return the time at which the next permit may be given."""
        earliest = self._paused_until
        if self._limit is not None:
            spaced = self._next - self._slack
            if spaced > earliest:
                earliest = spaced
            if len(self._granted) == self._granted.maxlen:
                earliest = max(earliest, self._granted[0] + self._window)
        elif self._ramp is not None:
            start, length, crowd = self._ramp
            earliest = max(earliest, start + length * math.sqrt(self._ramped / crowd))
        return earliest

    def _take(self, now: float) -> bool:
        if now < self._earliest():
            return False
        if self._limit is not None:
            self._next = max(self._next, now) + self._interval
            self._granted.append(now)
        else:
            self._recent.append(now)
            if self._ramp is not None:
                self._ramped += 1
                if self._ramped >= self._ramp[2]:
                    self._ramp = None
        return True

    def _give_back(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take back a permit whose taker was cancelled in the instant it was given."""
        if self._limit is not None:
            self._granted.pop()
            self._next -= self._interval
        elif self._ramp is not None:
            self._ramped = max(0, self._ramped - 1)
        if self._timer is not None:
            self._timer.cancel()
            self._arm(loop)

    def _deserted(self) -> bool:
        """Return whether no call waits any more."""
        return all(permit.done() for queue in self._waiting.values() for permit in queue)

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._clock is None:
            self._timer = loop.call_at(self._earliest(), self._grant, loop)
        else:
            self._timer = loop.create_task(self._wait_until(self._earliest(), self._clock))

    async def _wait_until(self, due: float, clock: Clock) -> None:
        """Do what a timer does, on a clock that is not the loop's."""
        await clock.sleep(max(0.0, due - clock.monotonic()))
        self._grant(asyncio.get_running_loop(), due)

    def _grant(self, loop: asyncio.AbstractEventLoop, due: float = -math.inf) -> None:
        """Give the permits that are due; `due` is the time that has come, whatever the clock says."""
        self._timer = None
        for queue in self._waiting.values():
            while queue:
                if queue[0].done():
                    queue.popleft()
                elif self._take(max(due, self._time())):
                    queue.popleft().set_result(None)
                else:
                    self._arm(loop)
                    return
