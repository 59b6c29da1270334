"""The error of a unit whose object the vendor does not show: nothing was sent for it."""

from __future__ import annotations

from ...core.errors import NotFoundError
from ..unit import Unit


def not_there(text: str, unit: Unit) -> NotFoundError:
    """Return the error that says what is missing for a unit."""
    return NotFoundError(text, operation=f"provision.{unit.action}", outcome="not_sent")
