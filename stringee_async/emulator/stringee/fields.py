"""Reading the fields of a Stringee request body, and refusing those that are missing or of the wrong kind."""

import json
import re
from typing import Any, cast

from ..schema import TEXTS, BodyRules, Field

_FLAGS: dict[Any, int] = {True: 1, False: 0, "1": 1, "0": 0, "true": 1, "false": 0}
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class FieldError(ValueError):
    """A body or one of its fields cannot be used; the text names the field."""


def read_object(body: bytes) -> dict[str, Any]:
    """Read a body as a JSON object; an empty body is an empty object.

    Raises:
        FieldError: it is something else.
    """
    try:
        data: object = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise FieldError("body must be a JSON object")
    return cast("dict[str, Any]", data)


def _convert(field: Field, value: Any) -> Any:
    """Convert one value to the form in which rows hold it: flags as 0 or 1, digits as a number."""
    if field.kind == "flag":
        if not isinstance(value, bool | int | str) or value not in _FLAGS:
            raise FieldError(f"{field.name} must be a boolean")
        return _FLAGS[value]
    if field.kind == "number":
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)
        if type(value) is not int:
            raise FieldError(f"{field.name} must be an integer")
        if not field.least <= value <= field.most:
            raise FieldError(f"{field.name} must be between {field.least} and {field.most}")
        return value
    if not isinstance(value, str):
        raise FieldError(f"{field.name} must be a string")
    check = TEXTS.get(field.kind)
    if check is not None and not check(value):
        raise FieldError(f"{field.name} is invalid")
    if field.among and value not in field.among:
        raise FieldError(f"{field.name} must be one of {', '.join(field.among)}")
    return "+" + value.lstrip("+") if field.kind == "plus_number" else value


def _blank(field: Field, value: Any) -> bool:
    """Tell whether a value counts as none: null does, and a text of blanks where the field is required."""
    required = "required" in (field.create, field.update)
    return value is None or (required and isinstance(value, str) and not value.strip())


RULES = BodyRules(
    convert=_convert, missing=lambda field: FieldError(f"{field.name} is required"), blank=_blank
)
"""How the contact-centre API reads a body."""
