"""The bookkeeping of one call: what happened to it so far, and what its error tells. The session sends and decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final, Generic, Protocol, TypeVar

import attrs

from .error_context import describe
from .errors import (
    AuthError,
    ClosedError,
    DeadlineError,
    DecodeError,
    FailedAttempt,
    OutcomeUnknownError,
    SdkError,
)
from .messages import Request, Response
from .options import Timeouts
from .retry_class import Outcome, RetryClass
from .tally import CallId, Tally, next_id

T = TypeVar("T")
Decode = Callable[[Response], T]
"""Turns a response into its payload, or raises what the vendor said."""

_DOING: Final = MappingProxyType(
    {
        "queue": "waiting for a connection slot and a permit",
        "connect": "connecting",
        "exchange": "waiting for the response",
        "backoff": "waiting before a further attempt",
    }
)
"""Stages of a call in words."""


class KeptOpen(Protocol):
    """Sends the request of a call whose response stays open; see `download.Download`."""

    signed: bool
    """Whether the vendor's credentials go along."""

    async def head(self, request: Request, timeouts: Timeouts) -> Response:
        """Send a request once, and return its response when the head has come."""
        ...

    def keeps(self, slots: Any) -> bool:
        """Return whether the response is open, and keep the connection slot that it takes."""
        ...


class FailureWatch(Protocol):
    """Is told what comes of a failed attempt; see `call_watch.CallWatch`."""

    def backoff(self, error: SdkError, seconds: float) -> None:
        """Note that the call waits before a further attempt."""
        ...

    def paused(self, error: SdkError) -> None:
        """Note that the vendor asked for a pause."""
        ...


