"""Resume tokens: a position in a listing, as text with which another process can go on."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

import attrs

from .errors import ConfigError, DecodeError
from .json_codec import encode, loads


def _at_least(minimum: int) -> Callable[[Any, Any, Any], None]:
    def check(_: Any, field: Any, value: Any) -> None:
        if not isinstance(value, int) or value < minimum:
            raise ValueError(field.name)

    return check


@attrs.frozen(kw_only=True)
class Position:
    """Where a row stood when it was yielded; what a resume token holds.

    Args:
        page: Number of its page.
        index: How many rows of that page were read, itself included.
        key: Its key, as text.
        total: How many rows there were.
        drifted: Whether rows had moved by then.
        rows: How many rows the pages before it held, or None where that is not known.
    """

    page: int = attrs.field(validator=_at_least(1))
    index: int = attrs.field(validator=_at_least(0))
    key: str
    total: int | None
    drifted: bool
    rows: int | None = attrs.field(default=None, validator=attrs.validators.optional(_at_least(0)))


def token_of(scope: str, position: Position) -> str:
    """Return the token of a position in the listing that `scope` tells from all others."""
    state = {"s": scope, "r": attrs.asdict(position)}
    return base64.urlsafe_b64encode(encode(state)).decode()


def position_of(token: str, scope: str) -> Position:
    """Return the position that a token of this scope holds; raise `ConfigError` for every other text."""
    try:
        state = loads(base64.urlsafe_b64decode(token.encode()))
        given, position = state["s"], Position(**state["r"])
    except (DecodeError, binascii.Error, ValueError, TypeError, KeyError, AttributeError):
        raise ConfigError("token is not a resume token") from None
    if given != scope:
        raise ConfigError("token belongs to another listing, filter, page size or account")
    return position
