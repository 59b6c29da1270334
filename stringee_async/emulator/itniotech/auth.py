"""Verifies ITNIO TECH's signed headers: ``Sign``, ``Timestamp`` and ``Api-Key``.

The sign is the MD5 of key, secret and timestamp, one after the other; neither method, path,
query nor body is in it, so the headers of one request are valid for any other until they expire.
Facts: the account page of the vendor's documentation (signing and its check vector).
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["good", "bad", "expired"]
"""The result for one request; ``bad`` covers absent headers, an unknown key and a wrong sign."""

_SECONDS = re.compile(r"[0-9]{10}", re.ASCII)


def judge(headers: Mapping[str, str], secret: str | None, now: float, tolerance: float) -> Verdict:
    """Verify the headers of one request; ``secret`` is that of its ``Api-Key``, None if there is no such key.

    The sign is checked first: a right sign over a time in milliseconds is ``expired``, a wrong sign is always ``bad``.
    """
    timestamp = headers.get("Timestamp", "")
    if secret is None or "Sign" not in headers:
        return "bad"
    text = f"{headers.get('Api-Key', '')}{secret}{timestamp}".encode("utf-8", "replace")
    expected = hashlib.md5(text, usedforsecurity=False).hexdigest().encode()
    if not hmac.compare_digest(expected, headers["Sign"].lower().encode("utf-8", "replace")):
        return "bad"
    if not _SECONDS.fullmatch(timestamp) or abs(int(timestamp) - now) > tolerance:
        return "expired"
    return "good"
