"""What to do next about an error, in the words of the command line: what `explain` shows and commands end with.

`cli/error_hints` picks one for an error and fills in what the command knows: an id, a variable, a command. Imports
nothing of the vendors.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from ..core.errors import (
    AlreadyExistsError,
    AmbiguousError,
    AuthError,
    CertificateError,
    ConfigError,
    ConflictError,
    DeadlineError,
    DecodeError,
    InvalidRequestError,
    LimitReachedError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    PagingError,
    PermissionDeniedError,
    RateLimitedError,
    SdkError,
    ServerError,
    SpecError,
)


@attrs.frozen
class TerminalHint:
    """What a user of the command line does about a class of errors.

    Args:
        text: For every vendor. `{address}` stands for the variable that holds the address.
        by_vendor: In place of it for single vendors.
    """

    text: str
    by_vendor: Mapping[str, str] = attrs.field(factory=dict[str, str])


NO_SETTINGS: Final = "Export what is missing, or write a profile file and name it with --profile; `emulator` prints a set to try."
RUN_ENSURE_AGAIN: Final = (
    "It may have been done; run it again: --ensure looks first, so that nothing is made twice."
)
RUN_AGAIN: Final = "It may have been done; run it again, as doing it twice does no harm."
LOOK_FIRST: Final = "It may have been done: {look} before you repeat it"
MISSING_OK: Final = "with --missing-ok, being gone already is fine."
CLIENT_ID: Final = "Check --client-id; without it the client is that of the application's own user."
ADOPT: Final = "Use update to change it, or create with --ensure to adopt it."
KEEP_IN_QUEUES: Final = "Take the agent out of its queues first, or leave out --keep-in-queues."
CREATE_AGAIN: Final = "Delete it and create it again, or choose another name."
WAIT: Final = "Wait {span}, then run it again."
HOURLY: Final = "The hourly quota, which all applications of the client share, is used up. "
CREATED: Final = "It was created: look for it with {command} later, and do not create it again."

HINTS: Final[Mapping[type[SdkError], TerminalHint]] = MappingProxyType(
    {
        AuthError: TerminalHint(
            "Check the key SID and secret, this computer's clock, and, for a regional project, {address}.",
            {
                "ringme": "Check the application's id and secret, {address}, and that the application is of type trusted.",
                "itniotech": "Check key and secret, this computer's clock, {address}, and whether the account may be used "
                "from here.",
            },
        ),
        PermissionDeniedError: TerminalHint(
            "Use a key of the project that owns the object, or ask its administrator.",
            {
                "ringme": "Ask the exchange's administrator for the right, or use an application that has it.",
                "itniotech": "Look at `balance`, or ask the vendor what the account may do.",
            },
        ),
        NotFoundError: TerminalHint("Check the id."),
        AlreadyExistsError: TerminalHint("Choose another name or number, or change the one that is there."),
        LimitReachedError: TerminalHint(
            "Delete what is not needed, or have the vendor raise the limit; then run it again."
        ),
        ConflictError: TerminalHint(
            "Undo what the message names (it is in use, or a cap is reached), then run it again."
        ),
        AmbiguousError: TerminalHint("List them, keep one, delete the others."),
        InvalidRequestError: TerminalHint(
            "Correct the value that the message names; --help shows what is expected."
        ),
        RateLimitedError: TerminalHint("Wait a minute, then run it again."),
        CertificateError: TerminalHint("Check the address, and the clock and certificates of this computer."),
        NotSentError: TerminalHint("Nothing was sent. Check the network and {address}, then run it again."),
        DecodeError: TerminalHint("Check that {address} points at the API; -v shows each request."),
        SpecError: TerminalHint("Correct the lines above and run it again; nothing was sent."),
        PagingError: TerminalHint("Run it again when nothing else changes the data; -v shows each request."),
        ServerError: TerminalHint("The service has a problem; run it again later."),
        OutcomeUnknownError: TerminalHint(
            "Nothing was changed. The connection or the service is unreliable; run it again."
        ),
        DeadlineError: TerminalHint(
            "The service is slow or the queue long; run it again, -v shows each request."
        ),
        ConfigError: TerminalHint("Correct what the message names; --help shows what is expected."),
    }
)
"""By class; the first class of an error's own classes, from its own upwards, counts."""


def terminal_hint(kind: type[SdkError], vendor: str | None = None) -> str | None:
    """Return the text for a class of errors, or None where the error says it all.

    Args:
        kind: The class.
        vendor: Whose words; None takes those for every vendor.
    """
    found = next((HINTS[base] for base in kind.__mro__ if base in HINTS), None)
    return None if found is None else found.by_vendor.get(vendor or "", found.text)
