"""What the states of all emulated vendors share: tables made from declared resources, and rows that appear late."""

import time
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from .schema import Resource
from .state import Id, Row, Rows, check_values

Key = TypeVar("Key", bound=Hashable)
TableT = TypeVar("TableT", bound=Rows[Any])


class Hidden(Generic[Key]):
    """The keys of rows that become visible later, each with its time."""

    def __init__(self) -> None:
        self._until: dict[Key, float] = {}

    def hide(self, key: Key, until: float) -> None:
        """Hide a row from lists and look-ups until that monotonic time."""
        self._until[key] = until

    def show(self, key: Key) -> None:
        """Let a row be seen from now on."""
        self._until.pop(key, None)

    def seconds_left(self, key: Key) -> float:
        """For how long a row stays hidden; 0 for one that is not."""
        return max(0.0, self._until.get(key, 0.0) - time.monotonic())

    @property
    def waiting(self) -> tuple[Key, ...]:
        """The keys of the hidden rows, in the order of their creation."""
        return tuple(self._until) if self else ()

    def __bool__(self) -> bool:
        """Whether any row is hidden; rows whose time has come are dropped first."""
        if self._until:
            now = time.monotonic()
            self._until = {key: until for key, until in self._until.items() if until > now}
        return bool(self._until)

    def __contains__(self, key: object) -> bool:
        return bool(self) and key in self._until


class Store(Generic[Id, TableT]):
    """The tables of one account, by resource."""

    def __init__(self, resources: Iterable[Resource], table: type[TableT]) -> None:
        self.resources = {resource.noun: resource for resource in resources}
        self.tables = {noun: table(*resource.all_indexes()) for noun, resource in self.resources.items()}
        """The tables by resource."""
        self.hidden: Hidden[tuple[str, Id]] = Hidden()
        """The rows that are stored and cannot be seen yet, by resource and id."""

    def head(self, noun: str, key: Id) -> Row:
        """The columns of a row that no body sets and no default fills: its id, where the wire shows it."""
        id_column = self.resources[noun].id_column
        return {id_column: key} if id_column else {}

    def add_row(self, noun: str, key: Id, head: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Add a row: ``head``, ``values``, and defaults for the rest; uniqueness and references are not checked.

        Raises:
            ValueError: the resource has no such column, or JSON has no such value.
        """
        defaults = self.resources[noun].defaults
        if unknown := values.keys() - defaults.keys():
            raise ValueError(f"{noun} have no column {', '.join(sorted(unknown))}")
        check_values(noun, {**head, **values})
        self.tables[noun][key] = {**head, **defaults, **values}

    def row(self, noun: str, key: Id) -> Mapping[str, Any] | None:
        """Look up a row by id; None if there is none, or it cannot be seen yet."""
        return None if (noun, key) in self.hidden else self.tables[noun].get(key)

    def keys_where(self, noun: str, **columns: Any) -> list[Id]:
        """List the ids of the rows that can be seen and have these values, oldest first."""
        table = self.tables[noun]
        keys = table.where(**columns) if columns else list(table)
        return [key for key in keys if (noun, key) not in self.hidden] if self.hidden else keys

    def rows_where(self, noun: str, **columns: Any) -> list[Row]:
        """List these rows themselves; the caller may not change them."""
        if not columns and not self.hidden:
            return self.tables[noun].rows()  # from a list that is kept
        return self.tables[noun].rows(self.keys_where(noun, **columns))
