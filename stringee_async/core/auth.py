"""Credentials: the protocol that every vendor implements, and the cache that renews a token once for all calls.

One job: keep a token fresh. The vendor's code fetches the token and puts it into requests. The rules:

- check, lock, check again: however many coroutines find the token old, one of them fetches a new one;
- deadlines are on the monotonic clock, so a jump of the wall clock changes nothing;
- the safety margin is never above half the lifetime;
- a fetcher that is cancelled leaves the lock to the next waiter;
- it serves one running event loop at a time, and moves with its token to the next one;
- a fetch that fails raises in every call that waited for it, each with an error of its own; the next call
  tries again, but not before a pause that the endpoint asked for is over;
- a rejected token is dropped only if it is still the current one, and a token that was fetched because another
  was rejected is not replaced again within `REFUSAL_PAUSE` seconds.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import math
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import attrs

from .clock import Clock, monotonic_of
from .errors import (
    SdkError,
)
from .loops import Home
from .messages import Request, Response
from .secrets import Secret
from .token_pause import TokenPause

logger = logging.getLogger("stringee_async.auth")

REFUSAL_PAUSE: Final = 5.0
"""Seconds for which a token that was fetched after a rejection is kept although it is rejected too."""


Send = Callable[[Request], Awaitable[Response]]
"""Sends one request and returns its response, whatever its status."""


class Auth(Protocol):
    """How a vendor's requests get their credentials."""

    def ready(self) -> bool:
        """Return whether `prepare` has nothing to do now."""
        ...

    async def prepare(self, send: Send) -> None:
        """Renew what is about to expire; the only step that may wait.

        Args:
            send: Sends one request, for credentials that an endpoint issues.
        """
        ...

    def authorize(self, request: Request) -> Request:
        """Return a copy of `request` with credentials; never waits, so nothing slips in before sending."""
        ...

    def refused(self, request: Request, response: Response) -> bool:
        """Note that the vendor rejected the credentials of `request`; return whether new credentials may help."""
        ...

    @property
    def issued(self) -> int:
        """How many tokens were made so far."""
        ...


@attrs.frozen(eq=False)
class Token:
    """A credential with a lifetime.

    Args:
        value: The token text.
        lifetime: Seconds for which the issuer promised it, counted from when it was asked for.
    """

    value: Secret
    lifetime: float


class TokenCache:
    """Keeps one token fresh for many coroutines.

    Args:
        fetch: Makes a new token, or asks for one with the `send` it is given.
        clock: Where time comes from.
        margin: Seconds before its end at which a token counts as old; at most half its lifetime.
    """

    def __init__(
        self, fetch: Callable[[Send], Awaitable[Token]], clock: Clock, *, margin: float = 60.0
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._time = clock.monotonic
        self._margin = margin
        self._home = Home("credentials object")
        self._lock = asyncio.Lock()
        self._token: Token | None = None
        self._renew_at = 0.0
        self._fetched_at = 0.0
        self._after_refusal = False
        self._refused = False
        self._failures = 0
        self._failure: SdkError | None = None
        self._waiting = 0
        self._pause = TokenPause()
        self.issued = 0

    def current(self) -> Token | None:
        """Return the token that `get` gave last, even if it grew old since; None before the first."""
        return self._token

    def fresh(self) -> Token | None:
        """Return the token if it is young enough to send, else None.

        Raises:
            ClosedError: The credentials are in use on another event loop.
        """
        if self._token is None:
            return None
        if self._home.loop is not asyncio.get_running_loop():
            self._move()
        return self._token if self._time() < self._renew_at else None

    async def get(self, send: Send) -> Token:
        """Return a fresh token, fetching one if need be.

        Args:
            send: Sends the request for a token, if one is needed.

        Raises:
            SdkError: The fetch that this caller made or waited for failed.
            ClosedError: The credentials are in use on another event loop.
        """
        token = self.fresh()
        if token is not None:
            return token
        if self._home.loop is not asyncio.get_running_loop():
            self._move()
        self._pause.check(self._time())
        failures = self._failures
        self._waiting += 1
        try:
            async with self._lock:
                token = self.fresh()
                if token is not None:
                    return token
                if self._failure is not None and self._failures != failures:
                    raise copy.copy(self._failure) from self._failure
                return await self._renew(send)
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._failure = None  # its traceback will hold the frames of the code that catches it

    def _move(self) -> None:
        """Serve the running event loop from now on; the token stays good."""
        self._home.move()
        self._time = monotonic_of(self._clock)
        self._lock = asyncio.Lock()
        self._pause.clear()
        if self._time() < self._fetched_at:
            self._renew_at = (
                self._fetched_at
            ) = -math.inf  # this loop's clock began later, so the age is not known

    async def _renew(self, send: Send) -> Token:
        started = self._time()
        try:
            token = await self._fetch(send)
        except SdkError as error:
            self._failures += 1
            self._failure = error
            self._pause.note(error, self._time())
            raise
        self._failure = None
        self._token = token
        self._fetched_at = started
        self._renew_at = started + token.lifetime - min(self._margin, token.lifetime / 2)
        self._after_refusal, self._refused = self._refused, False
        self.issued += 1
        logger.debug("token renewed, good for %.0f s", token.lifetime)
        return token

    def drop(self, token: object) -> bool:
        """Forget `token` because the vendor rejected it.

        Args:
            token: The token that was rejected.

        Returns:
            Whether another token may help: True if this one was dropped or is no longer the current one;
            False if it was itself fetched after a refusal a moment ago.
        """
        if token is not self._token:
            return True
        if self._after_refusal and self._time() - self._fetched_at < REFUSAL_PAUSE:
            return False
        self._token = None
        self._after_refusal = False
        self._refused = True
        return True

    def forget(self) -> None:
        """Make the next `get` fetch a token, for instance because the key was replaced."""
        self._token = None
        self._after_refusal = self._refused = False
        self._pause.clear()
