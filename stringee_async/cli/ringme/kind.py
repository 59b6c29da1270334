"""Local and remote: the two kinds of agents, which are numbered apart.

Whatever changes something needs the kind, because the same number may be another agent of the other kind.
"""

from __future__ import annotations

import enum
from typing import Annotated, Final

import typer


class Kind(enum.StrEnum):
    """What is behind an agent."""

    LOCAL = "local"
    REMOTE = "remote"

    @property
    def other(self) -> Kind:
        """The kind that this one is not."""
        return Kind.REMOTE if self is Kind.LOCAL else Kind.LOCAL


KindOption = Annotated[
    Kind, typer.Option("--kind", help="local: an extension is the agent; remote: an outside number is.")
]
AnyKind = Annotated[
    Kind | None,
    typer.Option("--kind", help="Only this kind; both are listed without it.", show_default=False),
]
QUEUE: Final = "The queue's extension, by id or as @name; see `extensions list`."
QueueId = Annotated[str, typer.Argument(metavar="EXTENSION_ID", help=QUEUE)]
CLIENT: Final = "Whose; @me is the client that your own user belongs to."
ClientId = Annotated[str, typer.Option("--client-id", help=CLIENT)]
