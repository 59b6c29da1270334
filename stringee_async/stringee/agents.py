"""Agents: the people (or their second devices) who take calls. `client.agents`.

Source of every fact here: developer.stringee.com, icc-rest-api/contact-center-agent-management.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

import attrs

from ..core.bodies import extra_fields
from ..core.decoding import Loader
from ..core.ensure import Ensure, Ensured, find_unique
from ..core.errors import ConfigError
from ..core.field_rules import one_or_two
from ..core.fields import Choice, label, login_id
from ..core.model import Model, as_struct
from ..core.names import differing
from ..core.operation import Operation, keyed_by
from ..core.paging import MAX_PASSES, Paged
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import Check, phone_number, user_id, validated
from .pages import PageReader
from .resource import Resource
from .responses import Created

AVAILABLE: Final = "AVAILABLE"
NOT_AVAILABLE: Final = "NOT AVAILABLE"
PHONE: Final = 2
"""The `routing_type` that rings the agent's phone number."""

CREATE: Final = Operation(
    "agents.create",
    "POST",
    "/v1/agent",
    RetryClass.CREATE,
    natural_key=keyed_by("agents", "stringee_user_id"),
)
LIST: Final = Operation("agents.list", "GET", "/v1/agent", RetryClass.READ)
UPDATE: Final = Operation("agents.update", "PUT", "/v1/agent/{agent_id}", RetryClass.IDEMPOTENT_WRITE)
DELETE: Final = Operation("agents.delete", "DELETE", "/v1/agent/{agent_id}", RetryClass.IDEMPOTENT_WRITE)


