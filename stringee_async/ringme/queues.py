"""Queues: how callers wait and which agent is rung. `client.queues`; who is in them: `client.queue_agents`.

A queue is the settings of an extension of type "queue": it is made and deleted with the extension
(`client.extensions`). Source of every fact here: the vendor's page on queues; defaults are the vendor's.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final, TypedDict, Unpack

from ..core.bodies import extra_fields, known
from ..core.decoding import Loader
from ..core.field_rules import amount, destination, id_or_none, phone_key, word
from ..core.fields import label
from ..core.model import Model, model, to_dict
from ..core.operation import Operation
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from ..core.validation import Check, boolean
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

PATH: Final = "/extension/{extension_id}/queue/"
UPDATE: Final = Operation("queues.update", "PUT", PATH, RetryClass.IDEMPOTENT_WRITE)
GET: Final = Operation("queues.get", "GET", PATH, RetryClass.READ)
STATUS: Final = Operation("queues.status", "GET", PATH + "status/", RetryClass.READ)
MEMBERS: Final = Operation("queues.members", "GET", PATH + "status/members/", RetryClass.READ)


@model(kw_only=True)
class Queue(Model):
    """The settings of a queue. About ten more that the vendor has are in `extra`.

    Args:
        extension_id: The extension that the queue belongs to.
        strategy: Whom to ring: `RING_ALL`, `ROUND_ROBIN`, or another text.
        sound_type: `music` plays `sound` to those who wait, `ring` plays ringing.
        sound: The waiting music, a sound's id.
        start_sound: Played on entry.
        announce_sound: Played again and again while waiting.
        announce_frequency: Seconds from one announcement to the next.
        agent_announce_sound: Played to the agent on answering.
        agent_report_wait_time: Whether the agent is told how long the caller waited.
        max_wait_time: Longest wait in seconds.
        timeout_transfer_dst: Where the caller goes then.
        max_wait_time_with_no_agent: Longest wait in seconds while no agent is logged in.
        no_agent_timeout_transfer_dst: Where the caller goes then.
        exit_with_no_av_agents: Whether callers are not taken in while there is no agent.
        exit_key: The key that a caller may press to leave.
        exit_transfer_dst: Where the caller goes then.
        record_enabled: Whether calls are recorded.
        tier_rules_apply: Whether the levels of agents are rung one after the other by time.
        tier_rule_wait_second: Seconds until the next level is rung too.
        tier_rule_wait_multiply_level: Whether that time is multiplied by the level.
        agent_hangup_action: What happens when the agent hangs up first: None, `transfer`, `quality_rate`.
        agent_hangup_transfer_dst: Where the caller goes then, with `transfer`.
        append_to_cid_name_on_transfer: Text added to the caller's name on transfer.
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


class QueueSettings(TypedDict, total=False):
    """The settings of a queue by name; what is left out stays, None is sent as null.

    Args:
        strategy: `RING_ALL`, `ROUND_ROBIN` (the default), or another that the vendor has.
        sound_type: `ring` (the default; resets `sound` to null) or `music`.
        sound: A sound's id; default none.
        start_sound: A sound's id; default none.
        announce_sound: A sound's id; default none.
        announce_frequency: Seconds; default none.
        agent_announce_sound: A sound's id, or 0 for none, the default.
        agent_report_wait_time: Default True.
        max_wait_time: Seconds; default 0, which presumably is no limit.
        timeout_transfer_dst: An extension or a number as text, such as `"333"`.
        max_wait_time_with_no_agent: Seconds; default 0.
        no_agent_timeout_transfer_dst: An extension or a number as text.
        exit_with_no_av_agents: Default True.
        exit_key: One digit, `*` or `#`.
        exit_transfer_dst: An extension or a number as text.
        record_enabled: The vendor's default is not documented.
        tier_rules_apply: Likewise.
        tier_rule_wait_second: Seconds; likewise.
        tier_rule_wait_multiply_level: Likewise.
        agent_hangup_action: None (the default), `transfer` or `quality_rate`.
        agent_hangup_transfer_dst: An extension or a number as text; for `transfer`.
        append_to_cid_name_on_transfer: Text.
    """

    strategy: str | Unset | None
    sound_type: str | Unset | None
    sound: int | Unset | None
    start_sound: int | Unset | None
    announce_sound: int | Unset | None
    announce_frequency: int | Unset | None
    agent_announce_sound: int | Unset | None
    agent_report_wait_time: bool | Unset | None
    max_wait_time: int | Unset | None
    timeout_transfer_dst: str | Unset | None
    max_wait_time_with_no_agent: int | Unset | None
    no_agent_timeout_transfer_dst: str | Unset | None
    exit_with_no_av_agents: bool | Unset | None
    exit_key: str | Unset | None
    exit_transfer_dst: str | Unset | None
    record_enabled: bool | Unset | None
    tier_rules_apply: bool | Unset | None
    tier_rule_wait_second: int | Unset | None
    tier_rule_wait_multiply_level: bool | Unset | None
    agent_hangup_action: str | Unset | None
    agent_hangup_transfer_dst: str | Unset | None
    append_to_cid_name_on_transfer: str | Unset | None


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


