"""Stringee's credentials: a JWT that the caller signs with the API key.

The owner of PyJWT. There is no token endpoint; a token is signed here, kept until shortly before its end, and sent in
the header `X-STRINGEE-AUTH`. Source: developer.stringee.com, icc-rest-api-authentication.
"""

from __future__ import annotations

import json
import uuid
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ..core.auth import KeyPair, Send, Token, TokenCache, key_pair
from ..core.clock import Clock
from ..core.deprecated import Renamed, level_of_caller
from ..core.errors import AuthError, ConfigError
from ..core.http_headers import SkewMeter
from ..core.messages import Headers, Request, Response
from ..core.options import clock_of
from ..core.secrets import Secret

if TYPE_CHECKING:
    from jwt import PyJWS

TOKEN_HEADER: Final = "X-STRINGEE-AUTH"  # noqa: S105 - a header's name
LIFETIME: Final = 3600
"""Seconds for which a server token is signed; the official samples use the same."""

_JWT_HEADER: Final = {"cty": "stringee-api;v=1"}
_SHORT_KEY: Final = 32


class StringeeAuth:
    """Signs and keeps the server token of one API key.

    Hand the same object to several clients (`StringeeClient.from_auth`) and they share one token.

    Args:
        key_sid: Key SID, begins with `SK`.
        key_secret: Key secret, used as it stands (it looks like base64 and is not decoded).
        clock: Where time comes from.

    Raises:
        ConfigError: One of them is empty or not text.
    """

    def __init__(self, key_sid: str, key_secret: str, *, clock: Clock | None = None) -> None:
        secret = Secret(key_secret)
        del key_secret  # an error from here on may be printed with the locals of its frames
        self._key = self._pair(key_sid, secret)
        self._skew = SkewMeter(clock_of(clock))
        self._cache = TokenCache(self._sign, clock_of(clock))
        self._signed: tuple[Token, Headers] | None = None

    @property
    def key_sid(self) -> str:
        """The key SID in use."""
        return self._key.id

    @property
    def issued(self) -> int:
        """How many server tokens were signed so far."""
        return self._cache.issued

    made = Renamed("issued")
    refused = Renamed("rejected")

    def __repr__(self) -> str:
        # Tracebacks may show the object that a rejected key left half made.
        return f"StringeeAuth({self._key.id!r})" if hasattr(self, "_key") else "<StringeeAuth, not set up>"

    def rotate(self, key_sid: str, key_secret: str) -> None:
        """Replace the API key: the next request is signed with the new one; those under way go on unchanged.

        Args:
            key_sid: The new key SID.
            key_secret: The new key secret.

        Raises:
            ConfigError: One of them is empty or not text; the old key stays in use.
        """
        secret = Secret(key_secret)
        del key_secret  # as in the constructor
        self._key = self._pair(key_sid, secret)
        self._cache.forget()

    def _pair(self, key_sid: str, secret: Secret) -> KeyPair:
        pair = key_pair("key_sid", key_sid, "key_secret", secret)
        if len(secret.reveal().encode()) < _SHORT_KEY:
            warnings.warn(
                "key_secret is shorter than 32 bytes, which is weak for HS256; make a new API key",
                stacklevel=level_of_caller(),
            )
        return pair

    def ready(self) -> bool:
        """Return whether there is a token that is not about to end."""
        return self._cache.fresh() is not None

    async def prepare(self, send: Send) -> None:
        """Sign a new token if the current one is about to end. `send` is not needed."""
        if self._cache.fresh() is None:
            await self._cache.get(send)

    def authorize(self, request: Request) -> Request:
        """Return a copy of `request` with the token header."""
        token = self._cache.current()
        if token is None:
            raise AuthError("there is no token; prepare() must come before authorize()")
        if self._signed is None or self._signed[0] is not token:
            self._signed = (token, Headers({TOKEN_HEADER: token.value.reveal()}))
        return request.signed(self._signed[1], token)

    def rejected(self, request: Request, response: Response) -> bool:
        """Learn the clock skew from the rejection, drop the token; return whether another may help."""
        if self._skew.learn(response) and request.credential is self._cache.current():
            self._cache.forget()
            return True
        return self._cache.drop(request.credential)

    async def _sign(self, send: Send) -> Token:  # noqa: ARG002 - signed here, not fetched
        return Token(value=Secret(self.sign({"rest_api": True}, LIFETIME)), lifetime=LIFETIME)

    def sign(self, claims: dict[str, Any], lifetime: int) -> str:
        """Return a token with these claims beside `jti`, `iss` and `exp`; `lifetime` is in seconds."""
        sid = self._key.id
        payload = {
            "jti": f"{sid}-{uuid.uuid4().hex}",
            "iss": sid,
            "exp": int(self._skew.now()) + lifetime,
            **claims,
        }
        return _signer().encode(
            json.dumps(payload, separators=(",", ":")).encode(),
            self._key.secret.reveal(),
            algorithm="HS256",
            headers=_JWT_HEADER,
            sort_headers=False,
        )


class StringeexAuth(StringeeAuth):
    """The token of a login at StringeeX, for `client.request`; such a client signs nothing.

    ```python
    client = StringeeClient.from_auth(StringeexAuth("my-portal", token), api_url="https://api.stringeex.com")
    contacts = await client.request("GET", "/v1/contact", host="api")
    ```

    Source: developer.stringee.com, api-stringeex-authentication: `POST /v1/account` with `email` and `password` responds
    with an `auth_token` for each portal, which is sent in the header of the server token.

    Args:
        key_sid: A name for the portal, which tells this client from others in logs and reprs.
        key_secret: The `auth_token`. How long it lives is not documented; `rotate` takes the one of another login.
        clock: Where time comes from.

    Raises:
        ConfigError: One of them is empty or not text.
    """

    def _pair(self, key_sid: str, secret: Secret) -> KeyPair:
        return key_pair("key_sid", key_sid, "key_secret", secret)

    async def _sign(self, send: Send) -> Token:  # noqa: ARG002 - the vendor has signed it
        return Token(value=self._key.secret, lifetime=LIFETIME)

    def sign(self, claims: dict[str, Any], lifetime: int) -> str:
        """Raise: the login at StringeeX is no key that signs tokens."""
        del claims, lifetime
        raise ConfigError("a login at StringeeX cannot sign tokens; use the API key of the project")


@cache
def _signer() -> PyJWS:
    """Return what signs, made for the first token: only then is PyJWT loaded."""
    from jwt import PyJWS
    from jwt.algorithms import HMACAlgorithm

    class Hmac(HMACAlgorithm):
        """HMAC that does not warn of a short key at each signing; `_pair` has said so once."""

        def check_key_length(self, key: bytes) -> str | None:  # noqa: ARG002 - PyJWT's signature
            return None

    signer = PyJWS(algorithms=[])
    signer.register_algorithm("HS256", Hmac(HMACAlgorithm.SHA256))
    return signer
