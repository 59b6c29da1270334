"""The outcome of one item of a bulk run, from how its function ended and what its requests did."""

from __future__ import annotations

import asyncio
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import attrs

from .errors import OutcomeUnknownError, SdkError
from .outage import is_outage
from .tally import Tally

Item = TypeVar("Item")
Result = TypeVar("Result")

State = Literal["done", "failed", "unknown", "not_started"]


@attrs.frozen(kw_only=True)
class ItemOutcome(Generic[Item, Result]):
    """What became of one item.

    Args:
        index: Index of the item in the source, from 0.
        item: The item.
        state: `done`; `failed`, and no write of it is in doubt; `unknown`, the vendor may have acted; or
            `not_started`, because an earlier error concerns every item.
        result: What the function returned, if done.
        error: What it raised, if not.
        attempts: Requests that were sent for this item.
    """

    index: int
    item: Item
    state: State
    result: Result | None = None
    error: Exception | None = None
    attempts: int = 0


Job: TypeAlias = tuple[int, Item, Tally, "Exception | None"]
"""An item with its index, what its requests did, and how it ended if it was put back."""


def in_doubt(job: Job[Item], *, waits: bool) -> bool:
    """Return whether an item whose function raised may have had an effect: only where a write left."""
    _, _, tally, error = job
    unknown = isinstance(error, SdkError) and error.outcome == "unknown"
    if (unknown and (tally.writes > 0 or not tally.requests)) or tally.unknown:
        return True
    return bool(tally.creates) and waits and is_outage(error)


def failed_outcome(job: Job[Item], *, waits: bool) -> ItemOutcome[Item, Any]:
    """Return the outcome of an item whose function raised; it is unknown only where a write left."""
    index, item, tally, error = job
    unknown = in_doubt(job, waits=waits)
    tally.report()
    state: State = "unknown" if unknown else "failed"
    if unknown:
        error = _as_unknown(error)
    return ItemOutcome(index=index, item=item, state=state, error=error, attempts=tally.requests)


def unfinished_outcome(
    job: Job[Item], stopped: Exception | None, state: State = "not_started"
) -> ItemOutcome[Item, Any]:
    """Return the outcome of an item that was not finished; `state` holds if no write of it is in doubt."""
    index, item, tally, error = job
    tally.report()
    if tally.writes:
        state, error = "unknown", _as_unknown(error or stopped)
    else:
        error = stopped
    return ItemOutcome(index=index, item=item, state=state, error=error, attempts=tally.requests)


def cancelled_within(cause: asyncio.CancelledError) -> SdkError:
    """Return the error of an item whose work was cancelled by something that it waited for."""
    error = SdkError("the work on this item was cancelled from within", outcome="unknown")
    error.__cause__ = cause
    return error


def _as_unknown(error: Exception | None) -> Exception:
    """Return the error of an item that is unknown: its own, unless that speaks of a later request alone."""
    if isinstance(error, SdkError) and error.outcome == "unknown":
        return error
    later = OutcomeUnknownError(
        f"a write of this item left and may have been carried out: look before you repeat it; last: {error}"
    )
    later.__cause__ = error
    return later
