"""Local agents: an extension of type phone is the agent. `client.agents.local`.

Source of every fact here: the vendor's page on queues and agents (client realm).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, Unpack

from ..core.bodies import extra_fields
from ..core.decoding import Loader
from ..core.ensure import Ensure, Ensured, find_unique
from ..core.field_rules import row_id
from ..core.model import Model, model
from ..core.names import differing
from ..core.operation import Operation, keyed_by
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import Check, boolean, validated
from .agent_settings import AgentSettings, settings
from .ids import ME, Id, agent_path, client_path, numbers
from .resource import Resource
from .responses import agent_deletion, kept_agent_deletion

PATH: Final = "/client/{client_id}/agent/local/"
ITEM: Final = PATH + "{agent_id}"
CREATE: Final = Operation(
    "agents.local.create",
    "POST",
    PATH,
    RetryClass.CREATE,
    natural_key=keyed_by("agents.local", "client_id", "extension_id"),
)
LIST: Final = Operation("agents.local.list", "GET", PATH, RetryClass.READ)
UPDATE: Final = Operation("agents.local.update", "PUT", ITEM, RetryClass.IDEMPOTENT_WRITE)
GET: Final = Operation("agents.local.get", "GET", ITEM, RetryClass.READ)
DELETE: Final = Operation("agents.local.delete", "DELETE", ITEM, RetryClass.IDEMPOTENT_WRITE)


@model(kw_only=True)
class LocalAgent(Model):
    """An agent that is an extension.

    Args:
        id: The agent's id, among local agents.
        extension_id: The extension behind it.
        name: Label.
        status: `available`, `logged_out`, or another text that the vendor may add.
        call_timeout: Seconds to ring.
        busy_delay_time: Seconds of pause when busy.
        no_answer_delay_time: Seconds of pause after no answer.
        reject_delay_time: Seconds of pause after a rejection.
        wrap_up_time: Seconds of rest after a call.
        extra_params: Free text.
        agent_sound_id: A sound; newer hosts only.
    """

    id: int
    extension_id: int | None = None
    name: str | None = None
    status: str | None = None
    call_timeout: int | None = None
    busy_delay_time: int | None = None
    no_answer_delay_time: int | None = None
    reject_delay_time: int | None = None
    wrap_up_time: int | None = None
    extra_params: str | None = None
    agent_sound_id: int | None = None


LOADER: Final = Loader(LocalAgent)
_KEY: Final[Mapping[str, Check]] = MappingProxyType({"extension_id": row_id})


class LocalAgents(Resource):
    """Operations on local agents. The natural key is `extension_id`."""

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
        return self._list(
            LIST,
            LOADER,
            key=attrgetter("id"),
            path=client_path(client_id),
            query={"extension_id": wanted},
            max_passes=max_passes,
            strict=strict,
        )

    async def create(
        self,
        *,
        extension_id: Id,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **fields: Unpack[AgentSettings],
    ) -> LocalAgent:
        """Make an extension an agent.

        Args:
            extension_id: The extension, of type phone.
            client_id: The client it belongs to.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.
            fields: Any of these, by keyword:
                name: Label, or None.
                status: `AVAILABLE` (the default), `LOGGED_OUT`, or another that the vendor may add.
                call_timeout: Seconds to ring the agent; default 60.
                busy_delay_time: Seconds of pause when the agent is busy or does not want to be disturbed;
                    default 10.
                no_answer_delay_time: Seconds of pause after a call that was not answered; default 10.
                reject_delay_time: Seconds of pause after a call that was rejected; default 10.
                wrap_up_time: Seconds of rest after a call; default 0.
                extra_params: Free text that the vendor keeps, or None.
                agent_sound_id: A sound, or None; newer hosts only.

        Returns:
            The new agent, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: The extension is an agent already, where the vendor says so.
            OutcomeUnknownError: The response was lost; the agent may exist. Not safe to repeat: use `ensure`.
            SdkError: As for every call.
        """
        more = extra_fields(extra)
        body = more | validated(_KEY, {"extension_id": extension_id}, nulls=False, extra=more)
        body |= settings(fields, nulls=True, extra=more)
        return await self._write(CREATE, LOADER, body, path=client_path(client_id))

    async def get(self, agent_id: Id, *, client_id: Id = ME) -> LocalAgent:
        """Return one local agent.

        Args:
            agent_id: The agent's id.
            client_id: The client whose agent it is.

        Raises:
            ConfigError: An id is not one; nothing was sent.
            NotFoundError: There is no such agent.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._get(GET, LOADER, path=agent_path(agent_id, client_id))

    async def update(
        self,
        agent_id: Id,
        *,
        extension_id: Id | Unset = UNSET,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **fields: Unpack[AgentSettings],
    ) -> LocalAgent:
        """Change fields of a local agent: those left out stay, None is sent as null, a value sets.

        Args:
            agent_id: The agent's id.
            extension_id: Another extension to be the agent.
            client_id: The client whose agent it is.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.
            fields: Any of these, by keyword:
                name: Label, or None.
                status: `AVAILABLE` (the default), `LOGGED_OUT`, or another that the vendor may add.
                call_timeout: Seconds to ring the agent; default 60.
                busy_delay_time: Seconds of pause when the agent is busy or does not want to be disturbed;
                    default 10.
                no_answer_delay_time: Seconds of pause after a call that was not answered; default 10.
                reject_delay_time: Seconds of pause after a call that was rejected; default 10.
                wrap_up_time: Seconds of rest after a call; default 0.
                extra_params: Free text that the vendor keeps, or None.
                agent_sound_id: A sound, or None; newer hosts only.

        Returns:
            The agent as it is now, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such agent.
            SdkError: As for every call. Safe to repeat.
        """
        more = extra_fields(extra)
        body = more | validated(_KEY, {"extension_id": extension_id}, nulls=False, extra=more)
        body |= settings(fields, nulls=True, extra=more)
        return await self._write(UPDATE, LOADER, body, path=agent_path(agent_id, client_id))

    async def delete(
        self, agent_id: Id, *, client_id: Id = ME, remove_from_queues: bool = True, missing_ok: bool = False
    ) -> None:
        """Delete a local agent; its extension stays.

        Args:
            agent_id: The agent's id.
            client_id: The client whose agent it is.
            remove_from_queues: Take the agent out of its queues too; if False and it is in one, it is not deleted.
            missing_ok: Take an agent that is not there for deleted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            ConflictError: The agent is still in a queue.
            NotFoundError: There is no such agent. (Not raised where an earlier attempt of this very call lost
                its response: then the agent was deleted.)
            SdkError: As for every call. Safe to repeat.
        """
        boolean("remove_from_queues", remove_from_queues)
        await self._remove(
            DELETE,
            path=agent_path(agent_id, client_id),
            query={"remove_from_queues": remove_from_queues},
            missing_ok=missing_ok,
            read=agent_deletion if remove_from_queues else kept_agent_deletion,
        )

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
        return await find_unique(
            self.list(client_id=client_id, extension_id=wanted),
            lambda agent: agent.extension_id == wanted,
            {"extension_id": wanted},
            lambda agent: str(agent.id),
        )

    async def ensure(
        self,
        *,
        extension_id: Id,
        client_id: Id = ME,
        extra: Mapping[str, Any] | None = None,
        **fields: Unpack[AgentSettings],
    ) -> Ensured:
        """Make sure that an extension is an agent with these settings: find, then create or update.

        Survives a lost response without making a second agent, and twenty callers at once make one.

        Args:
            extension_id: The extension; the natural key.
            client_id: The client it belongs to.
            extra: As for `create`. What the vendor does not show is written each time.
            fields: Any of these, by keyword:
                name: Label, or None.
                status: `AVAILABLE` (the default), `LOGGED_OUT`, or another that the vendor may add.
                call_timeout: Seconds to ring the agent; default 60.
                busy_delay_time: Seconds of pause when the agent is busy or does not want to be disturbed;
                    default 10.
                no_answer_delay_time: Seconds of pause after a call that was not answered; default 10.
                reject_delay_time: Seconds of pause after a call that was rejected; default 10.
                wrap_up_time: Seconds of rest after a call; default 0.
                extra_params: Free text that the vendor keeps, or None.
                agent_sound_id: A sound, or None; newer hosts only.

        Returns:
            The agent's id, and whether it was created, changed or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: The extension is two agents; nothing was changed.
            OutcomeUnknownError: Five creates in a row were lost and none took effect within the settle time.
            SdkError: As for every call. Safe to repeat.
        """
        more = extra_fields(extra)
        key = validated(_KEY, {"extension_id": extension_id}, nulls=False, extra=more)
        wanted = {name: value for name, value in more.items() if name not in key}
        wanted |= settings(fields, nulls=True, extra=more)
        path = client_path(client_id)

        async def create() -> str:
            return str((await self._write(CREATE, LOADER, {**wanted, **key}, path=path)).id)

        async def update(agent: LocalAgent) -> bool:
            changes = differing(agent, wanted)
            if changes:
                await self._write(UPDATE, LOADER, changes, path=agent_path(agent.id, client_id))
            return bool(changes)

        async def write(agent_id: str) -> bool:
            if wanted:
                await self._write(UPDATE, LOADER, wanted, path=agent_path(agent_id, client_id))
            return bool(wanted)

        return await Ensure(
            session=self._host.session,
            **self._keys(CREATE, {**path, **key}),
            find=lambda: self.find(extension_id=extension_id, client_id=client_id),
            create=create,
            update=update,
            write=write,
            id_of=lambda agent: str(agent.id),
        ).run()
