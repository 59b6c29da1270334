"""A call that waits in the gate: it renews the credentials of the client, and does not wait for every pause."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, Final

import attrs

from .attempt_log import log_attempt, logger
from .call_state import Call
from .errors import RateLimitedError
from .gate import Permit
from .messages import Request, Response
from .options import Timeouts
from .session_state import SessionState

NEGLIGIBLE_DELAY: Final = 0.001
"""Seconds by which a request may leave after its permit without the limiter's being told."""


@attrs.frozen(eq=False)
class WaitingCall:
    """One call that enters the gate."""

    call: Call[Any]
    state: SessionState
    timeouts: Timeouts
    max_server_wait: float

    async def renew(self, permit: Permit | None) -> None:
        """Renew the credentials."""
        await self.state.auth.prepare(partial(self._send, permit))

    def check_pause(self, ends: float, asked: float) -> None:
        """Raise if the call does not wait for a pause."""
        total = self.timeouts.total
        if total is not None and ends >= self.call.started + total:
            why = "outlasts this call's total time"
        elif ends - self.state.now() > self.max_server_wait:
            why = f"is longer than max_server_wait ({self.max_server_wait:g} s)"
        else:
            return
        raise RateLimitedError(
            f"the vendor asked for a pause that {why}; nothing was sent",
            retry_after=asked,
            outcome="not_sent",
        )

    async def _send(self, permit: Permit | None, request: Request) -> Response:
        """Send a request for credentials, in the slot of the call that needs them."""
        state = self.state
        await state.gate.permit_renewal(request.operation, permit)
        state.requests += 1
        sent = state.now()
        logs = logger.isEnabledFor(logging.DEBUG)
        try:
            response = await state.transport.send(request, self.timeouts)
        except BaseException as error:
            if logs:
                log_attempt(self.call, state.now() - sent, error=error, token=request)
            raise
        if logs:
            log_attempt(self.call, state.now() - sent, response=response, token=request)
        if response.delay > NEGLIGIBLE_DELAY:
            state.gate.sent_late(state.now() - sent, response.delay)
        return response
