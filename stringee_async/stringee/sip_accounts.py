"""SIP accounts of the contact centre: what desk phones log in with. `client.sip_accounts`.

No official page is known: every fact is from type definitions and code of public projects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc, Fields
from ..core.decoding import Loader, Shape
from ..core.ensure import Ensured
from ..core.errors import ConfigError, DecodeError
from ..core.field_rules import amount, extension_name
from ..core.fields import login_id
from ..core.json_codec import Raw, encode, fields_apart
from ..core.model import Malformed, Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import Owner, spec_of
from ..core.secrets import Secret
from ..core.unset import UNSET, Unset
from ..core.validation import identifier, required_text, user_id
from .pages import PageReader
from .resource import Rows
from .responses import Created, read_done


def _password(name: str, value: object) -> Secret:
    if not isinstance(value, Secret):
        raise ConfigError(f"{name} must be text, got {type(value).__name__}")
    text: object = value.reveal()
    if not isinstance(text, str) or not text or len(text) > 255 or not text.isprintable():
        raise ConfigError(f"{name} must be text of 1 to 255 characters in one line")
    return value


def _user_name(name: str, value: object) -> str:
    return identifier(name, extension_name(name, value))  # it stands in the path of updates and deletes


class SipAccountSettings(TypedDict, total=False):
    """What can be set of a SIP account beside what each write must hold."""

    stringee_user_id: Annotated[str | Unset, login_id, Doc("The user that the phone belongs to.")]


class SipAccountFields(SipAccountSettings, total=False):
    """What is sent of a SIP account."""

    user_name: Annotated[str, _user_name, Doc("The name that the phone logs in with.")]
    password: Annotated[Secret, _password, Doc("The password that the phone logs in with; never shown.")]
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


class _SipLoader(Loader[SipAccount]):
    """Reads rows without their passwords, and the user name under both of its names."""

    __slots__ = ()

    def page(self, shape: Shape) -> Callable[[bytes], Any]:  # noqa: ARG002 - each page is read row by row
        return lambda _: None

    def load_all(
        self, raws: list[Raw], *, path: str = "$", strict: bool = False
    ) -> tuple[tuple[SipAccount, ...], tuple[Malformed, ...]]:
        return super().load_all([_mended(raw) for raw in raws], path=path, strict=strict)


def _mended(raw: Raw) -> Raw:
    try:
        row = fields_apart(raw)
    except DecodeError:
        return raw
    row.pop("password", None)
    if "user_name" not in row and "username" in row:
        row["user_name"] = row.pop("username")
    return Raw(encode(row))


LOADER: Final = _SipLoader(SipAccount)
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


def _hidden(password: Any) -> Any:
    return Secret(password) if isinstance(password, str) else password


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
        secret = _hidden(password)
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
        secret = _hidden(password)
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
        secret = _hidden(password)
        del password
        return await self._ensure_exists(
            lambda key: self.find(user_name=key["user_name"]),
            user_name=user_name,
            password=secret,
            extension=extension,
            extra=extra,
            **settings,
        )
