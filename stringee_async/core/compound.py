"""Calls that are made of several requests, such as `ensure`: what their requests did as a whole."""

from __future__ import annotations

from contextvars import Token
from typing import Self, cast

from .errors import AlreadyExistsError, DeadlineError, ResponseError, SdkError, TransportError
from .retry_class import Outcome, RetryClass
from .tally import CallId, Tally, current_tally


class Compound:
    """One compound call; as a context manager around all of its requests.

    An error of the call says what its writes did, not how its last request ended: `unknown` if a write was sent and
    did not fail, `not_sent` if none was sent. Its retry class is that of the whole call. Writes whose outcome is unknown
    are reported only if the call fails: a call that succeeds knows their outcome. A `repeatable` call may be made again
    without creating twice, as `ensure` may.
    """

    __slots__ = ("_name", "_outer", "_repeatable", "_tally", "_token", "stage")

    def __init__(self, name: str, *, repeatable: bool) -> None:
        self._name = name
        self._repeatable = repeatable
        self.stage = "waiting for another caller"
        """What the call is at, for the error of one that runs out of time."""

    def __enter__(self) -> Self:
        self._outer = current_tally.get()
        outer = self._outer
        # A call that fails before its first request leaves, for want of a token, has the number of its item.
        self._tally = Tally() if outer is None else Tally(outer.run, order=outer.order, lost=outer.lost)
        self._tally.call_id = CallId() if outer is None or outer.call_id is None else outer.call_id
        self._token: Token[Tally | None] = current_tally.set(self._tally)
        return self

    def id(self) -> str:
        """Return the id of the call; those of its requests begin with it."""
        return cast("CallId", self._tally.call_id).whole()

    def writes_known(self) -> None:
        """Take the writes so far for known: it was seen what they did."""
        self._tally.writes = self._tally.creates = 0
        self._tally.unknown = None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        current_tally.reset(self._token)
        tally, outer = self._tally, self._outer
        tally.closed = True
        if isinstance(error, SdkError):
            before = error.outcome
            _tell_of_writes(error, tally)
            error.call_id = error.call_id or self.id()
            if self._repeatable:
                error.retry_class = RetryClass.IDEMPOTENT_WRITE
            error.call = self._name  # whatever step of it failed
            if self._repeatable:
                self._advise(error, before)
            elif error.outcome != before:
                error.next_step = "look before you send it again"
        if error is None:
            tally.unknown = None
        if outer is not None and not outer.closed:
            outer.add(tally, repeatable=self._repeatable)
        else:
            tally.report()

    def _advise(self, error: SdkError, before: Outcome | None) -> None:
        """Say what to do next where that is another thing than after the request that failed."""
        if isinstance(error, AlreadyExistsError):
            error.next_step = "it exists and is not listed: look for it in another project, realm or account"
        elif error.outcome == "unknown" or (error.outcome != before and not isinstance(error, DeadlineError)):
            error.next_step = f"call {self._name} again: it looks before it creates"


def _tell_of_writes(error: SdkError, tally: Tally) -> None:
    if tally.unknown or (tally.writes and error.outcome == "not_sent"):
        error.outcome = "unknown"
    elif (
        not tally.writes
        and error.outcome != "refused"
        and isinstance(error, (TransportError, DeadlineError, ResponseError))
    ):
        error.outcome = "not_sent"
