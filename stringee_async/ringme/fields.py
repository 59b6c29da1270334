"""The fields of a body: those that this client knows, checked, and those that only the vendor knows, as given.

One job: make a body from keyword fields and `extra`. Not all fields of queues and extensions could be recovered
from the vendor's pages, and newer hosts have more; `extra` takes them on write, as a model's `extra` keeps them
on read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from ..core.codec import encode
from ..core.errors import ConfigError
from ..core.operation import Check, checked


def known(rules: Mapping[str, Check], fields: Mapping[str, object], *, nulls: bool) -> dict[str, object]:
    """Return keyword fields, each checked by its rule; see `core.operation.checked`.

    Args:
        rules: A check for each field.
        fields: What the caller gave by keyword; `UNSET` ones are left out.
        nulls: Whether None is allowed, and becomes null.

    Raises:
        ConfigError: There is no such field, or a value does not pass, naming it.
    """
    unknown = sorted(fields.keys() - rules.keys())
    if unknown:
        raise ConfigError(f"{unknown[0]} is not a field of this call; it takes {', '.join(rules)}")
    return checked(rules, fields, nulls=nulls)


def with_extra(fields: Mapping[str, object], extra: Mapping[str, object] | None) -> dict[str, object]:
    """Return the fields of a body: those in `extra`, and over them those that were checked.

    Args:
        fields: The fields that were given by keyword.
        extra: More of them, by the vendor's names.

    Raises:
        ConfigError: `extra` is no mapping from names to values that JSON can hold.
    """
    if extra is None:
        return dict(fields)
    if not isinstance(extra, Mapping):
        raise ConfigError(f"extra must be a mapping, got {type(extra).__name__}")
    body: dict[str, object] = {}
    for name, value in cast("Mapping[object, object]", extra).items():
        if not isinstance(name, str):
            raise ConfigError("extra must have text as names")
        body[name] = _checked(name, value)
    return body | dict(fields)


def _checked(name: str, value: object) -> object:
    """Return `value` if it is JSON data. Bytes are not: a model keeps what it could not decode as bytes."""
    try:
        json.dumps(value, allow_nan=False)  # stricter than the codec, which writes bytes and dates as text
        encode(value)
    except (TypeError, ValueError, RecursionError):
        raise ConfigError(f"extra: the value of {name} cannot be written as JSON") from None
    return value
