"""The base of every error: the facts of a failed call, whether it may be sent again, and text that is safe to print."""

from __future__ import annotations

import enum
from typing import Any, ClassVar, Final

import attrs

from .redaction import (
    LONGEST,
    LONGEST_FACT,
    body_without_tokens,
    clipped,
    personal_shortened,
    printable,
    without_tokens,
)
from .retry_class import Outcome, RetryClass
from .secrets import MASK

BODY_CAP: Final = 64 * 1024
"""How many bytes of a response, and how many characters of a message, an error keeps."""


class Repeat(enum.Enum):
    """When a call that failed this way may be sent again."""

    ALWAYS = "always"
    IF_IDEMPOTENT = "if idempotent"
    NEVER = "never"


@attrs.frozen
class FailedAttempt:
    """One attempt that failed before the error that was raised: its class, outcome and the wait after it.

    Args:
        error: Name of the error class.
        outcome: What that attempt did at the vendor.
        wait: Seconds waited before the next attempt.
    """

    error: str
    outcome: Outcome | None
    wait: float


class SdkError(Exception):
    """The SDK could not do what was asked.

    Args:
        message: What happened; the class's own sentence where left out.
        details: Any of the attributes below, by name.

    Attributes:
        vendor: `"stringee"`, `"ringme"`, `"itniotech"`, or None.
        operation: Name of the operation, such as `"agents.create"`.
        method: HTTP method.
        path: Path template, without ids.
        status: HTTP status, or None if there was no response.
        code: The vendor's own code.
        message: Full text, the vendor's words included; `str(error)` masks personal data in it.
        request_id: The vendor's id of the request, if it gave one.
        call_id: The id of the call in the lines of the log, or None; that of a request of an `ensure` or of a listing
            begins with the id of the whole.
        retry_after: Seconds the vendor asked to wait, or None.
        attempts: Requests handed to the transport for this call.
        elapsed: Seconds from the call until the error.
        outcome: `"not_sent"`, `"refused"`, `"unknown"`, or None where the question does not arise.
        stage: Where the call was when its time ran out.
        spent: Seconds spent by stage (`queue`, `exchange`, `backoff`).
        body: The response's first 64 KiB, or None; never part of `str`.
        history: The attempts before the last one.
        retry_class: What a repeat of the call would do (`read`, `idempotent_write`, `create`), where it is known.
        foreign: Whether a response came that is not in the vendor's form: a page of another server, a proxy or a
            firewall. Such a response proves nothing about the object, nor about the credentials.
        object: What the call was about, such as `agent_id AG_1`, with personal values shortened; or None.
        call: Name of the call that the user made where that is made of several requests, such as `"agents.ensure"`;
            else None.
        next_step: What to do next, or None.
    """

    repeat: ClassVar[Repeat] = Repeat.NEVER
    default_outcome: ClassVar[Outcome | None] = None
    _vendors_words: ClassVar[bool] = False
    """Whether messages of this class quote a vendor, whose line breaks could forge a line of a log."""

    def __init__(self, message: str | None = None, **details: Any) -> None:
        text = message or str(type(self).__doc__).strip().splitlines()[0]
        self.message: str = without_tokens(text[:BODY_CAP])
        super().__init__(self.message)
        self.vendor: str | None = None
        self.operation: str | None = None
        self.method: str | None = None
        self.path: str | None = None
        self.status: int | None = None
        self.code: int | str | None = None
        self.request_id: str | None = None
        self.call_id: str | None = None
        self.retry_after: float | None = None
        self.attempts: int = 0
        self.elapsed: float = 0.0
        self.outcome: Outcome | None = self.default_outcome
        self.stage: str | None = None
        self.spent: dict[str, float] = {}
        self.body: bytes | None = None
        self.existing_id: str | None = None
        self.paths: tuple[str, ...] = ()
        self.ids: tuple[str, ...] = ()
        self.history: tuple[FailedAttempt, ...] = ()
        self.retry_class: RetryClass | None = None
        self.foreign: bool = False
        self.object: str | None = None
        self.call: str | None = None
        self.next_step: str | None = None
        self._ids: tuple[str, ...] = ()
        self._personal: tuple[str, ...] = ()
        self.add(**details)

    def add(self, **details: Any) -> None:
        """Fill in attributes by name; tokens are masked in the body, and it is cut to its first 64 KiB.

        Args:
            details: Any of the attributes of the class, by name.

        Raises:
            TypeError: There is no such attribute.
        """
        unknown = details.keys() - self.__dict__.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no detail {sorted(unknown)}")
        self.__dict__.update(details)
        if self.request_id is not None:
            self.request_id = without_tokens(self.request_id[:BODY_CAP])
        if self.body is not None:
            self.body = body_without_tokens(self.body[:BODY_CAP])

    def know(self, ids: tuple[str, ...], personal: tuple[str, ...]) -> None:
        """Remember values of the request that the vendor's words may repeat: ids are shown, `personal` ones shortened."""
        self._ids, self._personal = ids, personal

    def mask(self, *secrets: str) -> None:
        """Put asterisks in place of credentials that the vendor's response repeats.

        Where there were some, the way to this error is forgotten too, because its frames hold the response.

        Args:
            secrets: The texts that must not be shown.
        """
        before = dict(self.__dict__)
        for secret in secrets:
            for name in ("message", "code", "request_id", "existing_id"):
                text = getattr(self, name)
                if isinstance(text, str):
                    setattr(self, name, text.replace(secret, MASK))
            if self.body is not None:
                self.body = self.body.replace(secret.encode(), MASK.encode())
        if before != self.__dict__:
            self.args = (self.message,)
            self.__traceback__ = self.__cause__ = self.__context__ = None

    def release_frames(self) -> None:
        """Forget the frames in which this error arose: they hold the whole response, which may be megabytes.

        The causes stay, without their frames. What the caller was handling before this call stays as it is; earlier
        attempts of the same call are in `history` and need not be kept by the context.
        """
        self.__traceback__ = None
        if self.__suppress_context__:
            self.__context__ = None
        earlier = self.__context__
        while isinstance(earlier, SdkError) and earlier.operation is None:
            earlier = self.__context__ = earlier.__context__
        cause, seen = self.__cause__, {id(self)}
        while cause is not None and id(cause) not in seen:
            seen.add(id(cause))
            cause.__traceback__ = cause.__context__ = None
            cause = cause.__cause__

    @property
    def retryable(self) -> bool:
        """Whether the very same call may be sent again, by you, without the risk of doing it twice.

        The client has retried by itself already, as often as its `RetryPolicy` allows; this is for a later time, such as
        the next run of a job. True where nothing was carried out and the cause may pass (no connection, a rate limit),
        and for reads and idempotent writes whose response was lost. False where the same call would fail again (wrong
        credentials, a wrong value), and for a create whose outcome is unknown: use `ensure`, or look first.

        Where the operation is not known, it counts as a create.
        """
        if self.retry_class is None or self.retry_class is RetryClass.CREATE:
            # An outcome of None stands for a call of several requests whose create was carried out.
            return self.may_repeat(RetryClass.CREATE) and self.outcome in {"not_sent", "refused"}
        return self.may_repeat(self.retry_class)

    def may_repeat(self, retry_class: RetryClass) -> bool:
        """Return whether a call of this retry class may be sent again after this error.

        A create may, where it is certain that it was not carried out.
        """
        if self.repeat is Repeat.IF_IDEMPOTENT:
            return retry_class is not RetryClass.CREATE or self.outcome in {"not_sent", "refused"}
        return self.repeat is Repeat.ALWAYS

    def __str__(self) -> str:
        step = f"; {self.next_step}" if self.next_step else ""
        return self._text(step)

    def without_next_step(self) -> str:
        """Return the text without what to do next, for callers with their own words for it."""
        return self._text("")

    def _text(self, step: str) -> str:
        name = self.call or self.operation
        where = f"{name}: " if name else ""
        ours = {*self.ids, *self._ids, self.existing_id or ""}
        personal = self._personal if self._vendors_words else ()
        text = personal_shortened(clipped(self.message, LONGEST), ours, personal)
        facts = [
            f"{name} {value}"
            for name, value in (
                ("in", self.operation if self.call and self.call != self.operation else None),
                ("HTTP", self.status),
                ("code", self._fact(self.code)),
                ("request id", None if self.request_id is None else clipped(self.request_id, LONGEST_FACT)),
                ("retry after", None if self.retry_after is None else f"{round(self.retry_after, 1):g} s"),
                ("attempts", self.attempts if self.attempts > 1 else None),
                ("about", self.object),
            )
            if value is not None
        ]
        said = f"{where}{printable(text, one_line=self._vendors_words)}{printable(step, one_line=True)}"
        return said + (printable(f" [{', '.join(facts)}]", one_line=True) if facts else "")

    @staticmethod
    def _fact(code: int | str | None) -> int | str | None:
        """Return a vendor's code as it may be shown."""
        if not isinstance(code, str):
            return code
        return personal_shortened(without_tokens(clipped(code, LONGEST_FACT)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, dict(self.__dict__))


def forget_frames(error: BaseException) -> None:
    """Forget where an exception that is replaced by one of ours arose: the frames hold what the call was reading."""
    error.__traceback__ = error.__cause__ = error.__context__ = None


def _rebuild(kind: type[SdkError], message: str, state: dict[str, Any]) -> SdkError:
    error = kind(message)
    error.__dict__.update(state)
    return error
