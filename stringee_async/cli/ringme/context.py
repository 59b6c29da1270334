"""The command context of RingMe's commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ..command_context import CommandContext
from ..vendor import Vendor

if TYPE_CHECKING:
    from ...ringme.client import RingMeClient  # noqa: F401 - named in a text


class RingMeContext(CommandContext["RingMeClient"]):
    """What a command for RingMe works with."""

    vendor: ClassVar[Vendor] = Vendor.RINGME
    client_class: ClassVar[str] = "ringme.client:RingMeClient"
