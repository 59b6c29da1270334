"""Numbers: which of your phone numbers ring what in the contact centre. `client.numbers`.

Not the numbers of the account host. Source: developer.stringee.com, pcc-rest-api/integrable-contact-center-number-management,
for creates; the other operations from type definitions of a public project.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Generic, TypedDict, Unpack

from ..core.declarations import Absent, Doc, Fields, Needs
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.fields import label
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import spec_of
from ..core.unset import Unset
from ..core.validation import boolean, identifier, phone_number
from .pages import PageReader
from .resource import Rows
from .responses import Created


class NumberSettings(TypedDict, Generic[Absent], total=False):
    """What can be set of a number beside what each write must hold."""

    nickname: Annotated[str | Absent, label, Doc("A name for people.")]
    ivr_menu: Annotated[
        str | Absent, identifier, Doc("Id of the IVR tree that answers if `enable_ivr` is True.")
    ]
    queue_id: Annotated[str | Absent, identifier, Doc("The queue that is called if `enable_ivr` is False.")]
    record_outbound_calls: Annotated[bool | Absent, boolean, Doc("Whether outbound calls are recorded.")]


class NumberFields(NumberSettings[Unset | None], total=False):
    """What is sent of a number."""

    number: Annotated[str, phone_number, Doc("A number that the account owns; digits with country code.")]
    allow_outbound_calls: Annotated[bool, boolean, Doc("Whether agents may call out with it.")]
    enable_ivr: Annotated[
        bool,
        boolean,
        Needs(value=True, field="ivr_menu", reason="lets an IVR tree answer"),
        Doc("Whether an IVR tree answers, which `ivr_menu` then names."),
    ]


@model(kw_only=True)
class Number(Model):
    """A number, as listed.

    Args:
        id: The vendor's id; opaque.
        account: Account it is in.
        project: Project it is in.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    number: str | None = None
    nickname: str | None = None
    allow_outbound_calls: bool | None = None
    enable_ivr: bool | None = None
    ivr_menu: str | None = None
    queue_id: str | None = None
    record_outbound_calls: bool | None = None


LOADER: Final = Loader(Number)
PAGES: Final = PageReader(LOADER, "numbers")
SPEC: Final = spec_of(
    "numbers",
    "/v1/number",
    "/{number_id}",
    pages=PAGES,
    fields=Fields(NumberFields),
    natural_key=("number",),
    key_is_written=True,
    new_id="numberID",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class Numbers(Rows[Number]):
    """Operations on numbers. The natural key is the number itself."""

    spec = SPEC
    _writes_whole = True

    def list(
        self, *, page_size: int = 50, read_ahead: int = 0, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[Number]:
        """List numbers, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for number in client.numbers.list()`.
        """
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict))

    async def create(
        self,
        *,
        number: str,
        allow_outbound_calls: bool,
        enable_ivr: bool,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[NumberSettings[Unset]],
    ) -> Created:
        """Add a number of the account to the contact centre.

        Raises:
            AlreadyExistsError: The number is there already; the vendor tells its id, which is `existing_id`.
        """
        return await self._new(
            number=number,
            allow_outbound_calls=allow_outbound_calls,
            enable_ivr=enable_ivr,
            extra=extra,
            **settings,
        )

    async def update(
        self,
        number_id: str,
        *,
        number: str,
        allow_outbound_calls: bool,
        enable_ivr: bool,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[NumberSettings[Unset | None]],
    ) -> None:
        """Change a number: settings left out stay, None is sent as null, a value sets.

        The only source of this operation repeats `number`, `allow_outbound_calls` and `enable_ivr` in each update.
        """
        await self._change(
            number_id,
            number=number,
            allow_outbound_calls=allow_outbound_calls,
            enable_ivr=enable_ivr,
            extra=extra,
            **settings,
        )

    async def delete(self, number_id: str, *, missing_ok: bool = False) -> None:
        """Take a number out of the contact centre; the account keeps it."""
        await self._delete(number_id, missing_ok=missing_ok)

    async def find(self, *, number: str) -> Number | None:
        """Return the entry of a phone number, or None; reads all numbers, as the vendor has no filter.

        Args:
            number: The number; a plus sign does not matter.
        """
        return await self._find_number(self.list(page_size=100, read_ahead=2), number)

    async def ensure(
        self,
        *,
        number: str,
        allow_outbound_calls: bool,
        enable_ivr: bool,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[NumberSettings[Unset]],
    ) -> Ensured:
        """Make sure that a number is there with these fields: find, then create or update."""
        return await self._ensure_exists(
            lambda key: self.find(number=key["number"]),
            number=number,
            allow_outbound_calls=allow_outbound_calls,
            enable_ivr=enable_ivr,
            extra=extra,
            **settings,
        )
