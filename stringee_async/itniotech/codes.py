"""What ITNIO TECH's status codes mean, as data.

The vendor uses a code again with another meaning at another endpoint, so a pair of operation and code goes first, then
the product and the code, then the code alone. E-mail and AI voice have codes of their own. Source: itniotech.com, api
(codes of call, account, sms, voice and otp), itniotech.cn for the wording where the English pages are garbled.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..core.code_meaning import Meaning
from ..core.errors import (
    AlreadyExistsError,
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
from .products import product_of

_KEYS: Final = (
    "check that API key and secret belong together and that the account may be used from this address"
)
_TASK: Final = "look at the state of the task first"
_FORMAT: Final = "give it in another format"
_TEXT: Final = "change the text, or have a template approved"
_TOP_UP: Final = "top up the account; client.balance() shows what is left"
_LIMIT: Final = "wait until the period of the application's limit is over, or have the limit raised"
_SALES: Final = "ask the vendor's sales contact"
_CLOCK: Final = "set this machine's clock by NTP, or give clock_offset"

BY_CODE: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        -1: Meaning(AuthError, "the vendor refuses key or signature", step=_KEYS),
        -2: Meaning(AuthError, "the vendor refuses the key, or this address", step=_KEYS),
        -3: Meaning(InvalidRequestError, "the text holds words that are not allowed", step=_TEXT),
        -4: Meaning(InvalidRequestError, "the text is empty"),
        -5: Meaning(InvalidRequestError, "the text is too long", step="send a shorter text"),
        -6: Meaning(InvalidRequestError, "the text fits no template", step=_TEXT),
        -7: Meaning(InvalidRequestError, "there are too many numbers", step="send to fewer numbers at once"),
        -8: Meaning(InvalidRequestError, "there is no number"),
        -9: Meaning(
            InvalidRequestError, "a number is malformed, or in a country that the contract leaves out"
        ),
        -10: Meaning(PermissionDeniedError, "the balance is not enough", step=_TOP_UP),
        -11: Meaning(InvalidRequestError, "a time is not in the right form"),
        -12: Meaning(ServerError, "the vendor's platform failed"),
        -13: Meaning(PermissionDeniedError, "the account is locked", step="ask the vendor to unlock it"),
        -14: Meaning(InvalidRequestError, "a field is empty, or an id is wrong"),
        -15: Meaning(RateLimitedError, "requests come too often"),
        -16: Meaning(AuthError, "the time in the signature has expired", step=_CLOCK),
        -17: Meaning(InvalidRequestError, "the template is empty", step=_TEXT),
        -18: Meaning(ServerError, "the vendor's program failed"),
        -19: Meaning(PermissionDeniedError, "the account has no channel or no price for this", step=_SALES),
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
        ("phone_calls.start", -68): Meaning(
            ConflictError, "the SIP is not idle", step="wait until the phone is free, then send it again"
        ),
        ("phones.create_many", -20): Meaning(
            AlreadyExistsError,
            "the application has a group or phones of this name",
            step="phones.list shows them; or give other names",
        ),
        ("phones.reset_password", -24): Meaning(NotFoundError, "there is no such phone"),
        ("voice_files.upload", -20): Meaning(
            AlreadyExistsError,
            "there is a file of this name",
            step="voice_files.find tells its id; or give another name",
        ),
        ("balance.get", -27): Meaning(RateLimitedError, "the limit for this period is reached"),
    }
)

_LIMITS: Final = MappingProxyType(
    {
        -27: Meaning(LimitReachedError, "the application's limit for this period is reached", step=_LIMIT),
        -28: Meaning(LimitReachedError, "the limit for this number and this period is reached", step=_LIMIT),
    }
)
BY_PRODUCT: Final[Mapping[str, Mapping[int, Meaning]]] = MappingProxyType(
    {
        "sms": {**_LIMITS, -21: Meaning(InvalidRequestError, "the vendor's check failed")},
        "otp": {
            **_LIMITS,
            -21: Meaning(InvalidRequestError, "the vendor's check failed"),
            -29: Meaning(InvalidRequestError, "the text holds words that are not allowed", step=_TEXT),
        },
        "voice": {
            -20: Meaning(
                AlreadyExistsError, "the name exists already", step="give another name, or use what is there"
            ),
            -21: Meaning(
                InvalidRequestError,
                "the file did not pass the vendor's check",
                step="give an MP3, WAV or M4A file that plays",
            ),
            -25: Meaning(
                InvalidRequestError,
                "the time is out of the range that can be asked for",
                step="ask for 31 days at most, of the last two months",
            ),
        },
        "email": {
            -1: BY_CODE[-1],
            -2: Meaning(ConflictError, "the request was sent before", step="look for what it did"),
            -4: BY_CODE[-13],
            -5: Meaning(InvalidRequestError, "a field is wrong"),
            -6: BY_CODE[-16],
            -8: Meaning(InvalidRequestError, "an address is wrong"),
            -23: BY_CODE[-18],
            -24: Meaning(PermissionDeniedError, "the address of the sender is not verified"),
            -28: Meaning(InvalidRequestError, "these are more than 200", step="send fewer at once"),
        },
        "ai_voice": {
            -1: BY_CODE[-1],
            -3: BY_CODE[-10],
            -4: BY_CODE[-16],
            -5: BY_CODE[-18],
            -6: BY_CODE[-2],
            -27: BY_CODE[-22],
            -32: Meaning(NotFoundError, "there is no such task"),
            -33: Meaning(AlreadyExistsError, "the name exists already"),
            -37: Meaning(NotFoundError, "there is no such application"),
            -38: Meaning(ConflictError, "the task cannot be paused", step=_TASK),
            -39: Meaning(ConflictError, "the task cannot be started", step=_TASK),
            -45: Meaning(InvalidRequestError, "there are no customers"),
            -52: Meaning(
                LimitReachedError, "more calls at once than allowed", step="give the task fewer robots"
            ),
            -57: BY_CODE[-1],
            -58: BY_CODE[-1],
            -59: BY_CODE[-1],
        },
    }
)
_OWN: Final = frozenset({"email", "ai_voice"})
"""Products whose codes have nothing to do with those of the others."""
_VOICE: Final = "calls group_calls phone_calls phones voice_codes voice_files voice_records"
_CODES: Final = "otp_apps otp_templates otp_flows"
_PRODUCTS: Final[Mapping[str, str]] = MappingProxyType(
    {**dict.fromkeys(_VOICE.split(), "voice"), **dict.fromkeys(_CODES.split(), "otp")}
)
"""The product of a resource, where it has another name."""
_OPERATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "/v3/cc/seatGroup/deleteGroup": "agent_groups.delete",
        "/voice/sendSip": "calls.make",
        "/v3/voice/sendSip": "calls.make",
        "/voice/sipAdd": "phones.create_many",
        "/v3/voice/sipAdd": "phones.create_many",
        "/voice/sipReset": "phones.reset_password",
        "/v3/voice/sipReset": "phones.reset_password",
        "/voice/fileUpload": "voice_files.upload",
        "/v3/voice/fileUpload": "voice_files.upload",
        "/sms/getBalance": "balance.get",
        "/v3/getBalance": "balance.get",
    }
)
"""The paths whose operations have codes of their own."""


UNKNOWN: Final = Meaning(InvalidRequestError, "the vendor refused", step=SILENT)
"""What a code means that no page of the vendor's lists."""


def scopes_of(operation: str) -> tuple[str | None, ...]:
    """Return whose meaning of a code counts for an operation, first to last: its own, its product's, then that of all others (None).

    The path of a call stands for its operation where the call has no method.
    """
    resource = operation.partition(".")[0]
    product = _PRODUCTS.get(resource, resource)
    if operation.startswith("/"):
        operation, product = _OPERATIONS.get(operation, ""), product_of(operation)
    return (operation, product) if product in _OWN else (operation, product, None)


def meaning_of(operation: str, code: int) -> Meaning:
    """Return what a code means for an operation; an undocumented code is a wrong request.

    The path of a call stands for its operation where the call has no method.
    """
    own, product, *others = scopes_of(operation)
    found = BY_OPERATION.get((own or "", code)) or BY_PRODUCT.get(product or "", {}).get(code)
    if found is None and others:
        found = BY_CODE.get(code)
    return found or UNKNOWN


def expired_code(path: str) -> int:
    """Return the code for a time that the vendor finds too old or too new, at a path."""
    return {"email": -6, "ai_voice": -4}.get(product_of(path), -16)
