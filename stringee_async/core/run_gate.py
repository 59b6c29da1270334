"""What the workers of a bulk run pass before each item.

It makes them wait while the run is held in an outage (see `outage`), or while it is not known whether the credentials
still hold; it lets one of them through as a probe, and ends the run when its patience ends.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable

from .clock import Clock
from .errors import NotSentError
from .loops import drop
from .outage import FIRST_PROBE, Outage, Phase, Sign

logger = logging.getLogger("stringee_async.bulk")


def _nothing(*_: object, **__: object) -> None:
    """Do nothing: the callback of a run that has ended."""


class RunGate:
    """What the workers of a run pass before each item.

    `stop` is called with the cause when the run is over, and with `cut=True` if what is under way is to be ended;
    `put_back` when the run is held. The gate's timer is one of `tasks`, which are cancelled when the run is left. While
    the gate is `shut`, a worker must `enter` before it starts an item.
    """

    def __init__(
        self,
        patience: float,
        width: int,
        clock: Clock,
        stop: Callable[..., None],
        put_back: Callable[[], None],
        tasks: list[asyncio.Task[None]],
    ) -> None:
        self.outage = Outage(patience=patience, width=width, now=clock.monotonic, changed=self._changed)
        self.shut = False
        self._clock = clock
        self._stop = stop
        self._put_back = put_back
        self._tasks = tasks
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._tickets: set[object] = set()
        self._doubt: tuple[int, Exception] | None = None
        self._timer: asyncio.Task[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._told: Phase = "flowing"

    async def enter(self) -> object | None:
        """Wait until this worker may start an item; return its ticket for `leave`, or None if the gate has opened."""
        while not self._may_pass():
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                self._wake()
                raise
        if not self.shut:
            return None
        ticket = object()
        self._tickets.add(ticket)
        return ticket

    def leave(self, ticket: object, sign: Sign | None) -> None:
        """Give a ticket back, with what the end of its item says about the vendor."""
        if ticket not in self._tickets:
            return
        self._tickets.discard(ticket)
        outage = self.outage
        if outage.phase == "held":
            if sign in {"unreachable", "page"}:
                outage.probed()
                logger.info("waiting for the vendor, %.0f s", self.waited() or 0.0)
            self._set_timer()
        elif sign == "reached":
            outage.ended()
        self._wake()

    def doubt(self, order: int, error: Exception) -> None:
        """Note that credentials were rejected: nothing starts until it is known whether they still are."""
        if self._doubt is None or order > self._doubt[0]:
            self._doubt = order, error
        self.shut = True

    def settle(self, at_work: int) -> None:
        """Decide on rejected credentials once a request that left later has succeeded, or none is left that could."""
        if self._doubt is None:
            return
        order, error = self._doubt
        if self.outage.heard > order or not at_work:
            self._doubt = None
            if self.outage.heard <= order:
                self._stop(error)
            self._set_shut()

    def waited(self) -> float | None:
        """Return for how many seconds the vendor has not been reached while the run is held; None if it is not."""
        return self._clock.monotonic() - self.outage.since if self.outage.phase == "held" else None

    def close(self) -> None:
        """Drop the timers; the run has ended."""
        self.open()
        self._stop = self._put_back = self.outage.changed = _nothing  # no circle is left behind

    def open(self) -> None:
        """Let every worker pass, because items are no longer started but reported."""
        self._doubt = None
        self._told = self.outage.phase = "over"
        self._set_timer()
        if self._alarm is not None:
            self._alarm.cancel()
        self._set_shut()

    def _may_pass(self) -> bool:
        if self._doubt is not None:
            return False
        outage = self.outage
        if outage.phase == "held":
            return not self._tickets and self._clock.monotonic() >= outage.probe_at
        return outage.phase != "ramping" or len(self._tickets) < outage.allowed

    def _set_shut(self) -> None:
        self.shut = self._doubt is not None or self.outage.phase in {"held", "ramping"}
        if not self.shut:
            self._tickets.clear()
        self._wake()

    def _wake(self) -> None:
        """Wake those that wait, as many as may pass; they look again for themselves."""
        if not self._waiting or not self._may_pass():
            return
        outage = self.outage
        count = len(self._waiting)
        if outage.phase == "held":
            count = 1
        elif outage.phase == "ramping":
            count = outage.allowed - len(self._tickets)
        while count > 0 and self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                count -= 1

    def _changed(self) -> None:
        """Act on a new phase, on a row of failures that has begun, or on room for one more item."""
        outage = self.outage
        phase, told = outage.phase, self._told
        self._told = phase
        if self._alarm is None and outage.since < math.inf:
            self._set_alarm(outage.deadline - self._clock.monotonic())
        if phase != told:
            if phase == "held":
                self._tickets.clear()  # those of a ramp are no probes
            self._set_timer()
            if phase == "held":
                logger.warning("waiting for the vendor, %.0f s: %s", self.waited() or 0.0, outage.last)
                self._put_back()
            elif phase == "ramping":
                logger.info("the vendor responds again, the run goes on")
            elif phase == "over":
                self._give_up()
        self._set_shut()

    def _give_up(self) -> None:
        """Stop the run: pages came in the vendor's place from the start, or patience has ended."""
        outage, last = self.outage, self.outage.last
        if outage.misled and last is not None:
            self._stop(last)
            return
        error = NotSentError(
            f"the vendor could not be reached for {outage.patience:g} s, which is the patience of this run, so it "
            f"has ended; last: {last}"
        )
        error.__cause__ = last
        self._stop(error, cut=True)

    def _set_alarm(self, seconds: float) -> None:
        """See to it that patience ends on time, whatever the items do meanwhile.

        A timer of the loop, as for all time limits: a clock for tests, on which waits take no time, must not end the
        patience with a run while its probe is under way.
        """
        self._alarm = asyncio.get_running_loop().call_later(max(seconds, FIRST_PROBE / 10), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        outage = self.outage
        if outage.expired():
            outage.end()
        elif outage.since < math.inf:
            self._set_alarm(outage.deadline - self._clock.monotonic())

    def _set_timer(self) -> None:
        """Wait for the next probe if one is due some time, and for nothing else."""
        timer, self._timer = self._timer, None
        if timer is not None:
            self._tasks.remove(timer)
            if timer is not asyncio.current_task():
                drop(timer)
        if self.outage.phase == "held" and not self._tickets:
            self._timer = asyncio.get_running_loop().create_task(self._sleep())
            self._tasks.append(self._timer)

    async def _sleep(self) -> None:
        outage = self.outage
        await self._clock.sleep(max(0.0, min(outage.probe_at, outage.deadline) - self._clock.monotonic()))
        if outage.expired():
            outage.end()
        else:
            outage.probe_at = -math.inf
            self._wake()
