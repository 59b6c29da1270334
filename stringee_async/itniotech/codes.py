"""What ITNIO TECH's status codes mean, as data.

One job: from operation and code to an error class and words. The vendor uses a code again with another meaning
at another endpoint, so a pair of both goes before the code alone. Source: itniotech.com, api/call and api/account
(codes), itniotech.cn for the wording where the English pages are garbled.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from ..core.errors import (
    AlreadyExistsError,
    ApiError,
    AuthError,
    ConflictError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
)


@attrs.frozen
class Meaning:
    """What one code says.

    Args:
        kind: The error class.
        text: What happened, where the answer gives no reason.
        hint: What to add to the vendor's reason, where that alone misleads.
    """

    kind: type[ApiError]
    text: str
    hint: str = ""


_KEYS: Final = (
    "; check that API key and secret belong together and that the account may be used from this address"
)
_CLOCK: Final = "; set this machine's clock by NTP, or give clock_offset"

BY_CODE: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        -1: Meaning(AuthError, "the vendor refuses key or signature", _KEYS),
        -2: Meaning(AuthError, "the vendor refuses the key, or this address", _KEYS),
        -10: Meaning(PermissionDeniedError, "the balance is not enough"),
        -13: Meaning(PermissionDeniedError, "the account is locked"),
        -15: Meaning(RateLimitedError, "requests come too often"),
        -16: Meaning(AuthError, "the time in the signature has expired", _CLOCK),
        -18: Meaning(ServerError, "the vendor's program failed"),
        -20: Meaning(AlreadyExistsError, "there is such an object already"),
        -21: Meaning(InvalidRequestError, "the upload did not pass the vendor's check"),
        -22: Meaning(InvalidRequestError, "a parameter is wrong"),
        -23: Meaning(LimitReachedError, "the vendor's cap on the number of objects is reached"),
        -24: Meaning(NotFoundError, "there is no such object"),
        -25: Meaning(InvalidRequestError, "the time is out of the range that can be asked for"),
        -26: Meaning(PermissionDeniedError, "the account's fees do not allow this"),
        -27: Meaning(InvalidRequestError, "the uploaded file has the wrong format"),
        -28: Meaning(RateLimitedError, "the limit for this period is reached"),
        -29: Meaning(AuthError, "the workspace is disabled"),
        -30: Meaning(AuthError, "the key is disabled"),
        -31: Meaning(AuthError, "this address is not allowed"),
        -32: Meaning(AuthError, "the application is not permitted"),
        -33: Meaning(AlreadyExistsError, "the name exists already"),
        -34: Meaning(AlreadyExistsError, "the job number exists already"),
        -36: Meaning(LimitReachedError, "that is more than the number of agents that can still be created"),
        -38: Meaning(InvalidRequestError, "the file is too large"),
        -39: Meaning(InvalidRequestError, "the file has the wrong format"),
        -40: Meaning(LimitReachedError, "a task takes 100,000 numbers at most"),
        -41: Meaning(InvalidRequestError, "the task cannot do this"),
        -42: Meaning(InvalidRequestError, "the task cannot do this"),
        -43: Meaning(InvalidRequestError, "the task is not as it must be"),
        -44: Meaning(InvalidRequestError, "the type of the trunk is wrong"),
        -45: Meaning(InvalidRequestError, "the name of the trunk is wrong"),
        -47: Meaning(InvalidRequestError, "a trunk of this name exists"),
        -48: Meaning(InvalidRequestError, "the trunk has no agent group"),
        -49: Meaning(InvalidRequestError, "the trunk has no gateway"),
        -50: Meaning(InvalidRequestError, "the gateway is not in the right form or longer than 50"),
        -51: Meaning(InvalidRequestError, "an agent group is given twice"),
        -52: Meaning(InvalidRequestError, "an agent group is bound to another trunk"),
        -53: Meaning(InvalidRequestError, "a gateway is given twice"),
        -54: Meaning(InvalidRequestError, "the list of allowed addresses is empty"),
        -55: Meaning(InvalidRequestError, "the list of allowed addresses is not in the right form"),
        -56: Meaning(InvalidRequestError, "the id of the trunk is missing"),
        -57: Meaning(InvalidRequestError, "an agent group of the trunk needs a number"),
        -58: Meaning(InvalidRequestError, "a number is longer than 50"),
        -63: Meaning(
            ConflictError,
            "the vendor will not do this to the group",
            "; -63 is described in two ways: the group still has agents, or it belongs to another workspace",
        ),
        -64: Meaning(InvalidRequestError, "the password may hold letters and digits only"),
        -65: Meaning(InvalidRequestError, "the agent group is not in this application"),
        -66: Meaning(InvalidRequestError, "the country code is unknown"),
        -67: Meaning(ConflictError, "an agent is on a call"),
        -68: Meaning(ConflictError, "an agent takes part in a group-call task"),
        -69: Meaning(ConflictError, "the group is bound to a team leader"),
        -70: Meaning(ConflictError, "the group is bound to a SIP trunk"),
        -71: Meaning(LimitReachedError, "the cap on tags is reached, or a tag is there twice"),
        -72: Meaning(InvalidRequestError, "a tag is empty or longer than 20 characters"),
        -74: Meaning(InvalidRequestError, "the agent group is not in this application"),
        -75: Meaning(
            PermissionDeniedError, "the account may not do this; the vendor's sales contact decides"
        ),
        -77: Meaning(PermissionDeniedError, "the account has no rate for the destination"),
    }
)

BY_OPERATION: Final[Mapping[tuple[str, int], Meaning]] = MappingProxyType(
    {
        ("agent_groups.delete", -64): Meaning(ConflictError, "the group still has agents"),
        ("calls.make", -68): Meaning(ConflictError, "the SIP is not idle"),
        ("balance.get", -27): Meaning(RateLimitedError, "the limit for this period is reached"),
    }
)


def meaning_of(operation: str, code: int) -> Meaning:
    """Return what a code means for an operation; a code that nobody described is a wrong request."""
    unknown = Meaning(InvalidRequestError, "the vendor refused, and does not say why")
    return BY_OPERATION.get((operation, code)) or BY_CODE.get(code) or unknown
