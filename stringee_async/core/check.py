"""`client.check()`: one cheap read, how long it took, and what its response tells of the account and the vendor's clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import attrs

from .call_state import Decode
from .download import Download
from .http_headers import http_date
from .messages import Request, Response
from .plain import Plain
from .session import Session
from .tally import CallId

T = TypeVar("T")

_HALF_A_SECOND = 0.5
"""A `Date` has whole seconds: on average this much has passed of one when it is written."""


@attrs.frozen(kw_only=True)
class Check(Plain):
    """What `client.check()` learnt.

    Args:
        vendor: `"stringee"`, `"ringme"` or `"itniotech"`.
        account: The vendor's id of the account, where the response tells it, else None.
        seconds: How long the call took, waits and retries included.
        clock_offset: Seconds to add to this machine's clock to get the vendor's, right to about one second; None where
            the response has no `Date`.
    """

    vendor: str
    account: str | None
    seconds: float
    clock_offset: float | None


@attrs.frozen(kw_only=True, eq=False)
class WatchedSession(Session):
    """A view of a session that notes what each response tells of the vendor's clock."""

    inner: Session
    offsets: list[float | None]

    async def send(
        self,
        request: Request,
        decode: Decode[T],
        *,
        listing: CallId | None = None,
        download: Download | None = None,
    ) -> T:
        """Send a request as a session does, and note the offset of the clock."""

        def noted(response: Response) -> T:
            server = http_date(response.headers.get("Date", ""))
            offset = None if server is None else server + _HALF_A_SECOND - self.state.clock.time()
            self.offsets.append(offset)
            return decode(response)

        return await self.inner.send(request, noted, listing=listing, download=download)


def watched(session: Session) -> WatchedSession:
    """Return a view of a session that notes offsets of the clock; one that does so already as it is."""
    if isinstance(session, WatchedSession):
        return session
    return WatchedSession(
        state=session.state,
        retry=session.retry,
        timeouts=session.timeouts,
        lane=session.lane,
        observers=session.observers,
        inner=session,
        offsets=[],
    )


async def checked(session: WatchedSession, look: Callable[[], Awaitable[object]]) -> Check:
    """Return what a look at the vendor over a watched session tells; `look` returns the account's id or None."""
    state = session.state
    state.begin()
    started = state.clock.monotonic()
    account = await look()
    return Check(
        vendor=state.vendor,
        account=None if account is None else str(account),
        seconds=state.clock.monotonic() - started,
        clock_offset=session.offsets[-1],
    )
