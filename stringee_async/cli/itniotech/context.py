"""The command context of ITNIO TECH: keeps passwords off the display, and says switches the right way round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from ..command_context import CommandContext
from ..output import Form
from ..vendor import Vendor

if TYPE_CHECKING:
    from ...core.model import Model
    from ...itniotech.client import ItniotechClient

_SWITCHES: Final = ("enabled", "show_recordings", "encrypt_numbers")
"""The vendor sends 0 for yes; these properties of the models have the intended meaning."""


class ItniotechContext(CommandContext["ItniotechClient"]):
    """What a command for ITNIO TECH works with; passwords, which the vendor sends in clear text, are masked."""

    vendor: ClassVar[Vendor] = Vendor.ITNIOTECH
    client_class: ClassVar[str] = "itniotech.client:ItniotechClient"

    def __init__(self, client: ItniotechClient, form: Form) -> None:
        super().__init__(client, form)
        self.show_passwords = False

    def row(self, item: Model) -> dict[str, Any]:
        """Return what is shown of an object: without its password, and with its switches as booleans."""
        from ...core.secrets import MASK

        row = super().row(item)
        row.update((name, getattr(item, name)) for name in _SWITCHES if hasattr(item, name))
        for name in ("password", "sip_password"):
            if row.get(name) is not None and not self.show_passwords:
                row[name] = MASK
        return row

    def names(self, kind: type[Model]) -> list[str]:
        """Return the columns of CSV for objects of a kind, with its switches."""
        return super().names(kind) + [name for name in _SWITCHES if hasattr(kind, name)]
