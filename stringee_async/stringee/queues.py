"""Queues: where callers wait. `client.queues`; which groups answer: `client.group_routings`.

Source of every fact here: developer.stringee.com, pcc-rest-api/contact-center-queue-management.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Unpack

from ..core.declarations import Fields
from ..core.ensure import Ensured
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import spec_of
from ..core.unset import Unset
from ..core.validation import required_text
from .queue_models import LOADER as LOADER
from .queue_models import PAGES, QueueChanges, QueueSettings
from .queue_models import Queue as Queue
from .resource import Rows
from .responses import Created

SPEC: Final = spec_of(
    "queues",
    "/v1/queue",
    "/{queue_id}",
    pages=PAGES,
    fields=Fields(QueueChanges, null_on_create=True),
    natural_key=("name",),
    new_id="queueID",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class Queues(Rows[Queue]):
    """Operations on queues. The natural key is the name."""

    spec = SPEC

    def list(
        self, *, page_size: int = 50, read_ahead: int = 0, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[Queue]:
        """List queues, lazily; nothing is sent before the first row is asked for.

        Returns:
            A listing: `async for queue in client.queues.list()`.

        Raises:
            ConfigError: An argument is wrong; at once.
            PagingError, SdkError: While iterating: a page could not be trusted or fetched. Safe to repeat.
        """
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict))

    async def create(
        self,
        *,
        name: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueSettings[Unset]],
    ) -> Created:
        """Create a queue.

        Args:
            name: The queue's name. Whether the vendor keeps names unique is not documented.
            settings: Any of these, by keyword.

        Returns:
            The new queue's id, its project, and what the vendor said.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: There is such a queue; `existing_id` names it where the vendor tells.
            OutcomeUnknownError: The response was lost; the queue may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call.
        """
        return await self._new(name=name, extra=extra, **settings)

    async def update(
        self,
        queue_id: str,
        *,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueChanges],
    ) -> None:
        """Change fields of a queue: those left out stay, None is sent as null, a value sets.

        Args:
            queue_id: The queue's id.
            settings: Any of these, by keyword.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such queue.
            SdkError: As for every call. Safe to repeat.
        """
        await self._change(queue_id, extra=extra, **settings)

    async def delete(self, queue_id: str, *, missing_ok: bool = False) -> None:
        """Delete a queue. What becomes of its numbers and routings is not documented: remove them first.

        Args:
            queue_id: The queue's id.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such queue, and no earlier attempt of this call lost its response.
            SdkError: As for every call. Safe to repeat.
        """
        await self._delete(queue_id, missing_ok=missing_ok)

    async def find(self, *, name: str) -> Queue | None:
        """Return the queue of this name, or None; reads all queues, as the vendor has no filter.

        Args:
            name: The name; blanks around it and its Unicode form do not matter, case does.

        Raises:
            AmbiguousError: Two or more queues carry it; `ids` names them.
            SdkError: As for every call. Safe to repeat.
        """
        name = required_text("name", name)
        return await self._find(self.list(page_size=100, read_ahead=2), name=name)

    async def ensure(
        self,
        *,
        name: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueSettings[Unset]],
    ) -> Ensured:
        """Make sure that a queue of this name exists with these fields: find, then create or update.

        Survives a lost response without making a second queue, and twenty callers at once make one.

        Args:
            name: The queue's name; the natural key.
            extra: As for `create`. What the vendor does not show is written each time.
            settings: Any of these, by keyword.

        Returns:
            The queue's id, and whether it was created, changed or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: Two queues carry the name; nothing was changed.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._ensure_exists(
            lambda key: self.find(name=key["name"]), name=name, extra=extra, **settings
        )
