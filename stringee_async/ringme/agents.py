"""Agents by kind. `client.agents`: `.local` are extensions of type phone, `.remote` are numbers outside the exchange.

Each kind is numbered on its own, so an id means nothing without its kind. Source of every fact here: the vendor's page
on queues and agents (client realm).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Unpack

from ..core.ensure import Ensured
from ..core.field_rules import row_id
from ..core.find_unique import find_unique
from ..core.paging import MAX_PASSES, Paged
from ..core.unset import UNSET, Unset
from ..core.validation import phone_number
from .agent_models import (
    LOCAL_LOADER,
    REMOTE_LOADER,
    AgentSettings,
    LocalAgent,
    LocalAgentChanges,
    RemoteAgent,
    RemoteAgentChanges,
)
from .agents_of_kind import AgentsOfKind, spec_of_kind
from .ids import ME, Id, client_path, numbers
from .resource import ApiHost

LOCAL: Final = spec_of_kind("local", LOCAL_LOADER, LocalAgentChanges, "extension_id")
REMOTE: Final = spec_of_kind("remote", REMOTE_LOADER, RemoteAgentChanges, "number")
LOCAL_CREATE, LOCAL_LIST, LOCAL_GET, LOCAL_UPDATE, LOCAL_DELETE = LOCAL.operations()
REMOTE_CREATE, REMOTE_LIST, REMOTE_GET, REMOTE_UPDATE, REMOTE_DELETE = REMOTE.operations()


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
        """Make an extension an agent.

        Raises:
            AlreadyExistsError: The extension is an agent already, where the vendor says so.
            OutcomeUnknownError: The response was lost; the agent may exist. Not safe to repeat: use `ensure`.
        """
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
        """Return the agent that an extension is, or None; one request.

        Raises:
            AmbiguousError: The extension is two agents; `ids` names them.
        """
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
        """Make sure that an extension is an agent with these settings: find, then create or update.

        Raises:
            AmbiguousError: The extension is two agents; nothing was changed.
            OutcomeUnknownError: Five creates in a row were lost and none took effect within the settle time.
        """
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
        """Make an outside number an agent.

        Raises:
            AlreadyExistsError: The number is an agent already, where the vendor says so.
            OutcomeUnknownError: The response was lost; the agent may exist. Not safe to repeat: use `ensure`.
        """
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

        Raises:
            AmbiguousError: The number is two agents; `ids` names them.
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
        """Make sure that an outside number is an agent with these settings: find, then create or update.

        Raises:
            AmbiguousError: The number is two agents; nothing was changed.
            OutcomeUnknownError: Five creates in a row were lost and none took effect within the settle time.
        """
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
