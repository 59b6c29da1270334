"""What repeating a call would do at the vendor, and what a failed call did there."""

from __future__ import annotations

import enum
from typing import Literal

Outcome = Literal["not_sent", "refused", "unknown"]
"""What a failed call did at the vendor: nothing that could change anything left us, the vendor said no, or nobody knows.

A call that only reads is never `unknown`, and a call of several requests has the outcome of its writes.
"""


class RetryClass(enum.Enum):
    """What repeating an operation would do; set where the operation is defined."""

    READ = "read"
    """Changes nothing: may always be repeated."""
    IDEMPOTENT_WRITE = "idempotent_write"
    """The second time changes nothing more: may be repeated after a lost response."""
    CREATE = "create"
    """Twice is not once (a second object, a second call, somebody else's object deleted): never repeated once it
    may have been carried out."""
