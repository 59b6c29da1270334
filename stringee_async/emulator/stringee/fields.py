"""Reading the fields of a Stringee request body, and refusing those that are missing or of the wrong kind."""

from typing import Any, cast

from ..schema import BodyRules, Field, lenient_integer
from ..texts import TEXTS

_FLAGS: dict[Any, int] = {True: 1, False: 0, "1": 1, "0": 0, "true": 1, "false": 0}


class FieldError(ValueError):
    """A body, one of its fields, or the page that is asked for cannot be used; the text says which."""


def array(value: object) -> list[object]:
    """Read an array; anything else is an empty one."""
    return cast("list[object]", value) if isinstance(value, list) else []


def json_object(value: object) -> dict[str, Any]:
    """Read an object; anything else is an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _convert(field: Field, value: Any) -> Any:
    """Convert one value to the form in which rows hold it: flags as 0 or 1, digits as a number."""
    if field.kind == "flag":
        if not isinstance(value, bool | int | str) or value not in _FLAGS:
            raise FieldError(f"{field.name} must be a boolean")
        return _FLAGS[value]
    if field.kind == "number":
        number = lenient_integer(value)
        if number is None:
            raise FieldError(f"{field.name} must be an integer")
        if not field.least <= number <= field.most:
            raise FieldError(f"{field.name} must be between {field.least} and {field.most}")
        return number
    if not isinstance(value, str):
        raise FieldError(f"{field.name} must be a string")
    if field.kind == "plus_number":
        value = value.removeprefix("+")
    check = TEXTS.get("phone" if field.kind == "plus_number" else field.kind)
    if check is not None and not check(value):
        raise FieldError(f"{field.name} is invalid")
    if field.among and value not in field.among:
        raise FieldError(f"{field.name} must be one of {', '.join(field.among)}")
    return "+" + value if field.kind == "plus_number" else value


def _blank(field: Field, value: Any) -> bool:
    """Tell whether a value counts as none: null does, and a text of blanks where the field is required."""
    required = "required" in (field.create, field.update)
    return value is None or (required and isinstance(value, str) and not value.strip())


RULES = BodyRules(
    convert=_convert, missing=lambda field: FieldError(f"{field.name} is required"), blank=_blank
)
"""How the contact-centre API reads a body."""
