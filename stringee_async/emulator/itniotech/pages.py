"""Cutting ITNIO TECH lists into pages: ``current``, ``size`` and ``params`` in, a block with ``records`` out."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from ..dialect import Call, with_page_fault
from ..settings import Settings
from ..state import Row
from .codes import PARAMETER, RefusedError
from .fields import integer, whole
from .settings import ItniotechSettings


def page_number(body: Mapping[str, Any] | None) -> int:
    """The page that a body asks for; 1 if it says nothing usable (serving it will refuse that)."""
    number = None if body is None else whole(body.get("current"))
    return number if number is not None and number > 0 else 1


def read_params(body: Mapping[str, Any]) -> dict[str, Any]:
    """The ``params`` of a list request.

    Raises:
        RefusedError: they are missing or no object; an empty object is fine.
    """
    params: object = body.get("params")
    if not isinstance(params, dict):
        raise RefusedError(PARAMETER, "params")
    return cast("dict[str, Any]", params)


def page_block(
    call: Call,
    body: Mapping[str, Any],
    rows: Sequence[Row],
    show: Callable[[Row], Row],
    general: Settings,
    vendor_settings: ItniotechSettings,
) -> Row:
    """Make the ``data`` of one page.

    Args:
        call: the call, with its page fault.
        body: its body.
        rows: all rows of the list, oldest first.
        show: makes a row as the list shows it.
        general: the emulator's settings.
        vendor_settings: the vendor's settings.

    Raises:
        RefusedError: ``current`` or ``size`` are missing or too small, the size is refused, or the page is beyond
            the end and the settings make that an error.
    """
    asked = integer(body, "current", 1)
    size = _size(body, general, vendor_settings)
    rows, size = with_page_fault(call, rows, size)
    pages = math.ceil(len(rows) / size)
    number = 1 if call.page_fault == "page_ignored" else asked
    served = number - 1 if call.page_fault == "page_repeats" and number > 1 else number
    if served > max(pages, 1) and general.beyond_end != "empty":
        if general.beyond_end == "error":
            raise RefusedError(PARAMETER, "current")
        served = pages
    start, end = (served - 1) * size, served * size
    if general.order == "oldest":
        chosen = rows[start:end]
    else:
        chosen = rows[max(len(rows) - end, 0) : max(len(rows) - start, 0)][::-1]
    records = [show(row) for row in chosen]
    block: Row = {"total": len(rows), "size": size, "current": number, "pages": pages}
    if vendor_settings.search_count:
        block["searchCount"] = True
    return {**block, "records": None if not records and vendor_settings.empty_records == "null" else records}


def _size(body: Mapping[str, Any], general: Settings, vendor_settings: ItniotechSettings) -> int:
    """How many rows a page holds."""
    asked = integer(body, "size", 1)
    if vendor_settings.page_size is not None:
        return vendor_settings.page_size
    if asked <= general.page_size_max or general.over_limit == "honour":
        return asked
    if general.over_limit == "refuse":
        raise RefusedError(PARAMETER, "size")
    return general.page_size_max
