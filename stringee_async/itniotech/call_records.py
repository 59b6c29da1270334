"""Call records: what became of each call. `client.call_records`; those that the vendor sends by itself: `webhooks`.

Source: itniotech.com, api/call (record query, record push) and the older record query of the voice product.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, VendorName
from ..core.decoding import Loader
from ..core.field_rules import codes, names, row_id, row_ids, searched_number, words
from ..core.model import model, shared_fields, to_dict
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from ..core.validation import required_text
from .arguments import Ids, Numbers, Texts
from .datetimes import ISO_TIME, PLAIN_TIME, TimeFormat, span
from .resource import Resource
from .row import Row, fields_of

LIST: Final = Operation("call_records.list", "POST", "/v3/cc/record/query", RetryClass.READ)
LIST_OLDER: Final = Operation("call_records.list_older", "POST", "/voice/ccRecordQuery", RetryClass.READ)

GROUP_CALL: Final = 1
INCOMING: Final = 2
OUTGOING: Final = 3

LONGEST_SPAN: Final = 31
"""Days that the older query may span."""


@shared_fields(kw_only=True)
class EndedCall(Row):
    """The fields of a call that has ended, in a list and in a push.

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
        voice_url: The recording; such links may expire.
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
    voice_url: str | None = None


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


class CallRecordFilters(TypedDict, total=False):
    """What call records can be asked for."""

    voice_group_id: Annotated[int | str | Unset, row_id, Doc("Only calls of this agent group.")]
    sip_group_name: Annotated[str | Unset, required_text, Doc("Only calls of the agent group of this name.")]
    agent_ids: Annotated[Ids | Unset, row_ids, VendorName("seatId"), Doc("Only calls of these agents.")]
    agent_names: Annotated[
        Texts | Unset, names, VendorName("seatNameList"), Doc("Only calls of agents of these names.")
    ]
    call_types: Annotated[
        Numbers | Unset,
        codes,
        VendorName("callType"),
        Doc("Only calls of these types: 1 group call to agent, 2 incoming, 3 outgoing."),
    ]
    hangup_reasons: Annotated[
        Numbers | Unset,
        codes,
        VendorName("hangupReason"),
        Doc("Only calls that ended for these reasons; see `CallRecord`."),
    ]
    called_or_caller: Annotated[str | Unset, searched_number, Doc("Only calls from or to this number.")]
    ccodes: Annotated[Texts | Unset, words, VendorName("ccode"), Doc("Only calls of these country codes.")]
    hanging_directions: Annotated[
        Numbers | Unset,
        codes,
        VendorName("hangingDirection"),
        Doc("Only calls that these hung up: 0 customer, 1 agent, 3 neither or the system."),
    ]
    label_names: Annotated[Texts | Unset, names, Doc("Only calls with these tags.")]


LOADER: Final = Loader(CallRecord)
FILTERS: Final = fields_of(CallRecordFilters)


def _key(record: CallRecord) -> Hashable:
    """Return what makes two rows the same record, whichever ids the server's generation gives."""
    return record.key_id or record.call_id or record.call_session_id or str(to_dict(record))


class CallRecords(Resource):
    """Operations on call records."""

    def list(
        self,
        *,
        start_time: datetime | str,
        end_time: datetime | str,
        time_format: TimeFormat = PLAIN_TIME,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
        **filters: Unpack[CallRecordFilters],
    ) -> Paged[CallRecord]:
        """List the records of calls, lazily; nothing is sent before the first row is asked for.

        Args:
            time_format: How datetimes are written. The vendor's text says ISO 8601 (`ISO_TIME`), its sample shows
                the default.

        Returns:
            A listing: `async for record in client.call_records.list(start_time=..., end_time=...)`.
        """
        start, end = span(start_time, end_time, time_format)
        return self._list(
            LIST,
            LOADER,
            {"startTime": start, "endTime": end, **self._body(FILTERS, **filters)},
            PageOptions(page_size, read_ahead, max_passes, strict),
            key=_key,
        )

    def list_older(
        self,
        *,
        start_time: datetime | str,
        end_time: datetime | str,
        time_format: TimeFormat = ISO_TIME,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[CallRecord]:
        """List records by the older query of the voice product, lazily; it reaches two months back.

        Args:
            end_time: Until when, at most 31 days later.
            time_format: How datetimes are written; ISO 8601 as documented.

        Returns:
            A listing: `async for record in client.call_records.list_older(start_time=..., end_time=...)`.
        """
        start, end = span(start_time, end_time, time_format, days=LONGEST_SPAN)
        return self._list(
            LIST_OLDER,
            LOADER,
            {"strTime": start, "endTime": end},
            PageOptions(page_size, read_ahead, max_passes, strict),
            key=_key,
        )