_RULES: Final[dict[str, Check]] = {
    "strategy": word,
    "sound_type": word,
    "sound": id_or_none,
    "start_sound": id_or_none,
    "announce_sound": id_or_none,
    "announce_frequency": amount,
    "agent_announce_sound": id_or_none,
    "agent_report_wait_time": boolean,
    "max_wait_time": amount,
    "timeout_transfer_dst": destination,
    "max_wait_time_with_no_agent": amount,
    "no_agent_timeout_transfer_dst": destination,
    "exit_with_no_av_agents": boolean,
    "exit_key": phone_key,
    "exit_transfer_dst": destination,
    "record_enabled": boolean,
    "tier_rules_apply": boolean,
    "tier_rule_wait_second": amount,
    "tier_rule_wait_multiply_level": boolean,
    "agent_hangup_action": word,
    "agent_hangup_transfer_dst": destination,
    "append_to_cid_name_on_transfer": label,
}


class Queues(Resource):
    """Operations on queues. A queue is known by the id of its extension."""

    async def get(self, extension_id: Id) -> Queue:
        """Return the settings of a queue.

        Args:
            extension_id: The queue's extension, by id or as `"@name"`.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such extension, or it is no queue.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._get(GET, LOADER, path=extension_path(extension_id))

    async def update(
        self,
        extension_id: Id,
        *,
        extra: Mapping[str, Any] | None = None,
        **fields: Unpack[QueueSettings],
    ) -> Queue:
        """Change settings of a queue: those left out stay, None is sent as null, a value sets.

        That settings left out stay is the vendor's sample, not its word: compare with what is returned. To write
        a queue back whole, give `extra=queue.settings()`; what is given by keyword goes before it.

        Args:
            extension_id: The queue's extension, by id or as `"@name"`.
            extra: More fields by the vendor's names, sent as they are; a keyword whose very value stands here is not checked.
            fields: Any of these, by keyword:
                strategy: `RING_ALL`, `ROUND_ROBIN` (the default), or another that the vendor has.
                sound_type: `ring` (the default; resets `sound` to null) or `music`.
                sound: A sound's id; default none.
                start_sound: A sound's id; default none.
                announce_sound: A sound's id; default none.
                announce_frequency: Seconds; default none.
                agent_announce_sound: A sound's id, or 0 for none, the default.
                agent_report_wait_time: Default True.
                max_wait_time: Seconds; default 0, which presumably is no limit.
                timeout_transfer_dst: An extension or a number as text, such as `"333"`.
                max_wait_time_with_no_agent: Seconds; default 0.
                no_agent_timeout_transfer_dst: An extension or a number as text.
                exit_with_no_av_agents: Default True.
                exit_key: One digit, `*` or `#`.
                exit_transfer_dst: An extension or a number as text.
                record_enabled: The vendor's default is not documented.
                tier_rules_apply: Likewise.
                tier_rule_wait_second: Seconds; likewise.
                tier_rule_wait_multiply_level: Likewise.
                agent_hangup_action: None (the default), `transfer` or `quality_rate`.
                agent_hangup_transfer_dst: An extension or a number as text; for `transfer`.
                append_to_cid_name_on_transfer: Text.

        Returns:
            The whole queue as it is now, as the vendor returns it.

        Raises:
            ConfigError: An argument is wrong, or none was given; nothing was sent.
            NotFoundError: There is no such extension, or it is no queue.
            SdkError: As for every call. Safe to repeat.
        """
        more = extra_fields(extra)
        body = more | known(_RULES, fields, nulls=True, extra=more)
        return await self._write(UPDATE, LOADER, body, path=extension_path(extension_id))

    async def status(self, extension_id: Id) -> QueueStatus:
        """Return how many callers a queue holds. The vendor asks to read it on events, not by polling.

        Args:
            extension_id: The queue's extension, by id or as `"@name"`.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such extension, or it is no queue.
            SdkError: As for every call. Safe to repeat.
        """
        return await self._get(STATUS, STATUS_LOADER, path=extension_path(extension_id))

    async def members(self, extension_id: Id, *, strict: bool = False) -> list[QueueMember]:
        """Return the callers in a queue.

        Args:
            extension_id: The queue's extension, by id or as `"@name"`.
            strict: Raise `DecodeError` for a row with an odd value instead of setting the value aside.

        Raises:
            ConfigError: The id is not one; nothing was sent.
            NotFoundError: There is no such extension, or it is no queue.
            SdkError: As for every call. Safe to repeat.
        """
        listing = self._list(
            MEMBERS,
            MEMBER_LOADER,
            key=attrgetter("call_api_id"),
            path=extension_path(extension_id),
            strict=strict,
        )
        return await listing.collect()
