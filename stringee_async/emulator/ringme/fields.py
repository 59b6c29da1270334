"""Reading the fields of a RingMe request body: each of the declared type, listed values unless the settings open them.

The emulator's own choices: a field of the wrong type is refused, and one that is not declared is passed over.
"""

import functools
from typing import Any

from ..schema import BodyRules, Field
from ..texts import TEXTS
from .refusal import Refusal


def _convert(field: Field, value: Any, *, open_values: bool) -> Any:
    """Return a value as it is, if it is of the right type and among those that are listed."""
    if not _fits(field, value):
        raise Refusal(f"{field.name} is wrong: expected {field.kind}")
    if field.among and value not in field.among and not open_values:
        raise Refusal(f"{field.name} must be one of {', '.join(field.among)}")
    return value


def _fits(field: Field, value: Any) -> bool:
    """Whether a value is of the field's kind, and in its range."""
    if field.kind == "number":
        return type(value) is int and field.least <= value <= field.most  # a boolean is none
    if field.kind == "flag":
        return isinstance(value, bool)
    if field.kind == "any":
        return value is not None
    return isinstance(value, str) and bool(TEXTS[field.kind](value))


def _rules(*, open_values: bool) -> BodyRules:
    return BodyRules(
        convert=functools.partial(_convert, open_values=open_values),
        missing=lambda field: Refusal(f"{field.name} is required"),
        blank=lambda field, value: value is None and field.nullable,
        null_is_default=False,
    )


RULES = {open_values: _rules(open_values=open_values) for open_values in (False, True)}
"""How the API reads a body; with True a listed field may have a value that is not listed."""
