"""Group routings: which groups a queue asks, and which of them first. `client.group_routings`.

Source of every fact here: developer.stringee.com, icc-rest-api/integrable-contact-center-group-routing.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

import attrs

from ..core.bodies import extra_fields
from ..core.decoding import Loader
from ..core.ensure import Ensure, Ensured, find_unique
from ..core.errors import ConfigError
from ..core.model import Model, as_struct
from ..core.names import differing
from ..core.operation import Operation, keyed_by
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.validation import identifier
from .pages import PageReader
from .resource import Resource
from .responses import Created

PATH: Final = "/v1/routing-call-to-groups"
CREATE: Final = Operation(
    "group_routings.create",
    "POST",
    PATH,
    RetryClass.CREATE,
    natural_key=keyed_by("group_routings", "queue_id", "group_id"),
)
LIST: Final = Operation("group_routings.list", "GET", PATH, RetryClass.READ)
UPDATE: Final = Operation("group_routings.update", "PUT", PATH + "/{routing_id}", RetryClass.IDEMPOTENT_WRITE)
DELETE: Final = Operation(
    "group_routings.delete", "DELETE", PATH + "/{routing_id}", RetryClass.IDEMPOTENT_WRITE
)


@as_struct
@attrs.frozen(kw_only=True)
class GroupRouting(Model):
    """One queue asking one group, as listed.

    Args:
        id: The routing's id; opaque.
        account: Account it is in.
        project: Project it is in.
        queue_id: The queue.
        group_id: The group.
        primary_group: 1 asked first; 0 only when nobody in the primary groups is free.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    queue_id: str | None = None
    group_id: str | None = None
    primary_group: int | None = None


LOADER: Final = Loader(GroupRouting)
PAGES: Final = PageReader(LOADER, "groupRoutings")


class GroupRoutings(Resource):
    """Operations on group routings. The natural key is (queue, group)."""

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
            queue_id: The queue.
            page_size: Rows per page, 1 to 100. Paging of this list is not documented; a server that ignores it
                is noticed.
            read_ahead: Pages fetched ahead of the reader, in order; 0 fetches one at a time.
            max_passes: How often the listing is read at most while its rows move; see `Paged.drift`.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Returns:
            A listing: `async for routing in client.group_routings.list(queue_id)`.

        Raises:
            ConfigError: An argument is wrong; at once.
            PagingError: While iterating: the pages cannot be trusted.
            SdkError: While iterating: a page could not be fetched. Reading is always safe to repeat.
        """
        return self._list(
            LIST,
            PAGES,
            key=attrgetter("id"),
            filters={"queue": identifier("queue_id", queue_id)},
            page_size=page_size,
            read_ahead=read_ahead,
            max_passes=max_passes,
            strict=strict,
        )

    async def create(
        self,
        *,
        queue_id: str,
        group_id: str,
        primary_group: int | bool,
        extra: Mapping[str, Any] | None = None,
    ) -> Created:
        """Let a queue ask a group.

        Args:
            queue_id: The queue.
            group_id: The group.
            primary_group: 1 (or True): asked first; 0 (or False): only when the primary groups are busy.
            extra: More fields by the vendor's names, sent as they are.

        Returns:
            The routing's id, its project, and what the vendor said.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: The queue asks the group already.
            OutcomeUnknownError: The response was lost. Not safe to repeat: use `ensure`.
            SdkError: As for every call.
        """
        body = extra_fields(extra) | {
            "queue_id": identifier("queue_id", queue_id),
            "group_id": identifier("group_id", group_id),
            "primary_group": _primary(primary_group),
        }
        return await self._create(CREATE, body, "groupRoutingID")

    async def update(
        self, routing_id: str, *, primary_group: int | bool, extra: Mapping[str, Any] | None = None
    ) -> None:
        """Make a group primary for its queue, or a backup.

        Args:
            routing_id: The routing's id (not the queue's, as the vendor's page has it by a slip).
            primary_group: 1 (or True): asked first; 0 (or False): only when the primary groups are busy.
            extra: More fields by the vendor's names, sent as they are.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            NotFoundError: There is no such routing.
            SdkError: As for every call. Safe to repeat.
        """
        body = extra_fields(extra) | {"primary_group": _primary(primary_group)}
        await self._write(UPDATE, body, path={"routing_id": routing_id})

    async def delete(self, routing_id: str, *, missing_ok: bool = False) -> None:
        """Stop a queue from asking a group.

        Args:
            routing_id: The routing's id.
            missing_ok: Take a routing that is not there for deleted.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such routing, and no earlier attempt of this call lost its response.
            SdkError: As for every call. Safe to repeat.
        """
        await self._remove(DELETE, missing_ok=missing_ok, path={"routing_id": routing_id})

    async def find(self, *, queue_id: str, group_id: str) -> GroupRouting | None:
        """Return the routing from a queue to a group, or None; reads the queue's list.

        Args:
            queue_id: The queue.
            group_id: The group.

        Raises:
            ConfigError: An id is not one; nothing was sent.
            AmbiguousError: The queue asks the group twice; `ids` names both routings.
            SdkError: As for every call. Safe to repeat.
        """
        group_id = identifier("group_id", group_id)
        listing = self.list(queue_id, page_size=100, read_ahead=2)
        return await find_unique(
            listing,
            lambda routing: routing.group_id == group_id,
            {"group_id": group_id},
            lambda routing: routing.id,
        )

    async def ensure(
        self,
        *,
        queue_id: str,
        group_id: str,
        primary_group: int | bool,
        extra: Mapping[str, Any] | None = None,
    ) -> Ensured:
        """Make sure that a queue asks a group, as primary or backup: look, then create or update.

        Args:
            queue_id: The queue.
            group_id: The group.
            primary_group: 1 (or True): asked first; 0 (or False): only when the primary groups are busy.
            extra: As for `create`. What the vendor does not show is written each time.

        Returns:
            The routing's id, and whether it was created, changed or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: The queue asks the group twice; nothing was changed.
            SdkError: As for every call. Safe to repeat.
        """
        key = {"queue_id": identifier("queue_id", queue_id), "group_id": identifier("group_id", group_id)}
        wanted: dict[str, object] = {
            **{field: value for field, value in extra_fields(extra).items() if field not in key},
            "primary_group": _primary(primary_group),
        }

        async def create() -> str:
            return (await self._create(CREATE, {**wanted, **key}, "groupRoutingID")).id

        async def update(routing: GroupRouting) -> bool:
            if not differing(routing, wanted):
                return False
            await self._write(UPDATE, wanted, path={"routing_id": routing.id})
            return True

        async def write(routing_id: str) -> bool:
            await self._write(UPDATE, wanted, path={"routing_id": routing_id})
            return True

        return await Ensure(
            session=self._host.session,
            key=CREATE.key(key),
            find=lambda: self.find(queue_id=queue_id, group_id=group_id),
            create=create,
            update=update,
            write=write,
            id_of=lambda routing: routing.id,
        ).run()


def _primary(value: object) -> int:
    if value not in (0, 1) or isinstance(value, float):
        raise ConfigError(f"primary_group must be 1 (asked first) or 0 (backup), got {value!r}")
    return int(bool(value))
