"""What an observer of a client is told: frozen events, each of a class of its own.

One job: the values. `observers` hands them out; `call_watch`, `pause_watch` and `listing_watch` make them. An event holds
no body, no header and no value of the caller; its error is the one that was raised.
"""

from __future__ import annotations

from typing import Literal

import attrs

from .drift import Drift
from .observer_protocol import Event
from .retry_class import Outcome
from .unset import Lane

EventOutcome = Outcome | Literal["done"]
"""What a call or an attempt did at the vendor: `done` where it succeeded, else as on errors."""

Awaited = Literal["slot", "permit", "token", "pause"]
"""What a call waits for before an attempt: a connection slot, a permit of the limiter, credentials, the end of a pause."""


@attrs.frozen(kw_only=True)
class CallStarted(Event):
    """A call begins. An `ensure`, or a listing, is made of several calls.

    Args:
        lane: `"interactive"` or `"bulk"`.
    """

    lane: Lane


@attrs.frozen(kw_only=True)
class CallEnded(Event):
    """A call has ended; that of a download, with its last byte.

    Args:
        attempts: Requests that were sent for it.
        elapsed: Seconds since it began.
        outcome: What it did at the vendor.
        error: What the caller gets in place of a result, or None. A call that was cancelled has the cancellation here.
    """

    attempts: int
    elapsed: float
    outcome: EventOutcome
    error: BaseException | None


@attrs.frozen(kw_only=True)
class AttemptStarted(Event):
    """A request is about to be sent.

    Args:
        attempt: Its number in the call, from 1.
        method: HTTP method.
        url_template: Path template, such as `/v1/agent/{agent_id}`; None for `client.request`, whose paths hold ids.
        server: Host and port, such as `icc-api.stringee.com:443`.
    """

    attempt: int
    method: str
    url_template: str | None
    server: str


@attrs.frozen(kw_only=True)
class AttemptEnded(Event):
    """An attempt has ended.

    Args:
        attempt: Its number in the call, from 1.
        status: HTTP status; None where no response came.
        elapsed: Seconds since its request was sent.
        outcome: What it did at the vendor.
        error: How it failed, or None.
    """

    attempt: int
    status: int | None
    elapsed: float
    outcome: EventOutcome
    error: BaseException | None


@attrs.frozen(kw_only=True)
class Waited(Event):
    """A call has waited for something before an attempt; waits below a millisecond are not told.

    Args:
        what: What it waited for: `slot`, `permit`, `token` or `pause`.
        seconds: How long. Time in which the vendor wanted no requests counts as `pause`, whatever else was lacking.
    """

    what: Awaited
    seconds: float


@attrs.frozen(kw_only=True)
class Backoff(Event):
    """A call waits before a further attempt.

    Args:
        attempt: Number of the attempt that failed.
        seconds: How long it waits.
        reason: Name of the error class that the attempt failed with, such as `"RateLimitedError"`.
    """

    attempt: int
    seconds: float
    reason: str


@attrs.frozen(kw_only=True)
class PauseStarted(Event):
    """The vendor asked for a pause: no request of the client leaves until it is over. The call is the one that it told.

    Args:
        seconds: How long it is to last; a vendor that asks again meanwhile makes it longer.
        reason: Name of the error class, such as `"RateLimitedError"`.
    """

    seconds: float
    reason: str


@attrs.frozen(kw_only=True)
class PauseEnded(Event):
    """The pause is over; the operation is that of its beginning, and no single call is meant."""


@attrs.frozen(kw_only=True)
class TokenRenewed(Event):
    """A token was issued; the call is the one that needed it.

    Args:
        seconds: How long it lives.
        reason: `"first"`, `"expiring"`, `"rejected"` (by the vendor) or `"replaced"` (the credentials were).
    """

    seconds: float
    reason: str


@attrs.frozen(kw_only=True)
class RowSetAside(Event):
    """A row of a listing could not be read, and the listing goes on without it.

    Args:
        index: Its index in the listing, from 0; in call records, in the listing of one window.
        error: What a listing with `strict=True` would have raised.
    """

    index: int
    error: BaseException


@attrs.frozen(kw_only=True)
class ListingDrifted(Event):
    """A listing changed while it was read.

    Args:
        what: What changed, and whether the result is certain.
    """

    what: Drift
