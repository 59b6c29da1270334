"""The products of ITNIO TECH: which one a path belongs to, and where a host has it.

White labels have some products under other paths; which family of paths a host has is chosen by `paths`. Source:
itniotech.com and the white labels' pages (api), and the vendor's Java client.
"""

from __future__ import annotations

import functools
from types import MappingProxyType
from typing import Final

import attrs

from ..core.fields import Choice
from ..core.operation import Operation

PATHS: Final = Choice(("itniotech", "v3"))
"""Checks the family of paths: that of ITNIO TECH itself, or that of white labels, where everything is below `/v3`."""

CALL_CENTRE: Final = "cc"
_NAMES: Final = MappingProxyType(
    {"cc": CALL_CENTRE, "sms": "sms", "voice": "voice", "otp": "otp", "email": "email", "aivoice": "ai_voice"}
)
"""Products by the first part of a path, in lower case."""


def product_of(path: str) -> str:
    """Return the product that a path belongs to: `cc`, `sms`, `voice`, `otp`, `email`, `ai_voice`, or empty."""
    first, *others = path.lower().strip("/").split("/")
    if first == "v3" and others:
        return _NAMES.get(others[0], "sms")  # white labels have text messages right below /v3
    return _NAMES.get(first, "")


@functools.cache
def at_v3(operation: Operation) -> Operation:
    """Return an operation with the path that white labels have for it."""
    path = operation.path
    if path.startswith("/sms/"):
        path = path.removeprefix("/sms")
    elif path.startswith("/v3/"):
        return operation
    return attrs.evolve(operation, path=f"/v3{path}")
