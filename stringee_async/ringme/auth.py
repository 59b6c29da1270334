"""RingMe's credentials: a bearer token that the token endpoint gives for an application's id and secret.

Keeping the token fresh, and what a failure here means for the caller's own request, is the core's. Source: the vendor's
pages on applications and token requests; the endpoint stands on the host's root, not below `/api/ver1.0`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from ..core.addresses import base_url
from ..core.auth import KeyPair, Send, Token, key_pair
from ..core.clock import Clock
from ..core.deprecated import Renamed
from ..core.errors import ApiError, AuthError, ConfigError, DecodeError, InvalidRequestError, SdkError
from ..core.http_headers import seconds_meant, server_time
from ..core.messages import Request, Response
from ..core.oauth2 import ClientCredentials
from ..core.operation import Operation
from ..core.options import clock_of
from ..core.response import fields_of, http_failure, is_framework_page, says_nothing
from ..core.retry_class import RetryClass
from ..core.secrets import Secret
from ..core.validation import boolean
from .refusals import is_bare_phrase, is_ringmes, wait_of

TOKEN: Final = Operation("oauth.token", "POST", "/oauth/token", RetryClass.IDEMPOTENT_WRITE)
LIFETIME: Final = 3600.0
"""Seconds for which a token is kept where the response names no lifetime; a refusal ends it earlier."""

_API_PATH: Final = "/api/ver1.0"
_FORM: Final = "application/x-www-form-urlencoded"
_TOKEN_TEXT: Final = re.compile(r"[\x21-\x7e]+")
_OAUTH_ERROR: Final = re.compile(
    r"invalid_(request|client|grant|scope)|unauthorized_client|unsupported_grant_type"
)
_HINT: Final = (
    "check that client_id and client_secret are the Application_ID and Application_Secret of a trusted application, "
    "that the secret was not replaced, and that url is the host where the application is registered"
)


class RingMeAuth:
    """Fetches and keeps the token of one application of type "trusted".

    Hand the same object to several clients (`RingMeClient.from_auth`) and they share one token.

    Args:
        client_id: Application_ID.
        client_secret: Application_Secret.
        url: The host's root, such as `https://<hostname>`; each operator has its own.
        clock: Where time comes from.
        allow_http: Take an `http://` address of a private network or of a host with a single label.

    Raises:
        ConfigError: One of them is empty, not text, or no such URL.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        url: str,
        clock: Clock | None = None,
        allow_http: bool = False,
    ) -> None:
        secret = Secret(client_secret)
        del client_secret  # an error from here on may be printed with the locals of its frames
        self._url = host_root("url", url, boolean("allow_http", allow_http))
        self._application = key_pair("client_id", client_id, "client_secret", secret)
        self._bearer = ClientCredentials(self._request_token, clock_of(clock))

    @property
    def client_id(self) -> str:
        """The Application_ID in use."""
        return self._application.id

    @property
    def url(self) -> str:
        """The root of the host that gives the tokens."""
        return self._url

    @property
    def issued(self) -> int:
        """How many tokens were fetched so far."""
        return self._bearer.issued

    made = Renamed("issued")
    refused = Renamed("rejected")

    def __repr__(self) -> str:
        # Tracebacks may show the object that a rejected secret left half made.
        if not hasattr(self, "_application"):
            return "<RingMeAuth, not set up>"
        return f"RingMeAuth({self.client_id!r}, url={self._url!r})"

    def rotate(self, client_id: str, client_secret: str) -> None:
        """Replace the application's id and secret: the next request gets a token of the new ones.

        Requests under way go on unchanged; a token that is being fetched with the old secret is not used.

        Args:
            client_id: The new Application_ID.
            client_secret: The new Application_Secret.

        Raises:
            ConfigError: One of them is empty or not text; the old ones stay in use.
        """
        secret = Secret(client_secret)
        del client_secret  # as in the constructor
        self._application = key_pair("client_id", client_id, "client_secret", secret)
        self._bearer.forget()

    def ready(self) -> bool:
        """Return whether there is a fresh token."""
        return self._bearer.ready()

    async def prepare(self, send: Send) -> None:
        """Fetch a token if there is none, or if the current one is about to end.

        Args:
            send: Sends the request for a token.

        Raises:
            AuthError: The endpoint rejected id and secret; the caller's own request was not sent.
            RateLimitedError: The endpoint asks for a pause; likewise.
            NotSentError: The endpoint could not be reached, failed, or responded with no token; likewise.
        """
        await self._bearer.prepare(send)

    def authorize(self, request: Request) -> Request:
        """Return a copy of `request` with the `Authorization` header."""
        return self._bearer.authorize(request)

    def rejected(self, request: Request, response: Response) -> bool:
        """Drop the token that `request` carried; return whether another may help."""
        return self._bearer.rejected(request, response)

    async def _request_token(self, send: Send) -> Token:
        while True:
            asked = self._application
            try:
                token = await self._ask(send, asked)
            except ApiError:
                if asked is self._application:
                    raise
                continue  # the secret was replaced meanwhile, so this failure does not matter
            if asked is self._application:
                return token

    async def _ask(self, send: Send, application: KeyPair) -> Token:
        # The form and the response hold credentials, so neither may be a local of a frame that can raise.
        response = await send(
            TOKEN.request(
                self._url,
                body=urlencode(
                    {
                        "grant_type": "client_credentials",
                        "client_id": application.id,
                        "client_secret": application.secret.reveal(),
                    }
                ).encode(),
                content_type=_FORM,
            )
        )
        if not 200 <= response.status < 300:
            raise _refusal(response)
        token = _token(response)
        if token is None:
            raise DecodeError("the token endpoint's response holds no token", status=response.status)
        return token


