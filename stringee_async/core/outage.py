"""Whether a bulk run is in an outage of the vendor: a state machine that is told which requests failed or succeeded.

It says whether the run flows, is held, ramps up or is over; `run_gate` makes the workers wait. Requests of a run are
numbered in the order in which they leave: a success proves something about a failure only if its request left later.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal

import attrs

from .errors import (
    ApiError,
    DeadlineError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    Repeat,
    SdkError,
    ServerError,
)
from .tally import Watch

IN_A_ROW: Final = 5
"""How many calls must end without a response of the vendor, and none succeed, before a run is held."""
FIRST_PROBE: Final = 0.5
"""Seconds between the beginning of a hold and its first probe; doubled after each probe that fails."""
LONGEST_PROBE: Final = 30.0
"""Seconds between two probes at most."""
_AT_THE_VENDOR: Final = frozenset({"connect", "exchange", "backoff", "look", "create"})
"""Stages of a call, or of an `ensure`, that take long if there is no response; others wait for something else."""
_GATEWAY: Final = frozenset({502, 503, 504})

Sign = Literal["unreachable", "page", "reached"]
"""What an error says about the vendor: not there, a foreign page in its place, or there."""


def sign_of(error: Exception | None) -> Sign | None:
    """Return what an error says about whether the vendor can be reached; None if nothing."""
    if isinstance(error, SdkError) and error.foreign:
        return "page"  # perhaps in the token endpoint's place
    if isinstance(error, NotSentError):
        # A wrong certificate stays wrong, and a wait for a slot or a permit is our own.
        return None if error.repeat is Repeat.NEVER or error.stage == "queue" else "unreachable"
    if isinstance(error, OutcomeUnknownError):
        return "unreachable"
    if isinstance(error, DeadlineError):
        return "unreachable" if error.stage in _AT_THE_VENDOR or error.history else None
    if isinstance(error, ServerError) and error.status in _GATEWAY:
        return "unreachable"
    if isinstance(error, RateLimitedError) and error.outcome == "not_sent":
        return None  # a pause that is too long for the call
    return "reached" if isinstance(error, ApiError) else None


def is_outage(error: Exception | None) -> bool:
    """Return whether an error is what calls end with in an outage."""
    return sign_of(error) in {"unreachable", "page"}


def may_be_put_back(error: Exception) -> bool:
    """Return whether an item that ended with this error in an outage is worth another run."""
    if isinstance(error, RateLimitedError):
        return True
    return is_outage(error) or (isinstance(error, SdkError) and error.retryable)


Phase = Literal["flowing", "held", "ramping", "over"]


@attrs.frozen
class _Failure:
    """One failed attempt of the present row: number of its request, what it says, when its call began."""

    order: int
    sign: Sign
    began: float
    first: bool
    final: bool


@attrs.define(eq=False, kw_only=True)
class Outage(Watch):
    """Whether a run flows, is held, ramps up or is over.

    Args:
        patience: Seconds without a success after which the run is over; 0: the run is never held.
        width: How many items the run works on at once when it flows.
        now: The monotonic time in seconds.
        changed: Called when the phase has changed.
        phase: `flowing`; `held`: no item starts but one probe at a time; `ramping`: at most `allowed` items at
            once; `over`: no item starts any more.
        probe_at: When the next probe may start, in seconds.
        allowed: How many items may be at work while the run ramps up.
        resumed: Number of the latest request that had left when an outage was over, be it that the run was held or
            that a success came before five calls had ended.
        last: The latest error that was a sign of an outage.
        misled: Whether the run is over because foreign pages came from the start.
        done: Number of the latest item that succeeded and made no request through a client of ours.
    """

    patience: float
    width: int
    now: Callable[[], float]
    changed: Callable[[], None]
    phase: Phase = attrs.field(default="flowing", init=False)
    probe_at: float = attrs.field(default=0.0, init=False)
    allowed: int = attrs.field(default=0, init=False)
    resumed: int = attrs.field(default=0, init=False)
    last: Exception | None = attrs.field(default=None, init=False)
    _pause: float = attrs.field(default=FIRST_PROBE, init=False)
    _row: list[_Failure] = attrs.field(factory=list[_Failure], init=False)
    misled: bool = attrs.field(default=False, init=False)
    done: int = attrs.field(default=0, init=False)
    _forgotten: int = attrs.field(default=0, init=False)
    _refused: int = attrs.field(default=0, init=False)

    @property
    def latest(self) -> int:
        """Number of the latest request, or item without requests, that got through to the vendor."""
        return max(self.heard, self._refused, self.done)

    @property
    def since(self) -> float:
        """When the first call of the present row of failures began, in seconds; infinite if there is none."""
        return self._row[0].began if self._row else math.inf

    @property
    def deadline(self) -> float:
        """When patience ends, in seconds; infinite if nothing has failed."""
        return self.since + self.patience

    def failed(self, error: Exception, order: int, elapsed: float, *, first: bool, final: bool) -> None:
        """Note an attempt that failed, the `first` or `final` one of a call that began `elapsed` seconds ago."""
        sign = sign_of(error)
        if sign is None or not self.patience or self.phase == "over":
            return
        if sign == "reached":
            self._refused = max(self._refused, order)
            self.reached(order)
        elif order > self.latest:
            self.last = error
            if self.phase != "held":
                self.forget()
                self._row.append(_Failure(order, sign, self.now() - elapsed, first, final))
                if len(self._row) == 1:
                    self.changed()
                self._judge()

    def reached(self, order: int) -> None:
        """Go on after a hold, if the request of this number left after the outage had begun."""
        if self.phase == "held" and order > self._row[0].order:
            self.phase, self.held = "ramping", False
            self.allowed, self.resumed = 1, self.sent
            self._row.clear()
            self.changed()

    def ended(self) -> None:
        """Note that an item got through while the run ramps up: let one more be at work at once."""
        if self.phase == "ramping":
            self.allowed += 1
            if self.allowed >= self.width:
                self.phase = "flowing"
            self.changed()

    def probed(self) -> None:
        """Note that a probe failed: wait twice as long before the next."""
        self._pause = min(LONGEST_PROBE, 2 * self._pause)
        self.probe_at = self.now() + self._pause

    def expired(self) -> bool:
        """Return whether there was no success for as long as patience goes."""
        self.forget()
        return (self.phase == "held" or len(self._row) >= IN_A_ROW) and self.now() >= self.deadline

    def end(self) -> None:
        """End the run: no item starts any more, and no call makes another attempt."""
        self.phase, self.held = "over", True
        self.changed()

    def forget(self) -> None:
        """Leave out failures of requests that left before one that got through."""
        latest = self.latest
        if self.phase == "held" or latest == self._forgotten:
            return
        self._forgotten = latest
        if sum(failure.first for failure in self._row) >= IN_A_ROW:
            self.resumed = self.sent  # it was an outage, over before five calls had ended
        self._row = [failure for failure in self._row if failure.order > latest]

    def _judge(self) -> None:
        """Hold the run, or end it, if enough calls have ended in a row."""
        signs = [failure.sign for failure in self._row if failure.final]
        if self.heard or self.done:
            enough = len(signs) >= IN_A_ROW
        else:  # nothing has succeeded yet: a foreign page means a wrong address, not an outage
            enough = signs.count("unreachable") >= IN_A_ROW
            self.misled = signs[-IN_A_ROW:] == ["page"] * IN_A_ROW
            if self.misled:
                self.end()
                return
        if enough:
            self.phase, self.held = "held", True
            self._pause = FIRST_PROBE
            self.probe_at = self.now() + self._pause
            self.changed()
