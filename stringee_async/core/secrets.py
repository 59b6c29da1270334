"""A text that must not be printed, logged, pickled or compared by accident."""

from __future__ import annotations

from typing import Final, NoReturn

MASK: Final = "***"


class Secret:
    """A text that must not be printed, logged, pickled or compared by accident.

    Args:
        value: The secret text.

    `reveal()` is the only way to the text. `repr`, `str` and formatting give asterisks; pickling raises
    TypeError, so that a secret never lands in a file or in another process unnoticed.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        # A subclass, such as a loader of configuration files makes, could show the text in ways of its own.
        self._value = str.__str__(value) if isinstance(value, str) else value

    def reveal(self) -> str:
        """Return the secret text. Hand it on at once; do not keep it in a variable."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied into a file; read it from its source again")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self
