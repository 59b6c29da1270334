"""The blacklist: phone numbers whose calls are not taken. `client.blacklist_numbers`.

Source: developer.stringee.com, rest-api-reference/integrable-contact-center-blacklist-number-management; update and delete
from type definitions of a public project.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Generic, TypedDict, Unpack

from ..core.declarations import Absent, Doc, Fields
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import spec_of
from ..core.unset import Unset
from ..core.validation import boolean, phone_number
from .pages import PageReader
from .resource import Rows
from .responses import Created


class BlacklistSettings(TypedDict, Generic[Absent], total=False):
    """What can be set of a blacklisted number."""

    ivr_blocked: Annotated[bool | Absent, boolean, Doc("Whether its calls are kept out of the IVR.")]
    queue_blocked: Annotated[bool | Absent, boolean, Doc("Whether its calls are kept out of queues.")]


class BlacklistFields(BlacklistSettings[Unset | None], total=False):
    """What is sent of a blacklisted number."""

    number: Annotated[str, phone_number, Doc("The number that calls; digits with country code.")]


@model(kw_only=True)
class BlacklistNumber(Model):
    """A blacklisted number, as listed.

    Args:
        id: The vendor's id; opaque.
        account: Account it is in.
        project: Project it is in.
        number: The number as the vendor writes it, with a plus sign that was not sent.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    number: str | None = None
    ivr_blocked: bool | None = None
    queue_blocked: bool | None = None


LOADER: Final = Loader(BlacklistNumber)
PAGES: Final = PageReader(LOADER, "blacklistNumbers")
SPEC: Final = spec_of(
    "blacklist_numbers",
    "/v1/blacklistnumber",
    "/{entry_id}",
    pages=PAGES,
    fields=Fields(BlacklistFields),
    natural_key=("number",),
    key_is_written=True,
    new_id="blacklistNumberID",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class BlacklistNumbers(Rows[BlacklistNumber]):
    """Operations on the blacklist. The natural key is the number, with or without its plus sign."""

    spec = SPEC
    _writes_whole = True

    def list(
        self, *, page_size: int = 50, read_ahead: int = 0, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[BlacklistNumber]:
        """List the blacklist, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for entry in client.blacklist_numbers.list()`.
        """
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict))

    async def create(
        self,
        *,
        number: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[BlacklistSettings[Unset]],
    ) -> Created:
        """Put a number on the blacklist. What the vendor blocks if neither setting is given is not documented."""
        return await self._new(number=number, extra=extra, **settings)

    async def update(
        self,
        entry_id: str,
        *,
        number: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[BlacklistSettings[Unset | None]],
    ) -> None:
        """Change an entry of the blacklist; the vendor wants its number each time.

        Settings left out stay, None is sent as null, a value sets.
        """
        await self._change(entry_id, number=number, extra=extra, **settings)

    async def delete(self, entry_id: str, *, missing_ok: bool = False) -> None:
        """Take a number off the blacklist."""
        await self._delete(entry_id, missing_ok=missing_ok)

    async def find(self, *, number: str) -> BlacklistNumber | None:
        """Return the entry of a phone number, or None; reads the whole blacklist, as the vendor has no filter.

        Args:
            number: The number; a plus sign does not matter.
        """
        return await self._find_number(self.list(page_size=100, read_ahead=2), number)

    async def ensure(
        self,
        *,
        number: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[BlacklistSettings[Unset]],
    ) -> Ensured:
        """Make sure that a number is on the blacklist with these settings: find, then create or update."""
        return await self._ensure_exists(
            lambda key: self.find(number=key["number"]), number=number, extra=extra, **settings
        )
