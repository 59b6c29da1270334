"""Local agents: an extension of type phone is the agent. `client.agents.local`.

Source of every fact here: the vendor's page on queues and agents (client realm).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Unpack

from ..core.declarations import Doc
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.field_rules import row_id
from ..core.model import model
from ..core.paging import MAX_PASSES, Paged
from ..core.unset import UNSET, Unset
from .agent_settings import AgentOfKind, AgentSettings
from .agents_of_kind import AgentsOfKind, spec_of
from .ids import ME, Id, client_path, numbers


class LocalAgentChanges(AgentSettings, total=False):
    """What can be changed of a local agent."""

    extension_id: Annotated[int | str | Unset, row_id, Doc("The extension behind it, of type phone.")]


@model(kw_only=True)
class LocalAgent(AgentOfKind):
    """An agent that is an extension.

    Args:
        id: The agent's id, among local agents.
        status: `available`, `logged_out`, or another text that the vendor may add.
    """

    id: int
    extension_id: int | None = None


LOADER: Final = Loader(LocalAgent)
SPEC: Final = spec_of("local", LOADER, LocalAgentChanges, key="extension_id")
CREATE, LIST, GET, UPDATE, DELETE = SPEC.operations()


class LocalAgents(AgentsOfKind[LocalAgent]):
    """Operations on local agents. The natural key is `extension_id`."""

    spec = SPEC

    def list(
        self,
        *,
        client_id: Id = ME,
        extension_id: Id | Sequence[Id] | Unset = UNSET,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[LocalAgent]:
        """List local agents; the vendor serves them all at once, and nothing is sent before the first is asked for.

        Args:
            client_id: The client whose agents they are.
            extension_id: Only the agents of this extension, or of these.
            max_passes: Taken as for every listing; this one comes whole, in one pass.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Returns:
            A listing of one page: `async for agent in client.agents.local.list()`.

        Raises:
            ConfigError: An argument is wrong; at once.
            SdkError: While iterating: the list could not be fetched. Reading is always safe to repeat.
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

        Args:
            extension_id: The extension, of type phone.
            client_id: The client it belongs to.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.
            settings: Any of these, by keyword.

        Returns:
            The new agent, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: The extension is an agent already, where the vendor says so.
            OutcomeUnknownError: The response was lost; the agent may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call.
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
        """Change fields of a local agent: those left out stay, None is sent as null, a value sets.

        Args:
            agent_id: The agent's id.
            client_id: The client whose agent it is.
            extra: As for `create`.
            settings: Any of these, by keyword.

        Returns:
            The agent as it is now, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such agent.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._change(agent_id, owner=client_path(client_id), extra=extra, **settings)

    async def find(self, *, extension_id: Id, client_id: Id = ME) -> LocalAgent | None:
        """Return the agent that an extension is, or None; one request.

        Args:
            extension_id: The extension.
            client_id: The client whose agent it is.

        Raises:
            ConfigError: An id is not one; nothing was sent.
            AmbiguousError: The extension is two agents; `ids` names them.
            SdkError: As for every call. Safe to repeat.
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

        Survives a lost response without making a second agent, and twenty callers at once make one.

        Args:
            extension_id: The extension; the natural key.
            client_id: The client it belongs to.
            extra: As for `create`. What the vendor does not show is written each time.
            settings: Any of these, by keyword.

        Returns:
            The agent's id, and whether it was created, changed or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: The extension is two agents; nothing was changed.
            OutcomeUnknownError: Five creates in a row were lost and none took effect within the settle time.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._ensure_exists(
            lambda key: self.find(extension_id=key["extension_id"], client_id=client_id),
            owner=client_path(client_id),
            extra=extra,
            extension_id=extension_id,
            **settings,
        )
