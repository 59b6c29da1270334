"""Cutting lists into pages, for all emulated vendors: the size of a page, its rows, and what lies beyond the last."""

import math
from collections.abc import Sequence

import attrs

from .dialect import Call, with_page_fault
from .settings import Settings
from .state import Row


@attrs.frozen
class Page:
    """One page of a list: its rows, its number as the response gives it, and how many pages and rows there are."""

    rows: Sequence[Row]
    number: int
    size: int
    pages: int
    total: int


def allowed_size(asked: int, settings: Settings) -> int | None:
    """Find the size of a page that a client gets; None if its request for so many rows is refused."""
    if asked <= settings.page_size_max or settings.over_limit == "honour":
        return asked
    return None if settings.over_limit == "refuse" else settings.page_size_max


def cut_page(call: Call, rows: Sequence[Row], number: int, size: int, settings: Settings) -> Page | None:
    """Cut one page out of a list, as the settings and the call's page fault want it; None where that is an error."""
    rows, size = with_page_fault(call, rows, size)
    total, pages = len(rows), math.ceil(len(rows) / size)
    if call.page_fault == "page_ignored":
        number = 1
    served = number - 1 if call.page_fault == "page_repeats" and number > 1 else number
    if served > max(pages, 1) and settings.beyond_end != "empty":
        if settings.beyond_end == "error":
            return None
        served = pages
    start, end = (served - 1) * size, served * size
    if settings.order == "oldest":
        shown = rows[start:end]
    else:
        shown = rows[max(total - end, 0) : max(total - start, 0)][::-1]
    return Page(shown, number, size, pages, total)
