"""Agents by kind. `client.agents`: `.local` are extensions of type phone, `.remote` are numbers outside the exchange.

Each kind is numbered on its own, so an id means nothing without its kind. Source of every fact here: the vendor's page
on queues and agents (client realm).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar, Unpack

from ..core.declarations import Fields
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.field_rules import row_id
from ..core.find_unique import find_unique
from ..core.model import Model
from ..core.paging import MAX_PASSES, Paged
from ..core.rows import Spec, spec_of
from ..core.unset import UNSET, Unset
from ..core.validation import boolean, phone_number
from .agent_models import (
    LOCAL_LOADER,
    REMOTE_LOADER,
    AgentSettings,
    LocalAgent,
    LocalAgentChanges,
    RemoteAgent,
    RemoteAgentChanges,
)
from .ids import ME, Id, client_path, numbers
from .refusals import not_removed, still_in_queue
from .resource import ApiHost, Rows
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


LOCAL: Final = spec_of_kind("local", LOCAL_LOADER, LocalAgentChanges, "extension_id")
REMOTE: Final = spec_of_kind("remote", REMOTE_LOADER, RemoteAgentChanges, "number")
LOCAL_CREATE, LOCAL_LIST, LOCAL_GET, LOCAL_UPDATE, LOCAL_DELETE = LOCAL.operations()
REMOTE_CREATE, REMOTE_LIST, REMOTE_GET, REMOTE_UPDATE, REMOTE_DELETE = REMOTE.operations()


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
            self._deletion,
            partial(read_deleted, special=still_in_queue if remove_from_queues else not_removed),
            path=self._path(agent_id, client_path(client_id)),
            query={"remove_from_queues": boolean("remove_from_queues", remove_from_queues)},
            missing_ok=missing_ok,
        )


class LocalAgents(AgentsOfKind[LocalAgent]):
    """Operations on local agents. The natural key is `extension_id`."""

    spec = LOCAL

    def list(
        self,
        *,
        client_id: Id = ME,
        extension_id: Id | Sequence[Id] | Unset = UNSET,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[LocalAgent]:
        """List local agents; the vendor serves them all at once, when the first is asked for.

        Args:
            extension_id: Only the agents of this extension, or of these.

        Returns:
            A listing of one page: `async for agent in client.agents.local.list()`.
        """
        wanted = extension_id if isinstance(extension_id, Unset) else numbers("extension_id", extension_id)
        query = {"extension_id": wanted}
        return self._rows(client_path(client_id), query=query, max_passes=max_passes, strict=strict)

    async def create(
        self,
        *,
        extension_id: Id,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[AgentSettings],
    ) -> LocalAgent:
        """Make an extension an agent."""
        owner = client_path(client_id)
        return await self._new(owner=owner, extra=extra, extension_id=extension_id, **settings)

    async def update(
        self,
        agent_id: Id,
        *,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[LocalAgentChanges],
    ) -> LocalAgent:
        """Change fields of a local agent: those left out stay, None is sent as null, a value sets."""
        return await self._change(agent_id, owner=client_path(client_id), extra=extra, **settings)

    async def find(self, *, extension_id: Id, client_id: Id = ME) -> LocalAgent | None:
        """Return the agent that an extension is, or None; one request."""
        wanted = row_id("extension_id", extension_id)
        return await self._find(self.list(client_id=client_id, extension_id=wanted), extension_id=wanted)

    async def ensure(
        self,
        *,
        extension_id: Id,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[AgentSettings],
    ) -> Ensured:
        """Make sure that an extension is an agent with these settings: find, then create or update."""
        return await self._ensure_exists(
            lambda key: self.find(extension_id=key["extension_id"], client_id=client_id),
            owner=client_path(client_id),
            extra=extra,
            extension_id=extension_id,
            **settings,
        )


class RemoteAgents(AgentsOfKind[RemoteAgent]):
    """Operations on remote agents. The natural key is `number`."""

    spec = REMOTE

    def list(
        self, *, client_id: Id = ME, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[RemoteAgent]:
        """List remote agents; the vendor serves them all at once, when the first is asked for.

        Returns:
            A listing of one page: `async for agent in client.agents.remote.list()`.
        """
        return self._rows(client_path(client_id), max_passes=max_passes, strict=strict)

    async def create(
        self,
        *,
        number: str,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[AgentSettings],
    ) -> RemoteAgent:
        """Make an outside number an agent."""
        return await self._new(owner=client_path(client_id), extra=extra, number=number, **settings)

    async def update(
        self,
        agent_id: Id,
        *,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[RemoteAgentChanges],
    ) -> RemoteAgent:
        """Change fields of a remote agent: those left out stay, None is sent as null, a value sets."""
        return await self._change(agent_id, owner=client_path(client_id), extra=extra, **settings)

    async def find(self, *, number: str, client_id: Id = ME) -> RemoteAgent | None:
        """Return the agent that an outside number is, or None; reads the whole list, as there is no filter.

        Args:
            number: The number; what `phone_number` takes out does not matter.
        """
        return await self._search(phone_number("number", self._phone(number)), client_id)

    async def _search(self, number: str, client_id: Id) -> RemoteAgent | None:
        wanted = _digits(number)
        return await find_unique(
            self.list(client_id=client_id),
            lambda agent: agent.number == number or _digits(agent.number) == wanted,
            {"number": number},
            self._id_of,
        )

    async def ensure(
        self,
        *,
        number: str,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[AgentSettings],
    ) -> Ensured:
        """Make sure that an outside number is an agent with these settings: find, then create or update."""
        return await self._ensure_exists(
            lambda key: self._search(str(key["number"]), client_id),
            owner=client_path(client_id),
            extra=extra,
            number=number,
            **settings,
        )


def _digits(number: str | None) -> str:
    """Return a number as listed in the form in which it is compared."""
    return re.sub(r"[^0-9]", "", number or "")


class Agents:
    """Agents by kind."""

    def __init__(self, host: ApiHost) -> None:
        self.local = LocalAgents(host)
        self.remote = RemoteAgents(host)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.local!r}, {self.remote!r}>"
