"""Makes checks of rows from the ``params`` of an ITNIO TECH list.

Each function returns no check if its filter is missing, null or empty, so that a list without filters is served without
looking at every row.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ..state import Row
from ..texts import NAME_LONGEST
from .fields import integers, optional_integer, optional_text, texts

Check: TypeAlias = Callable[[Row], bool]
Params: TypeAlias = Mapping[str, Any]


def number_is(params: Params, name: str, column: str = "") -> list[Check]:
    """Rows with this whole number in a column.

    Args:
        params: the filters of the list.
        name: the filter.
        column: the column, if it has another name.
    """
    value = optional_integer(params, name)
    place = column or name
    return [] if value is None else [lambda row: row[place] == value]


def text_is(params: Params, name: str, *columns: str) -> list[Check]:
    """Rows with exactly this text in one of the columns."""
    value = optional_text(params, name, NAME_LONGEST)
    return [] if value is None else [lambda row: any(row[column] == value for column in columns)]


def text_has(params: Params, name: str, column: str = "") -> list[Check]:
    """Rows with this text anywhere in a column, in any case: the vendor's fuzzy search."""
    value = optional_text(params, name, NAME_LONGEST)
    place = column or name
    if value is None:
        return []
    part = value.casefold()
    return [lambda row: part in (row[place] or "").casefold()]


def number_among(params: Params, name: str, column: str = "") -> list[Check]:
    """Rows with one of these whole numbers in a column."""
    values = None if params.get(name) in (None, []) else integers(params, name)
    place = column or name
    return [] if values is None else [lambda row: row[place] in values]


def text_among(params: Params, name: str, column: str = "") -> list[Check]:
    """Rows with one of these texts in a column."""
    values = None if params.get(name) in (None, []) else texts(params, name)
    place = column or name
    return [] if values is None else [lambda row: row[place] in values]


def numbers_meet(params: Params, name: str, column: str = "") -> list[Check]:
    """Rows whose column lists at least one of these whole numbers."""
    values = None if params.get(name) in (None, []) else integers(params, name)
    place = column or name
    return [] if values is None else [lambda row: not set(values).isdisjoint(row[place])]


def texts_meet(params: Params, name: str, column: str = "") -> list[Check]:
    """Rows whose column lists at least one of these texts."""
    values = None if params.get(name) in (None, []) else texts(params, name)
    place = column or name
    return [] if values is None else [lambda row: not set(values).isdisjoint(row[place] or ())]


def matching(rows: list[Row], checks: list[Check]) -> list[Row]:
    """Return the rows that pass all checks; the list itself if there are no checks."""
    return [row for row in rows if all(check(row) for check in checks)] if checks else rows
