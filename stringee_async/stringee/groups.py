"""Groups of agents. `client.groups`; who is in them: `client.group_agents`.

Source of every fact here: developer.stringee.com, icc-rest-api/contact-center-group-management.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc, Fields
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.fields import label
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import spec_of
from ..core.unset import Unset
from ..core.validation import required_text
from .pages import PageReader
from .resource import Rows
from .responses import Created


class GroupChanges(TypedDict, total=False):
    """What can be changed of a group."""

    name: Annotated[
        str | Unset, label, Doc("The group's name. Whether the vendor keeps names unique is not documented.")
    ]


@model(kw_only=True)
class Group(Model):
    """A group, as listed.

    Args:
        id: The vendor's id; opaque.
        account: Account the group is in.
        project: Project the group is in.
        number_of_agent: How many agents are in it.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    name: str | None = None
    number_of_agent: int | None = None


LOADER: Final = Loader(Group)
PAGES: Final = PageReader(LOADER, "groups")
SPEC: Final = spec_of(
    "groups",
    "/v1/group",
    "/{group_id}",
    pages=PAGES,
    fields=Fields(GroupChanges),
    natural_key=("name",),
    new_id="groupID",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class Groups(Rows[Group]):
    """Operations on groups. The natural key is the name."""

    spec = SPEC

    def list(
        self, *, page_size: int = 50, read_ahead: int = 0, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[Group]:
        """List groups, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for group in client.groups.list()`.
        """
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict))

    async def create(self, *, name: str, extra: Mapping[str, Any] | None = None) -> Created:
        """Create a group."""
        return await self._new(name=name, extra=extra)

    async def update(
        self, group_id: str, *, extra: Mapping[str, Any] | None = None, **settings: Unpack[GroupChanges]
    ) -> None:
        """Rename a group."""
        await self._change(group_id, extra=extra, **settings)

    async def delete(self, group_id: str, *, missing_ok: bool = False) -> None:
        """Delete a group. What becomes of its members and routings is not documented: remove them first."""
        await self._delete(group_id, missing_ok=missing_ok)

    async def find(self, *, name: str) -> Group | None:
        """Return the group of this name, or None; reads all groups, as the vendor has no filter.

        Args:
            name: The name; blanks around it and its Unicode form do not matter, case does.
        """
        name = required_text("name", name)
        return await self._find(self.list(page_size=100, read_ahead=2), name=name)

    async def ensure(self, *, name: str, extra: Mapping[str, Any] | None = None) -> Ensured:
        """Make sure that a group of this name exists: find, or create."""
        return await self._ensure_exists(lambda key: self.find(name=key["name"]), name=name, extra=extra)
