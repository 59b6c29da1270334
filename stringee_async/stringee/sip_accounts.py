"""SIP accounts of the contact centre: what desk phones log in with. `client.sip_accounts`.

No official page is known: every fact is from type definitions and code of public projects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc, Fields
from ..core.ensure import Ensured
from ..core.field_rules import amount
from ..core.fields import login_id
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import Owner, spec_of
from ..core.secrets import Secret
from ..core.unset import UNSET, Unset
from ..core.validation import required_text, user_id
from .pages import PageReader
from .resource import Rows
from .responses import Created, read_done
from .sip_passwords import PasswordlessLoader, hidden, login_name
from .sip_passwords import password as checked_password


class SipAccountSettings(TypedDict, total=False):
    """What can be set of a SIP account beside what each write must hold."""

    stringee_user_id: Annotated[str | Unset, login_id, Doc("The user that the phone belongs to.")]


class SipAccountFields(SipAccountSettings, total=False):
    """What is sent of a SIP account."""

    user_name: Annotated[str, login_name, Doc("The name that the phone logs in with.")]
    password: Annotated[
        Secret, checked_password, Doc("The password that the phone logs in with; never shown.")
    ]
    extension: Annotated[int, amount, Doc("The extension's number.")]


@model(kw_only=True)
class SipAccount(Model):
    """A SIP account, as listed; a password that the vendor lists with it is dropped when the row is read.

    Args:
        user_name: The name that the phone logs in with; also its id.
        extension: The extension, as the vendor writes it.
    """

    user_name: str
    extension: int | str | None = None
    stringee_user_id: str | None = None


LOADER: Final = PasswordlessLoader(SipAccount, {"username": "user_name"})
PAGES: Final = PageReader(LOADER, "rows")
SPEC: Final = spec_of(
    "sip_accounts",
    "/v1/ipphonecommon",
    "/{user_name}",
    pages=PAGES,
    fields=Fields(SipAccountFields),
    natural_key=("user_name",),
    row_key=("user_name",),
    id_name="user_name",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class SipAccounts(Rows[SipAccount]):
    """Operations on SIP accounts. The natural key is the user name, which is the id too."""

    spec = SPEC
    _writes_whole = True

    def list(
        self,
        *,
        user_name: str | Unset = UNSET,
        stringee_user_id: str | Unset = UNSET,
        extension: int | Unset = UNSET,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[SipAccount]:
        """List SIP accounts, lazily; nothing is sent before the first row is asked for.

        Args:
            user_name: Ask the server for this user name only; the server may ignore it, and `find` compares again.
            stringee_user_id: Ask the server for the accounts of this user only, likewise.
            extension: Ask the server for the account of this extension only, likewise.
            page_size: Rows per page, 1 to 100. Paging of this list is not documented; a server that ignores it
                is noticed.

        Returns:
            A listing: `async for account in client.sip_accounts.list()`.
        """
        filters: dict[str, object] = {}
        if not isinstance(user_name, Unset):
            filters["username"] = required_text("user_name", user_name)
        if not isinstance(stringee_user_id, Unset):
            filters["stringee_user_id"] = user_id("stringee_user_id", stringee_user_id)
        if not isinstance(extension, Unset):
            filters["extension"] = amount("extension", extension)
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict), filters)

    async def create(
        self,
        *,
        user_name: str,
        password: str | Secret,
        extension: int,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SipAccountSettings],
    ) -> Created:
        """Create a SIP account.

        Returns:
            The user name as the id; the vendor tells none.
        """
        secret = hidden(password)
        del password  # an error from here on may be printed with the locals of its frames
        return await self._new(
            user_name=user_name, password=secret, extension=extension, extra=extra, **settings
        )

    async def _send_create(self, body: Mapping[str, object], owner: Owner) -> Created:  # noqa: ARG002 - one path
        await self._send(CREATE, read_done, body=body)
        return Created(id=str(body["user_name"]), project=None, message="")

    async def update(
        self,
        user_name: str,
        *,
        password: str | Secret,
        extension: int,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SipAccountSettings],
    ) -> None:
        """Change a SIP account; the vendor wants password and extension each time."""
        secret = hidden(password)
        del password
        await self._change(user_name, password=secret, extension=extension, extra=extra, **settings)

    async def delete(self, user_name: str, *, missing_ok: bool = False) -> None:
        """Delete a SIP account."""
        await self._delete(user_name, missing_ok=missing_ok)

    async def find(self, *, user_name: str) -> SipAccount | None:
        """Return the SIP account of this user name, or None; one request where the server honours its filter."""
        listing = self.list(user_name=user_name, page_size=100, read_ahead=2)
        return await self._find(listing, user_name=user_name)

    async def ensure(
        self,
        *,
        user_name: str,
        password: str | Secret,
        extension: int,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SipAccountSettings],
    ) -> Ensured:
        """Make sure that a SIP account is there with these fields: find, then create or update.

        An account that is there is written each time, as its password cannot be compared.
        """
        secret = hidden(password)
        del password
        return await self._ensure_exists(
            lambda key: self.find(user_name=key["user_name"]),
            user_name=user_name,
            password=secret,
            extension=extension,
            extra=extra,
            **settings,
        )
