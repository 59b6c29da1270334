"""The newer way to make an extension an agent, on hosts that have it. `client.extension_agents`.

The agents are the local ones of `client.agents.local`. Source: the vendor's generated reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Unpack

from ..core.declarations import Doc, Fields
from ..core.fields import label
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from .agent_models import LOCAL_LOADER, LocalAgent, UnnamedSettings
from .agents import LOCAL_CREATE
from .ids import ME, Id, extension_path
from .resource import Resource


class ExtensionAgentFields(UnnamedSettings):
    """What a new agent has."""

    name: Annotated[str, label, Doc("Label; needed here.")]


PATH: Final = "/extension/{extension_id}/agent/"
CREATE: Final = Operation(
    "extension_agents.create",
    "POST",
    PATH,
    RetryClass.CREATE,
    # It makes what `agents.local` lists.
    natural_key=lambda fields: LOCAL_CREATE.key({"client_id": ME, "extension_id": fields["extension_id"]}),
)
LIST: Final = Operation("extension_agents.list", "GET", PATH, RetryClass.READ)
FIELDS: Final = Fields(ExtensionAgentFields)


class ExtensionAgents(Resource):
    """Operations on the agent that an extension is, below the extension."""

    _declared = FIELDS

    def list(
        self, extension_id: Id, *, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[LocalAgent]:
        """List the agents of an extension; the vendor serves them all at once, when the first is asked for.

        Returns:
            A listing of one page: `async for agent in client.extension_agents.list(117)`.

        Raises:
            NotFoundError: While iterating: there is no such extension, or the host does not have this yet.
        """
        path = extension_path(extension_id)
        return self._list(LIST, LOCAL_LOADER, path, max_passes=max_passes, strict=strict)

    async def create(
        self,
        extension_id: Id,
        *,
        name: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[UnnamedSettings],
    ) -> LocalAgent:
        """Make an extension an agent.

        Raises:
            AlreadyExistsError: The extension is an agent already, where the vendor says so.
            OutcomeUnknownError: The response was lost; the agent may exist. Not safe to repeat: use
                `client.agents.local.ensure`.
        """
        body = FIELDS.body({"name": name, **settings}, creating=True, extra=extra)
        return await self._write(CREATE, LOCAL_LOADER, body, path=extension_path(extension_id))
