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
  was rejected is not replaced again within `REJECTION_PAUSE` seconds.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import math
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Final, Protocol

import attrs

from .clock import Clock, monotonic_of
from .errors import ConfigError, SdkError
from .loops import Home
from .messages import Request, Response
from .secrets import Secret
from .validation import required_text

logger = logging.getLogger("stringee_async.auth")

REJECTION_PAUSE: Final = 5.0
"""Seconds for which a token that was fetched after a rejection is kept although it is rejected too."""

_LONGEST_PAUSE: Final = 3600.0
"""Seconds; after a longer pause than this, one call asks again."""

Send = Callable[[Request], Awaitable[Response]]
"""Sends one request and returns its response, whatever its status."""

renewal_told: Final[ContextVar[Callable[[float, str], None] | None]] = ContextVar(
    "renewal_told", default=None
)
"""What a call of an observed client is told when it has a token issued: for how many seconds, and why."""


@attrs.frozen
class KeyPair:
    """The two parts of a credential: the id names it, and the secret is never shown."""

    id: str
    secret: Secret


def key_pair(id_name: str, id: object, secret_name: str, secret: Secret) -> KeyPair:
    """Return a credential if both of its parts are text in one piece; an error shows neither."""
    text = required_text(id_name, id)
    if not isinstance(secret.reveal(), str) or not secret.reveal():
        raise ConfigError(f"{secret_name} must be text, and not empty")
    if any(char.isspace() for char in text + secret.reveal()):
        raise ConfigError(f"{id_name} and {secret_name} must not hold blanks or line breaks; copy them again")
    return KeyPair(text, secret)


class Auth(Protocol):
    """How a vendor's requests get their credentials."""

    def ready(self) -> bool:
        """Return whether `prepare` has nothing to do now."""
        ...

    async def prepare(self, send: Send) -> None:
        """Renew what is about to expire; the only step that may wait."""
        ...

    def authorize(self, request: Request) -> Request:
        """Return a copy of `request` with credentials; never waits, so nothing slips in before sending."""
        ...

    def rejected(self, request: Request, response: Response) -> bool:
        """Note that the vendor rejected the credentials of `request`; return whether new credentials may help."""
        ...

    @property
    def issued(self) -> int:
        """How many tokens were issued so far."""
        ...


@attrs.frozen(eq=False)
class Token:
    """A credential, and the seconds for which the issuer promised it, counted from when it was asked for."""

    value: Secret
    lifetime: float


class TokenPause:
    """What the endpoint asked for last."""

    __slots__ = ("_asked_until", "_refusal", "_until")

    def __init__(self) -> None:
        self._refusal: SdkError | None = None
        self._until = self._asked_until = -math.inf

    def note(self, refusal: SdkError, now: float) -> None:
        """Note that the endpoint refused; a refusal that names no seconds to wait changes nothing.

        A copy is kept, without the frames that the refusal passed through.
        """
        asked = refusal.retry_after
        if asked:
            self._refusal = copy.copy(refusal)
            self._asked_until = now + asked
            self._until = now + min(asked, _LONGEST_PAUSE)

    def check(self, now: float) -> None:
        """Raise what the endpoint said, with the seconds that are left, while its pause lasts."""
        if self._refusal is None:
            return
        if now >= self._until:
            self.clear()
            return
        refusal = copy.copy(self._refusal)
        refusal.retry_after = self._asked_until - now
        raise refusal

    def clear(self) -> None:
        """Forget the pause."""
        self._refusal = None


class TokenCache:
    """Keeps one token fresh for many coroutines."""

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
        self._after_rejection = False
        self._rejected = False
        self._failures = 0
        self._failure: SdkError | None = None
        self._waiting = 0
        self._pause = TokenPause()
        self.issued = 0

    def current(self) -> Token | None:
        """Return the token that `get` gave last, even if it grew old since; None before the first."""
        return self._token

    def fresh(self) -> Token | None:
        """Return the token if it is young enough to send, else None."""
        if self._token is None:
            return None
        if self._home.loop is not asyncio.get_running_loop():
            self._move()
        return self._token if self._time() < self._renew_at else None

    async def get(self, send: Send) -> Token:
        """Return a fresh token; raise how the fetch failed that this caller made or waited for."""
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
            # This loop's clock began later, so the age is not known.
            self._renew_at = self._fetched_at = -math.inf

    async def _renew(self, send: Send) -> Token:
        started = self._time()
        try:
            token = await self._fetch(send)
        except SdkError as error:
            self._failures += 1
            self._failure = error
            self._pause.note(error, self._time())
            raise
        reason = self._reason()
        self._failure = None
        self._token = token
        self._fetched_at = started
        self._renew_at = started + token.lifetime - min(self._margin, token.lifetime / 2)
        self._after_rejection, self._rejected = self._rejected, False
        self.issued += 1
        logger.debug("token renewed, good for %.0f s", token.lifetime)
        tell = renewal_told.get()
        if tell is not None:
            tell(token.lifetime, reason)
        return token

    def _reason(self) -> str:
        """Return why a token is issued now."""
        if self._token is not None:
            return "expiring"
        if self._rejected:
            return "rejected"
        return "replaced" if self.issued else "first"

    def drop(self, token: object) -> bool:
        """Forget `token` because the vendor rejected it; return whether another one may help.

        Another does not help if this one was itself fetched a moment ago because the one before was rejected.
        """
        if token is not self._token:
            return True
        if self._after_rejection and self._time() - self._fetched_at < REJECTION_PAUSE:
            return False
        self._token = None
        self._after_rejection = False
        self._rejected = True
        return True

    def forget(self) -> None:
        """Make the next `get` fetch a token, for instance because the key was replaced."""
        self._token = None
        self._after_rejection = self._rejected = False
        self._pause.clear()
