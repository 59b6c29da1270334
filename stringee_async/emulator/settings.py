"""Everything that can be set on an emulator, in one place: defaults, checks and meanings.

``Emulator`` inherits from ``Settings``, so each of these is a keyword of its constructor and an attribute
that may be changed while it runs; a value that makes no sense is refused either way.
"""

import math
from typing import Any, Literal, TypeAlias

import attrs

RateLimit: TypeAlias = tuple[int, float]
"""How many requests in how many seconds."""


def _duration(_: object, attribute: "attrs.Attribute[Any]", value: float) -> None:
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{attribute.name} must be a finite number of seconds, 0 or more, not {value!r}")


def _finite(_: object, attribute: "attrs.Attribute[Any]", value: float) -> None:
    if not math.isfinite(value):
        raise ValueError(f"{attribute.name} must be a finite number of seconds, not {value!r}")


def _limit(_: object, attribute: "attrs.Attribute[Any]", value: RateLimit | None) -> None:
    if value is not None and not (value[0] >= 1 and value[1] > 0 and math.isfinite(value[1])):
        raise ValueError(
            f"{attribute.name} must be (requests, seconds), both positive, or None, not {value!r}"
        )


def positive(_: object, attribute: "attrs.Attribute[Any]", value: float | None) -> None:
    """A validator: the value is positive, or None."""
    if value is not None and value <= 0:
        raise ValueError(f"{attribute.name} must be positive, not {value!r}")


def _one_of(*choices: str) -> Any:
    """A validator for a closed set of words (attrs' own does not print the choices)."""

    def check(_: object, attribute: "attrs.Attribute[Any]", value: str) -> None:
        if value not in choices:
            raise ValueError(f"{attribute.name} must be one of {', '.join(choices)}, not {value!r}")

    return check


@attrs.define(kw_only=True, eq=False, repr=False)
class Settings:
    """How the emulated service behaves. All durations are seconds.

    Args:
        latency: time between a request's arrival and the moment the server acts and answers.
        rate_limit: (requests, seconds): fixed windows per key pair's project, aligned to the emulator's
            window clock; over it HTTP 429 without acting. None switches it off.
        retry_after_form: how a 429 of the rate limit says when the window ends: whole seconds rounded up,
            a fraction of seconds, or not at all.
        clock_skew: shifts the server's wall clock, both when it checks expiry and in its ``Date`` header.
        date_header: whether answers carry ``Date``.
        max_token_lifetime: tokens that expire later than this from now are refused; None allows any.
        auth_failure: how a bad token is refused: HTTP 401, HTTP 403, or HTTP 200 with a code in the body.
        page_size_default: rows on a page when the client does not say.
        page_size_max: most rows on a page.
        over_limit: what happens when the client asks for more: clamped, refused, or honoured.
        beyond_end: what a page after the last one holds: nothing, the last page's rows, or an error.
        empty_page: how a list without rows looks: an empty array, the rows' key missing, ``data`` null, or
            ``data`` missing.
        link_paging: whether ``page`` and ``limit`` work on the lists that do not document them (members of a
            group, routings of a queue); False gives all rows on one page.
        order: whether lists begin with the oldest or the newest row; with ``newest`` each insert shifts pages.
        read_lag: how long a row created over the wire stays invisible to lists and to calls that name its id;
            uniqueness sees it at once.
        unique: a second create with the same natural key is answered "exists" with the existing id; False
            makes a second object.
        honour_filters: whether the undocumented ``stringee_user_id`` filter works.
        count_as_text: whether counts in lists are strings.
        project_as: how ``project`` appears in answers: number, text, or not at all.
        message_key: under which name the human text appears: ``message``, ``msg``, both, or none.
    """

    latency: float = attrs.field(default=0.0, validator=_duration)
    rate_limit: RateLimit | None = attrs.field(default=None, validator=_limit)
    retry_after_form: Literal["ceil", "fraction", "none"] = attrs.field(
        default="ceil", validator=_one_of("ceil", "fraction", "none")
    )
    clock_skew: float = attrs.field(default=0.0, validator=_finite)
    date_header: bool = True
    max_token_lifetime: float | None = attrs.field(default=None, validator=positive)
    auth_failure: Literal["401", "403", "200"] = attrs.field(
        default="401", validator=_one_of("401", "403", "200")
    )
    page_size_default: int = attrs.field(default=50, validator=positive)
    page_size_max: int = attrs.field(default=100, validator=positive)
    over_limit: Literal["clamp", "refuse", "honour"] = attrs.field(
        default="clamp", validator=_one_of("clamp", "refuse", "honour")
    )
    beyond_end: Literal["empty", "last", "error"] = attrs.field(
        default="empty", validator=_one_of("empty", "last", "error")
    )
    empty_page: Literal["list", "no_key", "null_data", "no_data"] = attrs.field(
        default="list", validator=_one_of("list", "no_key", "null_data", "no_data")
    )
    link_paging: bool = True
    order: Literal["oldest", "newest"] = attrs.field(default="oldest", validator=_one_of("oldest", "newest"))
    read_lag: float = attrs.field(default=0.0, validator=_duration)
    unique: bool = True
    honour_filters: bool = True
    count_as_text: bool = True
    project_as: Literal["int", "text", "missing"] = attrs.field(
        default="int", validator=_one_of("int", "text", "missing")
    )
    message_key: Literal["message", "msg", "both", "none"] = attrs.field(
        default="message", validator=_one_of("message", "msg", "both", "none")
    )
