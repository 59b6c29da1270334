"""Frozen attrs classes that are stored as msgspec structs, because one or more is made for each call.

attrs sets the fields of a frozen class one by one, which for a request costs more than signing it; a struct is filled
in C. All else that attrs made of the class stays: equality, text, frozenness, `evolve`.
"""

from __future__ import annotations

from types import MemberDescriptorType
from typing import Any, Final, TypeVar, cast

import attrs
import msgspec

K = TypeVar("K", bound=type)

_LEFT_BEHIND: Final = frozenset(
    {
        "__init__",
        "__slots__",
        "__weakref__",
        "__getstate__",
        "__setstate__",
        "__match_args__",
        "__annotate_func__",
    }
)
"""Attributes that attrs needs for its own storage, or that are generated again."""


def namespace_of(kind: type[Any]) -> dict[str, Any]:
    """Return the namespace of a struct that has all that attrs made of a class, but for the storage of its fields."""
    fields = attrs.fields(attrs.resolve_types(kind))
    for field in fields:
        code = field.validator is not None or field.converter is not None
        if code or isinstance(field.default, cast("Any", attrs.Factory)):
            raise TypeError(
                f"{kind.__name__}.{field.name}: its validator, converter or factory would not run when a value is made"
            )
    namespace = {
        name: value
        for name, value in vars(kind).items()
        if name not in _LEFT_BEHIND and not isinstance(value, MemberDescriptorType)
    }
    namespace["__qualname__"] = kind.__qualname__
    namespace["__annotations__"] = {field.name: field.type for field in fields}
    namespace |= {field.name: field.default for field in fields if field.default is not attrs.NOTHING}
    return namespace


def as_value(kind: K) -> K:
    """Store a class as msgspec does; a decorator above that of attrs."""
    namespace = namespace_of(kind)
    namespace["__annotations__"] = dict.fromkeys(namespace["__annotations__"], Any)  # nothing decodes it
    made: Any = type(msgspec.Struct)
    return cast("K", made(kind.__name__, (msgspec.Struct,), namespace, kw_only=True))
