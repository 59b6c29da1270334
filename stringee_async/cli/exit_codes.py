"""The exit codes of the commands, and which one an error or a list of failed rows ends with."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..core.errors import SdkError

ERROR: Final = 1
"""Anything that has no code of its own: a wrong value, a file, an unreadable response."""
CHANGES: Final = 2
"""Something differs from what a specification says."""
NOT_ALLOWED: Final = 3
"""Refused by a guard of provisioning, declined by the user, or a plan that no longer fits."""
SOME_FAILED: Final = 4
"""Some rows failed, or it is unknown whether something was created."""
REFUSED: Final = 5
"""The vendor refused, the credentials too."""
UNREACHABLE: Final = 6
"""The vendor could not be reached, or its service fails."""


def code_of(error: SdkError) -> int:
    """Return the exit code of a command that one error ended.

    A create that may have been carried out is an unknown row: `UNREACHABLE` lets a script run the command again.
    """
    from ..core.retry_class import RetryClass
    from ..provision.running.exit_codes import code_of_end

    if error.outcome == "unknown" and error.retry_class is RetryClass.CREATE:
        return SOME_FAILED
    return code_of_end(error)


def code_of_rows(errors: Collection[SdkError | None]) -> int:
    """Return the exit code of a command with rows that failed; None is a row with no error of its own.

    A row whose response was lost is an unknown row, and does not show that the vendor is away.
    """
    from ..core.errors import AuthError, OutcomeUnknownError

    known = [error for error in errors if error is not None and not isinstance(error, OutcomeUnknownError)]
    if any(code_of(error) == UNREACHABLE for error in known):
        return UNREACHABLE
    return REFUSED if any(isinstance(error, AuthError) for error in known) else SOME_FAILED
