"""The command context of RingMe's commands, and the arguments that several of them take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final

import typer

from ..command_context import CommandContext
from ..vendor import Vendor

if TYPE_CHECKING:
    from ...ringme.client import RingMeClient  # noqa: F401 - named in a text

QUEUE: Final = "The queue's extension, by id or as @name; see `extensions list`."
QueueId = Annotated[str, typer.Argument(metavar="EXTENSION_ID", help=QUEUE)]
CLIENT: Final = "Whose; @me is the client that your own user belongs to."
ClientId = Annotated[str, typer.Option("--client-id", help=CLIENT)]


class RingMeContext(CommandContext["RingMeClient"]):
    """What a command for RingMe works with."""

    vendor: ClassVar[Vendor] = Vendor.RINGME
    client_class: ClassVar[str] = "ringme.client:RingMeClient"
