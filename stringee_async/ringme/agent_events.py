"""Agent events: the vendor calls you when an agent logs in or out. `client.agent_events.local` and `.remote`.

What the vendor then sends is read by `webhooks`. Source of every fact here: the vendor's page on agent events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..core.ensure import Ensured
from ..core.field_rules import row_id
from ..core.operation import Operation, keyed_by
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from .ids import ME, Id, agent_path
from .resource import ApiHost
from .subscriptions import LOADER, Calls, Subscription, Subscriptions, subscription

AGENT_LOGIN: Final = "agent-login"
AGENT_LOGOUT: Final = "agent-logout"

LOCAL: Final = "/client/{client_id}/agent/local/{agent_id}/event/"
REMOTE: Final = "/client/{client_id}/agent/remote/{agent_id}/event/"
EVENT: Final = "{event_id}"
LOCAL_CREATE: Final = Operation(
    "agent_events.local.create",
    "POST",
    LOCAL,
    RetryClass.CREATE,
    natural_key=keyed_by("agent_events.local", "client_id", "agent_id", "event_type", "method", "url"),
)
LOCAL_LIST: Final = Operation("agent_events.local.list", "GET", LOCAL, RetryClass.READ)
LOCAL_UPDATE: Final = Operation(
    "agent_events.local.update", "PUT", LOCAL + EVENT, RetryClass.IDEMPOTENT_WRITE
)
LOCAL_GET: Final = Operation("agent_events.local.get", "GET", LOCAL + EVENT, RetryClass.READ)
LOCAL_DELETE: Final = Operation(
    "agent_events.local.delete", "DELETE", LOCAL + EVENT, RetryClass.IDEMPOTENT_WRITE
)
REMOTE_CREATE: Final = Operation(
    "agent_events.remote.create",
    "POST",
    REMOTE,
    RetryClass.CREATE,
    natural_key=keyed_by("agent_events.remote", "client_id", "agent_id", "event_type", "method", "url"),
)
REMOTE_LIST: Final = Operation("agent_events.remote.list", "GET", REMOTE, RetryClass.READ)
REMOTE_UPDATE: Final = Operation(
    "agent_events.remote.update", "PUT", REMOTE + EVENT, RetryClass.IDEMPOTENT_WRITE
)
REMOTE_GET: Final = Operation("agent_events.remote.get", "GET", REMOTE + EVENT, RetryClass.READ)
REMOTE_DELETE: Final = Operation(
    "agent_events.remote.delete", "DELETE", REMOTE + EVENT, RetryClass.IDEMPOTENT_WRITE
)

_LOCAL: Final = Calls(
    create=LOCAL_CREATE, list=LOCAL_LIST, update=LOCAL_UPDATE, get=LOCAL_GET, delete=LOCAL_DELETE
)
_REMOTE: Final = Calls(
    create=REMOTE_CREATE, list=REMOTE_LIST, update=REMOTE_UPDATE, get=REMOTE_GET, delete=REMOTE_DELETE
)


class EventsOfAgents(Subscriptions):
    """Operations on the events of agents of one kind. The natural key is (agent, event type, method, url)."""

    def list(
        self, agent_id: Id, *, client_id: Id = ME, max_passes: int = MAX_PASSES, strict: bool = False
    ) -> Paged[Subscription]:
        """List the events of an agent; the vendor serves them all at once, when the first is asked for.

        Args:
            agent_id: The agent.
            client_id: The client whose agent it is.
            max_passes: Taken as for every listing; this one comes whole, in one pass.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Returns:
            A listing of one page: `async for event in client.agent_events.local.list(136)`.

        Raises:
            ConfigError: An argument is wrong; at once.
            NotFoundError: While iterating: there is no such agent.
            SdkError: While iterating: the list could not be fetched. Reading is always safe to repeat.
        """
        return self._all(agent_path(agent_id, client_id), max_passes=max_passes, strict=strict)

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

        Args:
            agent_id: The agent.
            event_type: `AGENT_LOGIN` or `AGENT_LOGOUT`.
            method: `GET` or `POST`.
            url: Absolute URL; make it hard to guess, as the vendor signs nothing.
            client_id: The client whose agent it is.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Returns:
            The new event, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            NotFoundError: There is no such agent.
            OutcomeUnknownError: The response was lost; the event may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call. How many events there can be is limited; see `client.limits`.
        """
        fields = {"event_type": event_type, "method": method, "url": url}
        return await self._add(agent_path(agent_id, client_id), fields, extra)

    async def get(self, agent_id: Id, event_id: Id, *, client_id: Id = ME) -> Subscription:
        """Return one event of an agent.

        Args:
            agent_id: The agent.
            event_id: The event's id.
            client_id: The client whose agent it is.

        Raises:
            ConfigError: An id is not one; nothing was sent.
            NotFoundError: There is no such agent or event.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._get(self._calls.get, LOADER, path=_event(agent_id, event_id, client_id))

    async def update(
        self,
        agent_id: Id,
        event_id: Id,
        *,
        event_type: str | Unset | None = UNSET,
        method: str | Unset | None = UNSET,
        url: str | Unset | None = UNSET,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
    ) -> Subscription:
        """Change an event: fields left out stay, None is sent as null, a value sets.

        Args:
            agent_id: The agent.
            event_id: The event's id.
            event_type: `AGENT_LOGIN` or `AGENT_LOGOUT`.
            method: `GET` or `POST`.
            url: Absolute URL.
            client_id: The client whose agent it is.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Returns:
            The event as it is now, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such agent or event.
            SdkError: As for every call. Safe to repeat.
        """
        fields = {"event_type": event_type, "method": method, "url": url}
        body = subscription(fields, extra, nulls=True)
        return await self._write(self._calls.update, LOADER, body, path=_event(agent_id, event_id, client_id))

    async def delete(
        self, agent_id: Id, event_id: Id, *, client_id: Id = ME, missing_ok: bool = False
    ) -> None:
        """Have an event no longer reported.

        Args:
            agent_id: The agent.
            event_id: The event's id.
            client_id: The client whose agent it is.
            missing_ok: Take an event that is not there for deleted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            NotFoundError: There is no such event, and no earlier attempt of this call lost its response.
            SdkError: As for every call. Safe to repeat.
        """
        path = _event(agent_id, event_id, client_id)
        await self._remove(self._calls.delete, path=path, missing_ok=missing_ok)

    async def find(
        self, agent_id: Id, *, event_type: str, method: str, url: str, client_id: Id = ME
    ) -> Subscription | None:
        """Return the event of this type, method and url, or None; reads the agent's events.

        Args:
            agent_id: The agent.
            event_type: Compared exactly, like the others.
            method: Likewise.
            url: Likewise.
            client_id: The client whose agent it is.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: There are two such events; `ids` names them.
            SdkError: As for every call. Safe to repeat.
        """
        fields = {"event_type": event_type, "method": method, "url": url}
        return await self._search(agent_path(agent_id, client_id), fields)

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
        """Make sure that an event of an agent is reported: look, or create.

        Survives a lost response without making a second event, and twenty callers at once make one.

        Args:
            agent_id: The agent.
            event_type: `AGENT_LOGIN` or `AGENT_LOGOUT`; part of the natural key, like the others.
            method: `GET` or `POST`.
            url: Absolute URL.
            client_id: The client whose agent it is.
            extra: As for `create`. What the vendor does not show is written each time.

        Returns:
            The event's id, and whether it was created or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: There are two such events; nothing was changed.
            SdkError: As for every call. Safe to repeat.
        """
        fields = {"event_type": event_type, "method": method, "url": url}
        return await self._make_sure(agent_path(agent_id, client_id), fields, extra)


class AgentEvents:
    """Agent events by the agent's kind.

    Args:
        host: The session and host to use.
    """

    def __init__(self, host: ApiHost) -> None:
        self.local = EventsOfAgents(host, _LOCAL)
        self.remote = EventsOfAgents(host, _REMOTE)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: local {self.local!r}, remote {self.remote!r}>"


def _event(agent_id: Id, event_id: Id, client_id: Id) -> dict[str, str]:
    return {**agent_path(agent_id, client_id), "event_id": str(row_id("event_id", event_id))}
