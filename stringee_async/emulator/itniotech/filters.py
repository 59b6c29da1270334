"""Makes checks of rows from the ``params`` of an ITNIO TECH list; a filter that is missing, null or empty makes none."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ..state import Row
from ..texts import NAME_LONGEST
from .fields import integer, integers, text, texts

Check: TypeAlias = Callable[[Row], bool]
Params: TypeAlias = Mapping[str, Any]


def _filter(
    read: Callable[[Params, str], Any], passes: Callable[[Any, Any], bool], *, many: bool = False
) -> Callable[..., list[Check]]:
    """Make a function of ``params``, the name of a filter, and its columns if they have other names.

    A row passes if one of these columns ``passes``; with ``many`` the filter's value is a list.
    """

    def checks(params: Params, name: str, *columns: str) -> list[Check]:
        if params.get(name) in (None, [] if many else ""):
            return []
        value = read(params, name)
        return [lambda row: any(passes(row[column], value) for column in columns or (name,))]

    return checks


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


def matching(rows: list[Row], checks: list[Check]) -> list[Row]:
    """Return the rows that pass all checks; the list itself if there are no checks."""
    return [row for row in rows if all(check(row) for check in checks)] if checks else rows
