"""How a call ends: the error that its caller gets, and the writes to remember because their outcome is unknown."""

from __future__ import annotations

import asyncio
from typing import Any

from .call_state import Call
from .errors import SdkError, forget_frames
from .options import Timeouts
from .session_state import SessionState
from .timeouts import NoTimeout, Timeout


def error_of(
    state: SessionState,
    timeouts: Timeouts,
    call: Call[Any],
    error: BaseException,
    timeout: Timeout | NoTimeout,
) -> BaseException:
    """Return what the caller hears of a call that `error` ended, and remember what the call may have done."""
    if isinstance(error, SdkError):
        return _completed(state, timeouts, call, error)
    if isinstance(error, TimeoutError) and timeout.expired:
        forget_frames(error)
        return _completed(state, timeouts, call, call.out_of_time(timeouts.total, state.now()))
    if isinstance(error, asyncio.CancelledError):
        if call.task in state.cancelled_by_close and call.task.uncancel() <= call.cancelling:
            forget_frames(error)
            return _completed(state, timeouts, call, call.closed_under())
        lost = call.cut_off()
        remember_create(state, timeouts, call, failed=not lost)
        if lost:
            write = state.unknown.left(call.request, call.tally, call.id())
            error.add_note(f"{write} had left: look before you repeat it")
        return error
    # A transport or clock that is not ours failed, or the process is told to end.
    remember_create(state, timeouts, call, failed=False)
    return error


def _completed(state: SessionState, timeouts: Timeouts, call: Call[Any], error: SdkError) -> SdkError:
    """Fill in what is known of a call on the error that it ends with, and remember what it may have done."""
    call.complete(error, state.vendor, state.now())
    remember_create(state, timeouts, call, failed=error.outcome in {"not_sent", "refused"})
    if error.outcome == "unknown":
        state.unknown.left(call.request, call.tally, call.id())
    else:
        call.recall(error)
    return error


def remember_create(state: SessionState, timeouts: Timeouts, call: Call[Any], *, failed: bool) -> None:
    """Remember a create with a natural key, whose object a listing may show later; forget one that failed."""
    key = call.request.natural_key
    if key is None or not call.exchanges:
        return
    if failed:
        state.creates.failed(key)
    else:
        state.creates.ended(key, state.now(), timeouts.settle, unknown=True)
