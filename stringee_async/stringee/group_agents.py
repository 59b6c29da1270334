"""Agents in groups: pairs without an id of their own. `client.group_agents`.

Source of every fact here: developer.stringee.com, icc-rest-api/integrable-contact-center-group-agent-management.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypedDict

from ..core.declarations import Doc, Fields
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.model import Model, model
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import SHARED_ERRORS, PageOptions
from ..core.rows import Owner, spec_of
from ..core.validation import identifier
from .pages import PageReader
from .resource import Rows
from .responses import Created, read_done


class GroupAgentFields(TypedDict):
    """What makes a pair."""

    group_id: Annotated[str, identifier, Doc("The group.")]
    agent_id: Annotated[str, identifier, Doc("The agent.")]


@model(kw_only=True)
class GroupAgent(Model):
    """One agent in one group, as listed; it has neither id nor name of its own.

    Args:
        account: Account they are in.
        project: Project they are in.
    """

    agent_id: str
    group_id: str
    account: int | str | None = None
    project: int | str | None = None


LOADER: Final = Loader(GroupAgent)
PAGES: Final = PageReader(LOADER, "groupAgents")
SPEC: Final = spec_of(
    "group_agents",
    "/v1/manage-agents-in-group",
    "",
    verbs="add list remove",
    pages=PAGES,
    fields=Fields(GroupAgentFields),
    natural_key=("group_id", "agent_id"),
    row_key=("group_id", "agent_id"),
    id_name="agent_id",
)
ADD, LIST, REMOVE = SPEC.operations()


class GroupAgents(Rows[GroupAgent]):
    """Operations on the agents in groups. The natural key is the pair."""

    spec = SPEC
    _shared_errors = SHARED_ERRORS  # a pair is one, however often it is listed

    def list(
        self,
        group_id: str,
        *,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[GroupAgent]:
        """List the agents in a group, lazily; nothing is sent before the first row is asked for.

        Args:
            page_size: Rows per page, 1 to 100. Paging of this list is not documented; a server that ignores it
                is noticed.

        Returns:
            A listing: `async for member in client.group_agents.list(group_id)`.
        """
        filters = {"group": identifier("group_id", group_id)}
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict), filters)

    async def add(self, *, group_id: str, agent_id: str, extra: Mapping[str, Any] | None = None) -> None:
        """Put an agent into a group.

        Raises:
            AlreadyExistsError: The agent is in the group.
            NotFoundError: There is no such group or agent.
            OutcomeUnknownError: The response was lost. Not safe to repeat, as the effect of a second add is not
                documented: use `ensure`.
        """
        await self._new(agent_id=agent_id, group_id=group_id, extra=extra)

    async def _send_create(self, body: Mapping[str, object], owner: Owner) -> Created:  # noqa: ARG002 - one path
        await self._send(ADD, read_done, body=body)
        return Created(id=str(body["agent_id"]), project=None, message="")

    async def remove(self, *, group_id: str, agent_id: str, missing_ok: bool = False) -> None:
        """Take an agent out of a group, by a DELETE with a JSON body, as documented."""
        body = self.spec.fields.body({"agent_id": agent_id, "group_id": group_id}, creating=True)
        await self._gone(REMOVE, read_done, missing_ok=missing_ok, body=body)

    async def find(self, *, group_id: str, agent_id: str) -> GroupAgent | None:
        """Return the pair if the agent is in the group, else None; reads the group's list."""
        agent_id = identifier("agent_id", agent_id)
        listing = self.list(group_id, page_size=100, read_ahead=2)
        return await self._find(listing, agent_id=agent_id)

    async def ensure(
        self, *, group_id: str, agent_id: str, extra: Mapping[str, Any] | None = None
    ) -> Ensured:
        """Make sure that an agent is in a group: look, or add.

        Args:
            extra: As for `add`; not compared, as a pair cannot be changed.

        Returns:
            The agent's id (the pair has none of its own), and whether it was added now.

        Raises:
            NotFoundError: There is no such group or agent.
        """
        return await self._ensure_exists(
            lambda key: self.find(group_id=key["group_id"], agent_id=key["agent_id"]),
            agent_id=agent_id,
            group_id=group_id,
            extra=extra,
        )
