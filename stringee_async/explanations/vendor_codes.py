"""Explanations of the vendors' codes, out of the tables from which the errors are made.

Each vendor has tables by code; a table is for one operation, for a product, or for all operations that no other table
speaks of (None).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from ..core.code_meaning import Meaning
from ..core.error_remedies import remedy_of
from ..core.errors import (
    AlreadyExistsError,
    AuthError,
    LimitReachedError,
    NotFoundError,
    RateLimitedError,
    ServerError,
)
from .explanation import Explanation, outcome, retried, sentence

Table: TypeAlias = tuple[str | None, Mapping[str, Meaning]]
"""The operation or product that codes are for, and what they mean; the codes as text."""


def tables(vendor: str) -> list[Table]:
    """Return the tables of one vendor: `stringee`, `ringme` or `itniotech`."""
    if vendor == "stringee":
        from ..stringee import call_codes
        from ..stringee.refusals import CODES

        stated = (("calls.make", call_codes.PLACED), ("calls.stop", call_codes.STOPPED), (None, CODES))
        return [(scope, _as_text(table)) for scope, table in stated]
    if vendor == "ringme":
        from ..ringme.refusals import BY_CODE

        return [(None, BY_CODE)]
    from ..itniotech import codes

    own: dict[str, dict[str, Meaning]] = {}
    for (operation, code), meaning in codes.BY_OPERATION.items():
        own.setdefault(operation, {})[str(code)] = meaning
    of_products = [(product, _as_text(table)) for product, table in codes.BY_PRODUCT.items()]
    return [*own.items(), *of_products, (None, _as_text(codes.BY_CODE))]


def _as_text(table: Mapping[int, Meaning]) -> dict[str, Meaning]:
    return {str(code): meaning for code, meaning in table.items()}


def scopes_of(vendor: str, operation: str) -> tuple[str | None, ...]:
    """Return whose tables count for an operation, a path or a product, first to last; None is the table of all others."""
    if vendor == "stringee" and operation.partition(".")[0] == "calls" and operation in _CALL_HOST:
        return (operation,)
    if vendor == "itniotech":
        from ..itniotech.codes import scopes_of as its_scopes

        return its_scopes(operation)
    return (operation, None)


_ALWAYS_SO: Final = frozenset(
    {AuthError, NotFoundError, AlreadyExistsError, LimitReachedError, RateLimitedError, ServerError}
)
"""Classes whose cause is that of each of their codes too."""
_CALL_HOST: Final = frozenset(
    {"calls.make", "calls.stop", "calls.put_actions", "calls.transfer_call", "calls.add_user"}
)
"""Operations of Stringee's call host, whose codes have nothing to do with those of the contact centre."""


def code_pages(vendor: str) -> Iterator[Explanation]:
    """Yield the explanation of each code of a vendor, table by table."""
    for scope, table in tables(vendor):
        for code, meaning in table.items():
            yield code_page(vendor, scope, code, meaning)


def code_page(vendor: str, scope: str | None, code: str, meaning: Meaning) -> Explanation:
    """Return the explanation of one code."""
    remedy = remedy_of(meaning.kind)
    where = f" of {scope}" if scope else ""
    hint = sentence(meaning.hint.lstrip("; ")) if meaning.hint else ""
    said = f"The vendor's code {code}{where}: {meaning.text}. {hint}".strip()
    return Explanation(
        kind="code",
        code=code,
        title=meaning.text,
        meaning=said,
        cause=sentence(meaning.cause or (remedy.cause if meaning.kind in _ALWAYS_SO else meaning.text)),
        remedy=sentence(meaning.step or remedy.step),
        retried=retried(meaning.kind),
        outcome=outcome(meaning.kind),
        vendor=vendor,
        operation=scope,
        error=meaning.kind.__name__,
    )
