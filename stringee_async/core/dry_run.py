"""Dry runs: a session that sends nothing, no request for a token either, and ends a call with what it would have sent."""

from __future__ import annotations

from typing import NoReturn, TypeVar

import attrs

from .call_state import Decode
from .download import Download
from .messages import Request
from .session import Session
from .tally import CallId

T = TypeVar("T")


class WouldSendError(Exception):
    """The end of a call of a dry run. It is no `SdkError`, so that nothing handles it as a failure, or retries.

    Args:
        request: The first request of the call, without credentials; what follows it depends on its response.
    """

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.request = request

    def __str__(self) -> str:
        return f"{self.request.method} {self.request.path} would be sent"


@attrs.frozen(kw_only=True, eq=False)
class DrySession(Session):
    """A view of a session that sends nothing, and keeps what it would have sent."""

    requests: list[Request]

    async def send(
        self,
        request: Request,
        decode: Decode[T],
        *,
        listing: CallId | None = None,
        download: Download | None = None,
    ) -> NoReturn:
        """Raise `WouldSendError` with the request; credentials are not needed, so none are fetched."""
        del decode, listing, download
        self.state.begin()
        self.requests.append(request)
        raise WouldSendError(request)


def dry(session: Session) -> DrySession:
    """Return a view of a session that sends nothing."""
    return DrySession(
        state=session.state, retry=session.retry, timeouts=session.timeouts, lane=session.lane, requests=[]
    )
