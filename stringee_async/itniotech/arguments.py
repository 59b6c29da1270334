"""The arguments that several resources take, and how each is checked.

One job: a value as it goes on the wire, or a ConfigError that names the argument. What the vendor may widen, such as
a list of states, is not held to what is known today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

import attrs

from ..core.errors import ConfigError
from ..core.operation import Check, boolean, required_text, whole_number
from ..core.wire import Secret

_DIGITS: Final = re.compile(r"[0-9]{1,18}")


def key(name: str, value: object) -> int:
    """Return an id as a number; text of digits is one, because ids that come as text do exist.

    Raises:
        ConfigError: It is neither a number of at least 1 nor digits.
    """
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    return whole_number(name, value, minimum=1)


def count(name: str, value: object) -> int:
    """Return a whole number of at least 0: seconds, times, a state."""
    return whole_number(name, value, minimum=0)


def positive(name: str, value: object) -> int:
    """Return a whole number of at least 1."""
    return whole_number(name, value, minimum=1)


def switch(name: str, value: object) -> int:
    """Return a boolean as the vendor writes it: 0 is on, 1 is off."""
    return 0 if boolean(name, value) else 1


def job_number(name: str, value: object) -> str:
    """Return an agent's job number: 1 to 12 digits, as text.

    Raises:
        ConfigError: It is something else.
    """
    text = (
        str(value) if isinstance(value, int) and not isinstance(value, bool) else required_text(name, value)
    )
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise ConfigError(f"{name} must be 1 to 12 digits")
    return text


def password(name: str, value: object) -> Secret:
    """Return a password that is not empty, still hidden; `hidden` hid it.

    Raises:
        ConfigError: It is empty or not text; the message does not show it.
    """
    if not isinstance(value, Secret):
        raise ConfigError(f"{name} must be text, got {type(value).__name__}")
    if not isinstance(value.reveal(), str) or not value.reveal():
        raise ConfigError(f"{name} must be text, and not empty")
    return value


def hidden(value: Any) -> Any:
    """Return a text as a `Secret`, and anything else as it is; the caller then deletes its own name for it."""
    return Secret(value) if isinstance(value, str) else value


@attrs.frozen
class ListOf:
    """The check of a list whose elements pass another check.

    Args:
        check: Checks one element.
        least: How many there must be at least.
    """

    check: Check
    least: int = 0

    def __call__(self, name: str, value: object) -> list[object]:
        """Return the elements as they go on the wire.

        Raises:
            ConfigError: It is one text, no list, too short, or an element does not pass.
        """
        if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
            raise ConfigError(f"{name} must be a list, got {type(value).__name__}")
        found = [self.check(name, element) for element in cast("Iterable[object]", value)]
        if len(found) < self.least:
            raise ConfigError(f"{name} must hold at least {self.least}")
        return found


keys: Final = ListOf(key, least=1)
"""Checks a list of ids with something in it."""
texts: Final = ListOf(required_text)
"""Checks a list of texts."""
states: Final = ListOf(count)
"""Checks a list of the vendor's state numbers."""

Id = int | str
"""An id: a number, or its digits."""
Ids = Sequence[Id]
"""Several ids."""
Texts = Sequence[str]
"""Several texts; one text alone is refused."""
Numbers = Sequence[int]
"""Several of the vendor's state numbers."""
