"""What is told of one call to the observers of its client, from its beginning to its end.

One job: make the events of a call. `observed_session` says when.
"""

from __future__ import annotations

import asyncio
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from .call_state import Call
from .errors import SdkError
from .events import (
    AttemptEnded,
    AttemptStarted,
    Backoff,
    CallEnded,
    CallStarted,
    EventOutcome,
    TokenRenewed,
    Waited,
)
from .messages import Request
from .observers import Observers
from .pause_watch import PauseWatch
from .retry_class import RetryClass
from .session_state import SessionState
from .tally import next_id
from .unset import Lane
from .wait_meter import WaitMeter

_NO_TEMPLATE: Final = "request"
"""The operation of `client.request`, whose paths are the caller's."""
_PORTS: Final = MappingProxyType({"http": 80, "https": 443})


class CallWatch:
    """The events of one call."""

    __slots__ = (
        "_attempt",
        "_call",
        "_meter",
        "_observers",
        "_pauses",
        "_queued",
        "_sent",
        "_state",
        "id",
        "status",
    )

    def __init__(self, observers: Observers, pauses: PauseWatch, state: SessionState) -> None:
        self.id = int(next_id())
        self.status: int | None = None
        """HTTP status of the attempt that is under way."""
        self._observers = observers
        self._pauses = pauses
        self._state = state
        self._call: Call[Any] | None = None
        self._queued = False
        self._attempt = 0
        self._sent: float | None = None

    def started(self, call: Call[Any], lane: Lane) -> None:
        """Tell that the client has taken the call."""
        self._call = call
        call.watch = self
        self._observers.tell(CallStarted(**self._names(), lane=lane))

    def queued(self) -> None:
        """Note that an attempt begins to wait for a slot and a permit."""
        state, gate = self._state, self._state.gate
        self._queued = True
        self._meter = WaitMeter(state.now, gate.paused_by, "permit" if gate.slots.free > 0 else "slot")

    def waits_for_permit(self) -> None:
        """Note that the call has a slot and fresh credentials."""
        self._meter.turn_to("permit")

    def waits_for_token(self) -> None:
        """Note that the call has its credentials renewed, or waits for another call that does."""
        self._meter.turn_to("token")

    def renewed(self, seconds: float, reason: str) -> None:
        """Tell that this call had a token issued."""
        self._observers.tell(TokenRenewed(**self._names(), seconds=seconds, reason=reason))

    def left_queue(self) -> None:
        """Tell what the attempt has waited for, once."""
        queued, self._queued = self._queued, False
        if queued:
            self._pauses.look()
            for what, seconds in self._meter.waits():
                self._observers.tell(Waited(**self._names(), what=what, seconds=seconds))

    def sent(self, call: Call[Any], signed: Request) -> Request:
        """Tell that a request is about to be sent; return it with the headers that observers add."""
        self._attempt, self._sent, self.status = call.exchanges, call.since, None
        event = AttemptStarted(
            **self._names(),
            attempt=call.exchanges,
            method=signed.method,
            url_template=None if signed.operation == _NO_TEMPLATE else signed.path,
            server=_server_of(signed.url),
        )
        self._observers.tell(event)
        taken = {name.lower() for name in signed.headers}
        added = {
            name: value for name, value in self._observers.headers(event).items() if name.lower() not in taken
        }
        return signed.signed(added, signed.credential) if added else signed

    def answered(self, error: BaseException | None) -> None:
        """Tell that the attempt under way, if there is one, has ended."""
        sent, self._sent = self._sent, None
        error = self._meant(error)
        if sent is not None:
            self._observers.tell(
                AttemptEnded(
                    **self._names(),
                    attempt=self._attempt,
                    status=self.status,
                    elapsed=self._state.now() - sent,
                    outcome=self._outcome(error),
                    error=error,
                )
            )

    def backoff(self, error: SdkError, seconds: float) -> None:
        """Tell that the call waits before a further attempt."""
        reason = type(error).__name__
        self._observers.tell(Backoff(**self._names(), attempt=self._attempt, seconds=seconds, reason=reason))

    def paused(self, error: SdkError) -> None:
        """Tell that the vendor asked for a pause, unless one is going on that was told of."""
        vendor, operation = self._state.vendor, self._operation()
        self._pauses.begin(self._observers, vendor, operation, self.id, type(error).__name__)

    def ended(self, error: BaseException | None) -> None:
        """Tell that the call has ended, if it had begun."""
        self.answered(error)
        error = self._meant(error)
        call = self._call
        if call is None:
            return
        self._pauses.look()
        self._observers.tell(
            CallEnded(
                **self._names(),
                attempts=call.exchanges,
                elapsed=self._state.now() - call.started,
                outcome=self._outcome(error, whole=True),
                error=error,
            )
        )

    def _meant(self, error: BaseException | None) -> BaseException | None:
        """Return an error if it is one: a download may be left early, and redirects of it are followed by another call."""
        left = isinstance(error, GeneratorExit)
        redirected = (
            self._call is not None and self._call.download is not None and (self.status or 0) // 100 == 3
        )
        return None if left or (redirected and isinstance(error, SdkError)) else error

    def _outcome(self, error: BaseException | None, *, whole: bool = False) -> EventOutcome:
        """Return what an attempt, or the whole call, that ended like this did at the vendor."""
        call = self._call
        if error is None:
            return "done"
        if isinstance(error, SdkError):
            outcome = error.outcome
        elif isinstance(error, asyncio.CancelledError) and whole:
            outcome = "unknown" if call is not None and call.cut_off() else "not_sent"
        else:
            outcome = None if call is None else call.outcome()
        reads = call is None or call.request.retry_class is RetryClass.READ
        return "not_sent" if outcome is None or (outcome == "unknown" and reads) else outcome

    def _operation(self) -> str:
        return "" if self._call is None else self._call.request.operation

    def _names(self) -> Any:
        """Return what all events of the call have in common."""
        return {"vendor": self._state.vendor, "operation": self._operation(), "call_id": self.id}


def _server_of(url: str) -> str:
    """Return host and port of a URL."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return host if parts.port is not None else f"{host}:{_PORTS.get(parts.scheme, 80)}"
