"""Values of another type than documented, converted without loss: digits in text, 0 and 1, null.

The owner of cattrs. `decoding` asks it about rows that the fast decoder rejects.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, cast, get_args, get_origin

if TYPE_CHECKING:
    from cattrs import Converter

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,300}")
_BOOLEANS: Final = {"0": False, "1": True, "false": False, "true": True}


def as_int(value: Any) -> int:
    """Return `value` as an integer without loss: numbers, booleans and digits in text."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value.strip())
    raise ValueError(f"expected an integer, got {type(value).__name__}")


def _as_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower() if isinstance(value, (int, str)) else ""
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    raise ValueError(f"expected a boolean, got {type(value).__name__}")


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"expected text, got {type(value).__name__}")


def _as_decimal(value: Any) -> Decimal:
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            return Decimal(str(value).strip())
        except InvalidOperation:
            pass
    raise ValueError(f"expected a decimal number, got {type(value).__name__}")


def _as_int_or_text(value: Any) -> int | str:
    return value if isinstance(value, str) else as_int(value)


def _hook(kind: Any, coerce: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def structure(value: Any, wanted: Any) -> Any:
        return None if value is None and wanted != kind else coerce(value)

    return structure


def _list_arm(kind: Any) -> Any:
    """Return the list type in a field's type, such as `list[str]` in `list[str] | str | None`; else None."""
    arms = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    return next((arm for arm in arms if get_origin(arm) is list), None)


def _structure_list(value: Any, wanted: Any) -> Any:
    """Read a list element by element; anything else is read as the other arms, and text is never taken apart."""
    kind = _list_arm(wanted)
    if isinstance(value, list):
        (element,) = get_args(kind)
        return [_converter().structure(each, element) for each in cast("list[object]", value)]
    others = [arm for arm in get_args(wanted) if arm is not kind] if wanted is not kind else []
    if value is None and NoneType in others:
        return None
    for arm in others:
        if arm is not NoneType:
            return _converter().structure(value, arm)
    raise ValueError(f"expected a list, got {type(value).__name__}")


def _is_object(kind: Any) -> bool:
    return get_origin(kind) is dict


def _as_object(value: Any, _: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    raise ValueError(f"expected an object, got {type(value).__name__}")


@cache
def _converter() -> Converter:
    """Return the converter, made when the first value of another type comes: only then is cattrs loaded."""
    from cattrs import Converter

    converter = Converter(detailed_validation=False)
    hooks: dict[Any, Callable[[Any], Any]] = {
        str: _as_text,
        int: as_int,
        bool: _as_bool,
        Decimal: _as_decimal,
        int | str: _as_int_or_text,
    }
    for kind, coerce in hooks.items():
        hook = _hook(kind, coerce)
        if isinstance(kind, type):
            converter.register_structure_hook(kind, hook)
        converter.register_structure_hook_func(frozenset({kind, kind | None}).__contains__, hook)
    converter.register_structure_hook_func(_is_object, _as_object)
    converter.register_structure_hook_func(lambda kind: _list_arm(kind) is not None, _structure_list)
    return converter


def field_value(row: Mapping[str, Any], name: str, field: Any) -> Any:
    """Return what a row holds for a field of a model, coerced to the field's type."""
    if name not in row:
        raise ValueError("missing")
    return _converter().structure(row[name], field.type)
