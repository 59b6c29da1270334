"""What the RingMe documentation leaves open, as vendor settings: ``Emulator(ringme_settings=RingMeSettings(...))``."""

from typing import Literal

import attrs

from ..near_names import known_keywords
from ..settings import RateLimit, choice, duration, finite, positive, request_limit, switch


@known_keywords()
@attrs.define(kw_only=True, eq=False)
class RingMeSettings:
    """How the emulated RingMe service behaves; each may be changed while it runs.

    Args:
        token_lifetime: how long a bearer token is good.
        expires_in: how the token's response tells the lifetime: a number, a text, or not at all.
        bad_credentials: HTTP status for a wrong client id or secret.
        created: HTTP status of a POST that made something.
        deleted: HTTP status of a DELETE; 204 has no body, 200 has a short one.
        put: whether a PUT keeps what its body leaves out, or resets it to the defaults (what has no
            default stays either way).
        lists: whether lists are bare arrays, or ``result`` in an object beside ``total_count``.
        calls: whether current calls are listed as ``lists`` says, or as ``call_list`` in an object, with
            the calling and the called extension as one object or null instead of an array and the direction in capitals.
        name_filter: what the list of extensions makes of ``name``: rows whose whole name it is (as one public
            client has it), rows whose name it is with the client's prefix or without, or nothing.
        paging: whether the list of extensions heeds ``page`` and ``per_page``, shows its first page
            whatever ``page`` says, or all rows on every page.
        members: whether the callers of a queue are an array always, or a bare object if it is just one.
        in_queue: HTTP status for deleting an agent with ``remove_from_queues=false`` while it is in one.
        duplicate: HTTP status for a second extension of one name, or an agent put into a queue twice; with
            ``unique`` off the one makes a second object, and the other changes level and position.
        open_values: whether enumerations take any text, as a newer server would.
        newer: whether responses carry the fields that only newer hosts have.
        ring_seconds: how long a callback rings, and a call that ``state.ringme.call_in`` places.
        talk_seconds: how long it is talked on then; None until it is hung up over the wire or by ``hang_up``.
        recorded: whether these calls are recorded.
        recording_delay: how long after the end of a call its recording can be downloaded.
        gzip: whether responses are compressed for clients that ask for it.
        quota: (requests, seconds) of each customer, told in the ``X-RateLimit`` headers of each reply to
            a good token and refused with HTTP 429 above it; windows begin with the customer's first call. The
            real one is an hour long. None switches quota and headers off.
        quota_headers: in which case the headers' names are sent, or ``none`` to leave them out.
    """

    token_lifetime: float = attrs.field(default=3600.0, validator=[finite, positive])
    expires_in: Literal["number", "text", "missing"] = choice("number")
    bad_credentials: Literal["400", "401"] = choice("400")
    created: Literal["201", "200"] = choice("201")
    deleted: Literal["204", "200"] = choice("204")
    put: Literal["keep", "reset"] = choice("keep")
    lists: Literal["array", "result"] = choice("array")
    calls: Literal["array", "call_list"] = choice("array")
    name_filter: Literal["whole", "short", "ignored"] = choice("whole")
    paging: Literal["pages", "page_ignored", "off"] = choice("pages")
    members: Literal["array", "object"] = choice("array")
    in_queue: Literal["400", "403", "409"] = choice("400")
    duplicate: Literal["400", "409", "422"] = choice("409")
    open_values: bool = switch(on=False)
    newer: bool = switch(on=False)
    ring_seconds: float = attrs.field(default=0.0, validator=duration)
    talk_seconds: float | None = attrs.field(default=None, validator=positive)
    recorded: bool = switch(on=False)
    recording_delay: float = attrs.field(default=0.0, validator=duration)
    gzip: bool = switch(on=False)
    quota: RateLimit | None = attrs.field(default=None, validator=request_limit)
    quota_headers: Literal["title", "lower", "upper", "none"] = choice("title")
