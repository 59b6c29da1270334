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

    Settings that begin with a vendor's name are that vendor's only. Of the others, RingMe heeds ``latency``,
    ``rate_limit``, ``retry_after_form``, ``clock_skew``, ``date_header``, ``unique``, ``read_lag`` and ``delivery_timeout``, and on
    the list of extensions, its only paged one, ``page_size_default``, ``page_size_max``, ``over_limit``,
    ``beyond_end`` and ``order``; the rest is Stringee's.

    Args:
        latency: time between a request's arrival and the moment the server acts and responds.
        rate_limit: (requests, seconds): fixed windows per key pair's project, aligned to the emulator's
            window clock; over it HTTP 429 without acting. None switches it off.
        retry_after_form: how a 429 of the rate limit says when the window ends: whole seconds rounded up,
            a fraction of seconds, or not at all.
        clock_skew: shifts the server's wall clock, both when it checks expiry and in its ``Date`` header.
        date_header: whether responses carry ``Date``.
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
        unique: a second create with the same natural key gets "exists" with the existing id; False
            makes a second object.
        honour_filters: whether the undocumented ``stringee_user_id`` filter works.
        count_as_text: whether counts in lists are strings.
        project_as: how ``project`` appears in responses: number, text, or not at all.
        message_key: under which name the human text appears: ``message``, ``msg``, both, or none.
        delivery_timeout: how long the customer's own server may take to respond when it is told of an event.
        ringme_token_lifetime: how long a bearer token is good.
        ringme_expires_in: how the token's response tells the lifetime: a number, a text, or not at all.
        ringme_bad_credentials: HTTP status for a wrong client id or secret.
        ringme_created: HTTP status of a POST that made something.
        ringme_deleted: HTTP status of a DELETE; 204 has no body, 200 has a short one.
        ringme_put: whether a PUT keeps what its body leaves out, or resets it to the defaults (what has no
            default stays either way).
        ringme_lists: whether lists are bare arrays, or ``result`` in an object beside ``total_count``.
        ringme_calls: whether current calls are listed as ``ringme_lists`` says, or as ``call_list`` in an object, with
            the calling and the called extension as one object or null instead of an array and the direction in capitals.
        ringme_name_filter: what the list of extensions makes of ``name``: rows whose whole name it is (as one public
            client has it), rows whose name it is with the client's prefix or without, or nothing.
        ringme_paging: whether the list of extensions heeds ``page`` and ``per_page``, shows its first page
            whatever ``page`` says, or all rows on every page.
        ringme_members: whether the callers of a queue are an array always, or a bare object if it is just one.
        ringme_in_queue: HTTP status for deleting an agent with ``remove_from_queues=false`` while it is in one.
        ringme_duplicate: HTTP status for a second extension of one name, or an agent put into a queue twice; with
            ``unique`` off the one makes a second object, and the other changes level and position.
        ringme_open_values: whether enumerations take any text, as a newer server would.
        ringme_newer: whether responses carry the fields that only newer hosts have.
        ringme_gzip: whether responses are compressed for clients that ask for it.
        ringme_quota: (requests, seconds) of each customer, told in the ``X-RateLimit`` headers of each reply to
            a good token and refused with HTTP 429 above it; windows begin with the customer's first call. The
            real one is an hour long. None switches quota and headers off.
        ringme_quota_headers: in which case the headers' names are sent, or ``none`` to leave them out.
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
    delivery_timeout: float = attrs.field(default=5.0, validator=[_finite, positive])
    ringme_token_lifetime: float = attrs.field(default=3600.0, validator=[_finite, positive])
    ringme_expires_in: Literal["number", "text", "missing"] = attrs.field(
        default="number", validator=_one_of("number", "text", "missing")
    )
    ringme_bad_credentials: Literal["400", "401"] = attrs.field(
        default="400", validator=_one_of("400", "401")
    )
    ringme_created: Literal["201", "200"] = attrs.field(default="201", validator=_one_of("201", "200"))
    ringme_deleted: Literal["204", "200"] = attrs.field(default="204", validator=_one_of("204", "200"))
    ringme_put: Literal["keep", "reset"] = attrs.field(default="keep", validator=_one_of("keep", "reset"))
    ringme_lists: Literal["array", "result"] = attrs.field(
        default="array", validator=_one_of("array", "result")
    )
    ringme_calls: Literal["array", "call_list"] = attrs.field(
        default="array", validator=_one_of("array", "call_list")
    )
    ringme_name_filter: Literal["whole", "short", "ignored"] = attrs.field(
        default="whole", validator=_one_of("whole", "short", "ignored")
    )
    ringme_paging: Literal["pages", "page_ignored", "off"] = attrs.field(
        default="pages", validator=_one_of("pages", "page_ignored", "off")
    )
    ringme_members: Literal["array", "object"] = attrs.field(
        default="array", validator=_one_of("array", "object")
    )
    ringme_in_queue: Literal["400", "403", "409"] = attrs.field(
        default="400", validator=_one_of("400", "403", "409")
    )
    ringme_duplicate: Literal["400", "409", "422"] = attrs.field(
        default="409", validator=_one_of("400", "409", "422")
    )
    ringme_open_values: bool = False
    ringme_newer: bool = False
    ringme_gzip: bool = False
    ringme_quota: RateLimit | None = attrs.field(default=None, validator=_limit)
    ringme_quota_headers: Literal["title", "lower", "upper", "none"] = attrs.field(
        default="title", validator=_one_of("title", "lower", "upper", "none")
    )
