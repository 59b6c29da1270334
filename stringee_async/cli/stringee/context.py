"""The command context of Stringee's commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ..command_context import CommandContext
from ..vendor import Vendor

if TYPE_CHECKING:
    from ...stringee.client import StringeeClient  # noqa: F401 - named in a text


class StringeeContext(CommandContext["StringeeClient"]):
    """What a command for Stringee works with."""

    vendor: ClassVar[Vendor] = Vendor.STRINGEE
    client_class: ClassVar[str] = "stringee.client:StringeeClient"
