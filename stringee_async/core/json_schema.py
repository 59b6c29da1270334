"""The JSON schema of an attrs class as `to_dict` writes it, for the OpenAPI pages of web frameworks."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, cast, get_args, get_origin

import attrs

_SINGLE: Final[Mapping[Any, Mapping[str, str]]] = MappingProxyType(
    {
        NoneType: {"type": "null"},
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        float: {"type": "number"},
        str: {"type": "string"},
        Decimal: {"type": "string"},
        datetime: {"type": "string", "format": "date-time"},
        date: {"type": "string", "format": "date"},
    }
)


def object_schema(kind: Any, above: tuple[Any, ...] = ()) -> dict[str, Any]:
    """Return the schema of a class; further fields are open, as a vendor or a later version may add some.

    Args:
        kind: An attrs class. Its `_names`, where it has any, says what its fields are called.
        above: The classes that it stands in; one of them is not described again inside itself.
    """
    schema: dict[str, Any] = {"title": kind.__name__, "type": "object", "additionalProperties": True}
    if kind in above:
        return schema
    fields = attrs.fields(attrs.resolve_types(kind))
    names = kind._names() if hasattr(kind, "_names") else {field.name: field.name for field in fields}
    schema["properties"] = {
        names[field.name]: _schema_of(field.type, (*above, kind)) for field in fields if field.name in names
    }
    schema["required"] = [
        names[field.name] for field in fields if field.name in names and field.default is attrs.NOTHING
    ]
    return schema


def _schema_of(kind: Any, above: tuple[Any, ...]) -> dict[str, Any]:
    """Return the schema of a type; that of anything, where JSON schema has no word for it."""
    if kind in _SINGLE:
        return dict(_SINGLE[kind])
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _schema_of(inner[0], above)
    if origin in {Union, UnionType}:
        return {"anyOf": [_schema_of(each, above) for each in inner]}
    if origin is Literal:
        return {"enum": list(inner)}
    plain = origin or kind
    if not isinstance(plain, type):
        return {}
    if issubclass(plain, enum.Enum):
        return {"enum": [member.value for member in plain]}
    if attrs.has(cast("type[Any]", plain)):
        return object_schema(plain, above)
    if issubclass(plain, Mapping):
        return {"type": "object"}
    if issubclass(plain, (Sequence, AbstractSet)) and not issubclass(plain, (str, bytes)):
        return {"type": "array", "items": _schema_of(inner[0], above) if inner else {}}
    return {}
