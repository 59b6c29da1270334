"""Deleting, disabling and enabling several objects at once: what agents and team leaders share.

Path and method are the same for all three; a number in the body tells them apart. Source: itniotech.com, api/call
(seat, teamleader).
"""

from __future__ import annotations

from ..core.errors import NotFoundError
from ..core.field_rules import row_ids
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.validation import boolean
from .arguments import Id
from .resource import CONTENT_TYPE, Resource
from .responses import nothing, read

_DELETED, _DISABLED, _ENABLED = 2, 3, 4


def switches(resource: str, path: str) -> tuple[Operation, Operation, Operation]:
    """Return the operations that delete, disable and enable what a resource has."""
    delete, disable, enable = (
        Operation(f"{resource}.{verb}", "POST", path, RetryClass.IDEMPOTENT_WRITE)
        for verb in ("delete", "disable", "enable")
    )
    return delete, disable, enable


class Switching(Resource):
    """The base of agents and team leaders."""

    _switches: tuple[Operation, Operation, Operation]

    async def delete(self, *key_ids: Id, missing_ok: bool = False) -> None:
        """Delete one object or more; with `missing_ok`, one by one where the vendor misses one of them.

        Raises:
            ConfigError: An id is not one, or none was given; nothing was sent.
            NotFoundError: There is no such object, and no earlier attempt of this call lost its response.
            ConflictError: An agent is on a call or takes part in a group-call task.
        """
        operation, several = self._switches[0], len(key_ids) > 1
        boolean("missing_ok", missing_ok)
        try:
            await self._switch(operation, key_ids, _DELETED, missing_ok=missing_ok and not several)
        except NotFoundError:
            if not (missing_ok and several):
                raise
            for one in key_ids:
                await self._switch(operation, (one,), _DELETED, missing_ok=True)

    async def disable(self, *key_ids: Id) -> None:
        """Keep one person or more from logging in.

        Raises:
            ConfigError: An id is not one, or none was given; nothing was sent.
            NotFoundError: There is no such object.
            ConflictError: An agent is on a call or takes part in a group-call task.
        """
        await self._switch(self._switches[1], key_ids, _DISABLED)

    async def enable(self, *key_ids: Id) -> None:
        """Let one person or more log in again.

        Raises:
            ConfigError: An id is not one, or none was given; nothing was sent.
            NotFoundError: There is no such object.
        """
        await self._switch(self._switches[2], key_ids, _ENABLED)

    async def _switch(
        self, operation: Operation, ids: tuple[object, ...], kind: int, *, missing_ok: bool = False
    ) -> None:
        await self._gone(
            operation,
            lambda response: read(operation.name, response, nothing),
            missing_ok=missing_ok,
            body={"idList": row_ids("key_ids", ids), "type": kind},
            content_type=CONTENT_TYPE,
        )
