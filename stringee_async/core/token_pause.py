"""The pause that a token endpoint has asked for.

One job: as long as it lasts, no call asks that endpoint again; each call that needs a token fails with the seconds that
are left, and waits or gives up like for every other pause. Calls that have a token are not held back.
"""

from __future__ import annotations

import copy
import math
from typing import Final

from .errors import SdkError

_LONGEST: Final = 3600.0
"""Seconds; after a longer pause than this, one call asks again."""


class TokenPause:
    """What the endpoint asked for last."""

    __slots__ = ("_asked_until", "_refusal", "_until")

    def __init__(self) -> None:
        self._refusal: SdkError | None = None
        self._until = self._asked_until = -math.inf

    def note(self, refusal: SdkError, now: float) -> None:
        """Note that the endpoint refused; a refusal that names no seconds to wait changes nothing.

        Args:
            refusal: What it said; a copy is kept, without the frames that it passed through.
            now: The monotonic time in seconds.
        """
        asked = refusal.retry_after
        if asked:
            self._refusal = copy.copy(refusal)
            self._asked_until = now + asked
            self._until = now + min(asked, _LONGEST)

    def check(self, now: float) -> None:
        """Raise what the endpoint said, with the seconds that are left, while its pause lasts.

        Args:
            now: The monotonic time in seconds.
        """
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
