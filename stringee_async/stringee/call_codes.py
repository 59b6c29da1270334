"""What the codes of the call host's calls mean; those of the contact centre are in `refusals`.

Source: the table of the vendor's page on failed calls, as two public projects have transcribed it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from ..core.code_meaning import Meaning
from ..core.errors import (
    AuthError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
)
from .refusals import Codes

_OWN_NUMBER: Final = "call from a number that client.numbers lists, or buy this one"
_SCRIPT: Final = "make actions with the functions of stringee_async.stringee.scco, which check them"
_DIGITS: Final = "give the number with its country code, as digits"
_TRUNK: Final = "choose a SIP trunk of this account in the vendor's dashboard"

PLACED: Final[Codes] = MappingProxyType(
    {
        1: Meaning(InvalidRequestError, "answer_url is empty", step="give actions, or an answer_url"),
        2: Meaning(InvalidRequestError, "the call script is wrong", step=_SCRIPT),
        3: Meaning(
            InvalidRequestError,
            "the type of the called end is wrong",
            step="give `to` as a number, or make it with phone() or user()",
        ),
        4: Meaning(NotFoundError, "the vendor does not have the calling number", step=_OWN_NUMBER),
        5: Meaning(PermissionDeniedError, "the calling number is not the account's", step=_OWN_NUMBER),
        6: Meaning(NotFoundError, "the SIP trunk is not there", step=_TRUNK),
        7: Meaning(PermissionDeniedError, "the SIP trunk is not the account's", step=_TRUNK),
        8: Meaning(
            ConflictError,
            "there is not enough money",
            cause="the account's balance does not cover the first minute of the call",
            step="top up the account in the vendor's dashboard, then place the call again; no call was placed",
        ),
        10: Meaning(InvalidRequestError, "a number is in the wrong format", step=_DIGITS),
        11: Meaning(
            PermissionDeniedError,
            "your server forbade the call",
            cause="the project's own server, which the vendor asks before each call, said no",
            step="look at what your server says to the vendor's request about this call",
        ),
        12: Meaning(
            ConflictError,
            "there are too many calls at once",
            step="wait until calls have ended, or have the vendor raise the number of calls at once",
        ),
        13: Meaning(
            ConflictError,
            "a text is still being made into speech",
            step="wait a few seconds, then place the call again",
        ),
        14: Meaning(InvalidRequestError, "the called number is wrong", step=_DIGITS),
        15: Meaning(PermissionDeniedError, "the calling number is not the project's", step=_OWN_NUMBER),
        16: Meaning(
            PermissionDeniedError,
            "the user may not call",
            step="allow the user to call in the vendor's dashboard, or call as another user",
        ),
        17: Meaning(
            PermissionDeniedError,
            "calls to telephones are not allowed",
            step="have the vendor allow calls to telephones for this account",
        ),
        18: Meaning(
            InvalidRequestError,
            "answer_url could not be read",
            cause="the URL cannot be reached from the internet, or what it returns is no script",
            step="open answer_url from outside your network, or give actions in its place",
        ),
        19: Meaning(PermissionDeniedError, "the account is locked", step="ask the vendor to unlock it"),
        45: Meaning(
            AuthError,
            "the token lacks rest_api",
            cause="a token for a user's app was used, or one that was made without this SDK",
            step="use the key SID and secret with StringeeAuth, whose tokens carry rest_api",
        ),
    }
)
"""By code of a call that was not placed."""

ENDED: Final = 1
"""The code of a call to be stopped that has ended; one public project reads it so."""
STOPPED: Final[Codes] = MappingProxyType(
    {
        2: Meaning(
            NotFoundError,
            "the call is not there",
            step="check the call id; missing_ok=True takes a call that is gone for stopped",
        )
    }
)
"""By code of a call that was not stopped, likewise."""
UNDER_WAY: Final[Codes] = MappingProxyType({})
"""No code of what is done to a call under way is known; the vendor's words decide."""
