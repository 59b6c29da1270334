"""The lines of the log at DEBUG: one for each attempt, and one for each wait before a further attempt.

Each line is `key=value` with the same keys in the same order. It holds no body, no credential and no value of the
caller: the path is a template, and what comes from the vendor is masked. The session calls this module only if DEBUG
is enabled.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final

from .call_state import Call
from .errors import SdkError
from .messages import Request, Response
from .redaction import LONGEST_FACT, clipped, personal_shortened, printable, without_tokens
from .retry_class import RetryClass
from .secrets import MASK

logger: Final = logging.getLogger("stringee_async.session")
retry_logger: Final = logging.getLogger("stringee_async.retry")

_LINE: Final = "call=%s operation=%s method=%s path=%s attempt=%d status=%s ms=%.1f request_id=%s"
_FAILED: Final = f"{_LINE} error=%s code=%s outcome=%s"


def log_attempt(
    call: Call[Any],
    seconds: float,
    *,
    response: Response | None = None,
    error: BaseException | None = None,
    hidden: Iterable[str] = (),
    token: Request | None = None,
) -> None:
    """Write the line of one attempt.

    `hidden` are credentials that the response may repeat. `token` is a request for the credentials that the call needs;
    its response is all secret.
    """
    request = token or call.request
    status = getattr(error, "status", None) if response is None else response.status
    request_id = None if response is None or token else response.headers.get("X-Request-Id")
    facts = (
        call.id(),
        request.operation,
        request.method,
        request.path,
        call.attempts + 1 if token else call.exchanges,
        "-" if status is None else status,
        seconds * 1000,
        "-" if request_id is None else _word(request_id, hidden),
    )
    if error is None:
        logger.debug(_LINE, *facts)
        return
    code = getattr(error, "code", None)
    outcome = getattr(error, "outcome", call.outcome())
    logger.debug(
        _FAILED,
        *facts,
        type(error).__name__,
        _word(personal_shortened(code)) if isinstance(code, str) else "-" if code is None else code,
        "-" if outcome is None or request.retry_class is RetryClass.READ else outcome,
    )


def log_wait(call: Call[Any], error: SdkError, seconds: float) -> None:
    """Write the line of a wait before a further attempt."""
    retry_logger.debug(
        "call=%s operation=%s attempt=%d error=%s next_in_s=%.2f",
        call.id(), call.request.operation, call.exchanges, type(error).__name__, seconds,
    )  # fmt: skip


def _word(text: str, hidden: Iterable[str] = ()) -> str:
    """Return a vendor's text as one word of a line."""
    for secret in hidden:
        text = text.replace(secret, MASK)
    text = printable(clipped(without_tokens(text), LONGEST_FACT), one_line=True)
    return text if text and not set(text) & set(' "=') else '"' + text.replace('"', "'") + '"'
