"""How every emulated vendor declares its resources as data, and how a body is read by that declaration.

A new field is one entry in the vendor's ``tables.py``; rows, bodies and responses follow from it.
"""

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from . import texts
from .state import Row

Kind: TypeAlias = Literal[
    "any", "flag", "number", "numbers", "labels", "text", "plus_number",
    "line", "name", "word", "user", "login", "extension", "note", "url", "phone",
    "dialled", "key", "digits", "alphanumeric", "country_code", "gateway", "networks"
]  # fmt: skip
"""What a field holds. ``text`` is any text, ``plus_number`` a text that is stored with a ``+``; ``numbers`` and
``labels`` are lists; the others are the texts that ``texts.py`` checks."""

Use: TypeAlias = Literal["required", "optional", "ignored"]
"""Whether a body must, may or cannot set a field; what it cannot set is passed over."""


@attrs.frozen
class Field:
    """One column of a table, which is a field of request bodies and of responses too.

    Args:
        name: its wire name.
        kind: what it holds.
        default: what a row holds in it when no body set it.
        create: whether a create needs it, takes it, or passes it over.
        update: the same for an update.
        nullable: whether null may be written.
        among: the values it may have; empty for any.
        least: the smallest number; for a text, the fewest characters.
        most: the largest number; for a text, the most characters.
        refers: the resource that the value names by id, or an empty text.
        shown: whether responses show it always, only those of newer hosts, or never.
        when: other fields and the values they must have; if one differs, the field is passed over.
        wrong: the vendor's own code for a value that does not fit; None for the usual one.
        missing: the vendor's own code for a required field that is missing; None for the usual one.
    """

    name: str
    kind: Kind = "text"
    default: Any = None
    create: Use = "optional"
    update: Use = "optional"
    nullable: bool = False
    among: tuple[str, ...] = ()
    least: int = 0
    most: int = texts.BILLION
    refers: str = ""
    shown: Literal["always", "newer", "never"] = "always"
    when: tuple[tuple[str, Any], ...] = ()
    wrong: Any = None
    missing: Any = None


_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


def lenient_integer(value: object) -> int | None:
    """Read a whole number, given as such or as digits in a text; None if it is none."""
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    return value if type(value) is int else None


def column(name: str, default: Any = None, *, shown: Literal["always", "never"] = "always") -> Field:
    """Declare a column that the server fills in and no body can set."""
    return Field(name, "any", default, create="ignored", update="ignored", shown=shown)


@attrs.frozen(kw_only=True)
class Resource:
    """One resource: the columns of its table, what makes a row unique, and how rows are looked up.

    Args:
        noun: the first half of its operations' names, for instance ``agents``.
        fields: its columns, in the order of responses; the id comes before them.
        id_column: the wire name of the id; an empty text keeps the id out of the rows.
        first_id: the first id, where ids are numbers.
        unique: the columns that make a row unique, if any do.
        indexes: more groups of columns by which rows are looked up.
    """

    noun: str
    fields: tuple[Field, ...]
    id_column: str = "id"
    first_id: int = 1
    unique: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()

    @functools.cached_property
    def defaults(self) -> Row:
        """What a row holds in each column when it was not given."""
        return {field.name: field.default for field in self.fields}

    @functools.cached_property
    def hidden(self) -> frozenset[str]:
        """The columns that no response shows."""
        return frozenset(field.name for field in self.fields if field.shown == "never")

    @functools.cached_property
    def newer(self) -> frozenset[str]:
        """The columns that only the responses of newer hosts show."""
        return frozenset(field.name for field in self.fields if field.shown == "newer")

    def all_indexes(self) -> list[tuple[str, ...]]:
        """List the groups of columns that its table is indexed by: those given, uniqueness, and references."""
        groups = {(field.name,) for field in self.fields if field.refers} | set(self.indexes)
        return sorted(groups | {self.unique} if self.unique else groups)

    def show(self, row: Mapping[str, Any], *, newer: bool = True) -> Row:
        """Make a row as responses show it, with or without the columns that only newer hosts have."""
        left_out = self.hidden if newer else self.hidden | self.newer
        return {name: value for name, value in row.items() if name not in left_out}


@attrs.frozen(kw_only=True)
class BodyRules:
    """What one vendor takes for a value, and how it refuses another.

    Args:
        convert: turns a given value into what rows hold, or raises the vendor's refusal.
        missing: makes the refusal of a body that lacks a required field.
        blank: whether a given value counts as none; by default null does.
        null_is_default: whether a blank value sets the field's default instead of null.
    """

    convert: Callable[[Field, Any], Any]
    missing: Callable[[Field], Exception]
    blank: Callable[[Field, Any], bool] = lambda _, value: value is None
    null_is_default: bool = True


def read_fields(
    fields: Iterable[Field],
    body: Mapping[str, Any],
    rules: BodyRules,
    *,
    update: bool = False,
    reset: bool = False,
) -> Row:
    """Take declared fields out of a body, in the form in which rows hold them, or raise the vendor's refusal.

    What is not declared is passed over. A create, and an update with ``reset``, sets the defaults of what is left out.
    """
    values: Row = {}
    for field in fields:
        use = field.update if update else field.create
        if use == "ignored" or any(values.get(name) != value for name, value in field.when):
            continue
        given = field.name in body
        if given and not rules.blank(field, body[field.name]):
            values[field.name] = rules.convert(field, body[field.name])
        elif use == "required" or (given and field.create == "required"):
            raise rules.missing(field)
        elif given:
            values[field.name] = field.default if rules.null_is_default else None
        elif field.create != "required" and (reset or not update):
            values[field.name] = field.default
    return values
