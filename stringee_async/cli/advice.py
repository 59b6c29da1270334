"""What the user of the command line should do next about an error.

One job: one sentence for each kind of error. What went wrong is in the error's own text.
"""

from __future__ import annotations

from typing import Final

from ..core.errors import (
    AlreadyExistsError,
    AmbiguousError,
    AuthError,
    CertificateError,
    ConfigError,
    DeadlineError,
    DecodeError,
    InvalidRequestError,
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

_LOOK_FIRST: Final = (
    "It may have been done: list what is there before you repeat it, or create with --ensure."
)

_ADVICE: Final[tuple[tuple[type[SdkError], str], ...]] = (
    (
        AuthError,
        "Check the key SID and secret, this computer's clock, and, for a regional project, STRINGEE_ICC_URL.",
    ),
    (PermissionDeniedError, "Use a key of the project that owns the object, or ask its administrator."),
    (NotFoundError, "List what is there to see the ids."),
    (AlreadyExistsError, "Use update to change it, or create with --ensure to adopt it."),
    (AmbiguousError, "List them, keep one, delete the others."),
    (InvalidRequestError, "Correct the value that the message names; --help shows what is expected."),
    (RateLimitedError, "Wait as long as the message says, then run it again."),
    (CertificateError, "Check the address, and the clock and certificates of this computer."),
    (NotSentError, "Nothing was sent. Check the network and STRINGEE_ICC_URL, then run it again."),
    (DecodeError, "Check that STRINGEE_ICC_URL points at the API; -v shows each request."),
    (SpecError, "Correct the lines above and run it again; nothing was sent."),
    (PagingError, "Run it again when nobody changes things; -v shows each request."),
    (ServerError, "The service has a problem; run it again later."),
    (OutcomeUnknownError, _LOOK_FIRST),
    (DeadlineError, "The service is slow or the queue long; run it again, -v shows each request."),
)


def advice(error: SdkError) -> str | None:
    """Return what to do next, or None where the error says it all.

    Args:
        error: What ended the command.
    """
    if isinstance(error, ConfigError):
        if "not set in the environment" in error.message:
            return "Export it, or write a profile file and name it with --profile; `emulator` prints a set to try."
        return None
    verb = (error.operation or "").rpartition(".")[2]
    if error.outcome == "unknown" and verb in {"create", "add"}:
        return _LOOK_FIRST
    if isinstance(error, NotFoundError) and verb in {"delete", "remove"}:
        return "List what is there to see the ids; with --missing-ok, being gone already is fine."
    if isinstance(error, AlreadyExistsError) and error.existing_id:
        return f"Its id is {error.existing_id}. Use update to change it, or create with --ensure to adopt it."
    return next((text for kind, text in _ADVICE if isinstance(error, kind)), None)
