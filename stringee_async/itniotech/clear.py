"""`CLEAR`: the third thing that can be said of a setting, beside a value and nothing.

One job: the marker. What it becomes on the wire is with the settings.
"""

from __future__ import annotations

import enum
from typing import Final


class Clear(enum.Enum):
    """The type of `CLEAR`."""

    CLEAR = "CLEAR"

    def __repr__(self) -> str:
        return "CLEAR"


CLEAR: Final = Clear.CLEAR
"""Take away the value that a setting has. (Leaving an argument out leaves the setting as it is.)"""
