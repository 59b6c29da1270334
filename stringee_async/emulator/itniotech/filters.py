"""The filters of ITNIO TECH's lists; one that is missing in ``params``, null or empty checks nothing."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from ..state import Row
from ..texts import NAME_LONGEST
from .fields import integer, integers, text, texts

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
