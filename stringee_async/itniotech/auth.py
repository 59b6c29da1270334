"""ITNIO TECH's credentials: three headers made from key, secret and time, new for each attempt.

There is no token and nothing is kept between attempts, because a signature ages with its time. The signature covers
neither path nor body, so a reader of the headers can send other calls with them until they expire: they are shown
nowhere. Source: itniotech.com, api/account (signing).
"""

from __future__ import annotations

import asyncio
import hashlib

from ..core.auth import KeyPair, Send, key_pair
from ..core.clock import Clock
from ..core.deprecated import Renamed
from ..core.errors import ConfigError
from ..core.http_headers import SkewMeter
from ..core.loops import Home
from ..core.messages import Request, Response
from ..core.options import clock_of, exact_number, shown
from ..core.secrets import Secret
from .codes import expired_code
from .responses import code_of


class ItniotechAuth:
    """Signs the requests of one API key.

    Hand the same object to several clients (`ItniotechClient.from_auth`) and they share what was learnt of the
    server's clock.

    Args:
        api_key: API key, as the console shows it.
        api_secret: API secret.
        clock_offset: Seconds to add to this machine's clock to get the server's, where it is known to be off; the
            `Date` of a response that refuses the time replaces it.
        clock: Where time comes from.

    Raises:
        ConfigError: An argument is empty, of the wrong kind, or not finite.
    """

    def __init__(
        self, api_key: str, api_secret: str, *, clock_offset: float = 0.0, clock: Clock | None = None
    ) -> None:
        secret = Secret(api_secret)
        del api_secret  # an error from here on may be printed with the locals of its frames
        self._key = _key_pair(api_key, secret)
        self._skew = SkewMeter(clock_of(clock))
        self._skew.skew = _seconds("clock_offset", clock_offset)
        self._rejected: int | None = None
        self._home = Home("credentials object")

    @property
    def api_key(self) -> str:
        """The API key in use."""
        return self._key.id

    @property
    def issued(self) -> int:
        """How many tokens were issued: none, as each request is signed on its own."""
        return 0

    made = Renamed("issued")
    refused = Renamed("rejected")

    def __repr__(self) -> str:
        # Tracebacks may show the object that a rejected key left half made.
        return f"ItniotechAuth({self._key.id!r})" if hasattr(self, "_key") else "<ItniotechAuth, not set up>"

    def rotate(self, api_key: str, api_secret: str) -> None:
        """Replace the API key: the next attempt is signed with the new one; those under way go on unchanged.

        Args:
            api_key: The new key.
            api_secret: The new secret.

        Raises:
            ConfigError: One of them is empty or not text; the old key stays in use.
        """
        secret = Secret(api_secret)
        del api_secret  # as in the constructor
        self._key = _key_pair(api_key, secret)

    def ready(self) -> bool:
        """Return True: each request is signed by itself, so there is nothing to prepare.

        Raises:
            ClosedError: The credentials are in use on another event loop.
        """
        if self._home.loop is not asyncio.get_running_loop():
            self._home.move()
        return True

    async def prepare(self, send: Send) -> None:
        """Wait for nothing: there is nothing to renew. `send` is not needed."""

    def authorize(self, request: Request) -> Request:
        """Return a copy of `request` with `Sign`, `Timestamp` and `Api-Key`, made from the time it is now."""
        pair, timestamp = self._key, int(self._skew.now())
        if timestamp == self._rejected:
            timestamp += 1  # headers that were rejected are not sent again
        return request.signed(
            {"Sign": _sign(pair, timestamp), "Timestamp": str(timestamp), "Api-Key": pair.id}, timestamp
        )

    def rejected(self, request: Request, response: Response) -> bool:
        """Learn the clock skew from the rejection; return whether signing afresh may help."""
        self._skew.learn(response)
        if code_of(response) != expired_code(request.path):
            return False
        self._rejected = request.credential if isinstance(request.credential, int) else None
        return True


def _sign(pair: KeyPair, timestamp: int) -> str:
    return hashlib.md5(
        f"{pair.id}{pair.secret.reveal()}{timestamp}".encode(), usedforsecurity=False
    ).hexdigest()


def _key_pair(api_key: str, secret: Secret) -> KeyPair:
    pair = key_pair("api_key", api_key, "api_secret", secret)
    if not pair.id.isascii() or not pair.id.isprintable():
        raise ConfigError("api_key must be ASCII text, as it is sent in a header")
    return pair


def _seconds(name: str, value: object) -> float:
    seconds = exact_number(value)
    if seconds is None:
        raise ConfigError(f"{name} must be a number of seconds, got {shown(value)}")
    return float(seconds)
