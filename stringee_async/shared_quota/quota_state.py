"""Who shares a quota now, how much of it is used, who waits, and the vendor's last request for a pause."""

from __future__ import annotations

from datetime import datetime

import attrs

from ..core.errors import SdkError


class StoreDownError(SdkError):
    """The store of a shared quota cannot be used; the text says why and holds no password."""


@attrs.frozen(kw_only=True)
class Sharer:
    """A process that shares a quota.

    Args:
        process: Host name and process id.
        since: When it began.
        seen: When it last told of itself; it is forgotten 15 s later.
        permits: Permits that it has used so far.
        interactive: Calls that wait in the interactive lane.
        bulk: Calls that wait in the bulk lane.
    """

    process: str
    since: datetime
    seen: datetime
    permits: int
    interactive: int
    bulk: int


@attrs.frozen(kw_only=True)
class QuotaState:
    """The state of a shared quota.

    Args:
        name: Its name in the store.
        sharers: The processes that share it.
        used: Permits given in the current window, by the store's clock.
        requests: Requests that the vendor takes in a window.
        per: Seconds of a window.
        paused: Seconds that all processes pause from now on; 0.0 if they do not.
        paused_at: When the vendor last asked for a pause; None if it did not in the last day.
        paused_by: The process that was asked.
        paused_for: The seconds that it was asked for.
    """

    name: str
    sharers: tuple[Sharer, ...]
    used: int
    requests: int
    per: float
    paused: float
    paused_at: datetime | None = None
    paused_by: str | None = None
    paused_for: float | None = None
