"""For each class of error: what probably happened, and what to do next.

The end of a raised error's message and `stringee-async explain` read the same text. What the class means stands in its
docstring, in `errors`; what one call adds (the object, the resource's `ensure`) is added by `error_context`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from .errors import (
    READ_AGAIN,
    AlreadyExistsError,
    AmbiguousError,
    ApiError,
    AuthError,
    CertificateError,
    ClosedError,
    ConfigError,
    ConflictError,
    DeadlineError,
    DecodeError,
    GuardError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    PagingError,
    PermissionDeniedError,
    PlanError,
    ProvisionError,
    ProxyError,
    RateLimitedError,
    ResponseError,
    SdkError,
    ServerError,
    SpecError,
    StalePlanError,
    TransportError,
    WebhookError,
)


@attrs.frozen
class Remedy:
    """What is said of a class of errors.

    Args:
        cause: What probably happened.
        step: What to do next; the end of the message of a call that failed so.
    """

    cause: str
    step: str


_READ_ATTRIBUTES: Final = "read the class, `code` and `next_step` of the error; its subclasses say more"

REMEDIES: Final[Mapping[type[SdkError], Remedy]] = MappingProxyType(
    {
        SdkError: Remedy("any error that the SDK raises on purpose is one of these", _READ_ATTRIBUTES),
        ConfigError: Remedy(
            "an argument has a wrong type or value, or a setting is missing", "correct what the message names"
        ),
        ClosedError: Remedy(
            "the client was used after aclose() or its `async with`, or by a second event loop, such as another asyncio.run",
            "open the client (`async with client`) in the event loop that uses it, and keep it open while calls run",
        ),
        AmbiguousError: Remedy(
            "two objects were given the same name or number, by hand or by a create that was sent twice",
            "look at the objects in `ids`, keep one and delete the others, then call it again",
        ),
        TransportError: Remedy(
            "the connection failed before or during the exchange",
            "check the network; `outcome` says whether the vendor may have acted",
        ),
        NotSentError: Remedy(
            "the address is wrong, the network or the vendor is down, or all connections were busy for too long",
            "check the address and the network, then send it again",
        ),
        CertificateError: Remedy(
            "the address is not the vendor's, a proxy decrypts the traffic, or this machine's clock or certificates are old",
            "check the address, and the clock and the root certificates of this machine",
        ),
        ProxyError: Remedy(
            "the proxy wants another login, or does not let this host through",
            "check the proxy's address and login, or have the vendor's host allowed there",
        ),
        OutcomeUnknownError: Remedy(
            "the connection broke, or the attempt's time ended, after the request had left",
            "nothing was changed, so send it again",
        ),
        DeadlineError: Remedy(
            "the vendor is slow or asks for long waits, or many calls share the rate limit; `spent` says where the time went",
            "send it again with more time (Timeouts.total), or with fewer calls at once",
        ),
        ResponseError: Remedy("the vendor, or what stands before it, refused or failed", _READ_ATTRIBUTES),
        DecodeError: Remedy(
            "a proxy or a firewall responded in the vendor's place, or the vendor has changed its responses",
            "send it again; if it stays, the vendor has changed its responses, and error.body holds this one",
        ),
        ApiError: Remedy("the vendor refused; its words are in `message`", _READ_ATTRIBUTES),
        AuthError: Remedy(
            "the key or secret is wrong or was replaced, belongs to another address, or this machine's clock is off",
            "check the credentials, and that they belong to this address",
        ),
        PermissionDeniedError: Remedy(
            "the key belongs to another project, its user lacks a right, or the account is not paid for this",
            "use credentials that may do it, or ask the account's administrator for the right",
        ),
        NotFoundError: Remedy(
            "it was deleted, the id is of another kind of object, or it belongs to another account",
            "check the id: it may be of another kind, or of another account",
        ),
        AlreadyExistsError: Remedy(
            "somebody, or an earlier run, has created an object with this name or number",
            "choose another name or number, or change what is there",
        ),
        ConflictError: Remedy(
            "the object is in use: an agent is on a call or in a queue, a group has agents, a task runs",
            "undo what the message names, then send it again",
        ),
        LimitReachedError: Remedy(
            "the contract or the account allows no further object of this kind",
            "delete what is not needed, or have the vendor raise the limit",
        ),
        InvalidRequestError: Remedy(
            "a value has the wrong form, is too long, or does not fit the other values",
            "correct what the message names",
        ),
        RateLimitedError: Remedy(
            "more calls were made than the vendor allows in its window, by this process or by others with the same key",
            "wait; rate_limit= of the client keeps below the vendor's limit",
        ),
        ServerError: Remedy("the vendor, or a gateway before it, has a problem", "try it again later"),
        PagingError: Remedy(
            "the vendor repeats or skips pages, or the rows changed during the pass", READ_AGAIN
        ),
        ProvisionError: Remedy(
            "a specification, a plan or a run of it failed",
            "correct what the message names, then run it again",
        ),
        SpecError: Remedy(
            "a file has a misspelt key, a wrong value, or names something that it does not define",
            "correct the lines that the message names, then run it again; nothing was sent",
        ),
        PlanError: Remedy(
            "the plan is for another account or vendor, or holds what cannot be done",
            "correct what the message names, then make a new plan",
        ),
        GuardError: Remedy(
            "the plan deletes or changes more than the guards allow, which a wrong file would do too",
            "read the plan; if it is meant, allow what the message names",
        ),
        StalePlanError: Remedy(
            "somebody changed the account after the plan was made", "make a new plan, and look at it"
        ),
        WebhookError: Remedy(
            "the signing key is another one, something on the way changed the body, or somebody else sent it",
            "check the signing key, and that the body reaches the handler unchanged; do not act on this event",
        ),
    }
)
"""By class, all that the package exports; a class that is not here has what its base has."""


def remedy_of(kind: type[SdkError]) -> Remedy:
    """Return what is said of a class of errors, or of the nearest class above it."""
    return next(REMEDIES[base] for base in kind.__mro__ if base in REMEDIES)
