"""Cuts ITNIO TECH lists into pages: reads ``current``, ``size`` and ``params``, returns a block with ``records``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from ..pages import allowed_size, cut_page
from ..schema import lenient_integer
from ..state import Row
from .codes import PARAMETER, RefusedError
from .fields import integer
from .filters import Filter, passing
from .request_context import ItniotechContext


def page_number(body: Mapping[str, Any] | None) -> int:
    """The page that a body asks for; 1 if it is missing or unusable (serving it is then refused)."""
    number = None if body is None else lenient_integer(body.get("current"))
    return number if number is not None and number > 0 else 1


def read_params(context: ItniotechContext) -> dict[str, Any]:
    """Read the ``params`` of a list request; an empty object is fine."""
    params: object = context.fields.get("params")
    if not isinstance(params, dict):
        raise RefusedError(PARAMETER, "params")
    return cast("dict[str, Any]", params)


def list_page(
    context: ItniotechContext, noun: str, filters: Iterable[Filter], show: Callable[[Row], Row] = dict
) -> Row:
    """Make the ``data`` of one page of a resource's rows."""
    rows = passing(context.state.rows_where(noun), read_params(context), filters)
    return page_block(context, rows, show)


def page_block(context: ItniotechContext, rows: Sequence[Row], show: Callable[[Row], Row] = dict) -> Row:
    """Make the ``data`` of one page out of all rows, oldest first; ``show`` makes a row as the list shows it."""
    settings = context.vendor_settings
    number, size = integer(context.fields, "current", 1), _size(context)
    page = cut_page(context.call, rows, number, size, context.settings)
    if page is None:
        raise RefusedError(PARAMETER, "current")
    records = [show(row) for row in page.rows]
    block: Row = {"total": page.total, "size": page.size, "current": page.number, "pages": page.pages}
    if settings.search_count:
        block["searchCount"] = True
    return {**block, "records": None if not records and settings.empty_records == "null" else records}


def _size(context: ItniotechContext) -> int:
    """How many rows a page holds."""
    asked = integer(context.fields, "size", 1)
    if context.vendor_settings.page_size is not None:
        return context.vendor_settings.page_size
    size = allowed_size(asked, context.settings)
    if size is None:
        raise RefusedError(PARAMETER, "size")
    return size
