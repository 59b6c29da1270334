"""Agents of one kind: what local and remote agents share; the kind is data in the `Spec`.

Source of every fact here: the vendor's page on queues and agents (client realm).
"""

from __future__ import annotations

from functools import partial
from typing import Any, TypeVar

from ..core.declarations import Fields
from ..core.decoding import Loader
from ..core.model import Model
from ..core.rows import Spec, spec_of
from ..core.validation import boolean
from .ids import ME, Id, client_path
from .refusals import not_removed, still_in_queue
from .resource import Rows
from .responses import read_deleted

M = TypeVar("M", bound=Model)


def spec_of_kind(kind: str, loader: Loader[Any], declared: Any, key: str) -> Spec:
    """Return the `Spec` of the agents of a kind; `kind` stands in their paths, `key` is their natural key."""
    return spec_of(
        f"agents.{kind}",
        f"/client/{{client_id}}/agent/{kind}/",
        "{agent_id}",
        verbs="create list get update delete",
        owner=("client_id",),
        natural_key=(key,),
        pages=loader,
        fields=Fields(declared),
    )


class AgentsOfKind(Rows[M]):
    """Operations on agents of one kind."""

    async def get(self, agent_id: Id, *, client_id: Id = ME) -> M:
        """Return one agent of this kind."""
        return await self._one(agent_id, client_path(client_id))

    async def delete(
        self, agent_id: Id, *, client_id: Id = ME, remove_from_queues: bool = True, missing_ok: bool = False
    ) -> None:
        """Delete an agent of this kind; the extension or the number behind it stays.

        Args:
            remove_from_queues: Take the agent out of its queues too; if False and it is in one, it is not deleted.

        Raises:
            ConflictError: The agent is still in a queue.
        """
        await self._gone(
            self.spec.delete,
            partial(read_deleted, special=still_in_queue if remove_from_queues else not_removed),
            path=self._path(agent_id, client_path(client_id)),
            query={"remove_from_queues": boolean("remove_from_queues", remove_from_queues)},
            missing_ok=missing_ok,
        )
