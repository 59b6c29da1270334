"""Issues and verifies RingMe's bearer tokens.

Facts: reference, sections 3.2 and 3.3. Only trusted applications exist here, so ``client_credentials`` is the
only supported grant; the others are rejected with the error words of OAuth 2.0 (RFC 6749, section 5.2).
"""

import hmac
import math
import random
import string
from collections.abc import Mapping
from urllib.parse import parse_qsl

from ..dialect import Response, json_response
from .settings import RingMeSettings

_SIGNS = string.ascii_letters + string.digits
_FORM = "application/x-www-form-urlencoded"
_OTHER_GRANTS = ("authorization_code", "password")


class Tokens:
    """The registered applications and the issued tokens."""

    def __init__(self, settings: RingMeSettings, seed: str) -> None:
        self._settings = settings
        self._source = random.Random(f"{seed}:tokens")  # noqa: S311
        self._applications: dict[str, tuple[str, int]] = {}
        self._tokens: dict[str, tuple[int, float]] = {}

    def register(self, client_id: str, secret: str, account: int) -> None:
        """Accept an application of an account from now on."""
        self._applications[client_id] = (secret, account)

    def refuse_grant(self, headers: Mapping[str, str], body: bytes) -> Response | None:
        """Check a token request; return the rejection, or None if it is valid."""
        if headers.get("Content-Type", "").partition(";")[0].strip().lower() != _FORM:
            return _error(400, "invalid_request", f"Content-Type must be {_FORM}")
        form = _form(body)
        known = self._applications.get(form.get("client_id", ""))
        secret = form.get("client_secret", "").encode()
        if known is None or not hmac.compare_digest(known[0].encode(), secret):
            return self.refuse_credentials()
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            return None
        if grant == "refresh_token":
            return _error(401, "invalid_grant", "The refresh token is no longer good")
        if grant in _OTHER_GRANTS:
            return _error(400, "unauthorized_client", "The application is trusted; use client_credentials")
        word = "unsupported_grant_type" if grant else "invalid_request"
        return _error(400, word, "grant_type must be client_credentials")

    def refuse_credentials(self) -> Response:
        """Make the response to a wrong client id or secret."""
        return _error(int(self._settings.bad_credentials), "invalid_client", "Client authentication failed")

    def grant(self, body: bytes, now: float) -> Response:
        """Issue a token for a valid request."""
        _, account = self._applications[_form(body)["client_id"]]
        token = "".join(self._source.choices(_SIGNS, k=30))
        lifetime = self._settings.token_lifetime
        self._tokens = {text: row for text, row in self._tokens.items() if row[1] > now}
        self._tokens[token] = (account, now + lifetime)
        response: dict[str, object] = {"access_token": token, "token_type": "Bearer", "scope": "all"}
        seconds = math.ceil(lifetime)
        if self._settings.expires_in != "missing":
            response["expires_in"] = seconds if self._settings.expires_in == "number" else f"{seconds}"
        return json_response(response)

    def judge(self, headers: Mapping[str, str], now: float) -> int | None:
        """Find the account of a call's token; None if the token is missing or invalid."""
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        account, until = self._tokens.get(token, (None, 0.0))
        return account if scheme.lower() == "bearer" and now < until else None

    def forget(self) -> None:
        """Reject every token that was issued so far."""
        self._tokens.clear()


def application(seed: str) -> tuple[str, str]:
    """Make the id and secret of an application, 32 characters each."""
    source = random.Random(seed)  # noqa: S311
    return "".join(source.choices("0123456789abcdef", k=32)), "".join(source.choices(_SIGNS, k=32))


def _form(body: bytes) -> dict[str, str]:
    """Read a form-urlencoded body; the last one of a name wins."""
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _error(status: int, word: str, text: str) -> Response:
    """A refusal in the form of OAuth 2.0."""
    return json_response({"error": word, "error_description": text}, status)
