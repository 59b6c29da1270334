"""Reading the fields of a Stringee request body, and refusing those that are missing or of the wrong kind."""

import json
import re
from typing import Any, cast

from ..state import Row
from ..texts import is_login, is_name, is_phone, is_url
from .tables import Field, Resource

_FLAGS: dict[Any, int] = {True: 1, False: 0, "1": 1, "0": 0, "true": 1, "false": 0}
_TEXTS = {"name": is_name, "login": is_login, "phone": is_phone, "url": is_url}
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


def read_fields(resource: Resource, body: dict[str, Any], *, update: bool) -> Row:
    """Take a resource's fields out of a body, in the form in which rows hold them.

    Args:
        resource: which fields there are.
        body: the body; what the resource does not have is passed over.
        update: the body is that of an update: only given fields are set, and null clears.

    Returns:
        The given fields; on a create also the defaults of those that were not given or null.

    Raises:
        FieldError: a required field is missing or blank, or a field is of the wrong kind.
    """
    values: Row = {}
    for field in resource.fields:
        if update and field.on_update == "fixed":
            continue
        given = field.name in body
        value = body.get(field.name)
        needed = field.on_update == "required" if update else field.required
        blank = value is None or (isinstance(value, str) and not value.strip())
        if (needed or (given and field.required)) and blank:
            raise FieldError(f"{field.name} is required")
        if value is not None:
            values[field.name] = _converted(field, value)
        elif given or not update:
            values[field.name] = field.default
    return values


def _converted(field: Field, value: Any) -> Any:
    """One value in the form in which rows hold it."""
    if field.kind == "flag":
        if not isinstance(value, bool | int | str) or value not in _FLAGS:
            raise FieldError(f"{field.name} must be a boolean")
        return _FLAGS[value]
    if field.kind == "int":
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            value = int(value)
        if type(value) is not int:
            raise FieldError(f"{field.name} must be an integer")
        if not field.least <= value <= field.most:
            raise FieldError(f"{field.name} must be between {field.least} and {field.most}")
        return value
    if not isinstance(value, str):
        raise FieldError(f"{field.name} must be a string")
    check = _TEXTS.get(field.kind)
    if check is not None and not check(value):
        raise FieldError(f"{field.name} is invalid")
    if field.among and value not in field.among:
        raise FieldError(f"{field.name} must be one of {', '.join(field.among)}")
    return "+" + value.lstrip("+") if field.kind == "plus_number" else value
