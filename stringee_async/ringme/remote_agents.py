"""Remote agents: a number outside the exchange is the agent. `client.agents.remote`.

Source of every fact here: the vendor's page on queues and agents (client realm).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Unpack

from ..core.declarations import Doc
from ..core.decoding import Loader
from ..core.ensure import Ensured
from ..core.find_unique import find_unique
from ..core.model import model
from ..core.paging import MAX_PASSES, Paged
from ..core.unset import Unset
from ..core.validation import phone_number
from .agent_settings import AgentOfKind, AgentSettings
from .agents_of_kind import AgentsOfKind, spec_of
from .ids import ME, Id, client_path


class RemoteAgentChanges(AgentSettings, total=False):
    """What can be changed of a remote agent."""

    number: Annotated[
        str | Unset,
        phone_number,
        Doc("The number behind it: digits with country code; a plus sign, blanks and hyphens are taken out."),
    ]


@model(kw_only=True)
class RemoteAgent(AgentOfKind):
    """An agent that is an outside number.

    Args:
        id: The agent's id, among remote agents.
        status: `available`, `logged_out`, or another text that the vendor may add.
    """

    id: int
    number: str | None = None


LOADER: Final = Loader(RemoteAgent)
SPEC: Final = spec_of("remote", LOADER, RemoteAgentChanges, key="number")
CREATE, LIST, GET, UPDATE, DELETE = SPEC.operations()


class RemoteAgents(AgentsOfKind[RemoteAgent]):
    """Operations on remote agents. The natural key is `number`."""

    spec = SPEC

    def list(
        self, *, client_id: Id = ME, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[RemoteAgent]:
        """List remote agents; the vendor serves them all at once, and nothing is sent before the first is asked for.

        Args:
            client_id: The client whose agents they are.
            max_passes: Taken as for every listing; this one comes whole, in one pass.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Returns:
            A listing of one page: `async for agent in client.agents.remote.list()`.

        Raises:
            ConfigError: An argument is wrong; at once.
            SdkError: While iterating: the list could not be fetched. Reading is always safe to repeat.
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

        Args:
            number: Digits with country code; a plus sign, blanks and hyphens are taken out.
            client_id: The client that gets the agent.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.
            settings: Any of these, by keyword.

        Returns:
            The new agent, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: The number is an agent already, where the vendor says so.
            OutcomeUnknownError: The response was lost; the agent may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call.
        """
        owner = client_path(client_id)
        return await self._new(owner=owner, extra=extra, number=number, **settings)

    async def update(
        self,
        agent_id: Id,
        *,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[RemoteAgentChanges],
    ) -> RemoteAgent:
        """Change fields of a remote agent: those left out stay, None is sent as null, a value sets.

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

    async def find(self, *, number: str, client_id: Id = ME) -> RemoteAgent | None:
        """Return the agent that an outside number is, or None; reads the whole list, as there is no filter.

        Args:
            number: The number; what `phone_number` takes out does not matter.
            client_id: The client whose agent it is.

        Raises:
            ConfigError: An id is not one; nothing was sent.
            AmbiguousError: The number is two agents; `ids` names them.
            SdkError: As for every call. Safe to repeat.
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

        Survives a lost response without making a second agent, and twenty callers at once make one.

        Args:
            number: The number; the natural key.
            client_id: The client that gets the agent.
            extra: As for `create`. What the vendor does not show is written each time.
            settings: Any of these, by keyword.

        Returns:
            The agent's id, and whether it was created, changed or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: The number is two agents; nothing was changed.
            OutcomeUnknownError: Five creates in a row were lost and none took effect within the settle time.
            SdkError: As for every call. Safe to repeat.
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
