"""What repeating a call would do at the vendor, and what a failed call did there."""

from __future__ import annotations

import enum
from typing import Literal

Outcome = Literal["not_sent", "refused", "unknown"]
"""What a failed call did at the vendor: no write was sent, the vendor rejected it, or the outcome is unknown.

A call that only reads is never `unknown`, and a call of several requests has the outcome of its writes.
"""


class RetryClass(enum.Enum):
    """What repeating an operation would do; set where the operation is defined."""

    READ = "read"
    """Changes nothing: may always be retried."""
    IDEMPOTENT_WRITE = "idempotent_write"
    """The second time changes nothing more: may be retried after a lost response."""
    CREATE = "create"
    """Not idempotent (a second object, a second call, another object deleted): never retried once it
    may have been carried out."""
