"""Fields that only the vendor knows, as a caller gives them: `extra` of a create, an update or an `ensure`.

One job: what `extra` may be. Its values go as they are, under the vendor's names, and a keyword beside goes before them
(`core.declarations`). A keyword whose very value stands in `extra` too is not checked: that is how a value passes which a
limit of ours refuses, and how an object is written back whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from .errors import ConfigError
from .json_codec import encode


def extra_fields(extra: Mapping[str, object] | None) -> dict[str, object]:
    """Return the fields that a caller gave by the vendor's names.

    Args:
        extra: The fields, or None.

    Raises:
        ConfigError: It is no mapping from names to values that JSON can hold.
    """
    if extra is None:
        return {}
    if not isinstance(extra, Mapping):
        raise ConfigError(f"extra must be a mapping, got {type(extra).__name__}")
    found: dict[str, object] = {}
    for name, value in cast("Mapping[object, object]", extra).items():
        if not isinstance(name, str):
            raise ConfigError("extra must have text as names")
        found[name] = _json(name, value)
    return found


def _json(name: str, value: object) -> object:
    """Return `value` if it is JSON data. Bytes are not: a model keeps what it could not decode as bytes."""
    try:
        json.dumps(value, allow_nan=False)  # stricter than the codec, which writes bytes and dates as text
        encode(value)
    except (TypeError, ValueError, RecursionError):
        raise ConfigError(f"extra: the value of {name} cannot be written as JSON") from None
    return value