def host_root(name: str, value: object, allow_http: bool = False) -> str:
    """Return `value` without a slash at its end if it is the root of a host.

    Raises:
        ConfigError: It is not, naming the argument.
    """
    text = base_url(name, value, allow_http)
    if text.endswith(_API_PATH):
        raise ConfigError(f"{name} must be the root of the host, without {_API_PATH}; that is added here")
    return text


def _token(response: Response) -> Token | None:
    fields = fields_of(response)
    text = fields.get("access_token")
    if not isinstance(text, str) or not _TOKEN_TEXT.fullmatch(text):
        return None
    return Token(value=Secret(text), lifetime=_lifetime(fields.get("expires_in"), response.headers))


def _lifetime(given: object, headers: Mapping[str, str]) -> float:
    """Return the seconds of a token's life; hosts send numbers, text, the moment of its end, nonsense or nothing."""
    if isinstance(given, (int, float, str)) and not isinstance(given, bool):
        try:
            seconds = seconds_meant(float(given), server_time(headers))
        except (ValueError, OverflowError):
            return LIFETIME
        if seconds is not None and seconds > 0:
            return seconds
    return LIFETIME


def _refusal(response: Response) -> SdkError:
    """Return the error for a refusal by the token endpoint; it holds nothing of the endpoint's own text."""
    status, fields = response.status, fields_of(response)
    error = fields.get("error")
    code = error if isinstance(error, str) and _OAUTH_ERROR.fullmatch(error) else None
    text = "the token endpoint asks for a pause" if status == 429 else ""
    failure = http_failure(status, text=text, code=code, wait=wait_of(response))
    if failure is not None:
        failure.add(status=status)
        return failure
    if says_nothing(response):
        known = status in {400, 401}
    else:
        known = isinstance(error, (str, int)) and not (
            is_framework_page(fields) or is_bare_phrase(status, error)
        )
    if not known and not is_ringmes(response, fields):
        return DecodeError(
            f"the token endpoint is not at {TOKEN.path} of this host, or a proxy or firewall refused; is url the "
            "root of the API server?",
            status=status,
            foreign=True,
        )
    if status in {400, 401, 403}:
        return AuthError(
            "the token endpoint refused the application", status=status, code=code, next_step=_HINT
        )
    return InvalidRequestError(
        f"the token endpoint is not at {TOKEN.path} of this host",
        next_step="check that url is the root of the API server",
        status=status,
        code=code,
    )
