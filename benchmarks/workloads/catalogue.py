"""Every row, in the order in which they are measured and shown."""

from __future__ import annotations

from typing import Final

from . import bulk, creates, crowd, decoding, growth, lists, parts, plans, quotas, rows, start
from .row import Row

ROWS: Final[dict[str, Row]] = {
    row.name: row
    for group in (creates, lists, bulk, rows, crowd, decoding, parts, start, growth, plans, quotas)
    for row in group.ROWS
}
