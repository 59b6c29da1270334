"""Agent events: the vendor calls you when an agent logs in or out. `client.agent_events.local` and `.remote`.

What the vendor then sends is read by `webhooks`. Source of every fact here: the vendor's page on agent events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Unpack

from ..core.ensure import Ensured
from ..core.paging import MAX_PASSES, Paged
from ..core.rows import Spec
from ..core.unset import Unset
from .ids import ME, Id, agent_path
from .resource import ApiHost
from .subscriptions import Subscription, SubscriptionFields, Subscriptions, subscriptions_of

AGENT_LOGIN: Final = "agent-login"
AGENT_LOGOUT: Final = "agent-logout"

PATH: Final = "/client/{client_id}/agent/%s/{agent_id}/event/"
LOCAL: Final = subscriptions_of("agent_events.local", PATH % "local", "client_id", "agent_id")
REMOTE: Final = subscriptions_of("agent_events.remote", PATH % "remote", "client_id", "agent_id")
LOCAL_CREATE, LOCAL_LIST, LOCAL_GET, LOCAL_UPDATE, LOCAL_DELETE = LOCAL.operations()
REMOTE_CREATE, REMOTE_LIST, REMOTE_GET, REMOTE_UPDATE, REMOTE_DELETE = REMOTE.operations()


class EventsOfAgents(Subscriptions):
    """Operations on the events of agents of one kind. The natural key is (agent, event type, method, url)."""

    def __init__(self, host: ApiHost, spec: Spec) -> None:
        super().__init__(host)
        self.spec = spec

    def list(
        self, agent_id: Id, *, client_id: Id = ME, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[Subscription]:
        """List the events of an agent; the vendor serves them all at once, when the first is asked for.

        Returns:
            A listing of one page: `async for event in client.agent_events.local.list(136)`.

        Raises:
            NotFoundError: While iterating: there is no such agent.
        """
        return self._rows(agent_path(agent_id, client_id), max_passes=max_passes, strict=strict)

    async def create(
        self,
        agent_id: Id,
        *,
        event_type: str,
        method: str,
        url: str,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
    ) -> Subscription:
        """Have an agent's logins, or its logouts, reported to you.

        Raises:
            NotFoundError: There is no such agent.
            OutcomeUnknownError: The response was lost; the event may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call. How many events there can be is limited; see `client.limits`.
        """
        owner = agent_path(agent_id, client_id)
        return await self._new(owner=owner, extra=extra, event_type=event_type, method=method, url=url)

    async def get(self, agent_id: Id, event_id: Id, *, client_id: Id = ME) -> Subscription:
        """Return one event of an agent."""
        return await self._one(event_id, agent_path(agent_id, client_id))

    async def update(
        self,
        agent_id: Id,
        event_id: Id,
        *,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SubscriptionFields[Unset | None]],
    ) -> Subscription:
        """Change an event: fields left out stay, None is sent as null, a value sets."""
        return await self._change(event_id, owner=agent_path(agent_id, client_id), extra=extra, **settings)

    async def delete(
        self, agent_id: Id, event_id: Id, *, client_id: Id = ME, missing_ok: bool = False
    ) -> None:
        """Have an event no longer reported."""
        await self._delete(event_id, agent_path(agent_id, client_id), missing_ok=missing_ok)

    async def find(
        self, agent_id: Id, *, event_type: str, method: str, url: str, client_id: Id = ME
    ) -> Subscription | None:
        """Return the event of exactly this type, method and url, or None; reads the agent's events."""
        owner = agent_path(agent_id, client_id)
        return await self._search(owner, event_type=event_type, method=method, url=url)

    async def ensure(
        self,
        agent_id: Id,
        *,
        event_type: str,
        method: str,
        url: str,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
    ) -> Ensured:
        """Make sure that an event of an agent is reported: look, or create."""
        owner = agent_path(agent_id, client_id)
        return await self._ensure_exists(
            lambda key: self._find(self._rows(owner), **key),
            owner=owner,
            extra=extra,
            event_type=event_type,
            method=method,
            url=url,
        )


class AgentEvents:
    """Agent events by the agent's kind."""

    def __init__(self, host: ApiHost) -> None:
        self.local = EventsOfAgents(host, LOCAL)
        self.remote = EventsOfAgents(host, REMOTE)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: local {self.local!r}, remote {self.remote!r}>"
