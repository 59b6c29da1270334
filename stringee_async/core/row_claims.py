"""Rows of one run of `ensure_many` that have the same natural key.

The first row of a key claims it. A later row that wants the same has the first one's result, and sends nothing; if the
first one failed, the later one is carried out by itself, as it would be in another run. A later row that wants something
else fails, whatever became of the first.

Of each row two numbers are kept, however long its values are: a hash of its key, and its index with a hash of what it
wants. Results are kept of rows that wrote something; for the others the listing gives the same result again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from contextvars import ContextVar
from typing import Any, Final, Generic, TypeVar, cast

import attrs

from .errors import ConfigError
from .redaction import shortened

Result = TypeVar("Result")

_BITS: Final = 64
_MASK: Final = (1 << _BITS) - 1


class RowClaims(Generic[Result]):
    """The keys that the rows of one run claimed, and the results of the rows that wrote."""

    def __init__(self) -> None:
        self._rows: dict[int, int] = {}
        self._results: dict[int, Result] = {}

    def claim(self, index: int, key: tuple[Any, ...], wanted: object) -> None:
        """Claim a key for a row; raise `ConfigError` if an earlier row has it and wants something else."""
        wants = hash(_frozen(wanted)) & _MASK
        claimed = self._rows.setdefault(hash(key), index << _BITS | wants)
        first = claimed >> _BITS
        if claimed & _MASK != wants and first != index:
            name = "/".join(shortened(str(part)) for part in key[1:])
            raise ConfigError(
                f"the row at index {index} has the natural key of the row at index {first} ({name}) and other values; "
                "give each key once"
            )

    def result(self, key: Hashable) -> Result | None:
        """Return the result of the row that wrote; None if none did."""
        return self._results.get(hash(key))

    def settle(self, key: Hashable, result: Result) -> None:
        """Keep the result of a row that wrote."""
        self._results[hash(key)] = result


@attrs.frozen
class CurrentRow:
    """The row of a run that the current task works on."""

    claims: RowClaims[Any]
    index: int


current_row: Final[ContextVar[CurrentRow | None]] = ContextVar("stringee_async_row", default=None)


_MINUS_ONE: Final = object()
"""In the place of -1, which has the hash of -2."""


def _frozen(value: object) -> Hashable:
    """Return what has the same hash as all equal values."""
    if isinstance(value, Mapping):
        items = cast("Mapping[Hashable, object]", value).items()
        return frozenset((name, _frozen(each)) for name, each in items)
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, cast("Iterable[object]", value)))
    if isinstance(value, int | float) and value == -1:
        return _MINUS_ONE
    return value if isinstance(value, Hashable) else repr(value)
