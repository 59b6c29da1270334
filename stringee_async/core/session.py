"""The session: every call of a client goes through here, as three short methods.

`send` decides on retries, `_attempt` renews rejected credentials once, `_exchange` sends one request and decodes one
response. Gate, credentials, transport, decoder and policy do not know each other.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, TypeVar

import attrs

from .attempt_log import log_attempt, logger
from .call_retries import CallRetries
from .call_state import Call, Decode
from .download import Download
from .errors import AuthError, NotSentError, SdkError
from .messages import Request, Response
from .options import Timeouts
from .retry import RetryPolicy, asks_for_pause
from .session_state import SessionState
from .streamed import StreamedResponse
from .tally import CallId, current_tally
from .timeouts import NoTimeout, Timeout
from .transport import NOTHING_SENT
from .unset import Lane
from .waiting_call import NEGLIGIBLE_DELAY, WaitingCall

if TYPE_CHECKING:
    from .observers import Observers

T = TypeVar("T")

_SHORTEST_CREDENTIAL: Final = 8
"""Shorter words in the headers of credentials are names, such as `Bearer`."""


def _credentials(bare: Request, signed: Request) -> list[str]:
    """Return the texts that authorising added to a request; a server may repeat them in its response."""
    added = (value for name, value in signed.headers.items() if name not in bare.headers)
    return [word for value in added for word in value.split() if len(word) >= _SHORTEST_CREDENTIAL]


@attrs.frozen(kw_only=True, eq=False)
class Session:
    """Sends requests for one set of credentials.

    `attrs.evolve` makes a view of it with other options, over the same connections, limiter, token and quota. One with
    `observers` is an `ObservedSession`; here nothing is told, so that it costs nothing.
    """

    state: SessionState
    retry: RetryPolicy
    timeouts: Timeouts
    lane: Lane = "interactive"
    observers: Observers | None = None
    _waiting: ClassVar[type[WaitingCall]] = WaitingCall

    def __deepcopy__(self, memo: object) -> NoReturn:
        self.__reduce__()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a client, and what belongs to it, cannot be copied deeply or pickled: share it, use with_options() for "
            "other options, or make a new one where it is needed"
        )

    async def send(
        self,
        request: Request,
        decode: Decode[T],
        *,
        listing: CallId | None = None,
        download: Download | None = None,
    ) -> T:
        """Send a request until it succeeds; raise the last failure, with attempts, time and history on it."""
        state = self.state
        task = state.begin()
        now = state.now()
        call = Call(
            request=request, decode=decode, task=task, started=now, since=now,
            tally=current_tally.get(), cancelling=task.cancelling(), listing=listing, download=download,
        )  # fmt: skip
        timeout = state.timers.start(self.timeouts.total, task)
        state.calls.add(task)
        try:
            with timeout:
                result = await self._attempts(call)
            if request.natural_key is not None:
                state.creates.ended(request.natural_key, state.now(), self.timeouts.settle, unknown=False)
            return result
        except BaseException as error:  # noqa: BLE001 - it goes on, or what it became does
            heard = state.error_of(call, error, self.timeouts, timeout)
            try:
                if heard is error:
                    raise heard  # not a bare raise: where the traceback was cut, this frame begins it
                raise heard from None
            finally:
                del heard  # its traceback refers to this frame: no reference cycle
        finally:
            if state.gate.probe is not None:
                state.gate.ended(call)
            state.end(task)

    @asynccontextmanager
    async def stream(
        self, request: Request, refuse: Decode[Any], *, signed: bool = True
    ) -> AsyncGenerator[StreamedResponse]:
        """Send a read until its head has come, and hand out the body while it comes.

        `total` limits the time until then, and `attempt` that of each piece. `refuse` raises what a refusal means.
        Without `signed`, no credentials go along.
        """
        download = Download(self.state.transport, self.state.gate, refuse, signed=signed)
        with self.state.downloading():
            try:
                yield await self.send(request, download.read, download=download)
            finally:
                await download.aclose()

    async def _attempts(self, call: Call[T]) -> T:
        """Make the first attempt, and the others if it fails."""
        try:
            result = await self._attempt(call)
        except SdkError as error:
            retries = CallRetries(self.state, self.retry, self.timeouts.total, call, self._attempt)
            return await retries.run(error)
        quota = self.state.quota
        if quota.left < quota.size:
            quota.give(self.retry.refund)
        return result

    async def _attempt(self, call: Call[T]) -> T:
        """Make one attempt; if the credentials are rejected, renew them and try once more."""
        try:
            return await self._exchange(call)
        except AuthError as error:
            if not call.renewable:
                raise
            call.failed(error, self.state.now())
        return await self._exchange(call)

    async def _exchange(self, call: Call[T]) -> T:
        """Send one request and decode one response."""
        state, gate, download = self.state, self.state.gate, call.download
        slots = gate.slots  # another loop, to which the client may move meanwhile, has slots of its own
        call.renewable = False
        if call.stage != "queue":  # a call begins in this stage, so its first attempt need not read the clock
            call.enter("queue", state.now())
        if not gate.try_enter(call.request.operation, self.lane):
            waiting = partial(self._waiting, call, state, self.timeouts, self.retry.max_server_wait)
            entering = gate.enter(call.request.operation, self.lane, waiting)
            await (entering if self.timeouts.queue is None else self._in_time(entering, call))
        try:
            signed = self._signed(call)
            try:
                send = state.transport.send if download is None else download.head
                response = await send(signed, self.timeouts)
            except BaseException as error:
                if NOTHING_SENT in getattr(error, "__notes__", ()):
                    call.never_left()
                if logger.isEnabledFor(logging.DEBUG):
                    log_attempt(call, state.now() - call.since, error=error)
                raise
        finally:
            if download is None or not download.keeps(slots):
                gate.leave(slots)
        if response.delay > NEGLIGIBLE_DELAY:
            gate.sent_late(state.now() - call.since, response.delay)
        return self._decoded(call, signed, response)

    async def _in_time(self, entering: Awaitable[None], call: Call[Any]) -> None:
        """Wait for a connection slot and a permit, within the queue's own timeout."""
        seconds = self.timeouts.queue
        timeout = self.state.timers.start(seconds, call.task)
        try:
            with timeout:
                await entering
        except TimeoutError:
            if not timeout.expired:
                raise
            raise NotSentError(
                f"no connection slot or permit within {seconds:g} s; nothing was sent; "
                "make fewer calls at once, or give more time (Timeouts.queue)",
                stage="queue",
            ) from None

    def _signed(self, call: Call[Any]) -> Request:
        """Return the request with its credentials, counted as one that leaves now."""
        state, total = self.state, self.timeouts.total
        now = state.now()
        state.permit_wait += now - call.since
        if total is not None and now - call.started >= total:
            raise call.out_of_time(total, now)
        call.enter("exchange", now)
        kept = call.download
        signed = state.auth.authorize(call.request) if kept is None or kept.signed else call.request
        call.exchanges += 1
        if call.tally is not None:
            call.left(call.tally)
        if call.exchanges == 1 and call.request.natural_key is not None:
            state.creates.left(call.request.natural_key)
        state.requests += 1
        return signed

    def _decoded(self, call: Call[T], signed: Request, response: Response) -> T:
        """Return what the response says, or raise what the vendor said."""
        state = self.state
        try:
            result = call.decode(response)
        except SdkError as error:
            if state.gate.probe is not None and not asks_for_pause(error):
                state.gate.responded()
            error.mask(*_credentials(call.request, signed))
            if logger.isEnabledFor(logging.DEBUG):
                self._log(call, signed, response, error)
            if isinstance(error, AuthError):
                call.renewable = state.auth.rejected(signed, response)
            raise
        if logger.isEnabledFor(logging.DEBUG):
            self._log(call, signed, response)
        if state.gate.probe is not None:
            state.gate.responded()
        if call.tally is not None:
            call.succeeded(call.tally)
        return result

    def _log(
        self, call: Call[Any], signed: Request, response: Response, error: SdkError | None = None
    ) -> None:
        """Write the line of an attempt that brought a response."""
        took = self.state.now() - call.since
        hidden = _credentials(call.request, signed)
        log_attempt(call, took, response=response, error=error, hidden=hidden)

    def timeout(self, spent: float = 0.0) -> Timeout | NoTimeout:
        """Return a timeout of `total` seconds that begins now, for a call that is made of several requests."""
        total, task = self.timeouts.total, self.state.begin()
        return self.state.timers.start(None if total is None else max(0.0, total - spent), task)
