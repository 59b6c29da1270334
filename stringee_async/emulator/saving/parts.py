"""The parts of an object that are saved: under which name, where they are, and in which form."""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import attrs

from ..store import Store
from .forms import (
    MOMENT,
    OBJECT,
    Files,
    Form,
    Place,
    StateError,
    in_place,
    is_a,
    mapping,
    merge,
    sequence,
    step,
)

Parts: TypeAlias = Mapping[str, "Part"]
"""Parts by the name that they have in the file."""


@attrs.frozen
class Part:
    """One part.

    Args:
        path: where it is, for instance ``sms.messages``.
        form: its form.
        kept: whether a reset leaves it as it is: credentials, and addresses that were set up.
        merged: whether it is a dictionary whose other entries stay.
        table: whether its values are objects of ours that can be shown as the rows of a table.
    """

    path: str
    form: Form
    kept: bool = False
    merged: bool = False
    table: bool = False

    def get(self, owner: Any) -> Any:
        """Return its value."""
        return functools.reduce(step, self.path.split("."), owner)

    def put(self, owner: Any, value: Any) -> None:
        """Put a value into place."""
        if self.merged:
            merge(self.get(owner), value)
            return
        above, _, name = self.path.rpartition(".")
        in_place(functools.reduce(step, above.split("."), owner) if above else owner, name, value)


def write(owner: Any, parts: Parts, files: Files) -> dict[str, Any]:
    """Write all parts of an object."""
    return {name: part.form.write(part.get(owner), files) for name, part in parts.items()}


def read(data: Any, parts: Parts, place: Place, near: Callable[[str, "Parts"], str]) -> dict[str, Any]:
    """Read those parts that are given; StateError for a part that does not exist, or cannot be read.

    Args:
        data: what was written.
        parts: the parts that there are.
        place: where it stands.
        near: makes the second half of a message about an unknown name.
    """
    given = OBJECT.read(data, place)
    for name in given:
        if name not in parts:
            raise StateError(f"{place.path} has no part {name!r}; {near(name, parts)}")
    return {name: parts[name].form.read(value, place.below(name)) for name, value in given.items()}


def put(owner: Any, parts: Parts, values: Mapping[str, Any]) -> None:
    """Put values into place."""
    for name, value in values.items():
        parts[name].put(owner, value)


def _table(store: Store[Any, Any], noun: str, key: Any) -> Form:
    """Make the form of a table: rows by id, where columns that are left out have their defaults."""
    resource = store.resources[noun]

    indexed = sorted({column for columns in resource.all_indexes() for column in columns})

    def read_row(value: Any, place: Place) -> Any:
        given = OBJECT.read(value, place)
        row = {**store.head(noun, key(place.name)), **resource.defaults, **given}
        for column in indexed:
            if isinstance(row.get(column), dict | list):
                raise place.below(column).wrong("a single value", row[column])
        return row

    return mapping(Form(lambda row, _: dict(row), read_row), key)


def store_parts(
    path: str, store: Store[Any, Any], key: Any, names: Mapping[str, str] | None = None, *, hidden: str
) -> dict[str, Part]:
    """List the tables of a store, and which of their rows cannot be seen yet.

    Args:
        path: where the store is, empty for the object itself.
        store: the store.
        key: makes an id of its text.
        names: other names than those of the resources.
        hidden: the name of the last part.
    """
    before = f"{path}." if path else ""
    parts = {
        (names or {}).get(noun, noun): Part(f"{before}tables.{noun}", _table(store, noun, key))
        for noun in store.tables
    }
    return parts | {hidden: Part(f"{before}hidden._until", _hidden(store, key))}


def _hidden(store: Store[Any, Any], key: Any) -> Form:
    """Make the form of the rows that cannot be seen yet: resource, id, and from when on they can."""

    def write_all(value: Any, files: Files) -> Any:
        return [[noun, f"{one}", MOMENT.write(until, files)] for (noun, one), until in value.items()]

    def read_one(value: Any, place: Place) -> Any:
        if not (is_a(value, list) and len(value) == 3 and value[0] in store.tables):
            raise place.wrong("a table, an id and a time", value)
        return (value[0], key(value[1])), MOMENT.read(value[2], place)

    rows = sequence(Form(lambda value, _: value, read_one))

    def read_all(value: Any, place: Place) -> Any:
        found: Iterable[Any] = rows.read(value, place)
        return dict(found)

    return Form(write_all, read_all)
