"""The hourly quota, which the vendor's headers state with each response.

`X-RateLimit-Limit` counts requests per hour, for all applications of one client together. Source: the vendor's page on
limits; not every host sends the headers.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ..core.http_headers import wait_in
from ..core.messages import Response


@attrs.frozen(kw_only=True)
class Quota:
    """What is left of the hourly quota, as of the response that stated it.

    Args:
        limit: Requests per hour, or None where the response did not say.
        remaining: Requests left, likewise.
        reset_after: Seconds from that response until the next hour begins, likewise.
    """

    limit: int | None
    remaining: int | None
    reset_after: float | None


class QuotaMeter:
    """Keeps the latest quota; shared by a client and its views."""

    __slots__ = ("latest",)

    def __init__(self) -> None:
        self.latest: Quota | None = None

    def learn(self, response: Response) -> None:
        """Take note of the headers of one response; a response without them changes nothing."""
        headers = response.headers
        limit = _count(headers.get("X-RateLimit-Limit"))
        remaining = _count(headers.get("X-RateLimit-Remaining"))
        reset_after = seconds_to_reset(headers)
        if limit is not None or remaining is not None or reset_after is not None:
            self.latest = Quota(limit=limit, remaining=remaining, reset_after=reset_after)


def seconds_to_reset(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `X-RateLimit-Reset` names; None where it is missing or garbage.

    A host that sends the moment itself, as seconds since 1970 or as an HTTP date, is understood too.
    """
    return wait_in(headers, "X-RateLimit-Reset")


def _count(text: str | None) -> int | None:
    text = "" if text is None else text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
