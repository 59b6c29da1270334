"""The vendors that the command line speaks to: their names, for options, files and people."""

from __future__ import annotations

import enum
from typing import Annotated, Final

import typer


class Vendor(enum.StrEnum):
    """Whose contact centre it is."""

    STRINGEE = "stringee"
    RINGME = "ringme"
    ITNIOTECH = "itniotech"

    @property
    def label(self) -> str:
        """The vendor's name as people write it."""
        return _LABELS[self]


_LABELS: Final = {Vendor.STRINGEE: "Stringee", Vendor.RINGME: "RingMe", Vendor.ITNIOTECH: "ITNIO TECH"}

VARIABLE: Final = "STRINGEE_ASYNC_VENDOR"
"""The environment variable that chooses a vendor."""

CONNECTION: Final = "Connection"
"""The panel of the help that holds whom a command talks to, and how."""

VendorOption = Annotated[
    Vendor,
    typer.Option(
        "--vendor",
        help=f"Whose contact centre; may stand anywhere. Else {VARIABLE} counts, or the profile's `vendor`.",
        rich_help_panel=CONNECTION,
    ),
]
"""Declared for the help: `choice` has read it, and taken it away, before the arguments are parsed."""
