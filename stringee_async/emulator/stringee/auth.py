"""Verifies Stringee's server tokens: JWTs that the client signs itself.

Facts: reference page "icc-rest-api-authentication".
"""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any, Literal, TypeAlias, cast

import attrs

Verdict: TypeAlias = Literal["good", "bad", "no_cty", "no_rest_api"]
"""The result for one token; ``bad`` covers absent, unreadable, unknown key, wrong signature, expired."""


@attrs.frozen
class Key:
    """An API key: its secret, whose bytes sign and are never decoded, and the number of its project."""

    secret: str = attrs.field(repr=False)
    project: int


class Keyring:
    """The accepted keys, and the tokens that were seen."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}
        self._refused: set[str] = set()
        self.seen: set[str] = set()
        """The ``jti`` of every token with a good signature that was seen."""

    def add(self, sid: str, secret: str, project: int) -> None:
        """Accept a key from now on."""
        self._keys[sid] = Key(secret, project)

    def revoke(self, sid: str) -> None:
        """Reject a key from now on; KeyError if there is none."""
        del self._keys[sid]

    def refuse_seen(self) -> None:
        """Reject every token that was seen so far."""
        self._refused |= self.seen

    def judge(self, token: str, now: float, max_lifetime: float | None) -> tuple[Verdict, int]:
        """Verify a token; return the verdict and the number of the project (-1 unless good)."""
        parts = token.split(".")
        if len(parts) != 3:
            return "bad", -1
        header, claims = _decoded(parts[0]), _decoded(parts[1])
        if header is None or claims is None or header.get("alg") != "HS256" or header.get("typ") != "JWT":
            return "bad", -1
        key = self._keys.get(str(claims.get("iss")))
        if key is None or not _signed(parts, key.secret):
            return "bad", -1
        if header.get("cty") != "stringee-api;v=1":
            return "no_cty", -1
        return self._judge_claims(claims, key, now, max_lifetime)

    def _judge_claims(
        self, claims: dict[str, Any], key: Key, now: float, max_lifetime: float | None
    ) -> tuple[Verdict, int]:
        """Verify the claims of a token whose signature is valid."""
        jti, expiry, server = claims.get("jti"), claims.get("exp"), claims.get("rest_api")
        if not isinstance(jti, str) or not jti or type(expiry) is not int:
            return "bad", -1
        self.seen.add(jti)
        too_long = max_lifetime is not None and expiry - now > max_lifetime
        if expiry <= now or too_long or jti in self._refused:
            return "bad", -1
        if server is not True and not (type(server) is int and server == 1):
            return "no_rest_api", -1
        return "good", key.project


def _decoded(part: str) -> dict[str, Any] | None:
    """Decode one part of a token into a JSON object; None if it is none."""
    try:
        data: object = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", data) if isinstance(data, dict) else None


def _signed(parts: list[str], secret: str) -> bool:
    """Whether the third part is the signature of the first two."""
    text = f"{parts[0]}.{parts[1]}".encode("utf-8", "replace")
    digest = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(expected, parts[2].encode("utf-8", "replace"))
