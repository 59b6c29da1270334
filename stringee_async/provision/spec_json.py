"""A specification as JSON has it, for saved plans: what a plan was made for decides how its units are carried out.

What is as it would be if nothing were stated is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import attrs

from .spec import Spec

if TYPE_CHECKING:
    from cattrs import Converter


def spec_to_json(spec: Spec) -> dict[str, Any]:
    """Return a specification as JSON has it."""
    return cast("dict[str, Any]", _plain(spec))


def spec_from_json(value: Mapping[str, Any]) -> Spec:
    """Return the specification that `spec_to_json` wrote.

    Raises:
        ValueError: It is none.
    """
    try:
        return _converter().structure(value, Spec)
    except Exception as error:  # groups of errors of any type
        raise ValueError("this is no specification") from error


def _plain(value: Any) -> Any:
    kind = cast("type[attrs.AttrsInstance]", type(value))
    if attrs.has(kind):
        names = [field.name for field in attrs.fields(kind) if _stated(field, value)]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in cast("tuple[Any, ...]", value)]
    return value


def _stated(field: attrs.Attribute[Any], value: Any) -> bool:
    own = getattr(value, field.name)
    empty = isinstance(own, Mapping) and not own
    return not empty and (own is not field.default or field.default is attrs.NOTHING)


@cache
def _converter() -> Converter:
    from cattrs import Converter

    return Converter(forbid_extra_keys=True)
