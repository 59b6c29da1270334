"""SIP phones of a project without a contact centre: what they log in with. `client.sip_phones`, on the call host (`api_url`).

The SIP phones of agents are `client.sip_accounts`. Source: developer.stringee.com, rest-api-reference/sip-phone-management;
update, and what an extension is, from type definitions of a public project.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc, Fields
from ..core.ensure import Ensured
from ..core.errors import DecodeError
from ..core.field_rules import extension_name
from ..core.find_unique import find_unique
from ..core.messages import Response
from ..core.model import Model, model
from ..core.names import is_id
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.response import facts
from ..core.rows import Owner, spec_of
from ..core.secrets import Secret
from ..core.unset import Unset
from .pages import PageReader
from .refusals import message_of
from .resource import Rows
from .responses import Created, read_object
from .sip_passwords import PasswordlessLoader, hidden, login_name
from .sip_passwords import password as checked_password


class SipPhoneSettings(TypedDict, total=False):
    """What can be set of a SIP phone beside its password."""

    extension: Annotated[str | Unset, extension_name, Doc("Its extension, as text.")]


class SipPhoneFields(SipPhoneSettings, total=False):
    """What is sent of a SIP phone."""

    username: Annotated[
        str, login_name, Doc("The name that the phone logs in with, without the project's number.")
    ]
    password: Annotated[
        Secret, checked_password, Doc("The password that the phone logs in with; never shown.")
    ]


@model(kw_only=True)
class SipPhone(Model):
    """A SIP phone, as listed; a password that the vendor lists with it is dropped when the row is read.

    Args:
        username: The name that the phone logs in with: the project's number, `_`, and the name that was given.
        extension: Its extension; the vendor's samples have null or leave it out.
        email_address: Its e-mail address, likewise.
    """

    username: str
    extension: int | str | None = None
    email_address: str | None = None


LOADER: Final = PasswordlessLoader(SipPhone, {"sipusername": "username"})
PAGES: Final = PageReader(LOADER, "sipphones")
SPEC: Final = spec_of(
    "sip_phones",
    "/v1/sipphone",
    "/{username}",
    pages=PAGES,
    fields=Fields(SipPhoneFields),
    natural_key=("username",),
    row_key=("username",),
    id_name="username",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()
_PROJECT: Final = re.compile(r"[0-9]+_")


class SipPhones(Rows[SipPhone]):
    """Operations on SIP phones. The natural key is the user name, with or without the project's number in front."""

    spec = SPEC
    _writes_whole = True

    def list(
        self, *, page_size: int = 50, read_ahead: int = 0, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[SipPhone]:
        """List SIP phones, lazily; nothing is sent before the first row is asked for.

        Args:
            page_size: Rows per page, 1 to 100. Paging of this list is not documented; a server that ignores it
                is noticed.

        Returns:
            A listing: `async for phone in client.sip_phones.list()`.
        """
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict))

    async def create(
        self,
        *,
        username: str,
        password: str | Secret,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SipPhoneSettings],
    ) -> Created:
        """Create a SIP phone, which logs in at `v2.stringee.com:15060`.

        Returns:
            The name that it logs in with, which begins with the project's number, as the id.
        """
        secret = hidden(password)
        del password  # an error from here on may be printed with the locals of its frames
        return await self._new(username=username, password=secret, extra=extra, **settings)

    async def _send_create(self, body: Mapping[str, object], owner: Owner) -> Created:  # noqa: ARG002 - one path
        return await self._send(CREATE, _created, body=body)

    async def update(
        self,
        username: str,
        *,
        password: str | Secret,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SipPhoneSettings],
    ) -> None:
        """Change a SIP phone. The vendor's page does not name this call, so its password is sent each time.

        Args:
            username: The name that it logs in with, as `list` shows it.
        """
        secret = hidden(password)
        del password
        await self._change(username, password=secret, extra=extra, **settings)

    async def delete(self, username: str, *, missing_ok: bool = False) -> None:
        """Delete a SIP phone.

        Args:
            username: The name that it logs in with, as `list` shows it.
        """
        await self._delete(username, missing_ok=missing_ok)

    async def find(self, *, username: str) -> SipPhone | None:
        """Return the SIP phone of this name, or None; reads the whole list, as the vendor has no filter.

        Args:
            username: The name, with or without the project's number in front.
        """
        wanted = login_name("username", username)

        def matches(row: SipPhone) -> bool:
            return wanted in {row.username, _PROJECT.sub("", row.username, count=1)}

        listing = self.list(page_size=100, read_ahead=2)
        return await find_unique(listing, matches, {"username": wanted}, self._id_of)

    async def ensure(
        self,
        *,
        username: str,
        password: str | Secret,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SipPhoneSettings],
    ) -> Ensured:
        """Make sure that a SIP phone is there with these fields: find, then create or update.

        One that is there is written each time, as its password cannot be compared.
        """
        secret = hidden(password)
        del password
        return await self._ensure_exists(
            lambda key: self.find(username=key["username"]),
            username=username,
            password=secret,
            extra=extra,
            **settings,
        )


def _created(response: Response) -> Created:
    fields = read_object(response)
    name = fields.get("sipusername")
    if not is_id(name):
        raise DecodeError(
            "the response says success but holds no sipusername",
            paths=("$.sipusername",),
            **facts(response),
        )
    return Created(id=str(name), project=None, message=message_of(fields))
