"""Queues: how callers wait and which agent is rung. `client.queues`; who is in them: `client.queue_agents`.

A queue is the settings of an extension of type "queue": it is made and deleted with the extension
(`client.extensions`). Source of every fact here: the vendor's page on queues; defaults are the vendor's.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final, Unpack

from ..core.operation import Operation
from ..core.retry_class import RetryClass
from .ids import Id, extension_path
from .queue_models import FIELDS, LOADER, MEMBER_LOADER, STATUS_LOADER, QueueSettings
from .queue_models import Queue as Queue
from .queue_models import QueueMember as QueueMember
from .queue_models import QueueStatus as QueueStatus
from .resource import Resource

PATH: Final = "/extension/{extension_id}/queue/"
UPDATE: Final = Operation("queues.update", "PUT", PATH, RetryClass.IDEMPOTENT_WRITE)
GET: Final = Operation("queues.get", "GET", PATH, RetryClass.READ)
STATUS: Final = Operation("queues.status", "GET", PATH + "status/", RetryClass.READ)
MEMBERS: Final = Operation("queues.members", "GET", PATH + "status/members/", RetryClass.READ)


class Queues(Resource):
    """Operations on queues. A queue is known by the id of its extension."""

    async def get(self, extension_id: Id) -> Queue:
        """Return the settings of a queue.

        Args:
            extension_id: The queue's extension, by id or as `"@name"`.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such extension, or it is no queue.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._get(GET, LOADER, path=extension_path(extension_id))

    async def update(
        self,
        extension_id: Id,
        *,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueSettings],
    ) -> Queue:
        """Change settings of a queue: those left out stay, None is sent as null, a value sets.

        That settings left out stay is the vendor's sample, not its word: compare with what is returned. To write
        a queue back whole, give `extra=queue.settings()`; what is given by keyword goes before it.

        Args:
            extension_id: The queue's extension, by id or as `"@name"`.
            settings: Any of these, by keyword.

        Returns:
            The whole queue as it is now, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such extension, or it is no queue.
            SdkError: As for every call. Safe to repeat.
        """
        body = FIELDS.body(settings, creating=False, extra=extra)
        return await self._write(UPDATE, LOADER, body, path=extension_path(extension_id))

    async def status(self, extension_id: Id) -> QueueStatus:
        """Return how many callers a queue holds. The vendor asks to read it on events, not by polling.

        Args:
            extension_id: The queue's extension, by id or as `"@name"`.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such extension, or it is no queue.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._get(STATUS, STATUS_LOADER, path=extension_path(extension_id))

    async def members(self, extension_id: Id, *, strict: bool = False) -> list[QueueMember]:
        """Return the callers in a queue.

        Args:
            extension_id: The queue's extension, by id or as `"@name"`.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such extension, or it is no queue.
            SdkError: As for every call. Safe to repeat.
        """
        path = extension_path(extension_id)
        listing = self._list(MEMBERS, MEMBER_LOADER, path, key=attrgetter("call_api_id"), strict=strict)
        return await listing.collect()
