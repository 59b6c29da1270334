"""Everything the SDK raises on purpose, as one tree.

    SdkError
      ConfigError
      ClosedError
      AmbiguousError
      TransportError
        NotSentError
          CertificateError
          ProxyError
        OutcomeUnknownError
      DeadlineError
      ResponseError
        DecodeError
        ApiError
          AuthError
          PermissionDeniedError
          NotFoundError
          AlreadyExistsError
          ConflictError
            LimitReachedError
          InvalidRequestError
          RateLimitedError
          ServerError
      PagingError
      ProvisionError
        SpecError
        PlanError
          GuardError
          StalePlanError
      WebhookError

Each class says what went wrong, whether the vendor may have acted (`outcome`), and whether the same call may be
repeated (`repeat`). The retry policy reads these facts and nothing else. `str` of an error never shows a body,
a token, a phone number or an e-mail address, and no character that steers a terminal; `message` and `body` hold
them. What all errors carry and how they are printed is in `sdk_error`.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from .retry_class import Outcome, RetryClass
from .sdk_error import BODY_CAP as BODY_CAP
from .sdk_error import FailedAttempt as FailedAttempt
from .sdk_error import Repeat as Repeat
from .sdk_error import SdkError as SdkError
from .sdk_error import forget_frames as forget_frames

READ_AGAIN: Final = "read it again; if it stays, report it with the vendor's response"
"""What to do next after a listing that cannot be trusted."""
MAY_HAVE_ACTED: Final = "; the vendor may have acted"
"""The end of a message about a write whose response was lost."""


class ConfigError(SdkError, ValueError):
    """An argument or a setting is wrong; nothing was sent."""

    default_outcome = "not_sent"


class ClosedError(SdkError):
    """The client is closed, or is used from another event loop than its first."""

    default_outcome = "not_sent"


class AmbiguousError(SdkError):
    """Two live objects carry the same key, so none was chosen and nothing was changed.

    Attributes:
        ids: The ids of all of them.
    """


class TransportError(SdkError):
    """No whole response came back."""


class NotSentError(TransportError):
    """The request never left: no connection, no TLS, or no place in the queue in time. Safe to repeat."""

    repeat = Repeat.ALWAYS
    default_outcome = "not_sent"


class CertificateError(NotSentError):
    """The server's certificate was not accepted; repeating will not help."""

    repeat = Repeat.NEVER


class ProxyError(NotSentError):
    """The proxy refused to connect to the vendor, and will refuse again until its settings or login change."""

    repeat = Repeat.NEVER


class OutcomeUnknownError(TransportError):
    """The request left and its response was lost; the vendor may have carried it out."""

    repeat = Repeat.IF_IDEMPOTENT
    default_outcome = "unknown"


class DeadlineError(SdkError):
    """The call's total time is used up; `stage` says where it was and `spent` where the time went."""

    @property
    def retryable(self) -> bool:
        """Whether the very same call may be sent again without the risk of doing it twice."""
        if self.outcome == "not_sent":
            return True
        return self.retry_class in {RetryClass.READ, RetryClass.IDEMPOTENT_WRITE}


class ResponseError(SdkError):
    """A response came back, and it is not the one that was wanted."""

    _vendors_words = True


class DecodeError(ResponseError):
    """The response is not JSON, or not of the promised shape; `paths` names the places."""

    repeat = Repeat.IF_IDEMPOTENT
    default_outcome = "unknown"


class ApiError(ResponseError):
    """The vendor said no."""

    default_outcome: ClassVar[Outcome | None] = "refused"


class AuthError(ApiError):
    """The vendor rejected the credentials; the client renewed them once, and they were rejected again."""


class PermissionDeniedError(ApiError):
    """The credentials are good but may not do this."""


class NotFoundError(ApiError):
    """The vendor has no such object."""


class AlreadyExistsError(ApiError):
    """The vendor has such an object already.

    Attributes:
        existing_id: Its id, where the response told it.
    """


class ConflictError(ApiError):
    """The vendor will not do this while things are as they are: the object is in use, or a cap is reached."""


class LimitReachedError(ConflictError):
    """The account has as many of these objects as the vendor allows, so no further one is created.

    Sending the call again does not help: delete an object that is not needed, or have the vendor raise the cap.
    """


class InvalidRequestError(ApiError):
    """The vendor does not accept what was asked."""


class RateLimitedError(ApiError):
    """The vendor asks for a pause; it did not act. `retry_after` is in seconds, or None."""

    repeat = Repeat.ALWAYS

    @property
    def reset_after(self) -> float | None:
        """Seconds until the vendor's quota is fresh again, or None; another name for `retry_after`."""
        return self.retry_after


class ServerError(ApiError):
    """The vendor or its gateway failed; a write may or may not have been carried out.

    Where the response says that the call was not carried out (HTTP 421 and 425), `outcome` is `"refused"`, and even a
    create is sent again. `retry_after` is in seconds where HTTP 503 asks for a wait, else None.
    """

    repeat = Repeat.IF_IDEMPOTENT
    default_outcome = "unknown"


class PagingError(SdkError):
    """The pages do not advance or the listing cannot be trusted."""


class ProvisionError(SdkError):
    """A plan could not be made or carried out."""


class SpecError(ProvisionError):
    """The roster file is wrong.

    Args:
        message: What is wrong with it.
        problems: A line for each problem, all of them, however many the message shows.
        details: As for `SdkError`.
    """

    def __init__(self, message: str | None = None, *, problems: tuple[str, ...] = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.problems = problems


class PlanError(ProvisionError):
    """The plan cannot be applied; nothing was written."""

    default_outcome = "not_sent"


class GuardError(PlanError):
    """A guard refuses the plan, so nothing was written.

    Args:
        message: Which guard refuses, why, and with which number it would be allowed.
        refusals: A line for each guard that refuses, all of them, however many the message shows.
        details: As for `SdkError`.
    """

    def __init__(self, message: str | None = None, *, refusals: tuple[str, ...] = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.refusals = refusals


class StalePlanError(PlanError):
    """The live state is not the one that the plan was made from, so nothing was written; make a new plan.

    Args:
        message: What has changed.
        changes: A line for each change, all of them, however many the message shows.
        details: As for `SdkError`.
    """

    def __init__(self, message: str | None = None, *, changes: tuple[str, ...] = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.changes = changes


class WebhookError(SdkError):
    """The signature is missing or wrong, or the payload cannot be read."""
