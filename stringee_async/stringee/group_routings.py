"""Group routings: which groups a queue asks, and which of them first. `client.group_routings`.

Source of every fact here: developer.stringee.com, icc-rest-api/integrable-contact-center-group-routing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict

from ..core.declarations import Doc, Fields
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.errors import ConfigError
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import spec_of
from ..core.validation import identifier
from .pages import PageReader
from .resource import Rows
from .responses import Created


def _primary(name: str, value: object) -> int:
    if value not in (0, 1) or isinstance(value, float):
        raise ConfigError(f"{name} must be 1 (asked first) or 0 (backup), got {value!r}")
    return int(bool(value))


class GroupRoutingFields(TypedDict, total=False):
    """What makes a routing."""

    queue_id: Annotated[str, identifier, Doc("The queue.")]
    group_id: Annotated[str, identifier, Doc("The group.")]
    primary_group: Annotated[
        int | bool,
        _primary,
        Doc("1 (or True): asked first; 0 (or False): only when the primary groups are busy."),
    ]


@model(kw_only=True)
class GroupRouting(Model):
    """One queue asking one group, as listed.

    Args:
        id: The routing's id; opaque.
        account: Account it is in.
        project: Project it is in.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    queue_id: str | None = None
    group_id: str | None = None
    primary_group: int | None = None


LOADER: Final = Loader(GroupRouting)
PAGES: Final = PageReader(LOADER, "groupRoutings")
SPEC: Final = spec_of(
    "group_routings",
    "/v1/routing-call-to-groups",
    "/{routing_id}",
    pages=PAGES,
    fields=Fields(GroupRoutingFields),
    natural_key=("queue_id", "group_id"),
    new_id="groupRoutingID",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class GroupRoutings(Rows[GroupRouting]):
    """Operations on group routings. The natural key is (queue, group)."""

    spec = SPEC

    def list(
        self,
        queue_id: str,
        *,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[GroupRouting]:
        """List the groups of a queue, lazily; nothing is sent before the first row is asked for.

        Args:
            page_size: Rows per page, 1 to 100. Paging of this list is not documented; a server that ignores it
                is noticed.

        Returns:
            A listing: `async for routing in client.group_routings.list(queue_id)`.
        """
        filters = {"queue": identifier("queue_id", queue_id)}
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict), filters)

    async def create(
        self,
        *,
        queue_id: str,
        group_id: str,
        primary_group: int | bool,
        extra: Mapping[str, Any] | None = None,
    ) -> Created:
        """Let a queue ask a group."""
        return await self._new(queue_id=queue_id, group_id=group_id, primary_group=primary_group, extra=extra)

    async def update(
        self, routing_id: str, *, primary_group: int | bool, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Make a group primary for its queue, or a backup.

        Args:
            routing_id: The routing's id (not the queue's, as the vendor's page has it by a slip).
        """
        await self._change(routing_id, primary_group=primary_group, extra=extra)

    async def delete(self, routing_id: str, *, missing_ok: bool = False) -> None:
        """Stop a queue from asking a group."""
        await self._delete(routing_id, missing_ok=missing_ok)

    async def find(self, *, queue_id: str, group_id: str) -> GroupRouting | None:
        """Return the routing from a queue to a group, or None; reads the queue's list."""
        group_id = identifier("group_id", group_id)
        listing = self.list(queue_id, page_size=100, read_ahead=2)
        return await self._find(listing, group_id=group_id)

    async def ensure(
        self,
        *,
        queue_id: str,
        group_id: str,
        primary_group: int | bool,
        extra: Mapping[str, Any] | None = None,
    ) -> Ensured:
        """Make sure that a queue asks a group, as primary or backup: look, then create or update."""
        return await self._ensure_exists(
            lambda key: self.find(queue_id=key["queue_id"], group_id=key["group_id"]),
            queue_id=queue_id,
            group_id=group_id,
            primary_group=primary_group,
            extra=extra,
        )
