"""The session of a client that has observers: the same session, which tells them what happens to each call.

`call_watch` makes the events. Each call gets a session of its own, which holds its watch, so that the session of a client
without observers is not even asked.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, ClassVar, TypeVar, cast

import attrs

from .auth import renewal_told
from .call_state import Call, Decode
from .call_watch import CallWatch
from .download import Download
from .gate import Permit
from .messages import Request, Response
from .observers import NO_OBSERVERS, Observers
from .pause_watch import PauseWatch
from .session import Session
from .streamed import StreamedResponse
from .tally import CallId
from .waiting_call import WaitingCall

T = TypeVar("T")


@attrs.frozen(kw_only=True, eq=False)
class ObservedSession(Session):
    """A session with observers."""

    observers: Observers = NO_OBSERVERS
    pauses: PauseWatch

    async def send(
        self,
        request: Request,
        decode: Decode[T],
        *,
        listing: CallId | None = None,
        download: Download | None = None,
    ) -> T:
        """Send a request as a session does, and tell the observers."""
        if self.observers.idle():
            return await Session.send(self, request, decode, listing=listing, download=download)
        one = self._one_call()
        try:
            result = await one.send(request, decode, listing=listing, download=download)
        except BaseException as error:
            one.watch.ended(error)
            raise
        one.watch.ended(None)
        return result

    @asynccontextmanager
    async def stream(
        self, request: Request, refuse: Decode[Any], *, signed: bool = True
    ) -> AsyncGenerator[StreamedResponse]:
        """Send a read as a session does; its call ends with the response."""
        one = self._one_call()
        try:
            async with one.stream(request, refuse, signed=signed) as streamed:
                yield streamed
        except BaseException as error:
            one.watch.ended(error)
            raise
        one.watch.ended(None)

    def _one_call(self) -> _CallSession:
        """Return a view of this session for a single call."""
        return _CallSession(
            state=self.state,
            retry=self.retry,
            timeouts=self.timeouts,
            lane=self.lane,
            watch=CallWatch(self.observers, self.pauses, self.state),
        )


@attrs.frozen(eq=False)
class _ObservedWait(WaitingCall):
    """A call that waits in the gate; it is made when the call has a slot."""

    def __attrs_post_init__(self) -> None:
        self._watch().waits_for_permit()

    def _watch(self) -> CallWatch:
        return cast("CallWatch", self.call.watch)

    async def renew(self, permit: Permit | None) -> None:
        """Renew the credentials, and tell of a token that is issued for it."""
        watch = self._watch()
        watch.waits_for_token()
        told = renewal_told.set(watch.renewed)
        try:
            await super().renew(permit)
        finally:
            renewal_told.reset(told)
            watch.waits_for_permit()


@attrs.frozen(kw_only=True, eq=False)
class _CallSession(Session):
    """The session of one call."""

    watch: CallWatch
    _waiting: ClassVar[type[WaitingCall]] = _ObservedWait

    async def _attempts(self, call: Call[T]) -> T:
        self.watch.started(call, self.lane)
        return await super()._attempts(call)

    async def _exchange(self, call: Call[T]) -> T:
        self.watch.queued()
        try:
            result = await super()._exchange(call)
        except BaseException as error:
            self.watch.left_queue()
            self.watch.answered(error)
            raise
        if call.download is None:
            self.watch.answered(None)
        return result

    def _signed(self, call: Call[Any]) -> Request:
        self.watch.left_queue()
        return self.watch.sent(call, super()._signed(call))

    def _decoded(self, call: Call[T], signed: Request, response: Response) -> T:
        self.watch.status = response.status
        return super()._decoded(call, signed, response)