@attrs.define(eq=False)
class Call(Generic[T]):
    """One logical call under way.

    Args:
        started: When the call began, on the monotonic clock, in seconds.
        since: When its present stage began, likewise.
        tally: What counts the requests of its task, if anything does.
        order: Number of its latest request in that tally.
        open: Whether the tally counts a request of this call whose outcome is not known yet.
        cancelling: How many cancellations of its task were asked for when it began.
        attempts: Failed attempts so far.
        exchanges: Requests handed to the transport so far.
        stage: What it is doing: `queue`, `connect`, `exchange` or `backoff`.
        spent: Seconds spent in each stage that it has left.
        listing: The id of the listing that asks for a page with it, if one does.
        download: What keeps its response open while it is read; None for a response that is read whole.
        renewable: Whether the credentials of its latest attempt were rejected and new ones may help.
        watch: What tells the observers of the client about it; None where there are none.
    """

    request: Request
    decode: Decode[T]
    task: asyncio.Task[Any]
    started: float
    since: float
    tally: Tally | None = None
    order: int = 0
    open: bool = False
    cancelling: int = 0
    attempts: int = 0
    exchanges: int = 0
    stage: str = "queue"
    spent: dict[str, float] = attrs.field(factory=dict[str, float])
    history: list[FailedAttempt] = attrs.field(factory=list[FailedAttempt])
    listing: CallId | None = None
    download: KeptOpen | None = None
    renewable: bool = False
    watch: FailureWatch | None = None
    _id: str = ""

    def id(self) -> str:
        """Return the id of the call for the log, the same for all its attempts."""
        if not self._id:
            whole = None if self.tally is None else self.tally.call_id
            whole = whole or self.listing
            self._id = next_id() if whole is None else whole.part()
        return self._id

    def enter(self, stage: str, now: float) -> None:
        """Leave the present stage for another."""
        self.spent[self.stage] = self.spent.get(self.stage, 0.0) + now - self.since
        self.stage, self.since = stage, now

    def left(self, tally: Tally) -> None:
        """Count a request that is handed to the transport, and give it its number."""
        tally.requests += 1
        if self.request.retry_class is not RetryClass.READ:
            tally.writes += 1
            if self.request.retry_class is RetryClass.CREATE:
                tally.creates += 1
        tally.run.sent = tally.order = self.order = tally.run.sent + 1
        self.open = True

    def succeeded(self, tally: Tally) -> None:
        """Tell the run that a request of this call succeeded."""
        run = tally.run
        run.heard = max(run.heard, self.order)
        if run.held:
            run.reached(self.order)

    def never_left(self) -> None:
        """Note that the request that was handed to the transport got no connection before it was cancelled."""
        self.stage = "connect"
        if self.tally is not None:
            self.tally.had_no_effect(self.request.retry_class)
            self.open = False

    def failed(self, error: SdkError, now: float) -> None:
        """Tell the tally that an attempt failed, and how."""
        tally = self.tally
        if tally is None:
            return
        if self.open and error.outcome in {"not_sent", "refused"}:
            tally.had_no_effect(self.request.retry_class)
        self.open = False
        if isinstance(error, AuthError):
            tally.rejected = max(tally.rejected, self.order)
        tally.run.failed(
            error, self.order or tally.order, now - self.started, first=not self.history, final=False
        )

    def recall(self, error: SdkError) -> None:
        """Put on the history of an error that the very same write was lost in an earlier run of its item."""
        if self.tally is not None and self.request.identity in self.tally.lost:
            error.history = (FailedAttempt(OutcomeUnknownError.__name__, "unknown", 0.0), *error.history)

    def held(self) -> bool:
        """Return whether its run waits for the vendor, so that no call may make a second attempt."""
        return self.tally is not None and self.tally.run.held

    def outcome(self) -> Outcome:
        """Return what an attempt that is broken off now did at the vendor."""
        return "unknown" if self.stage == "exchange" else "not_sent"

    def cut_off(self) -> bool:
        """Return whether the cancelled call is a write that was sent and whose outcome is unknown."""
        write = self.request.retry_class is not RetryClass.READ
        earlier = any(past.outcome == "unknown" for past in self.history)
        return write and (earlier or self.outcome() == "unknown")

    def out_of_time(self, total: float | None, now: float) -> DeadlineError:
        """Return the error for a call whose total time is used up."""
        stage, outcome = self.stage, self.outcome()
        self.enter("done", now)
        longest = max(self.spent, key=lambda name: self.spent[name])
        return DeadlineError(
            f"the total time of {total:g} s is used up in stage {stage!r} ({_DOING[stage]}); "
            f"most of it went into {longest!r}",
            stage=stage,
            spent=dict(self.spent),
            outcome=outcome,
        )

    def closed_under(self) -> ClosedError:
        """Return the error for a call whose client was closed meanwhile."""
        return ClosedError("the client was closed while this call was under way", outcome=self.outcome())

    def complete(self, error: SdkError, vendor: str, now: float) -> SdkError:
        """Fill in what is known of this call on the error that it ends with, and return it without its frames."""
        error.release_frames()
        if isinstance(error, DecodeError) and error.foreign and error.path is None:
            error.message += f"; the address in use is {_address(self.request)}"
        error.vendor = error.vendor or vendor
        error.operation = error.operation or self.request.operation
        error.method = error.method or self.request.method
        error.path = error.path or self.request.path
        error.retry_class = error.retry_class or self.request.retry_class
        error.call_id = self.id()
        error.attempts = self.exchanges
        error.elapsed = now - self.started
        error.history = tuple(self.history)
        if self.request.retry_class is RetryClass.READ:
            error.outcome = "not_sent" if error.outcome == "unknown" else error.outcome
        elif error.outcome != "unknown" and any(past.outcome == "unknown" for past in self.history):
            error.outcome = "unknown"
            error.message += (
                "; an earlier attempt left and its response was lost, so the vendor may have acted"
            )
        describe(error, self.request)
        if self.tally is not None:
            self.tally.ended += 1
            order = self.order or self.tally.order
            self.tally.run.failed(error, order, error.elapsed, first=False, final=True)
        return error


def _address(request: Request) -> str:
    """Return the base URL that a request was made from, and point at its path, where mistakes hide."""
    base = request.url.partition("?")[0].rsplit("/", request.path.count("/"))[0]
    return f"{base}, which has a path" if base.count("/") > 2 else base
