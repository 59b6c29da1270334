"""The command context of ITNIO TECH's commands.

One job: opens ITNIO TECH's client, keeps passwords off the screen, and says the vendor's switches the right way round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from ..command_context import CommandContext
from ..output import Form
from ..vendor import Vendor

if TYPE_CHECKING:
    from ...core.model import Model
    from ...itniotech.client import ItniotechClient, ItniotechOptions
    from ..account import Account

_SWITCHES: Final = ("enabled", "show_recordings", "encrypt_numbers")
"""The vendor sends 0 for yes; these properties of the models have the intended meaning."""


class ItniotechContext(CommandContext["ItniotechClient"]):
    """What a command for ITNIO TECH works with.

    Args:
        client: The client, open while the command runs.
        form: How results are written.

    Attributes:
        show_passwords: Whether rows hold passwords; the vendor sends them in clear text.
    """

    vendor: ClassVar[Vendor] = Vendor.ITNIOTECH

    def __init__(self, client: ItniotechClient, form: Form) -> None:
        super().__init__(client, form)
        self.show_passwords = False

    @classmethod
    def open(cls, account: Account, **options: Any) -> ItniotechClient:
        """Return a new client for an account, with further options of a client."""
        from ...itniotech.client import ItniotechClient

        return ItniotechClient(
            account.key, account.secret.reveal(), **cast("ItniotechOptions", {**account.urls, **options})
        )

    def row(self, item: Model) -> dict[str, Any]:
        """Return what is shown of an object: without its password, and with its switches as booleans."""
        from ...core.secrets import MASK

        row = super().row(item)
        row.update((name, getattr(item, name)) for name in _SWITCHES if hasattr(item, name))
        if row.get("password") is not None and not self.show_passwords:
            row["password"] = MASK
        return row

    def names(self, kind: type[Model]) -> list[str]:
        """Return the columns of CSV for objects of a kind, with its switches."""
        return super().names(kind) + [name for name in _SWITCHES if hasattr(kind, name)]
