"""The arguments that only this vendor's resources take, and how each is checked.

What every vendor has is in `core.field_rules`. What the vendor may widen, such as a list of states, is not held to what
is known today.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from ..core.errors import ConfigError
from ..core.field_rules import Matching
from ..core.fields import Text
from ..core.secrets import Secret
from ..core.validation import boolean

_LONGEST_PASSWORD: Final = 64
_SWITCHES: Final[Mapping[int | None, bool]] = MappingProxyType({0: True, 1: False})
_LETTERS_AND_DIGITS: Final = re.compile(r"[A-Za-z0-9]+")

short_name: Final = Text(32, least=4, ours=False)
"""Checks a name of 4 to 32 characters: of a group, of a team leader."""
pet_name: Final = Text(20, ours=False)
"""Checks the name of a team leader that others see."""
upload_name: Final = Text(32, least=5, ours=False)
"""Checks the name of a file that is uploaded."""
job_number: Final = Matching(re.compile(r"[0-9]{1,12}"), "1 to 12 digits")
"""Checks an agent's job number; goes as text."""
country: Final = Matching(re.compile(r"[0-9]{1,4}|[A-Za-z]{2}"), "1 to 4 digits or two letters")
"""Checks a country code."""
shown_number: Final = Matching(re.compile(r"[A-Za-z0-9]{1,20}"), "1 to 20 letters and digits")
"""Checks the caller id of a task's calls."""
gateway: Final = Matching(
    re.compile(r"(?=.{1,50}\Z)[A-Za-z0-9.-]+(:[0-9]{1,5})?"),
    "a host, or a host and a port, of at most 50 characters",
)
"""Checks the address of a trunk's gateway."""
addresses: Final = Text(50, ours=False)
"""Checks the addresses that a trunk takes calls from."""


class Switch:
    """A boolean as the vendor writes it, the wrong way round: 0 is on, 1 is off."""

    def __call__(self, name: str, value: object) -> int:
        """Return a boolean as it is sent."""
        return 0 if boolean(name, value) else 1

    def read(self, value: int | None) -> bool | None:
        """Return what a value of the vendor's means; None where it says nothing."""
        return _SWITCHES.get(value)


switch: Final = Switch()
"""Checks and reads a switch."""


def password(name: str, value: object) -> Secret:
    """Return a password that is not empty, still hidden; `hidden` hid it. Messages do not show it."""
    if not isinstance(value, Secret):
        raise ConfigError(f"{name} must be text, got {type(value).__name__}")
    text: object = value.reveal()
    if not isinstance(text, str) or not text:
        raise ConfigError(f"{name} must be text, and not empty")
    if len(text) > _LONGEST_PASSWORD or not text.isprintable():
        raise ConfigError(f"{name} must be at most {_LONGEST_PASSWORD} characters in one line")
    return value


def agent_password(name: str, value: object) -> Secret:
    """Return the password of an agent, of letters and digits only, still hidden. Messages do not show it."""
    secret = password(name, value)
    if not _LETTERS_AND_DIGITS.fullmatch(secret.reveal()):
        raise ConfigError(f"{name} must be letters and digits only")
    return secret


def hidden(value: Any) -> Any:
    """Return a text as a `Secret`, and anything else as it is; the caller then deletes its own name for it."""
    return Secret(value) if isinstance(value, str) else value


class Clear(enum.Enum):
    """The type of `CLEAR`."""

    CLEAR = "CLEAR"

    def __repr__(self) -> str:
        return "CLEAR"


CLEAR: Final = Clear.CLEAR
"""Take away the value that a setting has. (Leaving an argument out leaves the setting as it is.)"""

Id = int | str
"""An id: a number, or its digits."""
Ids = Sequence[Id]
"""Several ids."""
Texts = Sequence[str]
"""Several texts; a single text is rejected."""
Numbers = Sequence[int]
"""Several of the vendor's state numbers."""
