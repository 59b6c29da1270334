"""SIP phones of the voice product, which `client.phone_calls` rings. `client.phones`.

The vendor creates several at once and returns none of them: a list has their accounts and passwords. Source: the vendor's
Java client, and itniotech.com, the voice product (sipAdd, sipQuery, sipReset).
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated, Any, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, document_fields
from ..core.decoding import Loader
from ..core.field_rules import Whole, word
from ..core.fields import Text
from ..core.find_unique import find_unique
from ..core.model import NAMED, model
from ..core.names import same_name
from ..core.operation import Operation, keyed_by
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.secrets import Secret
from ..core.unset import Unset
from ..core.validation import required_text
from .arguments import short_name
from .resource import Resource
from .responses import data_secret, nothing
from .row import Row, fields_of

CREATE_MANY: Final = Operation(
    "phones.create_many",
    "POST",
    "/voice/sipAdd",
    RetryClass.CREATE,
    natural_key=keyed_by("phones", "appId", "phoneName"),
)
LIST: Final = Operation("phones.list", "POST", "/voice/sipQuery", RetryClass.READ)
RESET: Final = Operation("phones.reset_password", "POST", "/voice/sipReset", RetryClass.CREATE)

_LOOK: Final = "look before you create them again: phones.list(app_id=...) shows those that there are"
_READ: Final = "read the password in phones.list(app_id=...), or reset it again: the newest one counts"


class PhoneSettings(TypedDict, total=False):
    """What can be set of phones."""

    display_num: Annotated[
        str | Unset,
        Text(13, least=7, exact=True, number=True, ours=False),
        Doc("Caller id, 7 to 13 digits; some of the vendor's pages require it."),
    ]


class PhoneFields(PhoneSettings, total=False):
    """What is sent of phones."""

    app_id: Annotated[str, word, Doc("The application.")]
    group_name: Annotated[str, short_name, Doc("The name of the phones' group, unique in the application.")]
    phone_name: Annotated[
        str,
        short_name,
        Doc("What the phones' names begin with, unique in the application; a number follows."),
    ]
    quantity: Annotated[int, Whole(1, 50), Doc("How many.")]
    account: Annotated[str, Text(32, exact=True), Doc("The phone's account, as `list` shows it.")]


FIELDS: Final = fields_of(PhoneFields)


@model(kw_only=True)
class Phone(Row):
    """A phone, as listed.

    Args:
        account: What it logs in with; also its id.
        password: Its password in clear text, as the vendor sends it; not in the repr.
        phone_name: Its name: that of its creation with a number behind it, such as `sip-1`.
        group_name: The group that it was created in.
    """

    account: str = attrs.field(metadata=NAMED)
    password: str | None = attrs.field(default=None, repr=False)
    phone_name: str | None = None
    group_name: str | None = None


LOADER: Final = Loader(Phone)
document_fields(Phone, FIELDS)


class Phones(Resource):
    """Operations on SIP phones. The natural key is the name within an application."""

    _declared = FIELDS

    async def create_many(
        self,
        *,
        app_id: str,
        group_name: str,
        phone_name: str,
        quantity: int,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[PhoneSettings],
    ) -> None:
        """Create phones in a group of their own; `list` shows their names, accounts and passwords.

        Raises:
            AlreadyExistsError: The application has a group or phones of this name.
            LimitReachedError: The vendor's cap on phones is reached.
            OutcomeUnknownError: The response was lost; the phones may exist. Not safe to repeat: look with `list`.
        """
        body = self._body(
            FIELDS,
            extra,
            group_name=group_name,
            phone_name=phone_name,
            quantity=quantity,
            app_id=app_id,
            **settings,
        )
        await self._post(CREATE_MANY, body, nothing, look=_LOOK)

    def list(
        self,
        *,
        app_id: str,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[Phone]:
        """List the phones of an application, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for phone in client.phones.list(app_id=...)`.
        """
        return self._list(
            LIST,
            LOADER,
            self._body(FIELDS, app_id=app_id),
            PageOptions(page_size, read_ahead, max_passes, strict),
            key=attrgetter("account"),
        )

    async def find(self, *, app_id: str, phone_name: str) -> Phone | None:
        """Return the phone of this name, or None; the whole list is read.

        Args:
            phone_name: The name with its number, such as `sip-1`.

        Raises:
            AmbiguousError: Two phones have this name.
        """
        phone_name = required_text("phone_name", phone_name)
        return await find_unique(
            self.list(app_id=app_id, page_size=100),
            lambda phone: same_name(phone.phone_name, phone_name),
            {"phone_name": phone_name},
            lambda phone: phone.account,
        )

    async def reset_password(self, account: str, *, app_id: str) -> Secret:
        """Give a phone a new password, which the vendor makes; the former one ends.

        Returns:
            The new password; `reveal()` gives it.

        Raises:
            NotFoundError: There is no such phone.
            OutcomeUnknownError: The response was lost; the password may be a new one, which `list` shows. Not safe to
                repeat where another caller may have read it.
        """
        body = self._body(FIELDS, account=account, app_id=app_id)
        return await self._post(RESET, body, data_secret("password"), look=_READ)
