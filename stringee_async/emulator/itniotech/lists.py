"""ITNIO TECH's lists: which rows pass the filters in ``params``, and how ``current`` and ``size`` cut them into pages.

A filter that is missing in ``params``, null or empty checks nothing.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from ..pages import allowed_size, cut_page
from ..schema import lenient_integer
from ..state import Row
from ..texts import NAME_LONGEST
from .codes import PARAMETER, RefusedError
from .fields import integer, integers, text, texts
from .request_context import ItniotechContext

Check: TypeAlias = Callable[[Row], bool]
Params: TypeAlias = Mapping[str, Any]
Filter: TypeAlias = Callable[[Params], list[Check]]
"""Makes the checks that the ``params`` of a call ask for."""


def _filter(
    read: Callable[[Params, str], Any], passes: Callable[[Any, Any], bool], *, many: bool = False
) -> Callable[..., Filter]:
    """Make a kind of filter, which is declared by its name in ``params``, and its columns if they have other names.

    A row passes if one of these columns ``passes``; with ``many`` the filter's value is a list.
    """

    def declare(name: str, *columns: str) -> Filter:
        def checks(params: Params) -> list[Check]:
            if params.get(name) in (None, [] if many else ""):
                return []
            value = read(params, name)
            return [lambda row: any(passes(row[column], value) for column in columns or (name,))]

        return checks

    return declare


def _text(params: Params, name: str) -> str:
    return text(params, name, most=NAME_LONGEST)


def _meets(held: list[Any] | None, wanted: list[Any]) -> bool:
    return not set(wanted).isdisjoint(held or ())


number_is = _filter(integer, operator.eq)
"""Rows with this whole number in a column."""
text_is = _filter(_text, operator.eq)
"""Rows with exactly this text in a column."""
text_has = _filter(_text, lambda held, part: part.casefold() in (held or "").casefold())
"""Rows with this text anywhere in a column, in any case: the vendor's fuzzy search."""
number_among = _filter(integers, lambda held, wanted: held in wanted, many=True)
"""Rows with one of these whole numbers in a column."""
text_among = _filter(texts, lambda held, wanted: held in wanted, many=True)
"""Rows with one of these texts in a column."""
numbers_meet = _filter(integers, _meets, many=True)
"""Rows whose column lists at least one of these whole numbers."""
texts_meet = _filter(texts, _meets, many=True)
"""Rows whose column lists at least one of these texts."""


def passing(rows: list[Row], params: Params, filters: Iterable[Filter], *checks: Check) -> list[Row]:
    """Return the rows that pass filters and checks; the list itself if nothing is to be checked."""
    wanted = [*checks, *(check for one in filters for check in one(params))]
    return [row for row in rows if all(check(row) for check in wanted)] if wanted else rows


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
