"""Agents of one kind: what is the same of local and remote agents. `client.agents.local` and `.remote`.

One job: the moves that do not depend on what an agent is called by; the kind is data in the `Spec`. Source of every fact
here: the vendor's page on queues and agents (client realm).
"""

from __future__ import annotations

from typing import Any, TypeVar

from ..core.declarations import Fields
from ..core.decoding import Loader
from ..core.model import Model
from ..core.operation import operations
from ..core.rows import Spec
from ..core.validation import boolean
from .ids import ME, Id, client_path
from .resource import Rows
from .responses import agent_deletion, kept_agent_deletion

M = TypeVar("M", bound=Model)


def spec_of(kind: str, loader: Loader[M], declared: Any, *, key: str) -> Spec:
    """Return what the agents of a kind are made of.

    Args:
        kind: `local` or `remote`, as it stands in paths.
        loader: Reads the rows.
        declared: The `TypedDict` of what can be changed.
        key: What tells an agent from others.
    """
    create, every, get, update, delete = operations(
        f"agents.{kind}",
        f"/client/{{client_id}}/agent/{kind}/",
        "{agent_id}",
        "create list get update delete",
        natural_key=("client_id", key),
    )
    return Spec(
        model=loader.model,
        create=create,
        list=every,
        update=update,
        delete=delete,
        get=get,
        pages=loader,
        fields=Fields(declared),
        natural_key=(key,),
        path_id="agent_id",
    )


class AgentsOfKind(Rows[M]):
    """Operations on agents of one kind."""

    async def get(self, agent_id: Id, *, client_id: Id = ME) -> M:
        """Return one agent of this kind.

        Args:
            agent_id: The agent's id.
            client_id: The client whose agent it is.

        Raises:
            ConfigError: An id is not one; nothing was sent.
            NotFoundError: There is no such agent.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._one(agent_id, client_path(client_id))

    async def delete(
        self, agent_id: Id, *, client_id: Id = ME, remove_from_queues: bool = True, missing_ok: bool = False
    ) -> None:
        """Delete an agent of this kind; the extension or the number behind it stays.

        Args:
            agent_id: The agent's id.
            client_id: The client whose agent it is.
            remove_from_queues: Take the agent out of its queues too; if False and it is in one, it is not deleted.
            missing_ok: Take an agent that is not there for deleted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            ConflictError: The agent is still in a queue.
            NotFoundError: There is no such agent. (Not raised where an earlier attempt of this very call lost
                its response: then the agent was deleted.)
            SdkError: As for every call. Safe to repeat.
        """
        await self._remove(
            self.spec.delete,
            path=self._path(agent_id, client_path(client_id)),
            query={"remove_from_queues": boolean("remove_from_queues", remove_from_queues)},
            missing_ok=missing_ok,
            read=agent_deletion if remove_from_queues else kept_agent_deletion,
        )
