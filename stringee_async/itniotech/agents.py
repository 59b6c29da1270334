"""Agents (the vendor says seats): the people who take calls. `client.agents`.

Source: itniotech.com, api/call (seat).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Unpack

from ..core.errors import ConfigError
from ..core.field_rules import Whole, row_id
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.secrets import Secret
from ..core.unset import UNSET, Unset
from .agent_models import (
    AGENTS,
    CREATED,
    FIELDS,
    FILTERS,
    REMAINING,
    Agent,
    AgentChanges,
    AgentFilters,
    AgentSettings,
    CreatedAgent,
    Credential,
    Remaining,
)
from .arguments import Id, hidden
from .datetimes import PLAIN_TIME, TimeFormat, span
from .responses import data_model, data_rows, data_secret, nothing
from .switching import Switching, switches

REMAINING_AGENTS: Final = Operation("agents.remaining", "GET", "/v3/cc/seat/querySipTotal", RetryClass.READ)
CREATE_MANY: Final = Operation("agents.create_many", "POST", "/v3/cc/seat/addSeatList", RetryClass.CREATE)
LIST: Final = Operation("agents.list", "POST", "/v3/cc/seat/query", RetryClass.READ)
UPDATE: Final = Operation("agents.update", "POST", "/v3/cc/seat/updateSeat", RetryClass.IDEMPOTENT_WRITE)
DELETE, DISABLE, ENABLE = SWITCHES = switches("agents", "/v3/cc/seat/batchingSeat")
SET_PRIORITY: Final = Operation(
    "agents.set_priority", "POST", "/v3/cc/seat/updatePriority", RetryClass.IDEMPOTENT_WRITE
)
CREDENTIAL: Final = Operation(
    "agents.credential", "POST", "/v3/cc/seat/createSdkAuthentication", RetryClass.IDEMPOTENT_WRITE
)

LONGEST_SPAN: Final = 32
"""Days that the statistics of a list may span."""


_priority: Final = Whole(1, 999)


def _key_as_text(name: str, value: object) -> str:
    return str(row_id(name, value))


class Agents(Switching):
    """Operations on agents."""

    _switches = SWITCHES
    _declared = FIELDS

    async def remaining(self, voice_group_id: Id) -> Remaining:
        """Return how many agents can still be created in a group."""
        return await self._fetch(
            REMAINING_AGENTS,
            {"voiceGroupId": row_id("voice_group_id", voice_group_id)},
            data_model(REMAINING),
        )

    async def create_many(
        self,
        voice_group_id: Id,
        *,
        size: int,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[AgentSettings],
    ) -> list[CreatedAgent]:
        """Create several agents at once; the vendor gives the names.

        Returns:
            Id and name of each; empty where the vendor does not return them.

        Raises:
            ConflictError: That is more than can still be created; see `remaining`.
            OutcomeUnknownError: The response was lost; the agents may exist. Not safe to repeat: look first.
        """
        return await self._post(
            CREATE_MANY,
            self._body(FIELDS, extra, voice_group_id=voice_group_id, size=size, **settings),
            data_rows(CREATED),
        )

    def list(
        self,
        *,
        start_time: datetime | str | Unset = UNSET,
        end_time: datetime | str | Unset = UNSET,
        time_format: TimeFormat = PLAIN_TIME,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
        **filters: Unpack[AgentFilters],
    ) -> Paged[Agent]:
        """List agents, lazily; nothing is sent before the first row is asked for.

        Args:
            start_time: Begin of the span that the statistics are for; newer servers require it.
            end_time: Its end, at most 32 days later.

        Returns:
            A listing: `async for agent in client.agents.list()`.
        """
        start, end = span(start_time, end_time, time_format, days=LONGEST_SPAN)
        return self._list(
            LIST,
            AGENTS,
            {**self._body(FILTERS, **filters), "strTime": start, "endTime": end},
            PageOptions(page_size, read_ahead, max_passes, strict),
        )

    async def update(
        self,
        key_id: Id,
        *,
        voice_group_id: Id,
        name: str,
        emp_no: str | int,
        password: str | Secret | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[AgentChanges],
    ) -> None:
        """Change an agent; the vendor wants group, name and job number each time.

        Raises:
            AlreadyExistsError: The job number is taken.
            ConflictError: The agent is on a call.
            InvalidRequestError: The password has other characters, the group is in another application, or the
                country code is unknown.
        """
        secret = hidden(password)
        del password  # an error from here on may be printed with the locals of its frames
        values = {"key_id": key_id, "name": name, "emp_no": emp_no, "password": secret}
        body = self._body(FIELDS, extra, **values, **settings)
        body["voiceGroupId"] = _key_as_text("voice_group_id", voice_group_id)
        await self._post(UPDATE, body, nothing)

    async def set_priority(
        self, voice_group_id: Id, priorities: Mapping[int, int] | Mapping[str, int]
    ) -> None:
        """Set the priority of agents in a group; counts where the group's strategy goes by priority.

        Args:
            priorities: The priority, 1 to 999, of each agent by `key_id`.

        Raises:
            ConfigError: An argument is wrong, or no agent was given; nothing was sent.
        """
        if not isinstance(priorities, Mapping) or not priorities:
            raise ConfigError("priorities must be a mapping from key_id to priority, and not empty")
        body = {
            "voiceGroupId": row_id("voice_group_id", voice_group_id),
            "params": [
                {"keyId": row_id("priorities", agent), "priority": _priority("priorities", priority)}
                for agent, priority in priorities.items()
            ],
        }
        await self._post(SET_PRIORITY, body, nothing)

    async def credential(self, account: str, *, expires: int) -> Credential:
        """Make what an agent's browser SDK logs in with; it replaces the agent's former one.

        Returns:
            The credential, in a `Secret`.

        Raises:
            NotFoundError: There is no such agent.
        """
        secret = await self._post(
            CREDENTIAL,
            self._body(FIELDS, account=account, expires=expires),
            data_secret("authentication"),
        )
        return Credential(account=account, authentication=secret)
