"""Explanations of HTTP statuses, out of the error that `core/response` makes of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..core.error_remedies import remedy_of
from ..core.errors import ApiError, InvalidRequestError
from ..core.response import BY_STATUS, http_failure
from .explanation import Explanation, outcome, retried, sentence

STATUSES: Final = (
    301,
    302,
    303,
    307,
    308,
    400,
    401,
    403,
    404,
    408,
    409,
    421,
    422,
    425,
    429,
    500,
    502,
    503,
    504,
)

_OF_A_PAGE: Final = "A response that is not in the vendor's form, such as a page of a proxy, is a DecodeError whatever its status."
_NOT_DONE: Final = "Refused: the vendor changed nothing."


def http_pages() -> Iterator[Explanation]:
    """Yield the explanation of each HTTP status that is not a success."""
    for status in STATUSES:
        failure = http_failure(status, setting="address")
        error = failure or BY_STATUS.get(status, InvalidRequestError)("the vendor refused; its words say why")
        yield _page(status, error, certain=failure is not None)


def _page(status: int, error: ApiError, *, certain: bool) -> Explanation:
    kind = type(error)
    remedy = remedy_of(kind)
    done = error.outcome == "refused" and kind.default_outcome == "unknown"
    return Explanation(
        kind="http",
        code=str(status),
        title=error.message,
        meaning=sentence(f"HTTP status {status}: {error.message}")
        + (
            ""
            if certain
            else f" The vendor's own code, where there is one, goes before the status. {_OF_A_PAGE}"
        ),
        cause=sentence(remedy.cause),
        remedy=sentence(error.next_step or remedy.step),
        retried="Yes, also a create: it was not carried out." if done else retried(kind),
        outcome=_NOT_DONE if done else outcome(kind),
        error=kind.__name__,
    )
