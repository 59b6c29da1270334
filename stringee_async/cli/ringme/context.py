"""The command context of RingMe's commands.

One job: opens RingMe's client, and lists what comes in two kinds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ..command_context import CommandContext, taken
from ..vendor import Vendor
from .kind import Kind

if TYPE_CHECKING:
    from ...core.model import Model
    from ...core.paging import Paged
    from ...ringme.client import RingMeClient
    from ..account import Account


class RingMeContext(CommandContext["RingMeClient"]):
    """What a command for RingMe works with."""

    vendor: ClassVar[Vendor] = Vendor.RINGME

    @classmethod
    def open(cls, account: Account, **options: Any) -> RingMeClient:
        """Return a new client for an account, with further options of a client."""
        from ...ringme.client import RingMeClient

        return RingMeClient(account.key, account.secret.reveal(), url=account.urls["url"], **options)

    async def listing_by_kind(
        self,
        listings: Mapping[Kind, Paged[Any]],
        columns: Sequence[str],
        first: int | None,
        *models: type[Model],
    ) -> None:
        """Write listings of one or both kinds as one, with the kind in each row.

        Args:
            listings: The listings; none has pages.
            columns: Fields that a table shows, beside the kind.
            first: Stop after this many rows.
            models: What may be in them; the columns of CSV are the same for one kind and for both.
        """
        rows: list[dict[str, Any]] = []
        for kind, listing in listings.items():
            if first is not None and len(rows) >= first:
                break
            items = await taken(listing, None if first is None else first - len(rows))
            rows += [{"kind": kind.value, **self.row(item)} for item in items]
        self.rows(rows, ("kind", *columns), first, *models)
        for listing in listings.values():
            self.set_aside(listing)
