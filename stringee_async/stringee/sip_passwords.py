"""What the two kinds of SIP accounts share: passwords that no object shows, and rows that are read without them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from ..core.decoding import Loader, Shape
from ..core.errors import ConfigError, DecodeError
from ..core.field_rules import extension_name
from ..core.json_codec import Raw, encode, fields_apart
from ..core.model import Malformed, Model
from ..core.secrets import Secret
from ..core.validation import identifier

M = TypeVar("M", bound=Model)

_PASSWORD: Final = re.compile("pass|pwd|secret", re.IGNORECASE)
"""Names of fields that hold passwords. One public project reads `password`; none is documented."""


def password(name: str, value: object) -> Secret:
    """Return a password if it is one line of text."""
    if not isinstance(value, Secret):
        raise ConfigError(f"{name} must be text, got {type(value).__name__}")
    text: object = value.reveal()
    if not isinstance(text, str) or not text or len(text) > 255 or not text.isprintable():
        raise ConfigError(f"{name} must be text of 1 to 255 characters in one line")
    return value


def hidden(given: Any) -> Any:
    """Return a password that is given as text in a form that nothing prints."""
    return Secret(given) if isinstance(given, str) else given


def login_name(name: str, value: object) -> str:
    """Return the name that a phone logs in with; it stands in the path of updates and deletes."""
    return identifier(name, extension_name(name, value))


class PasswordlessLoader(Loader[M]):
    """Reads rows without their passwords.

    Args:
        model: The class of a row.
        names: Other names that fields come under, and the names that the model knows.
    """

    __slots__ = ("_names",)

    def __init__(self, model: type[M], names: Mapping[str, str]) -> None:
        super().__init__(model)
        self._names = names

    def page(self, shape: Shape) -> Callable[[bytes], Any]:  # noqa: ARG002 - each page is read row by row
        """Read no page in one go."""
        return lambda _: None

    def load_all(
        self, raws: list[Raw], *, path: str = "$", strict: bool = False
    ) -> tuple[tuple[M, ...], tuple[Malformed, ...]]:
        """Read rows."""
        return super().load_all([self._mended(raw) for raw in raws], path=path, strict=strict)

    def _mended(self, raw: Raw) -> Raw:
        try:
            row = fields_apart(raw)
        except DecodeError:
            return raw
        for name in [name for name in row if _PASSWORD.search(name)]:
            del row[name]
        for other, known in self._names.items():
            if known not in row and other in row:
                row[known] = row.pop(other)
        return Raw(encode(row))
