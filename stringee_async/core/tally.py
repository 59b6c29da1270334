"""What the requests of the current task did, counted for `bulk` and for calls of several requests; ids of calls."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable
from contextvars import ContextVar
from typing import Final

import attrs

from .retry_class import RetryClass

_numbers: Final = itertools.count(1)


def next_id() -> str:
    """Return the id of one more call."""
    return str(next(_numbers))


@attrs.define(eq=False)
class CallId:
    """The id of a call of several requests, such as an `ensure` or a listing: `7`, and `7.1`, `7.2` for its requests."""

    _id: str = attrs.field(default="", init=False)
    _requests: int = attrs.field(default=0, init=False)

    def whole(self) -> str:
        """Return the id of the whole call."""
        self._id = self._id or next_id()
        return self._id

    def part(self) -> str:
        """Return the id of one more request of it."""
        self._requests += 1
        return f"{self.whole()}.{self._requests}"


@attrs.define(eq=False)
class Watch:
    """What a run of many items is told by the calls of its items; `core.outage` decides on it.

    Args:
        sent: Requests that left so far, which gives each its number.
        heard: Number of the latest request that succeeded.
        held: Whether no call may make a second attempt now, because the vendor cannot be reached.
    """

    sent: int = attrs.field(default=0, init=False)
    heard: int = attrs.field(default=0, init=False)
    held: bool = attrs.field(default=False, init=False)

    def failed(self, error: Exception, order: int, elapsed: float, *, first: bool, final: bool) -> None:
        """Note that an attempt failed, or that a call ended."""

    def reached(self, order: int) -> None:
        """Note that a request succeeded while the run is held."""


@attrs.define(eq=False)
class Tally:
    """What the requests that the current task sends did; `bulk` reads it for each item.

    Args:
        writes: Those of them that change something and were not seen to fail.
        creates: Those of the writes that must not be repeated.
        order: Number of the latest request in its run; of the item itself before its first.
        rejected: Number of the latest request whose credentials were rejected.
        ended: Calls that ended in an error.
        closed: Whether the tally is closed: later notes have no effect.
        unknown: Writes whose outcome is unknown, as functions that count and log them.
        call_id: The id of the call that all requests belong to; None where each call has its own.
        lost: The requests of those writes, in earlier runs of the item too, as what tells them from others.
    """

    run: Watch = attrs.field(factory=Watch)
    requests: int = 0
    writes: int = 0
    creates: int = 0
    order: int = 0
    rejected: int = 0
    ended: int = 0
    closed: bool = False
    unknown: list[Callable[[], None]] | None = None
    call_id: CallId | None = None
    lost: frozenset[Hashable] = frozenset()
    _old: int = 0

    def had_no_effect(self, retry_class: RetryClass) -> None:
        """Take back a request that turned out not to have left, or that the vendor did not carry out."""
        if retry_class is not RetryClass.READ:
            self.writes -= 1
            if retry_class is RetryClass.CREATE:
                self.creates -= 1

    def keep(self, reports: Iterable[Callable[[], None]]) -> None:
        """Keep writes whose outcome is unknown until the whole call has ended."""
        self.unknown = [*(self.unknown or ()), *reports]

    def again(self) -> None:
        """Prepare for another run of the item: if that succeeds, what is unknown now is known to be done."""
        self._old = len(self.unknown or ())

    def report(self, *, done: bool = False) -> None:
        """Count and log the writes whose outcome is unknown; once all is done, only those of the latest run."""
        reports, self.unknown = self.unknown or [], None
        for report in reports[self._old :] if done else reports:
            report()

    def add(self, inner: Tally, *, repeatable: bool) -> None:
        """Add what a call inside this one did; `repeatable` if it may be made again without creating twice."""
        self.requests += inner.requests
        self.writes += inner.writes
        self.creates += 0 if repeatable else inner.creates
        self.order = max(self.order, inner.order)
        self.rejected = max(self.rejected, inner.rejected)
        self.ended += inner.ended
        self.keep(inner.unknown or ())
        self.lost |= inner.lost


current_tally: Final[ContextVar[Tally | None]] = ContextVar("stringee_async_tally", default=None)
