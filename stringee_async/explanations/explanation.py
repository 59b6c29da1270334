"""One explanation: of an error class, a vendor's code, an HTTP status, an exit code or a fault of the emulator."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from ..core.errors import AuthError, DeadlineError, Repeat, SdkError

Kind: TypeAlias = Literal["error", "code", "http", "exit", "fault"]
"""What is explained."""


@attrs.frozen(kw_only=True)
class Explanation:
    """What one error or code means, and what to do.

    Args:
        kind: What is explained: an error class, a vendor's code, an HTTP status, an exit code, a fault of the emulator.
        code: What it is looked up by: `AuthError`, `8`, `client_not_found`, `64`, `lost_answer`.
        title: It in one line; of a vendor's code the message of the error where the vendor gives no reason.
        meaning: What it means, in whole sentences.
        cause: What probably happened.
        remedy: What to do next, as the end of the raised error's message says it.
        retried: Whether the SDK sends the call again by itself.
        outcome: Whether the call was carried out.
        vendor: `stringee`, `ringme` or `itniotech`; None for what is not of a vendor.
        operation: The operation that a vendor's code is for, such as `calls.make`, or the product, such as `sms`; None
            where it means the same for all others.
        error: Name of the error class that is raised, or None.
        command_line: What a user of the command line does about it, or None where that is the same.
    """

    kind: Kind
    code: str
    title: str
    meaning: str
    cause: str
    remedy: str
    retried: str
    outcome: str
    vendor: str | None = None
    operation: str | None = None
    error: str | None = None
    command_line: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words that find this, such as `("stringee", "calls.make", "8")`."""
        lead = (self.kind,) if self.kind in {"http", "exit", "fault"} else ()
        return (*lead, *(word for word in (self.vendor, self.operation) if word), self.code)

    @property
    def command(self) -> str:
        """The command that shows it."""
        return f"stringee-async explain {' '.join(self.words)}"


def retried(kind: type[SdkError]) -> str:
    """Return whether the SDK sends a call again that ended in an error of this class."""
    if issubclass(kind, DeadlineError):
        return (
            "No: the time of the whole call is used up. `error.retryable` says whether you may send it again."
        )
    if issubclass(kind, AuthError):
        return "No. The client has renewed its credentials once, and they were rejected again."
    if kind.repeat is Repeat.ALWAYS:
        return "Yes, whatever the call does, as often as its RetryPolicy allows: it was not carried out."
    if kind.repeat is Repeat.IF_IDEMPOTENT:
        return (
            "Reads and idempotent writes are, as often as the RetryPolicy allows. A create is not, unless `outcome` says that "
            "it was not carried out."
        )
    return "No: the same call would end the same way at once."


_OUTCOMES = {
    "not_sent": "Nothing was sent.",
    "refused": "Refused: the vendor changed nothing.",
    "unknown": "Unknown for a write: the vendor may have carried it out. A read changes nothing.",
}


def outcome(kind: type[SdkError]) -> str:
    """Return whether a call was carried out that ended in an error of this class."""
    if kind.default_outcome is not None:
        return _OUTCOMES[kind.default_outcome]
    return "`error.outcome` says it; None where nothing was to be changed."


def sentence(text: str) -> str:
    """Return a text of a message as a sentence: a capital letter, and a full stop."""
    text = text.strip()
    ended = text if not text or text[-1] in ".?!" else f"{text}."
    is_name = any(sign in ended.split(" ", 1)[0] for sign in "_.`=") and " " in ended
    return ended if is_name else ended[:1].upper() + ended[1:]
