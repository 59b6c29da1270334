"""Queues: how callers wait and which agent is rung. `client.queues`; who is in them: `client.queue_agents`.

A queue is the settings of an extension of type "queue": it is made and deleted with the extension
(`client.extensions`). Source of every fact here: the vendor's page on queues; defaults are the vendor's.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc, Fields, document_fields
from ..core.decoding import Loader
from ..core.field_rules import amount, destination, id_or_none, phone_key, word
from ..core.fields import label
from ..core.model import Model, model, to_dict
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from ..core.validation import boolean
from .ids import Id, extension_path
from .resource import Resource

RING_ALL: Final = "ring-all"
ROUND_ROBIN: Final = "round-robin"
LONGEST_IDLE_AGENT: Final = "longest-idle-agent"
TOP_DOWN: Final = "top-down"
AGENT_WITH_LEAST_TALK_TIME: Final = "agent-with-least-talk-time"
AGENT_WITH_FEWEST_CALLS: Final = "agent-with-fewest-calls"
SEQUENTIALLY_BY_AGENT_ORDER: Final = "sequentially-by-agent-order"
RANDOM: Final = "random"


class QueueSettings(TypedDict, total=False):
    """The settings of a queue by name; what is left out stays, None is sent as null."""

    strategy: Annotated[
        str | Unset | None,
        word,
        Doc("Whom to ring: `RING_ALL`, `ROUND_ROBIN` (the default), or another that the vendor has."),
    ]
    sound_type: Annotated[
        str | Unset | None,
        word,
        Doc(
            "`music` plays `sound` to those who wait, `ring` (the default; resets `sound` to null) plays ringing."
        ),
    ]
    sound: Annotated[int | Unset | None, id_or_none, Doc("The waiting music, a sound's id; default none.")]
    start_sound: Annotated[
        int | Unset | None, id_or_none, Doc("Played on entry, a sound's id; default none.")
    ]
    announce_sound: Annotated[
        int | Unset | None,
        id_or_none,
        Doc("Played again and again while waiting, a sound's id; default none."),
    ]
    announce_frequency: Annotated[
        int | Unset | None, amount, Doc("Seconds from one announcement to the next; default none.")
    ]
    agent_announce_sound: Annotated[
        int | Unset | None,
        id_or_none,
        Doc("Played to the agent on answering, a sound's id, or 0 for none, the default."),
    ]
    agent_report_wait_time: Annotated[
        bool | Unset | None,
        boolean,
        Doc("Whether the agent is told how long the caller waited; default True."),
    ]
    max_wait_time: Annotated[
        int | Unset | None, amount, Doc("Longest wait in seconds; default 0, which presumably is no limit.")
    ]
    timeout_transfer_dst: Annotated[
        str | Unset | None,
        destination,
        Doc('Where the caller goes then: an extension or a number as text, such as `"333"`.'),
    ]
    max_wait_time_with_no_agent: Annotated[
        int | Unset | None, amount, Doc("Longest wait in seconds while no agent is logged in; default 0.")
    ]
    no_agent_timeout_transfer_dst: Annotated[
        str | Unset | None, destination, Doc("Where the caller goes then: an extension or a number as text.")
    ]
    exit_with_no_av_agents: Annotated[
        bool | Unset | None,
        boolean,
        Doc("Whether callers are not taken in while there is no agent; default True."),
    ]
    exit_key: Annotated[
        str | Unset | None, phone_key, Doc("The key that a caller may press to leave: one digit, `*` or `#`.")
    ]
    exit_transfer_dst: Annotated[
        str | Unset | None, destination, Doc("Where the caller goes then: an extension or a number as text.")
    ]
    record_enabled: Annotated[
        bool | Unset | None,
        boolean,
        Doc("Whether calls are recorded; the vendor's default is not documented."),
    ]
    tier_rules_apply: Annotated[
        bool | Unset | None,
        boolean,
        Doc("Whether the levels of agents are rung one after the other by time; default not documented."),
    ]
    tier_rule_wait_second: Annotated[
        int | Unset | None, amount, Doc("Seconds until the next level is rung too; likewise.")
    ]
    tier_rule_wait_multiply_level: Annotated[
        bool | Unset | None, boolean, Doc("Whether that time is multiplied by the level; likewise.")
    ]
    agent_hangup_action: Annotated[
        str | Unset | None,
        word,
        Doc("What happens when the agent hangs up first: None (the default), `transfer` or `quality_rate`."),
    ]
    agent_hangup_transfer_dst: Annotated[
        str | Unset | None,
        destination,
        Doc("Where the caller goes then, with `transfer`: an extension or a number as text."),
    ]
    append_to_cid_name_on_transfer: Annotated[
        str | Unset | None, label, Doc("Text added to the caller's name on transfer.")
    ]


FIELDS: Final = Fields(QueueSettings)


@model(kw_only=True)
class Queue(Model):
    """The settings of a queue. About ten more that the vendor has are in `extra`.

    Args:
        extension_id: The extension that the queue belongs to.
    """

    extension_id: int | None = None
    strategy: str | None = None
    sound_type: str | None = None
    sound: int | None = None
    start_sound: int | None = None
    announce_sound: int | None = None
    announce_frequency: int | None = None
    agent_announce_sound: int | None = None
    agent_report_wait_time: bool | None = None
    max_wait_time: int | None = None
    timeout_transfer_dst: str | None = None
    max_wait_time_with_no_agent: int | None = None
    no_agent_timeout_transfer_dst: str | None = None
    exit_with_no_av_agents: bool | None = None
    exit_key: str | None = None
    exit_transfer_dst: str | None = None
    record_enabled: bool | None = None
    tier_rules_apply: bool | None = None
    tier_rule_wait_second: int | None = None
    tier_rule_wait_multiply_level: bool | None = None
    agent_hangup_action: str | None = None
    agent_hangup_transfer_dst: str | None = None
    append_to_cid_name_on_transfer: str | None = None

    def settings(self) -> dict[str, Any]:
        """Return all settings as they were read, those in `extra` too, for writing them back whole.

        What the vendor did not send is not in it, and neither is `extension_id`, which cannot be set.
        """
        row, sent = to_dict(self), self._row_texts()
        return {
            name: value
            for name, value in row.items()
            if name != "extension_id" and (value is not None if sent is None else name in sent)
        }


@model(kw_only=True)
class QueueStatus(Model):
    """How many callers a queue holds; the vendor counts by dial-in and hangup events.

    Args:
        answered_members: Callers who talk to an agent.
        trying_members: Callers for whom agents are being rung.
        waiting_members: Callers who wait.
    """

    answered_members: int | None = None
    trying_members: int | None = None
    waiting_members: int | None = None


@model(kw_only=True)
class QueueMember(Model):
    """One caller in a queue.

    Args:
        call_api_id: The call's id, for `client.current_calls`.
        joined_datetime: When the caller came, as the vendor writes it; its zone is not documented.
        number: The caller's number.
        serving_agent: The agent in charge; None or empty while there is none.
        state: What becomes of the caller; its values are not documented.
        wait_time: Seconds, presumably.
    """

    call_api_id: str
    joined_datetime: str | None = None
    number: str | None = None
    serving_agent: str | None = None
    state: str | None = None
    wait_time: int | None = None


LOADER: Final = Loader(Queue)
STATUS_LOADER: Final = Loader(QueueStatus)
MEMBER_LOADER: Final = Loader(QueueMember)
document_fields(Queue, FIELDS)

PATH: Final = "/extension/{extension_id}/queue/"
UPDATE: Final = Operation("queues.update", "PUT", PATH, RetryClass.IDEMPOTENT_WRITE)
GET: Final = Operation("queues.get", "GET", PATH, RetryClass.READ)
STATUS: Final = Operation("queues.status", "GET", PATH + "status/", RetryClass.READ)
MEMBERS: Final = Operation("queues.members", "GET", PATH + "status/members/", RetryClass.READ)


class Queues(Resource):
    """Operations on queues. A queue is known by the id of its extension."""

    async def get(self, extension_id: Id) -> Queue:
        """Return the settings of a queue.

        Raises:
            NotFoundError: There is no such extension, or it is no queue.
        """
        return await self._get(GET, LOADER, path=extension_path(extension_id))

    async def update(
        self,
        extension_id: Id,
        *,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[QueueSettings],
    ) -> Queue:
        """Change settings of a queue: those left out stay, None is sent as null, a value sets.

        That settings left out stay is the vendor's sample, not its word: compare with what is returned. To write
        a queue back whole, give `extra=queue.settings()`; what is given by keyword goes before it.

        Returns:
            The whole queue as it is now, as the vendor returns it.

        Raises:
            NotFoundError: There is no such extension, or it is no queue.
        """
        body = FIELDS.body(settings, creating=False, extra=extra)
        return await self._write(UPDATE, LOADER, body, path=extension_path(extension_id))

    async def status(self, extension_id: Id) -> QueueStatus:
        """Return how many callers a queue holds. The vendor asks to read it on events, not by polling.

        Raises:
            NotFoundError: There is no such extension, or it is no queue.
        """
        return await self._get(STATUS, STATUS_LOADER, path=extension_path(extension_id))

    async def members(self, extension_id: Id, *, strict: bool = False) -> list[QueueMember]:
        """Return the callers in a queue.

        Raises:
            NotFoundError: There is no such extension, or it is no queue.
        """
        path = extension_path(extension_id)
        listing = self._list(MEMBERS, MEMBER_LOADER, path, key=attrgetter("call_api_id"), strict=strict)
        return await listing.collect()
