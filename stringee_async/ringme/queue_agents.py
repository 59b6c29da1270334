"""Agents in queues: pairs with a level and a position. `client.queue_agents.local` and `.remote`.

Source of every fact here: the vendor's page on queues and agents.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

import attrs

from ..core.bodies import extra_fields
from ..core.decoding import Loader
from ..core.ensure import Ensure, Ensured, find_unique
from ..core.field_rules import amount, row_id
from ..core.model import Model, model
from ..core.names import differing
from ..core.operation import Operation, keyed_by
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import Check, validated
from .ids import Id, extension_path
from .resource import ApiHost, Resource

LOCAL: Final = "/extension/{extension_id}/queue/agents/local/"
REMOTE: Final = "/extension/{extension_id}/queue/agents/remote/"
AGENT: Final = "{agent_id}"
LOCAL_ADD: Final = Operation(
    "queue_agents.local.add",
    "POST",
    LOCAL,
    RetryClass.CREATE,
    natural_key=keyed_by("queue_agents.local", "extension_id", "agent_id"),
)
LOCAL_LIST: Final = Operation("queue_agents.local.list", "GET", LOCAL, RetryClass.READ)
LOCAL_UPDATE: Final = Operation(
    "queue_agents.local.update", "PUT", LOCAL + AGENT, RetryClass.IDEMPOTENT_WRITE
)
LOCAL_GET: Final = Operation("queue_agents.local.get", "GET", LOCAL + AGENT, RetryClass.READ)
LOCAL_REMOVE: Final = Operation(
    "queue_agents.local.remove", "DELETE", LOCAL + AGENT, RetryClass.IDEMPOTENT_WRITE
)
REMOTE_ADD: Final = Operation(
    "queue_agents.remote.add",
    "POST",
    REMOTE,
    RetryClass.CREATE,
    natural_key=keyed_by("queue_agents.remote", "extension_id", "agent_id"),
)
REMOTE_LIST: Final = Operation("queue_agents.remote.list", "GET", REMOTE, RetryClass.READ)
REMOTE_UPDATE: Final = Operation(
    "queue_agents.remote.update", "PUT", REMOTE + AGENT, RetryClass.IDEMPOTENT_WRITE
)
REMOTE_GET: Final = Operation("queue_agents.remote.get", "GET", REMOTE + AGENT, RetryClass.READ)
REMOTE_REMOVE: Final = Operation(
    "queue_agents.remote.remove", "DELETE", REMOTE + AGENT, RetryClass.IDEMPOTENT_WRITE
)


@model(kw_only=True)
class QueueAgent(Model):
    """One agent in one queue, as listed.

    Args:
        agent_id: The agent, among those of its kind.
        level: Agents of the lowest level are called first, whatever the queue's strategy.
        position: Place among the agents of one level.
    """

    agent_id: int
    level: int | None = None
    position: int | None = None


LOADER: Final = Loader(QueueAgent)


_RULES: Final[dict[str, Check]] = {"level": amount, "position": amount}


@attrs.frozen(kw_only=True)
class _Calls:
    """The operations on one kind of agents in queues."""

    add: Operation
    list: Operation
    update: Operation
    get: Operation
    remove: Operation


_LOCAL: Final = _Calls(
    add=LOCAL_ADD, list=LOCAL_LIST, update=LOCAL_UPDATE, get=LOCAL_GET, remove=LOCAL_REMOVE
)
_REMOTE: Final = _Calls(
    add=REMOTE_ADD, list=REMOTE_LIST, update=REMOTE_UPDATE, get=REMOTE_GET, remove=REMOTE_REMOVE
)


class AgentsInQueues(Resource):
    """Operations on agents of one kind in queues. The natural key is the pair (queue, agent).

    Args:
        host: The session and host to use.
        calls: The operations of the kind.
    """

    def __init__(self, host: ApiHost, calls: _Calls) -> None:
        super().__init__(host)
        self._calls = calls

    def list(
        self, extension_id: Id, *, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[QueueAgent]:
        """List the agents in a queue; the vendor serves them all at once, when the first is asked for.

        Args:
            extension_id: The queue, by id or as `"@name"`.
            max_passes: Taken as for every listing; this one comes whole, in one pass.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Returns:
            A listing of one page: `async for member in client.queue_agents.local.list(208)`.

        Raises:
            ConfigError: An argument is wrong; at once.
            NotFoundError: While iterating: there is no such queue.
            SdkError: While iterating: the list could not be fetched. Reading is always safe to repeat.
        """
        return self._list(
            self._calls.list,
            LOADER,
            key=attrgetter("agent_id"),
            path=extension_path(extension_id),
            max_passes=max_passes,
            strict=strict,
        )

    async def add(
        self,
        extension_id: Id,
        *,
        agent_id: Id,
        level: int | Unset = UNSET,
        position: int | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> QueueAgent:
        """Put an agent into a queue.

        Args:
            extension_id: The queue, by id or as `"@name"`.
            agent_id: The agent, of this kind.
            level: From 0, the vendor's default; the lowest is called first.
            position: From 0, the vendor's default; place within the level.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Returns:
            The agent in the queue, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: The agent is in the queue, where the vendor says so.
            NotFoundError: There is no such queue or agent.
            OutcomeUnknownError: The response was lost. Not safe to repeat, as the effect of a second add is not
                documented: use `ensure`.
            SdkError: As for every call.
        """
        more = extra_fields(extra)
        body = more | {"agent_id": row_id("agent_id", agent_id)} | _ranks(level, position, extra=more)
        return await self._write(self._calls.add, LOADER, body, path=extension_path(extension_id))

    async def get(self, extension_id: Id, agent_id: Id) -> QueueAgent:
        """Return one agent in a queue.

        Args:
            extension_id: The queue, by id or as `"@name"`.
            agent_id: The agent.

        Raises:
            ConfigError: An id is not one; nothing was sent.
            NotFoundError: The agent is not in the queue, or there is no such queue.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._get(self._calls.get, LOADER, path=_pair(extension_id, agent_id))

    async def update(
        self,
        extension_id: Id,
        agent_id: Id,
        *,
        level: int | Unset | None = UNSET,
        position: int | Unset | None = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> QueueAgent:
        """Change level or position of an agent in a queue: left out stays, None is sent as null, a value sets.

        Args:
            extension_id: The queue, by id or as `"@name"`.
            agent_id: The agent.
            level: From 0; the lowest is called first.
            position: From 0; place within the level.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Returns:
            The agent in the queue as it is now, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: The agent is not in the queue, or there is no such queue.
            SdkError: As for every call. Safe to repeat.
        """
        more = extra_fields(extra)
        body = more | _ranks(level, position, nulls=True, extra=more)
        return await self._write(self._calls.update, LOADER, body, path=_pair(extension_id, agent_id))

    async def remove(self, extension_id: Id, agent_id: Id, *, missing_ok: bool = False) -> None:
        """Take an agent out of a queue; the agent stays.

        Args:
            extension_id: The queue, by id or as `"@name"`.
            agent_id: The agent.
            missing_ok: Take an agent that is not in the queue for removed.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            NotFoundError: The agent is not in the queue, and no earlier attempt of this call lost its response.
            SdkError: As for every call. Safe to repeat.
        """
        await self._remove(self._calls.remove, path=_pair(extension_id, agent_id), missing_ok=missing_ok)

    async def find(self, extension_id: Id, *, agent_id: Id) -> QueueAgent | None:
        """Return the agent in the queue, or None; reads the queue's list.

        Args:
            extension_id: The queue, by id or as `"@name"`.
            agent_id: The agent.

        Raises:
            ConfigError: An id is not one; nothing was sent.
            NotFoundError: There is no such queue.
            SdkError: As for every call. Safe to repeat.
        """
        wanted = row_id("agent_id", agent_id)
        return await find_unique(
            self.list(extension_id),
            lambda member: member.agent_id == wanted,
            {"agent_id": wanted},
            lambda member: str(member.agent_id),
        )

    async def ensure(
        self,
        extension_id: Id,
        *,
        agent_id: Id,
        level: int | Unset = UNSET,
        position: int | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> Ensured:
        """Make sure that an agent is in a queue, at this level and position: look, then add or update.

        Survives a lost response without adding the agent twice, and twenty callers at once add it once.

        Args:
            extension_id: The queue, by id or as `"@name"`.
            agent_id: The agent, of this kind.
            level: From 0; the lowest is called first. Left out it stays as it is.
            position: From 0; place within the level. Likewise.
            extra: As for `add`. What the vendor does not show is written each time.

        Returns:
            The agent's id (the pair has none of its own), and whether it was added, changed or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            NotFoundError: There is no such queue or agent.
            SdkError: As for every call. Safe to repeat.
        """
        key, more = row_id("agent_id", agent_id), extra_fields(extra)
        more.pop("agent_id", None)
        wanted = more | _ranks(level, position, extra=more)
        queue = extension_path(extension_id)

        async def create() -> str:
            await self._write(self._calls.add, LOADER, {**wanted, "agent_id": key}, path=queue)
            return str(key)

        async def update(member: QueueAgent) -> bool:
            changes = differing(member, wanted)
            if changes:
                await self._write(self._calls.update, LOADER, changes, path=_pair(extension_id, key))
            return bool(changes)

        async def write(agent_id: str) -> bool:
            if wanted:
                await self._write(self._calls.update, LOADER, wanted, path=_pair(extension_id, agent_id))
            return bool(wanted)

        return await Ensure(
            session=self._host.session,
            **self._keys(self._calls.add, {**queue, "agent_id": key}),
            find=lambda: self.find(extension_id, agent_id=key),
            create=create,
            update=update,
            write=write,
            id_of=lambda member: str(member.agent_id),
        ).run()


class QueueAgents:
    """Agents in queues by their kind; the two kinds are numbered apart.

    Args:
        host: The session and host to use.
    """

    def __init__(self, host: ApiHost) -> None:
        self.local = AgentsInQueues(host, _LOCAL)
        self.remote = AgentsInQueues(host, _REMOTE)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: local {self.local!r}, remote {self.remote!r}>"


def _ranks(
    level: object, position: object, *, extra: Mapping[str, object], nulls: bool = False
) -> dict[str, object]:
    return validated(_RULES, {"level": level, "position": position}, nulls=nulls, extra=extra)


def _pair(extension_id: Id, agent_id: Id) -> Mapping[str, str]:
    return {**extension_path(extension_id), "agent_id": str(row_id("agent_id", agent_id))}
