"""Rows with amounts of money. The vendor may leave an amount blank: that is None, and not malformed.

Source: itniotech.com, api/account and api/call.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

from ..core.decoding import Loader
from ..core.errors import DecodeError
from ..core.json_codec import Raw, encode, fields_apart, loads
from ..core.model import Malformed, Model

M = TypeVar("M", bound=Model)


class AmountLoader(Loader[M]):
    """Reads rows of one model without those amounts that are blank.

    Args:
        model: The model.
        more: Other fields that may be blank, by the vendor's names.
    """

    __slots__ = ("_amounts",)

    def __init__(self, model: type[M], *more: str) -> None:
        super().__init__(model)
        amounts = (name for name, field in self._fields if field.type in {Decimal, Decimal | None})
        self._amounts = frozenset({*amounts, *more})

    def load(self, raw: Raw | bytes, *, path: str = "$", strict: bool = False) -> M | Malformed:
        """Return the model of a row; see `Loader.load`."""
        return super().load(self._without_blanks(raw), path=path, strict=strict)

    def load_all(
        self, raws: list[Raw], *, path: str = "$", strict: bool = False
    ) -> tuple[tuple[M, ...], tuple[Malformed, ...]]:
        """Return the models of many rows, and the malformed rows; see `Loader.load_all`."""
        whole: list[Any] = [self._without_blanks(raw) for raw in raws]
        return super().load_all(whole, path=path, strict=strict)

    def _without_blanks(self, raw: Raw | bytes) -> Raw | bytes:
        try:
            row = fields_apart(raw)
            blanks = [name for name in self._amounts & row.keys() if _is_blank(row[name])]
        except DecodeError:
            return raw
        for name in blanks:
            del row[name]
        return Raw(encode(row)) if blanks else raw


def _is_blank(value: Raw) -> bool:
    text = bytes(value)
    return text.startswith(b'"') and not str(loads(value)).strip()
