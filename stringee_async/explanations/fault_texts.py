"""What the emulator's faults stand for, and what an app should make of them; what each does is in its docstring.

One row a fault of `stringee_async.emulator.Fault`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs


@attrs.frozen
class FaultText:
    """What is said of one fault beside what it does.

    Args:
        cause: What it stands for.
        error: Name of the class that a client of ours raises when a create, or a listing for faults of lists, meets it on
            every attempt; None where the call succeeds.
        remedy: What a test with it should show.
    """

    cause: str
    error: str | None
    remedy: str


_UNKNOWN: Final = (
    "use ensure, or look before the create is sent again; a test shows that nothing is made twice"
)
_RETRIED: Final = (
    "leave it to the client, which sends the call again; a test shows that your code notices nothing"
)
_NOTHING: Final = "nothing is to be done; a test shows that the client bears it"
_ADDRESS: Final = "check the address, the proxy and the firewall; a test shows that your app does not report a missing object"
_SIZE: Final = "report it as a failure of the vendor; a test shows that memory stays bounded"
_LISTED: Final = (
    "read the listing again later; a test shows that your app does not take half a list for the whole"
)

FAULTS: Final[Mapping[str, FaultText]] = MappingProxyType(
    {
        "lost_answer": FaultText(
            "the connection breaks after the vendor has acted", "OutcomeUnknownError", _UNKNOWN
        ),
        "late_commit": FaultText(
            "a gateway gives up, and the vendor behind it acts later", "OutcomeUnknownError", _UNKNOWN
        ),
        "reset_before": FaultText(
            "a server restarts, or closes an idle connection just as a request arrives",
            "OutcomeUnknownError",
            _UNKNOWN,
        ),
        "reset_mid_body": FaultText(
            "the connection breaks while the response is sent", "OutcomeUnknownError", _UNKNOWN
        ),
        "hang": FaultText("a server accepts the request and falls silent", "OutcomeUnknownError", _UNKNOWN),
        "slow_answer": FaultText(
            "the vendor is slow",
            None,
            "allow enough time (Timeouts.attempt); a test shows what your users see meanwhile",
        ),
        "close_after": FaultText(
            "a server closes a connection that the client would use again", None, _NOTHING
        ),
        "stray_response": FaultText("a broken server or proxy sends one response too many", None, _NOTHING),
        "early_response": FaultText(
            "a gateway refuses a request that is too large before it has read it",
            "DecodeError",
            "send less at once; a test shows that your app does not report a missing object",
        ),
        "status": FaultText("the vendor's service, or a gateway before it, fails", "ServerError", _UNKNOWN),
        "retry_after": FaultText(
            "too many calls were made in the vendor's window", "RateLimitedError", _RETRIED
        ),
        "absurd_wait": FaultText(
            "a vendor writes a time, milliseconds or nonsense in place of seconds to wait",
            "RateLimitedError",
            "set RetryPolicy(max_server_wait=...); a test shows that nothing waits for years",
        ),
        "request_timeout": FaultText("the server waited for the request too long", "ServerError", _UNKNOWN),
        "misdirected": FaultText("a connection led to a server for another host", "ServerError", _RETRIED),
        "too_early": FaultText(
            "the server takes no request this early on a connection", "ServerError", _RETRIED
        ),
        "foreign_page": FaultText(
            "the address is wrong, or a proxy or a firewall responds", "DecodeError", _ADDRESS
        ),
        "redirect": FaultText(
            "the vendor has moved, or the address lacks https",
            "InvalidRequestError",
            "set the address that it points to; a test shows that credentials go nowhere else",
        ),
        "expired_token": FaultText(
            "the token was revoked, or this machine's clock is off",
            "AuthError",
            "nothing is to be done about a single one: the client renews the token; a test shows that it does",
        ),
        "not_json": FaultText(
            "a proxy or a hotel's network responds in the vendor's place", "DecodeError", _ADDRESS
        ),
        "truncated_json": FaultText("a gateway cuts a response", "DecodeError", _UNKNOWN),
        "wrong_envelope": FaultText("the vendor changes the form of its responses", "DecodeError", _UNKNOWN),
        "empty_body": FaultText("a gateway drops the body of a response", "DecodeError", _UNKNOWN),
        "odd_bytes": FaultText("a name in the vendor's database is broken", None, _NOTHING),
        "bad_gzip": FaultText(
            "a proxy announces a compression that it does not use", "OutcomeUnknownError", _UNKNOWN
        ),
        "bad_chunk": FaultText("a server or proxy breaks the rules of HTTP", "OutcomeUnknownError", _UNKNOWN),
        "slow_body": FaultText("a slow network", None, _NOTHING),
        "long_header": FaultText("a proxy adds a header of absurd length", "OutcomeUnknownError", _SIZE),
        "header_flood": FaultText("a proxy adds headers without end", "OutcomeUnknownError", _SIZE),
        "huge_body": FaultText("a broken or hostile server sends without end", "DecodeError", _SIZE),
        "page_repeats": FaultText("the rows of a list move while it is read", "PagingError", _LISTED),
        "page_ignored": FaultText(
            "a host that does not know the parameter for pages", "PagingError", _LISTED
        ),
        "lagging_list": FaultText(
            "the vendor lists from a copy that is behind",
            None,
            "do not take a missing row for one that is not there; a test shows that nothing is made twice",
        ),
        "page_capped": FaultText("a host that serves shorter pages than it was asked for", None, _NOTHING),
    }
)
"""By the fault's name."""
