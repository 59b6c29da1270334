"""What the codes of the call host's calls mean; those of the contact centre are in `refusals`.

Source: the table of the vendor's page on failed calls, as two public projects have transcribed it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from ..core.errors import (
    AuthError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
)
from .refusals import Codes

PLACED: Final[Codes] = MappingProxyType(
    {
        1: (InvalidRequestError, "answer_url is empty"),
        2: (InvalidRequestError, "the call script is wrong"),
        3: (InvalidRequestError, "the type of the called end is wrong"),
        4: (NotFoundError, "the vendor does not have the calling number"),
        5: (PermissionDeniedError, "the calling number is not the account's"),
        6: (NotFoundError, "the SIP trunk is not there"),
        7: (PermissionDeniedError, "the SIP trunk is not the account's"),
        8: (ConflictError, "there is not enough money"),
        10: (InvalidRequestError, "a number is in the wrong format"),
        11: (PermissionDeniedError, "your server forbade the call"),
        12: (ConflictError, "there are too many calls at once"),
        13: (ConflictError, "a text is still being made into speech"),
        14: (InvalidRequestError, "the called number is wrong"),
        15: (PermissionDeniedError, "the calling number is not the project's"),
        16: (PermissionDeniedError, "the user may not call"),
        17: (PermissionDeniedError, "calls to telephones are not allowed"),
        18: (InvalidRequestError, "answer_url could not be read"),
        19: (PermissionDeniedError, "the account is locked"),
        45: (AuthError, "the token lacks rest_api"),
    }
)
"""By code of a call that was not placed: the error, and what it says where the vendor says nothing."""

ENDED: Final = 1
"""The code of a call to be stopped that has ended; one public project reads it so."""
STOPPED: Final[Codes] = MappingProxyType({2: (NotFoundError, "the call is not there")})
"""By code of a call that was not stopped, likewise."""
UNDER_WAY: Final[Codes] = MappingProxyType({})
"""No code of what is done to a call under way is known; the vendor's words decide."""