@as_struct
@attrs.frozen(kw_only=True)
class Agent(Model):
    """An agent, as listed.

    Args:
        id: The vendor's id; opaque.
        account: Account the agent is in.
        project: Project the agent is in.
        name: Name shown to others.
        stringee_user_id: The id the agent logs in with.
        manual_status: `AVAILABLE`, `NOT AVAILABLE`, None, or another text that the vendor may add.
        system_status: 0 in a call, 1 free, 2 after-call work; others may come.
        device_status: 0 offline; others undocumented.
        routing_type: 1 app or SIP phone, 2 the agent's phone.
        phone_number: The agent's phone.
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


def _system_status(name: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value not in {"0", "1", "2"}:
        raise ConfigError(f"{name} must be 0 (in a call), 1 (free) or 2 (after-call work), got {value!r}")
    return str(value)


_RULES: Final[dict[str, Check]] = {
    "name": label,
    "stringee_user_id": login_id,
    "manual_status": Choice((AVAILABLE, NOT_AVAILABLE)),
    "routing_type": one_or_two,
    "phone_number": phone_number,
    "system_status": _system_status,
}


def _rings(fields: dict[str, object]) -> dict[str, object]:
    """Return the fields of a new agent if there is something to ring.

    Raises:
        ConfigError: The agent's phone is to ring, and no number is given.
    """
    if fields.get("routing_type") == PHONE and "phone_number" not in fields:
        raise ConfigError("routing_type 2 rings the agent's phone, so phone_number must be given")
    return fields


class Agents(Resource):
    """Operations on agents. The natural key is `stringee_user_id`."""

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
            page_size: Rows per page, 1 to 100.
            read_ahead: Pages fetched ahead of the reader, in order; 0 fetches one at a time.
            max_passes: How often the listing is read at most while its rows move; see `Paged.drift`.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Returns:
            A listing: `async for agent in client.agents.list()`.

        Raises:
            ConfigError: An argument is out of range; at once.
            PagingError: While iterating: the pages cannot be trusted.
            SdkError: While iterating: a page could not be fetched. Reading is always safe to repeat.
        """
        if not isinstance(stringee_user_id, Unset):
            stringee_user_id = user_id("stringee_user_id", stringee_user_id)
        return self._list(
            LIST,
            PAGES,
            key=attrgetter("id"),
            filters={"stringee_user_id": stringee_user_id},
            page_size=page_size,
            read_ahead=read_ahead,
            max_passes=max_passes,
            strict=strict,
        )

    async def create(
        self,
        *,
        name: str,
        stringee_user_id: str,
        manual_status: str | Unset = UNSET,
        routing_type: int | Unset = UNSET,
        phone_number: str | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> Created:
        """Create an agent.

        Args:
            name: Name shown to others.
            stringee_user_id: The id the agent logs in with; at most 36 characters, a limit of ours. One project mentions
                32; give a longer one here and in `extra`.
            manual_status: `AVAILABLE` or `NOT AVAILABLE`.
            routing_type: 1 rings the app or SIP phone (the vendor's default), 2 rings `phone_number`; the queue
                then needs `from_number_callout_to_agent`, and `phone_number` must be given.
            phone_number: Digits with country code; a plus sign, blanks and hyphens are taken out.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Returns:
            The new agent's id, its project, and what the vendor said.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AlreadyExistsError: The user has an agent; `existing_id` names it where the vendor tells.
            OutcomeUnknownError: The response was lost; the agent may exist. Not safe to repeat: use `ensure`.
            RateLimitedError, AuthError, ServerError, DeadlineError: See `stringee_async.core.errors`.
        """
        fields = {
            "name": name,
            "stringee_user_id": stringee_user_id,
            "manual_status": manual_status,
            "routing_type": routing_type,
            "phone_number": phone_number if phone_number is UNSET else self._phone(phone_number),
        }
        more = extra_fields(extra)
        body = more | validated(_RULES, fields, nulls=False, extra=more)
        return await self._create(CREATE, _rings(body) if routing_type == PHONE else body, "agentID")

    async def update(
        self,
        agent_id: str,
        *,
        name: str | Unset = UNSET,
        stringee_user_id: str | Unset = UNSET,
        manual_status: str | Unset | None = UNSET,
        routing_type: int | Unset | None = UNSET,
        phone_number: str | Unset | None = UNSET,
        system_status: int | str | Unset | None = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Change fields of an agent: those left out stay, None is sent as null, a value sets.

        Args:
            agent_id: The agent's id.
            name: New name.
            stringee_user_id: New login id.
            manual_status: `AVAILABLE` or `NOT AVAILABLE`.
            routing_type: 1 app or SIP phone, 2 phone number.
            phone_number: Digits with country code.
            system_status: 0 in a call, 1 not in a call, 2 after-call work; sent as text, as documented.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not
                checked.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such agent.
            SdkError: As for every call. Safe to repeat.
        """
        identity = {"name": name, "stringee_user_id": stringee_user_id}
        fields = {
            "manual_status": manual_status,
            "routing_type": routing_type,
            "phone_number": phone_number if phone_number is UNSET else self._phone(phone_number),
            "system_status": system_status,
        }
        more = extra_fields(extra)
        body = more | validated(_RULES, identity, nulls=False, extra=more)
        body |= validated(_RULES, fields, nulls=True, extra=more)
        if routing_type == PHONE and body.get("phone_number", UNSET) is None:
            raise ConfigError("routing_type 2 rings the agent's phone, so phone_number must not be cleared")
        await self._write(UPDATE, body, path={"agent_id": agent_id})

    async def delete(self, agent_id: str, *, missing_ok: bool = False) -> None:
        """Delete an agent.

        Args:
            agent_id: The agent's id.
            missing_ok: Take an agent that is not there for deleted.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such agent. (Not raised where an earlier attempt of this very call lost
                its response: then the agent was deleted.)
            SdkError: As for every call. Safe to repeat.
        """
        await self._remove(DELETE, missing_ok=missing_ok, path={"agent_id": agent_id})

    async def find(self, *, stringee_user_id: str) -> Agent | None:
        """Return the agent of a user, or None; one request where the server honours its filter.

        Args:
            stringee_user_id: The login id, compared exactly.

        Raises:
            AmbiguousError: Two or more agents carry it; `ids` names them.
            SdkError: As for every call. Safe to repeat.
        """
        listing = self.list(stringee_user_id=stringee_user_id, page_size=100, read_ahead=2)
        return await find_unique(
            listing,
            lambda agent: agent.stringee_user_id == stringee_user_id,
            {"stringee_user_id": stringee_user_id},
            lambda agent: agent.id,
        )

    async def ensure(
        self,
        *,
        stringee_user_id: str,
        name: str,
        manual_status: str | Unset = UNSET,
        routing_type: int | Unset = UNSET,
        phone_number: str | Unset = UNSET,
        extra: Mapping[str, Any] | None = None,
    ) -> Ensured:
        """Make sure that a user has an agent with these fields: find, then create or update.

        Survives a lost response without making a second agent, and twenty callers at once make one.

        Args:
            stringee_user_id: The login id; the natural key.
            name: Name shown to others.
            manual_status: `AVAILABLE` or `NOT AVAILABLE`.
            routing_type: 1 app or SIP phone, 2 phone number.
            phone_number: Digits with country code.
            extra: As for `create`. What the vendor does not show is written each time.

        Returns:
            The agent's id, and whether it was created, changed or adopted.

        Raises:
            ConfigError: An argument is wrong; nothing was sent.
            AmbiguousError: Two agents carry the key; nothing was changed.
            OutcomeUnknownError: Five creates in a row were lost and none took effect within the settle time.
            SdkError: As for every call. Safe to repeat.
        """
        fields = {
            "name": name,
            "stringee_user_id": stringee_user_id,
            "manual_status": manual_status,
            "routing_type": routing_type,
            "phone_number": phone_number if phone_number is UNSET else self._phone(phone_number),
        }
        more = extra_fields(extra)
        wanted = more | validated(_RULES, fields, nulls=False, extra=more)

        async def create() -> str:
            return (await self._create(CREATE, _rings(wanted), "agentID")).id

        async def update(agent: Agent) -> bool:
            changes = differing(agent, wanted)
            if changes:
                await self._write(UPDATE, changes, path={"agent_id": agent.id})
            return bool(changes)

        async def write(agent_id: str) -> bool:
            await self._write(UPDATE, wanted, path={"agent_id": agent_id})
            return True

        return await Ensure(
            session=self._host.session,
            key=CREATE.key(wanted),
            find=lambda: self.find(stringee_user_id=stringee_user_id),
            create=create,
            update=update,
            write=write,
            id_of=lambda agent: agent.id,
        ).run()
