"""Agents in queues: pairs with a level and a position. `client.queue_agents.local` and `.remote`.

Source of every fact here: the vendor's page on queues and agents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Generic, TypedDict, Unpack

from ..core.declarations import Absent, Doc, Fields
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.field_rules import amount, row_id
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import SHARED_ERRORS
from ..core.rows import Spec, spec_of
from ..core.unset import Unset
from .ids import Id, extension_path
from .resource import ApiHost, Rows


class QueueAgentSettings(TypedDict, Generic[Absent], total=False):
    """What can be set of an agent in a queue."""

    level: Annotated[
        int | Absent,
        amount,
        Doc("From 0, the vendor's default; the lowest is called first, whatever the queue's strategy."),
    ]
    position: Annotated[int | Absent, amount, Doc("From 0, the vendor's default; order within the level.")]


class QueueAgentFields(QueueAgentSettings[Unset | None], total=False):
    """What an agent in a queue has."""

    agent_id: Annotated[int | str, row_id, Doc("The agent, among those of its kind.")]


@model(kw_only=True)
class QueueAgent(Model):
    """One agent in one queue, as listed."""

    agent_id: int
    level: int | None = None
    position: int | None = None


LOADER: Final = Loader(QueueAgent)
_FIELDS: Final = Fields(QueueAgentFields)


def _spec(kind: str) -> Spec:
    return spec_of(
        f"queue_agents.{kind}",
        f"/extension/{{extension_id}}/queue/agents/{kind}/",
        "{agent_id}",
        verbs="add list get update remove",
        owner=("extension_id",),
        natural_key=("agent_id",),
        pages=LOADER,
        fields=_FIELDS,
        row_key=("agent_id",),
        id_name="agent_id",
    )


LOCAL: Final = _spec("local")
REMOTE: Final = _spec("remote")
LOCAL_ADD, LOCAL_LIST, LOCAL_GET, LOCAL_UPDATE, LOCAL_REMOVE = LOCAL.operations()
REMOTE_ADD, REMOTE_LIST, REMOTE_GET, REMOTE_UPDATE, REMOTE_REMOVE = REMOTE.operations()


class AgentsInQueues(Rows[QueueAgent]):
    """Operations on agents of one kind in queues. The natural key is the pair (queue, agent)."""

    _shared_errors = SHARED_ERRORS  # a pair is one, however often it is listed

    def __init__(self, host: ApiHost, spec: Spec) -> None:
        super().__init__(host)
        self.spec = spec

    def list(
        self, extension_id: Id, *, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[QueueAgent]:
        """List the agents in a queue; the vendor serves them all at once, when the first is asked for.

        Returns:
            A listing of one page: `async for member in client.queue_agents.local.list(208)`.

        Raises:
            NotFoundError: While iterating: there is no such queue.
        """
        return self._rows(extension_path(extension_id), max_passes=max_passes, strict=strict)

    async def add(
        self,
        extension_id: Id,
        *,
        agent_id: Id,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueAgentSettings[Unset]],
    ) -> QueueAgent:
        """Put an agent into a queue.

        Returns:
            The agent in the queue, as the vendor returns it.

        Raises:
            AlreadyExistsError: The agent is in the queue, where the vendor says so.
            NotFoundError: There is no such queue or agent.
            OutcomeUnknownError: The response was lost. Not safe to repeat, as the effect of a second add is not
                documented: use `ensure`.
        """
        return await self._new(owner=extension_path(extension_id), extra=extra, agent_id=agent_id, **settings)

    async def get(self, extension_id: Id, agent_id: Id) -> QueueAgent:
        """Return one agent in a queue."""
        return await self._one(agent_id, extension_path(extension_id))

    async def update(
        self,
        extension_id: Id,
        agent_id: Id,
        *,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueAgentSettings[Unset | None]],
    ) -> QueueAgent:
        """Change level or position of an agent in a queue: left out stays, None is sent as null, a value sets."""
        return await self._change(agent_id, owner=extension_path(extension_id), extra=extra, **settings)

    async def remove(self, extension_id: Id, agent_id: Id, *, missing_ok: bool = False) -> None:
        """Take an agent out of a queue; the agent stays."""
        await self._delete(agent_id, extension_path(extension_id), missing_ok=missing_ok)

    async def find(self, extension_id: Id, *, agent_id: Id) -> QueueAgent | None:
        """Return the agent in the queue, or None; reads the queue's list.

        Raises:
            NotFoundError: There is no such queue.
        """
        return await self._find(self.list(extension_id), agent_id=row_id("agent_id", agent_id))

    async def ensure(
        self,
        extension_id: Id,
        *,
        agent_id: Id,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueAgentSettings[Unset]],
    ) -> Ensured:
        """Make sure that an agent is in a queue, at this level and position: look, then add or update.

        Returns:
            The agent's id (the pair has none of its own), and whether it was added, changed or adopted.

        Raises:
            NotFoundError: There is no such queue or agent.
        """
        return await self._ensure_exists(
            lambda key: self.find(extension_id, agent_id=key["agent_id"]),
            owner=extension_path(extension_id),
            extra=extra,
            agent_id=agent_id,
            **settings,
        )


class QueueAgents:
    """Agents in queues by their kind; the two kinds are numbered apart."""

    def __init__(self, host: ApiHost) -> None:
        self.local = AgentsInQueues(host, LOCAL)
        self.remote = AgentsInQueues(host, REMOTE)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: local {self.local!r}, remote {self.remote!r}>"
