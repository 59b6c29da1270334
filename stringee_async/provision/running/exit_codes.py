"""What the command line exits with after a run, also for programs that call `apply`: `Report.exit_code`."""

from __future__ import annotations

from typing import Final

from ...core.errors import (
    ApiError,
    DeadlineError,
    GuardError,
    SdkError,
    ServerError,
    StalePlanError,
    TransportError,
)
from ...core.outage import is_outage

FINE: Final = 0
ERROR: Final = 1
CHANGES: Final = 2
REFUSED_BY_GUARD: Final = 3
SOME_FAILED: Final = 4
REFUSED: Final = 5
UNREACHABLE: Final = 6
INTERRUPTED: Final = 130


def code_of_end(error: BaseException) -> int:
    """Return the exit code of a run that an error ended before its units were all tried."""
    if not isinstance(error, SdkError):
        return INTERRUPTED if not isinstance(error, Exception) else ERROR
    if isinstance(error, GuardError | StalePlanError):
        return REFUSED_BY_GUARD
    if is_outage(error) or isinstance(error, TransportError | DeadlineError | ServerError):
        return UNREACHABLE
    return REFUSED if isinstance(error, ApiError) else ERROR


def code_of_outcome(
    *,
    stopped: BaseException | None,
    problems: bool,
    finished_early: bool,
    differs: bool,
    unread: BaseException | None = None,
) -> int:
    """Return the exit code of a run that came to its end.

    Args:
        stopped: What ended it early.
        problems: Whether units failed, are unknown or were not tried.
        finished_early: Whether it was told to finish, and did not try all.
        differs: Whether something is left, or is there twice, afterwards.
        unread: Why that could not be read; a run that proves nothing has not ended well.
    """
    if stopped is not None and (code := code_of_end(stopped)) in {UNREACHABLE, REFUSED}:
        return code
    if finished_early:
        return INTERRUPTED
    if unread is not None and (code := code_of_end(unread)) in {UNREACHABLE, REFUSED}:
        return code
    if problems or stopped is not None or unread is not None:
        return SOME_FAILED
    return CHANGES if differs else FINE
