"""What the user of the command line should do next about an error, in the vendor's words."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

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
from ..core.profiles import SETTINGS
from ..core.retry_class import RetryClass
from .account import variable
from .looking import changed_by, commands, where_ids_are
from .vendor import Vendor

Hint = Callable[[SdkError, Vendor], str]

_CREATES: Final = frozenset({"create", "add", "create_many", "send_message", "ensure"})
_REMOVES: Final = frozenset({"delete", "remove", "drop"})
_WITHOUT_ENSURE: Final = frozenset({"agents.create_many", "team_leaders.create", "users.send_message"})
"""Creates that have no natural key to look for, so the commands have no `--ensure`."""


def hint(error: SdkError, vendor: Vendor) -> str | None:
    """Return what to do next, or None where the error says it all."""
    if isinstance(error, ConfigError):
        if "not set in the environment" in error.message:
            return "Export what is missing, or write a profile file and name it with --profile; `emulator` prints a set to try."
        return None
    if error.outcome == "unknown" and (error.retry_class is not None or _verb(error) in _CREATES):
        return _look_first(error, vendor)
    text = next((text for kind, text in _HINTS if isinstance(error, kind)), None)
    return text(error, vendor) if callable(text) else text


def _verb(error: SdkError) -> str:
    return (error.operation or "").rpartition(".")[2]


def _look_first(error: SdkError, vendor: Vendor) -> str:
    """Return what to do after a write whose outcome is unknown."""
    if _ensures(error):
        return "It may have been done; run it again: --ensure looks first, so that nothing is made twice."
    if error.retry_class is RetryClass.IDEMPOTENT_WRITE:
        return "It may have been done; run it again, as doing it twice does no harm."
    command = changed_by(error.operation or "", vendor)
    look = "make sure" if command is None else f"look with {commands([command])}"
    text = f"It may have been done: {look} before you repeat it"
    has_ensure = _verb(error) in _CREATES and error.operation not in _WITHOUT_ENSURE
    return f"{text}, or create with --ensure." if has_ensure else f"{text}."


def _ensures(error: SdkError) -> bool:
    """Return whether the command looks before it creates."""
    return (error.call or "").endswith(".ensure")


def _auth(error: SdkError, vendor: Vendor) -> str:
    if vendor is Vendor.RINGME:
        return (
            "Check the application's id and secret, RINGME_URL, and that the application is of type trusted."
        )
    if vendor is Vendor.ITNIOTECH:
        return "Check key and secret, this computer's clock, ITNIOTECH_URL, and whether the account may be used from here."
    where = _address(error, vendor)
    return f"Check the key SID and secret, this computer's clock, and, for a regional project, {where}."


def _address(error: SdkError, vendor: Vendor) -> str:
    """Return the variable that holds the address that was called."""
    names = SETTINGS[vendor].urls
    call_host = (error.operation or "").startswith("users.")
    return variable(vendor, names[-1] if call_host else names[0])


def _denied(error: SdkError, vendor: Vendor) -> str:  # noqa: ARG001 - one signature
    if vendor is Vendor.ITNIOTECH:
        return "Look at `balance`, or ask the vendor what the account may do."
    if vendor is Vendor.RINGME:
        return "Ask the exchange's administrator for the right, or use an application that has it."
    return "Use a key of the project that owns the object, or ask its administrator."


def _not_found(error: SdkError, vendor: Vendor) -> str:
    if error.code == "client_not_found":
        return "Check --client-id; without it the client is that of the application's own user."
    where = where_ids_are(error.operation or "", vendor)
    look = f"Look for the id with {where}" if where else "Check the id"
    return (
        f"{look}; with --missing-ok, being gone already is fine." if _verb(error) in _REMOVES else f"{look}."
    )


def _exists(error: SdkError, vendor: Vendor) -> str:  # noqa: ARG001 - one signature
    its_id = f"Its id is {error.existing_id}. " if error.existing_id else ""
    if error.operation in _WITHOUT_ENSURE or _ensures(error) or _verb(error) not in _CREATES:
        return f"{its_id}Choose another name or number, or change the one that is there."
    return f"{its_id}Use update to change it, or create with --ensure to adopt it."


def _conflict(error: SdkError, vendor: Vendor) -> str:
    if vendor is Vendor.RINGME and _verb(error) == "delete":
        return "Take the agent out of its queues first, or leave out --keep-in-queues."
    if vendor is Vendor.RINGME and _verb(error) == "update":
        return "Delete it and create it again, or choose another name."
    return "Undo what the message names (it is in use, or a cap is reached), then run it again."


def _limited(error: SdkError, vendor: Vendor) -> str:
    seconds = error.reset_after if isinstance(error, RateLimitedError) else None
    if seconds is None:
        return "Wait a minute, then run it again."
    if vendor is Vendor.RINGME and seconds > 60:
        return (
            f"The hourly quota, which all applications of the client share, is used up. Wait {_span(seconds)}, "
            "then run it again."
        )
    return f"Wait {_span(seconds)}, then run it again."


def _span(seconds: float) -> str:
    """Return a time to wait in words, rounded up."""
    if seconds <= 120:
        return f"{max(1, math.ceil(seconds))} s"
    return f"{math.ceil(seconds / 60)} minutes"


def _not_sent(error: SdkError, vendor: Vendor) -> str:
    return f"Nothing was sent. Check the network and {_address(error, vendor)}, then run it again."


def _paging(error: SdkError, vendor: Vendor) -> str:
    command = changed_by(error.operation or "", vendor)
    if error.operation == "agent_groups.create" and command is not None:
        return f"It was created: look for it with {commands([command])} later, and do not create it again."
    return "Run it again when nothing else changes the data; -v shows each request."


def _decode(error: SdkError, vendor: Vendor) -> str:
    return f"Check that {_address(error, vendor)} points at the API; -v shows each request."


_HINTS: Final[tuple[tuple[type[SdkError], Hint | str], ...]] = (
    (AuthError, _auth),
    (PermissionDeniedError, _denied),
    (NotFoundError, _not_found),
    (AlreadyExistsError, _exists),
    (LimitReachedError, "Delete what is not needed, or have the vendor raise the limit; then run it again."),
    (ConflictError, _conflict),
    (AmbiguousError, "List them, keep one, delete the others."),
    (InvalidRequestError, "Correct the value that the message names; --help shows what is expected."),
    (RateLimitedError, _limited),
    (CertificateError, "Check the address, and the clock and certificates of this computer."),
    (NotSentError, _not_sent),
    (DecodeError, _decode),
    (SpecError, "Correct the lines above and run it again; nothing was sent."),
    (PagingError, _paging),
    (ServerError, "The service has a problem; run it again later."),
    (OutcomeUnknownError, "Nothing was changed. The connection or the service is unreliable; run it again."),
    (DeadlineError, "The service is slow or the queue long; run it again, -v shows each request."),
)
