"""`UNSET`, the default of arguments that may also be None, and the two lanes of calls."""

from __future__ import annotations

import enum
from typing import Final, Literal

Lane = Literal["interactive", "bulk"]
"""Who goes first when permits or connections are short: interactive calls overtake bulk ones."""


class Unset(enum.Enum):
    """The type of `UNSET`, the default of optional arguments that may also be None."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> Literal[False]:
        return False


UNSET: Final = Unset.UNSET
"""Leave this field out of the request. (None is sent as JSON null, a value sets the field.)"""
