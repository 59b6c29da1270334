"""What ITNIO TECH's status codes mean, as data.

The vendor uses a code again with another meaning at another endpoint, so a pair of operation and code goes before the
code alone. Source: itniotech.com, api/call and api/account (codes), itniotech.cn for the wording where the English
pages are garbled.
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
from ..core.response import SILENT


@attrs.frozen
class Meaning:
    """What one code says.

    Args:
        kind: The error class.
        text: What happened, where the response gives no reason.
        hint: What to add to the vendor's reason, where it misleads.
        step: What to do next, where that is not the same for all errors of the class.
    """

    kind: type[ApiError]
    text: str
    hint: str = ""
    step: str | None = None


_KEYS: Final = (
    "check that API key and secret belong together and that the account may be used from this address"
)
_TASK: Final = "look at the state of the task first"
_FORMAT: Final = "give it in another format"
_SALES: Final = "ask the vendor's sales contact"
_CLOCK: Final = "set this machine's clock by NTP, or give clock_offset"

BY_CODE: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        -1: Meaning(AuthError, "the vendor refuses key or signature", step=_KEYS),
        -2: Meaning(AuthError, "the vendor refuses the key, or this address", step=_KEYS),
        -10: Meaning(
            PermissionDeniedError,
            "the balance is not enough",
            step="top up the account; client.balance() shows what is left",
        ),
        -13: Meaning(PermissionDeniedError, "the account is locked", step="ask the vendor to unlock it"),
        -15: Meaning(RateLimitedError, "requests come too often"),
        -16: Meaning(AuthError, "the time in the signature has expired", step=_CLOCK),
        -18: Meaning(ServerError, "the vendor's program failed"),
        -20: Meaning(AlreadyExistsError, "there is such an object already"),
        -21: Meaning(
            InvalidRequestError, "the upload did not pass the vendor's check", step="correct the file"
        ),
        -22: Meaning(InvalidRequestError, "a parameter is wrong"),
        -23: Meaning(LimitReachedError, "the vendor's cap on the number of objects is reached"),
        -24: Meaning(NotFoundError, "there is no such object"),
        -25: Meaning(InvalidRequestError, "the time is out of the range that can be asked for"),
        -26: Meaning(PermissionDeniedError, "the account's fees do not allow this", step=_SALES),
        -27: Meaning(InvalidRequestError, "the uploaded file has the wrong format", step=_FORMAT),
        -28: Meaning(RateLimitedError, "the limit for this period is reached"),
        -29: Meaning(
            AuthError, "the workspace is disabled", step="ask the vendor, or use a key of another workspace"
        ),
        -30: Meaning(AuthError, "the key is disabled", step="have the key enabled, or make a new one"),
        -31: Meaning(
            AuthError, "this address is not allowed", step="have this machine's address allowed for the key"
        ),
        -32: Meaning(
            AuthError, "the application is not permitted", step="use a key of an application that may do it"
        ),
        -33: Meaning(AlreadyExistsError, "the name exists already"),
        -34: Meaning(AlreadyExistsError, "the job number exists already"),
        -36: Meaning(
            LimitReachedError,
            "that is more than the number of agents that can still be created",
            step="agents.remaining says how many; delete agents that are not needed, or have the vendor raise the "
            "limit",
        ),
        -38: Meaning(InvalidRequestError, "the file is too large", step="give a smaller one"),
        -39: Meaning(InvalidRequestError, "the file has the wrong format", step=_FORMAT),
        -40: Meaning(
            LimitReachedError,
            "a task takes 100,000 numbers at most",
            step="split the numbers over several tasks",
        ),
        -41: Meaning(InvalidRequestError, "the task cannot do this", step=_TASK),
        -42: Meaning(InvalidRequestError, "the task cannot do this", step=_TASK),
        -43: Meaning(InvalidRequestError, "the task is not as it must be", step=_TASK),
        -44: Meaning(InvalidRequestError, "the type of the trunk is wrong"),
        -45: Meaning(InvalidRequestError, "the name of the trunk is wrong"),
        -47: Meaning(
            InvalidRequestError,
            "a trunk of this name exists",
            step="choose another name, or use the trunk that is there",
        ),
        -48: Meaning(InvalidRequestError, "the trunk has no agent group"),
        -49: Meaning(InvalidRequestError, "the trunk has no gateway"),
        -50: Meaning(InvalidRequestError, "the gateway is not in the right form or longer than 50"),
        -51: Meaning(InvalidRequestError, "an agent group is given twice"),
        -52: Meaning(
            InvalidRequestError,
            "an agent group is bound to another trunk",
            step="take it out of that trunk first, or choose another group",
        ),
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
            step="move or delete its agents, or use a key of its workspace",
        ),
        -64: Meaning(InvalidRequestError, "the password may hold letters and digits only"),
        -65: Meaning(InvalidRequestError, "the agent group is not in this application"),
        -66: Meaning(InvalidRequestError, "the country code is unknown"),
        -67: Meaning(
            ConflictError, "an agent is on a call", step="wait until the call has ended, then send it again"
        ),
        -68: Meaning(
            ConflictError,
            "an agent takes part in a group-call task",
            step="take the agent out of the task first, or wait until that has ended",
        ),
        -69: Meaning(
            ConflictError,
            "the group is bound to a team leader",
            step="take the group from the team leader first",
        ),
        -70: Meaning(
            ConflictError, "the group is bound to a SIP trunk", step="take the group out of the trunk first"
        ),
        -71: Meaning(
            LimitReachedError,
            "the cap on tags is reached, or a tag is there twice",
            step="delete a tag, or leave out the one that is there twice",
        ),
        -72: Meaning(InvalidRequestError, "a tag is empty or longer than 20 characters"),
        -74: Meaning(InvalidRequestError, "the agent group is not in this application"),
        -75: Meaning(PermissionDeniedError, "the account may not do this", step=_SALES),
        -77: Meaning(PermissionDeniedError, "the account has no rate for the destination", step=_SALES),
    }
)

BY_OPERATION: Final[Mapping[tuple[str, int], Meaning]] = MappingProxyType(
    {
        ("agent_groups.delete", -64): Meaning(
            ConflictError, "the group still has agents", step="move or delete its agents first"
        ),
        ("calls.make", -68): Meaning(
            ConflictError,
            "the SIP is not idle",
            step="wait until the agent's phone is free, then send it again",
        ),
        ("balance.get", -27): Meaning(RateLimitedError, "the limit for this period is reached"),
    }
)


def meaning_of(operation: str, code: int) -> Meaning:
    """Return what a code means for an operation; an undocumented code is a wrong request."""
    unknown = Meaning(InvalidRequestError, "the vendor refused", step=SILENT)
    return BY_OPERATION.get((operation, code)) or BY_CODE.get(code) or unknown
