"""The models of the voice product's call records, and the filters of their lists.

Source: the vendor's Java client, itniotech.com and its white labels, the voice product (recordSipQuery,
recordGroupQuery).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final, TypedDict

import attrs

from ..core.declarations import Doc, VendorName
from ..core.model import NAMED, model, shared_fields
from ..core.unset import Unset
from ..core.validation import required_text
from .amounts import AmountLoader
from .datetimes import moment_of
from .row import Row, fields_of

_CONNECTED: Final = frozenset({0, 200})
"""Codes of a talk: that of SIP on newer hosts, 0 on older ones."""


@shared_fields(kw_only=True)
class EndedVoiceCall(Row):
    """The fields of a call of the voice product that has ended; the properties are alike for all vendors.

    Args:
        callee: The number that was called; not in the repr. It may be missing.
        display_num: The caller id that was shown.
        code: The area code.
        submit_time: When the call was asked for, as the vendor writes it.
        call_time: When the number was called, likewise.
        ringing_time: When it rang, likewise.
        answer_time: When it was answered, likewise; None where it was not.
        hangup_time: When the call ended, likewise.
        call_duration: Seconds.
        charged_duration: Seconds that are charged.
        termination_code: 0 or 200 for a talk, or another code of SIP.
        termination_reason: The vendor's words for it.
        bill_period: How seconds are counted, such as `60+60`.
        rate: The price of a period.
        cost_eur: Price of the call in euros; white labels only.
        cost: Price of the call, in `currency`.
        settle_rate: The price of a period in the currency of the account.
        quote_exchange: The rate of exchange.
        settle_pay: Price of the call in the currency of the account.
        currency: The currency.
    """

    __slots__ = ()

    callee: str | None = attrs.field(default=None, repr=False)
    display_num: str | None = None
    code: str | None = None
    submit_time: str | None = None
    call_time: str | None = None
    ringing_time: str | None = None
    answer_time: str | None = None
    hangup_time: str | None = None
    call_duration: int | None = None
    charged_duration: int | None = None
    termination_code: int | None = None
    termination_reason: str | None = None
    bill_period: str | None = None
    rate: Decimal | None = None
    cost_eur: Decimal | None = None
    cost: Decimal | None = None
    settle_rate: Decimal | None = None
    quote_exchange: Decimal | None = None
    settle_pay: Decimal | None = None
    currency: str | None = None

    @property
    def direction(self) -> str | None:
        """`"out"`: the voice product calls numbers."""
        return "out"

    @property
    def from_number(self) -> str | None:
        """The caller id that was shown."""
        return self.display_num

    @property
    def to_number(self) -> str | None:
        """The number that was called."""
        return self.callee

    @property
    def started(self) -> datetime | None:
        """When the call was asked for, or else when the number was called; without an offset it is read as GMT+8."""
        return moment_of(self.submit_time) or moment_of(self.call_time)

    @property
    def answered(self) -> datetime | None:
        """When the call was answered; None where it was not."""
        return moment_of(self.answer_time)

    @property
    def ended(self) -> datetime | None:
        """When the call ended."""
        return moment_of(self.hangup_time)

    @property
    def seconds(self) -> int | None:
        """How long the call was, in seconds."""
        return self.call_duration

    @property
    def connected(self) -> bool | None:
        """Whether there was a talk; None where the vendor does not say."""
        return None if self.termination_code is None else self.termination_code in _CONNECTED


@model(kw_only=True)
class PhoneRecord(EndedVoiceCall):
    """A call of a phone that has ended.

    Args:
        voice_id: The vendor's id of the call.
        sip_group_name: The phone's group.
        phone_name: The phone.
        recording_file_id: The vendor's id of the recording. How it is downloaded is not documented.
    """

    voice_id: str = attrs.field(metadata=NAMED)
    sip_group_name: str | None = None
    phone_name: str | None = None
    recording_file_id: str | None = None

    @property
    def id(self) -> str:
        """The vendor's id of the call."""
        return self.voice_id

    @property
    def agent(self) -> str | None:
        """The phone."""
        return self.phone_name

    @property
    def recording_id(self) -> str | None:
        """The vendor's id of the recording; None where there is none."""
        return self.recording_file_id or None


@model(kw_only=True)
class GroupCallRecord(EndedVoiceCall):
    """A group call to one number, or a code that was read out, that has ended.

    Args:
        voice_id: The vendor's id of the call.
        base_cost: Price of the line.
        voice_file_id: The sound file that was played.
        feedback_value: The key that was pressed; -1 for none.
        called_info: What was given along with the number; not in the repr.
    """

    voice_id: str = attrs.field(metadata=NAMED)
    base_cost: Decimal | None = None
    voice_file_id: str | None = None
    feedback_value: int | None = None
    called_info: str | None = attrs.field(default=None, repr=False)

    @property
    def id(self) -> str:
        """The vendor's id of the call."""
        return self.voice_id

    @property
    def agent(self) -> str | None:
        """None: no agent takes part."""
        return None

    @property
    def recording_id(self) -> str | None:
        """None: these calls are not recorded."""
        return None


class PhoneRecordFilters(TypedDict, total=False):
    """What records of phones can be asked for."""

    group_name: Annotated[
        str | Unset,
        required_text,
        VendorName("sipGroupName"),
        Doc("Only calls of phones of this group; the whole name."),
    ]
    phone_name: Annotated[str | Unset, required_text, Doc("Only calls of this phone; the whole name.")]


PHONES: Final = AmountLoader(PhoneRecord)
GROUPS: Final = AmountLoader(GroupCallRecord)
FILTERS: Final = fields_of(PhoneRecordFilters)
