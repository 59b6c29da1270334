"""The models of ITNIO TECH's call records: those of a list, and what a record and a push have in common.

Source: itniotech.com, api/call (record query, record push).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import attrs

from ..core.model import model, shared_fields, to_dict
from .amounts import AmountLoader
from .datetimes import moment_of
from .row import Row

_DIRECTIONS: Final[Mapping[int | None, str]] = MappingProxyType({1: "out", 2: "in", 3: "out"})


@shared_fields(kw_only=True)
class EndedCall(Row):
    """The fields of a call that has ended, in a list and in a push; the properties are alike for all vendors.

    Args:
        call_session_id: Id of the session.
        called: The number that was called; not in the repr, like the other numbers. It may be missing.
        called_info: What was given along with the number.
        caller: The number that called.
        ccode: Country code.
        ccode_name: Country.
        agent_name: The agent.
        agent_group_name: The agent's group.
        agent_account: The agent's account.
        call_duration: Seconds.
        call_type: 1 group call to agent, 2 incoming, 3 outgoing; others may come.
        hangup_code: The code of SIP.
        hangup_reason: 0 outgoing and not answered, 1 outgoing and hung up, 2 hung up while passed on, 3 passed on
            and hung up, 4 failed, 5 no operator, 6 out of area, 7 busy, 8 incoming and not answered, 9 incoming and
            hung up; others may come.
        hanging_direction: Who hung up: 0 the customer, 1 the agent, 3 neither or the system.
        labels: Tags.
        remark: What the agent noted.
        base_cost: Price of the line.
        cost: Price of the call.
        call_start_time: As the vendor writes it; the zone is not stated.
        answer_time: Likewise.
        call_end_time: Likewise.
        voice_url: The link of the recording, for `client.recordings`; it may expire, and is not in the repr.
    """

    __slots__ = ()

    call_session_id: str | None = None
    called: str | None = attrs.field(default=None, repr=False)
    called_info: str | None = attrs.field(default=None, repr=False)
    caller: str | None = attrs.field(default=None, repr=False)
    ccode: str | None = None
    ccode_name: str | None = None
    agent_name: str | None = None
    agent_group_name: str | None = None
    agent_account: str | None = None
    call_duration: int | None = None
    call_type: int | None = None
    hangup_code: int | None = None
    hangup_reason: int | None = None
    hanging_direction: int | None = None
    labels: list[str] | None = None
    remark: str | None = attrs.field(default=None, repr=False)
    base_cost: Decimal | None = None
    cost: Decimal | None = None
    call_start_time: str | None = None
    answer_time: str | None = None
    call_end_time: str | None = None
    voice_url: str | None = attrs.field(default=None, repr=False)

    @property
    def direction(self) -> str | None:
        """`"in"` or `"out"`, a group call to an agent too; None where the vendor does not say."""
        return _DIRECTIONS.get(self.call_type)

    @property
    def from_number(self) -> str | None:
        """The number that called."""
        return self.caller

    @property
    def to_number(self) -> str | None:
        """The number that was called."""
        return self.called

    @property
    def started(self) -> datetime | None:
        """When the call began; a time without an offset is read as GMT+8."""
        return moment_of(self.call_start_time)

    @property
    def answered(self) -> datetime | None:
        """When the call was answered; None where it was not."""
        return moment_of(self.answer_time)

    @property
    def ended(self) -> datetime | None:
        """When the call ended."""
        return moment_of(self.call_end_time)

    @property
    def seconds(self) -> int | None:
        """How long the call was, in seconds."""
        return self.call_duration

    @property
    def agent(self) -> str | None:
        """The agent's account, or the name where the account is missing."""
        return self.agent_account or self.agent_name

    @property
    def recording_id(self) -> str | None:
        """The link of the recording, which `client.recordings` takes; None where there is none."""
        return self.voice_url or None


@model(kw_only=True)
class CallRecord(EndedCall):
    """A call that has ended. The pages promise few of these fields; the others are those of the push.

    Args:
        key_id: The vendor's id of the record.
        call_id: Id of the call.
        encrypt_called: The number that was called, encrypted.
    """

    key_id: int | None = None
    call_id: str | None = None
    encrypt_called: str | None = attrs.field(default=None, repr=False)

    @property
    def id(self) -> str:
        """The vendor's id of the record, or else of the call, or of the session; a digest of the row without any."""
        known = self.key_id or self.call_id or self.call_session_id
        return str(known or f"row-{hashlib.sha256(str(to_dict(self)).encode()).hexdigest()[:32]}")


LOADER: Final = AmountLoader(CallRecord)
