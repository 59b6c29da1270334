"""Credentials: the seam every vendor fills, and the cache that renews a token once for everybody.

One job: keep a token fresh. Who asks for it, and where it goes in a request, is the vendor's. The rules:

- check, lock, check again: however many coroutines find the token old, one of them fetches a new one;
- deadlines are on the monotonic clock, so a jump of the wall clock changes nothing;
- the safety margin is never above half the lifetime;
- a fetcher that is cancelled leaves the lock to the next waiter;
- it serves one running event loop at a time, and moves with its token to the next one;
- a fetch that fails fails for everybody who waited for it, each with an error of their own; the next call
  tries again, but not before a pause that the endpoint asked for is over;
- a refused token is dropped only if it is still the current one, and a token that was itself fetched because
  of a refusal is not replaced again within `REFUSAL_PAUSE` seconds.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import math
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import attrs

from .clock import Clock, http_date, monotonic_of
from .errors import (
    MAY_HAVE_ACTED,
    ApiError,
    AuthError,
    DecodeError,
    NotSentError,
    OutcomeUnknownError,
    SdkError,
    ServerError,
)
from .loops import Home
from .secrets import Secret
from .token_pause import TokenPause
from .wire import Request, Response

logger = logging.getLogger("stringee_async.auth")

REFUSAL_PAUSE: Final = 5.0
"""Seconds for which a token that was fetched after a refusal is kept although it is refused too."""


Send = Callable[[Request], Awaitable[Response]]
"""Puts one request on the wire and returns its answer, whatever its status."""


class Auth(Protocol):
    """How a vendor's requests get their credentials."""

    def ready(self) -> bool:
        """Return whether `prepare` has nothing to do now."""
        ...

    async def prepare(self, send: Send) -> None:
        """Renew what is about to expire; the only step that may wait.

        Args:
            send: Puts one request on the wire, for credentials that an endpoint gives out.
        """
        ...

    def authorize(self, request: Request) -> Request:
        """Return a copy of `request` with credentials; never waits, so nothing slips in before sending."""
        ...

    def refused(self, request: Request, response: Response) -> bool:
        """Take note that the vendor refused `request`; return whether new credentials may help."""
        ...

    @property
    def made(self) -> int:
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
        self.made = 0

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
            send: Puts the request for a token on the wire, if one is needed.

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
                self._failure = None  # it will hold the frames of whoever catches it

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
        self.made += 1
        logger.debug("token renewed, good for %.0f s", token.lifetime)
        return token

    def drop(self, token: object) -> bool:
        """Forget `token` because the vendor refused it.

        Args:
            token: The token that was refused.

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
        """Make the next `get` fetch anew, for instance because the key was replaced."""
        self._token = None
        self._after_refusal = self._refused = False
        self._pause.clear()


class SkewMeter:
    """Learns from the `Date` header how far this machine's clock is from the server's.

    Args:
        clock: Where the wall time comes from.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._warned = False
        self.skew = 0.0
        """Seconds to add to the wall clock to get the server's time."""

    def now(self) -> float:
        """Return seconds since 1970 by the server's clock, as far as known."""
        return self._clock.time() + self.skew

    def learn(self, response: Response) -> bool:
        """Measure from one answer; return whether the known skew changed by more than 5 seconds."""
        server = http_date(response.headers.get("Date", ""))
        if server is None:
            return False
        skew = server - self._clock.time()
        if abs(skew - self.skew) <= 5.0:
            return False
        self.skew = skew
        if not self._warned:
            self._warned = True
            logger.warning("this machine's clock is %.0f s from the server's; set it by NTP", -skew)
        return True


class ClientCredentials:
    """OAuth2 client credentials (RFC 6749, section 4.4): a bearer token from a token endpoint.

    A call that fails here was itself never sent, whatever happened to the request for the token, and its error
    says so: a lost or broken answer of the token endpoint is a `NotSentError`, which even a create may be
    repeated after; a refusal keeps its class, with the outcome `"not_sent"`.

    Args:
        request_token: Asks the token endpoint once and returns the token; the vendor knows its form. It raises
            what the endpoint said, without any text that could hold a credential.
        clock: Where time comes from.
        margin: Seconds before its end at which a token counts as old.
    """

    def __init__(
        self, request_token: Callable[[Send], Awaitable[Token]], clock: Clock, *, margin: float = 60.0
    ) -> None:
        self._request_token = request_token
        self._cache = TokenCache(self._fetch, clock, margin=margin)

    async def _fetch(self, send: Send) -> Token:
        try:
            return await self._request_token(send)
        except (OutcomeUnknownError, DecodeError, ServerError) as error:
            # Asking for a token twice does no harm, and the caller's own request has not left yet.
            why = error.message.removesuffix(MAY_HAVE_ACTED)
            raise NotSentError(
                f"no token could be had ({type(error).__name__}: {why}); the call itself was not sent",
                status=error.status,
                retry_after=error.retry_after,
                foreign=error.foreign,
                next_step=None if error.foreign else "try it again later",
            ) from error
        except ApiError as error:
            error.outcome = "not_sent"
            raise

    @property
    def made(self) -> int:
        """How many tokens were fetched so far."""
        return self._cache.made

    def ready(self) -> bool:
        """Return whether there is a fresh token."""
        return self._cache.fresh() is not None

    async def prepare(self, send: Send) -> None:
        """Fetch a token if there is none fresh.

        Args:
            send: Puts the request for a token on the wire.

        Raises:
            AuthError: The token endpoint refused the client id or secret.
            RateLimitedError: The token endpoint asks for a pause.
            NotSentError: The token endpoint could not be reached, failed, or answered with no token.
        """
        if self._cache.fresh() is None:
            await self._cache.get(send)

    def forget(self) -> None:
        """Fetch a new token for the next call, for instance because the secret was replaced."""
        self._cache.forget()

    def authorize(self, request: Request) -> Request:
        """Return a copy of `request` with the `Authorization` header."""
        token = self._cache.current()
        if token is None:
            raise AuthError("there is no token; prepare() must come before authorize()")
        return request.signed({"Authorization": f"Bearer {token.value.reveal()}"}, token)

    def refused(self, request: Request, response: Response) -> bool:  # noqa: ARG002 - the seam's signature
        """Drop the token that `request` carried; return whether another may help."""
        return self._cache.drop(request.credential)
