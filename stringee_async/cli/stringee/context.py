"""The command context of Stringee's commands.

One job: opens Stringee's client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from ..command_context import CommandContext
from ..vendor import Vendor

if TYPE_CHECKING:
    from ...stringee.client import StringeeClient, StringeeOptions
    from ..account import Account


class StringeeContext(CommandContext["StringeeClient"]):
    """What a command for Stringee works with."""

    vendor: ClassVar[Vendor] = Vendor.STRINGEE

    @classmethod
    def open(cls, account: Account, **options: Any) -> StringeeClient:
        """Return a new client for an account, with further options of a client."""
        from ...stringee.client import StringeeClient

        return StringeeClient(
            account.key, account.secret.reveal(), **cast("StringeeOptions", {**account.urls, **options})
        )
