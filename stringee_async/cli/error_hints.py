"""What the user of the command line should do next about an error, in the vendor's words.

The texts are in `explanations/terminal_hints`; here they are chosen, and filled in with what the command knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from ..core.errors import (
    AlreadyExistsError,
    ConfigError,
    ConflictError,
    LimitReachedError,
    NotFoundError,
    PagingError,
    RateLimitedError,
    SdkError,
)
from ..core.profiles import SETTINGS
from ..core.retry_class import RetryClass
from ..explanations import terminal_hints as texts
from .account import variable
from .looking import changed_by, commands, where_ids_are
from .vendor import Vendor

Hint = Callable[[SdkError, Vendor], str | None]

_CREATES: Final = frozenset({"create", "add", "create_many", "send_message", "ensure"})
_REMOVES: Final = frozenset({"delete", "remove", "drop"})
_WITHOUT_ENSURE: Final = frozenset({"agents.create_many", "team_leaders.create", "users.send_message"})
"""Creates that have no natural key to look for, so the commands have no `--ensure`."""


def hint(error: SdkError, vendor: Vendor) -> str | None:
    """Return what to do next, or None where the error says it all."""
    if isinstance(error, ConfigError):
        if "not set in the environment" in error.message:
            return texts.NO_SETTINGS
        return None
    if error.outcome == "unknown" and (error.retry_class is not None or _verb(error) in _CREATES):
        return _look_first(error, vendor)
    special = next((choose for kind, choose in _SPECIAL if isinstance(error, kind)), None)
    text = special(error, vendor) if special is not None else None
    text = text or texts.terminal_hint(type(error), vendor)
    return None if text is None else text.replace("{address}", _address(error, vendor))


def _verb(error: SdkError) -> str:
    return (error.operation or "").rpartition(".")[2]


def _look_first(error: SdkError, vendor: Vendor) -> str:
    """Return what to do after a write whose outcome is unknown."""
    if _ensures(error):
        return texts.RUN_ENSURE_AGAIN
    if error.retry_class is RetryClass.IDEMPOTENT_WRITE:
        return texts.RUN_AGAIN
    command = changed_by(error.operation or "", vendor)
    look = "make sure" if command is None else f"look with {commands([command])}"
    text = texts.LOOK_FIRST.format(look=look)
    has_ensure = _verb(error) in _CREATES and error.operation not in _WITHOUT_ENSURE
    return f"{text}, or create with --ensure." if has_ensure else f"{text}."


def _ensures(error: SdkError) -> bool:
    """Return whether the command looks before it creates."""
    return (error.call or "").endswith(".ensure")


def _address(error: SdkError, vendor: Vendor) -> str:
    """Return the variable that holds the address that was called."""
    names = SETTINGS[vendor].urls
    call_host = (error.operation or "").startswith("users.")
    return variable(vendor, names[-1] if call_host else names[0])


def _not_found(error: SdkError, vendor: Vendor) -> str:
    if error.code == "client_not_found":
        return texts.CLIENT_ID
    where = where_ids_are(error.operation or "", vendor)
    look = f"Look for the id with {where}." if where else texts.HINTS[NotFoundError].text
    return f"{look.removesuffix('.')}; {texts.MISSING_OK}" if _verb(error) in _REMOVES else look


def _exists(error: SdkError, vendor: Vendor) -> str:  # noqa: ARG001 - one signature
    its_id = f"Its id is {error.existing_id}. " if error.existing_id else ""
    if error.operation in _WITHOUT_ENSURE or _ensures(error) or _verb(error) not in _CREATES:
        return f"{its_id}{texts.HINTS[AlreadyExistsError].text}"
    return f"{its_id}{texts.ADOPT}"


def _conflict(error: SdkError, vendor: Vendor) -> str | None:
    if vendor is not Vendor.RINGME or isinstance(error, LimitReachedError):
        return None
    return {"delete": texts.KEEP_IN_QUEUES, "update": texts.CREATE_AGAIN}.get(_verb(error))


def _limited(error: SdkError, vendor: Vendor) -> str | None:
    seconds = error.reset_after if isinstance(error, RateLimitedError) else None
    if seconds is None:
        return None
    hourly = texts.HOURLY if vendor is Vendor.RINGME and seconds > 60 else ""
    return hourly + texts.WAIT.format(span=_span(seconds))


def _span(seconds: float) -> str:
    """Return a time to wait in words, rounded up."""
    if seconds <= 120:
        return f"{max(1, math.ceil(seconds))} s"
    return f"{math.ceil(seconds / 60)} minutes"


def _paging(error: SdkError, vendor: Vendor) -> str | None:
    command = changed_by(error.operation or "", vendor)
    if error.operation == "agent_groups.create" and command is not None:
        return texts.CREATED.format(command=commands([command]))
    return None


_SPECIAL: Final[tuple[tuple[type[SdkError], Hint], ...]] = (
    (NotFoundError, _not_found),
    (AlreadyExistsError, _exists),
    (ConflictError, _conflict),
    (RateLimitedError, _limited),
    (PagingError, _paging),
)
"""Classes whose text depends on the call; None stands for the text of the class."""
