"""What can be set on an emulator for all vendors, and the checks that every vendor's settings use.

``Emulator`` inherits from ``Settings``. What only one vendor asks is in its ``settings.py``.
"""

import math
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, get_args

import attrs

RateLimit: TypeAlias = tuple[int, float]
"""How many requests in how many seconds."""


def is_number(value: object) -> bool:
    """Whether a value is a finite number; truth values and texts are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_number(attribute: "attrs.Attribute[Any]", value: object) -> bool:
    """Whether a value is a finite number, and a whole one where the setting is."""
    return is_number(value) and (isinstance(value, int) or attribute.type not in (int, int | None))


def _number(kind: str, least: float = -math.inf) -> Callable[[object, "attrs.Attribute[Any]", float], None]:
    """Make the validator of a number that is not below ``least``."""

    def check(_: object, attribute: "attrs.Attribute[Any]", value: float) -> None:
        if not _is_number(attribute, value) or value < least:
            raise ValueError(f"{attribute.name} must be {kind}, not {value!r}")

    return check


finite = _number("a finite number of seconds")
duration = _number("a finite number of seconds, 0 or more", 0)
not_negative = _number("a whole number, 0 or more", 0)


def request_limit(_: object, attribute: "attrs.Attribute[Any]", value: RateLimit | None) -> None:
    """Validate a rate limit: positive requests in positive seconds, or None."""
    if value is None:
        return
    pair = isinstance(value, tuple | list) and len(value) == 2
    if not (pair and all(_is_number(attribute, number) and number > 0 for number in value) and value[0] >= 1):
        raise ValueError(
            f"{attribute.name} must be (requests, seconds), both positive, or None, not {value!r}"
        )


def positive(_: object, attribute: "attrs.Attribute[Any]", value: float | None) -> None:
    """Validate that a number is positive, or None where the setting may be."""
    if value is None and attribute.type not in (int, float):
        return
    if value is None or not _is_number(attribute, value) or value <= 0:
        kind = "a positive whole number" if attribute.type in (int, int | None) else "a positive number"
        raise ValueError(f"{attribute.name} must be {kind}, not {value!r}")


def switch(*, on: bool) -> Any:
    """Declare a setting that is True or False, with its default."""

    def check(_: object, attribute: "attrs.Attribute[Any]", value: bool) -> None:
        if not isinstance(value, bool):
            raise ValueError(f"{attribute.name} must be True or False, not {value!r}")

    return attrs.field(default=on, validator=check)


def choice(default: str) -> Any:
    """Declare a setting with its default, whose words are those of its type."""

    def check(_: object, attribute: "attrs.Attribute[Any]", value: str) -> None:
        words = get_args(attribute.type)
        if value not in words:
            raise ValueError(f"{attribute.name} must be one of {', '.join(words)}, not {value!r}")

    return attrs.field(default=default, validator=check)


def _host_names(_: object, attribute: "attrs.Attribute[Any]", value: tuple[str, ...]) -> None:
    if not isinstance(value, tuple) or not all(isinstance(name, str) and name for name in value):
        raise ValueError(f"{attribute.name} must be a tuple of names of hosts, not {value!r}")


@attrs.define(kw_only=True, eq=False, repr=False)
class Settings:
    """How every emulated service behaves. All durations are seconds.

    RingMe pages only its list of extensions: ``page_size_default``, ``page_size_max``, ``over_limit``, ``beyond_end`` and
    ``order`` apply to no other list of its.

    Args:
        latency: time between a request's arrival and the moment the server acts and responds.
        rate_limit: (requests, seconds): fixed windows per key pair's project, aligned to the emulator's
            window clock; over it HTTP 429 without acting. None switches it off.
        retry_after_form: how a 429 of the rate limit says when the window ends: whole seconds rounded up,
            a fraction of seconds, or not at all.
        clock_skew: shifts the server's wall clock, both when it checks expiry and in its ``Date`` header.
        date_header: whether responses carry ``Date``.
        page_size_default: rows on a page when the client does not say.
        page_size_max: most rows on a page.
        over_limit: what happens when the client asks for more: clamped, refused, or honoured.
        beyond_end: what a page after the last one holds: nothing, the last page's rows, or an error.
        order: whether lists begin with the oldest or the newest row; with ``newest`` each insert shifts pages.
        read_lag: how long a row created over the wire stays invisible to lists and to calls that name its id;
            uniqueness sees it at once.
        unique: a second create with the same natural key gets "exists" with the existing id; False
            makes a second object.
        delivery_timeout: how long the customer's own server may take to respond when it is told of an event.
        webhook_hosts: names of hosts beside this machine that may be told of events, such as that of a container.
    """

    latency: float = attrs.field(default=0.0, validator=duration)
    rate_limit: RateLimit | None = attrs.field(default=None, validator=request_limit)
    retry_after_form: Literal["ceil", "fraction", "none"] = choice("ceil")
    clock_skew: float = attrs.field(default=0.0, validator=finite)
    date_header: bool = switch(on=True)
    page_size_default: int = attrs.field(default=50, validator=positive)
    page_size_max: int = attrs.field(default=100, validator=positive)
    over_limit: Literal["clamp", "refuse", "honour"] = choice("clamp")
    beyond_end: Literal["empty", "last", "error"] = choice("empty")
    order: Literal["oldest", "newest"] = choice("oldest")
    read_lag: float = attrs.field(default=0.0, validator=duration)
    unique: bool = switch(on=True)
    delivery_timeout: float = attrs.field(default=5.0, validator=[finite, positive])
    webhook_hosts: tuple[str, ...] = attrs.field(default=(), validator=_host_names)
