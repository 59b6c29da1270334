"""Tells observers what becomes of a listing: rows that were set aside, and that it changed while it was read."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs

from .drift import Drift
from .errors import DecodeError
from .events import ListingDrifted, RowSetAside
from .observers import Observers
from .page import Page

_INDEX: Final = re.compile(r"\[(\d+)\]")


@attrs.frozen
class ListingWatch:
    """Tells the observers of one listing."""

    observers: Observers
    vendor: str
    operation: str

    def set_aside(self, page: Page[Any], before: int | None) -> None:
        """Tell of the malformed rows of a page; `before` are the rows in front of it, where that is known."""
        first = (page.number - 1) * page.page_size if before is None else before
        for number, row in enumerate(page.malformed):
            found = _INDEX.search(row.path)
            self.observers.tell(
                RowSetAside(
                    vendor=self.vendor,
                    operation=self.operation,
                    call_id=None,
                    index=first + (number if found is None else int(found[1])),
                    error=DecodeError(f"a row does not fit: {row.path}: {row.reason}", paths=(row.path,)),
                )
            )

    def drifted(self, drift: Drift) -> None:
        """Tell that the listing changed while it was read."""
        self.observers.tell(
            ListingDrifted(vendor=self.vendor, operation=self.operation, call_id=None, what=drift)
        )
