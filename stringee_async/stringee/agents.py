"""Agents: the people (or their second devices) who take calls. `client.agents`.

Source of every fact here: developer.stringee.com, icc-rest-api/contact-center-agent-management.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Generic, TypedDict, Unpack

from ..core.declarations import Absent, Doc, Fields, Needs
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.errors import ConfigError
from ..core.field_rules import one_or_two
from ..core.fields import Choice, label, login_id
from ..core.model import Model, model
from ..core.options import shown
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.rows import spec_of
from ..core.unset import UNSET, Unset
from ..core.validation import phone_number as digits
from ..core.validation import user_id
from .pages import PageReader
from .resource import Rows
from .responses import Created

AVAILABLE: Final = "AVAILABLE"
NOT_AVAILABLE: Final = "NOT AVAILABLE"
PHONE: Final = 2
"""The `routing_type` that rings the agent's phone number."""


def _system_status(name: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or value not in {"0", "1", "2"}:
        raise ConfigError(
            f"{name} must be 0 (in a call), 1 (free) or 2 (after-call work), got {shown(value)}"
        )
    return str(value)


class AgentSettings(TypedDict, Generic[Absent], total=False):
    """What can be set of an agent beside its name and login id."""

    manual_status: Annotated[
        str | Absent,
        Choice((AVAILABLE, NOT_AVAILABLE)),
        Doc("Whether the agent takes calls, as set by hand."),
    ]
    routing_type: Annotated[
        int | Absent,
        one_or_two,
        Needs(value=PHONE, field="phone_number", reason="rings the agent's phone"),
        Doc(
            "1 rings the app or SIP phone (the vendor's default), 2 rings `phone_number`, which must then be there; the "
            "queue then needs `from_number_callout_to_agent`."
        ),
    ]
    phone_number: Annotated[
        str | Absent,
        digits,
        Doc("Digits with country code; a plus sign, blanks and hyphens are taken out."),
    ]


class AgentChanges(AgentSettings[Unset | None], total=False):
    """What can be changed of an agent."""

    name: Annotated[str | Unset, label, Doc("Name shown to others.")]
    stringee_user_id: Annotated[str | Unset, login_id, Doc("The id the agent logs in with.")]
    system_status: Annotated[
        int | str | Unset | None,
        _system_status,
        Doc("0 in a call, 1 free, 2 after-call work; sent as text, as documented."),
    ]


@model(kw_only=True)
class Agent(Model):
    """An agent, as listed.

    Args:
        id: The vendor's id; opaque.
        account: Account the agent is in.
        project: Project the agent is in.
        manual_status: `AVAILABLE`, `NOT AVAILABLE`, None, or another text that the vendor may add.
        system_status: 0 in a call, 1 free, 2 after-call work; others may come.
        device_status: 0 offline; others undocumented.
        last_time_pickup: When the agent last took a call; 0 for never; the unit is not documented.
        last_time_support_call_ended: When the agent's last call ended; likewise.
    """

    id: str
    account: int | str | None = None
    project: int | str | None = None
    name: str | None = None
    stringee_user_id: str | None = None
    manual_status: str | None = None
    system_status: int | None = None
    device_status: int | None = None
    routing_type: int | None = None
    phone_number: str | None = None
    last_time_pickup: int | None = None
    last_time_support_call_ended: int | None = None


LOADER: Final = Loader(Agent)
PAGES: Final = PageReader(LOADER, "agents")
SPEC: Final = spec_of(
    "agents",
    "/v1/agent",
    "/{agent_id}",
    pages=PAGES,
    fields=Fields(AgentChanges),
    natural_key=("stringee_user_id",),
    key_is_written=True,
    new_id="agentID",
)
CREATE, LIST, UPDATE, DELETE = SPEC.operations()


class Agents(Rows[Agent]):
    """Operations on agents. The natural key is `stringee_user_id`."""

    spec = SPEC

    def list(
        self,
        *,
        stringee_user_id: str | Unset = UNSET,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[Agent]:
        """List agents, lazily; nothing is sent before the first row is asked for.

        Args:
            stringee_user_id: Ask the server for this user only. The filter is not documented and the server
                may ignore it; `find` compares again.

        Returns:
            A listing: `async for agent in client.agents.list()`.
        """
        if not isinstance(stringee_user_id, Unset):
            stringee_user_id = user_id("stringee_user_id", stringee_user_id)
        filters = {"stringee_user_id": stringee_user_id}
        return self._rows(PageOptions(page_size, read_ahead, max_passes, strict), filters)

    async def create(
        self,
        *,
        name: str,
        stringee_user_id: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[AgentSettings[Unset]],
    ) -> Created:
        """Create an agent.

        Args:
            stringee_user_id: The id the agent logs in with; at most 36 characters, a limit of ours. One project
                mentions 32; give a longer one here and in `extra`.
        """
        return await self._new(name=name, stringee_user_id=stringee_user_id, extra=extra, **settings)

    async def update(
        self, agent_id: str, *, extra: Mapping[str, Any] | None = None, **settings: Unpack[AgentChanges]
    ) -> None:
        """Change fields of an agent: those left out stay, None is sent as null, a value sets."""
        await self._change(agent_id, extra=extra, **settings)

    async def delete(self, agent_id: str, *, missing_ok: bool = False) -> None:
        """Delete an agent."""
        await self._delete(agent_id, missing_ok=missing_ok)

    async def find(self, *, stringee_user_id: str) -> Agent | None:
        """Return the agent of a user, or None; one request where the server honours its filter.

        Args:
            stringee_user_id: The login id, compared exactly.
        """
        listing = self.list(stringee_user_id=stringee_user_id, page_size=100, read_ahead=2)
        return await self._find(listing, stringee_user_id=stringee_user_id)

    async def ensure(
        self,
        *,
        stringee_user_id: str,
        name: str,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[AgentSettings[Unset]],
    ) -> Ensured:
        """Make sure that a user has an agent with these fields: find, then create or update."""
        return await self._ensure_exists(
            lambda key: self.find(stringee_user_id=key["stringee_user_id"]),
            name=name,
            stringee_user_id=stringee_user_id,
            extra=extra,
            **settings,
        )
