"""Call records: what became of each call. `client.call_records`; those that the vendor sends by itself: `webhooks`.

Source: itniotech.com, api/call (record query, record push) and the older record query of the voice product.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from types import MappingProxyType
from typing import Annotated, Final, TypedDict, Unpack

import attrs

from ..core.declarations import Doc, VendorName
from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.field_rules import codes, names, row_id, row_ids, searched_number, words
from ..core.model import model, shared_fields, to_dict
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import required_text
from ..core.windows import OVERLAP, Span, Windowed, span_of, windows_of
from .arguments import Ids, Numbers, Texts
from .datetimes import ISO_TIME, PLAIN_TIME, VENDOR_ZONE, TimeFormat, form_of, moment_of, span
from .resource import Resource
from .row import Row, fields_of

LIST: Final = Operation("call_records.list", "POST", "/v3/cc/record/query", RetryClass.READ)
LIST_OLDER: Final = Operation("call_records.list_older", "POST", "/voice/ccRecordQuery", RetryClass.READ)

GROUP_CALL: Final = 1
INCOMING: Final = 2
OUTGOING: Final = 3

LONGEST_SPAN: Final = 31
"""Days that a query may span."""

_SECOND: Final = timedelta(seconds=1)
_CUT: Final = windows_of(timedelta(days=LONGEST_SPAN) - 2 * OVERLAP)
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
_KEY: Final = attrgetter("id")


def _times(window: Span, more: timedelta, form: TimeFormat) -> dict[str, str]:
    """Return the times that ask for a window; the vendor's are whole seconds."""
    last = math.ceil((window.until - more).timestamp())
    return {
        "startTime": form.write("since", window.since),
        "endTime": form.write("until", datetime.fromtimestamp(last, VENDOR_ZONE)),
    }


class CallRecords(Resource):
    """Operations on call records."""

    def list(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        start_time: datetime | str | Unset = UNSET,
        end_time: datetime | str | Unset = UNSET,
        time_format: TimeFormat = PLAIN_TIME,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
        **filters: Unpack[CallRecordFilters],
    ) -> Windowed[CallRecord]:
        """List the records of calls, lazily: `async for record in client.call_records.list(since=...)`.

        A span of more than 31 days is asked in several, which overlap by a minute; each record comes once.

        Args:
            since: From when on, with a zone; a record whose time cannot be read is listed too.
            until: Until when, not included; now if left out.
            start_time: Another way to give `since`: a datetime with a zone, or text in the form of `time_format`.
            end_time: Another way to say until when, likewise; its second counts to the span.
            time_format: How times are sent. The vendor's text says ISO 8601 (`ISO_TIME`), its sample shows the default.
        """
        form = form_of(time_format)
        found, more = self._span(since, until, start_time, end_time, form)
        given = self._body(FILTERS, **filters)
        options = PageOptions(page_size, read_ahead, max_passes, strict)

        def listing(window: Span) -> Paged[CallRecord]:
            times = _times(window, more, form)
            if window.since == found.since and isinstance(start_time, str):
                times["startTime"] = form.write("start_time", start_time)
            if window.until == found.until and isinstance(end_time, str):
                times["endTime"] = form.write("end_time", end_time)
            return self._list(LIST, LOADER, {**times, **given}, options, key=_KEY)

        now = until is None and end_time is UNSET
        return Windowed(listing, found, cut=_windows, moment=attrgetter("started"), key=_KEY, ends_now=now)

    def _span(
        self,
        since: datetime | None,
        until: datetime | None,
        start_time: datetime | str | Unset,
        end_time: datetime | str | Unset,
        form: TimeFormat,
    ) -> tuple[Span, timedelta]:
        """Return the span that is asked for, and how much of its end is not sent."""
        if not isinstance(start_time, Unset):
            if since is not None:
                raise ConfigError("since and start_time mean the same; give one of them")
            since = form.moment("start_time", start_time)
        more = timedelta(0)
        if not isinstance(end_time, Unset):
            if until is not None:
                raise ConfigError("until and end_time mean the same; give one of them")
            until, more = form.moment("end_time", end_time) + _SECOND, _SECOND
            if since is not None and until - more < since:
                raise ConfigError("end_time must not be before start_time")
        now = datetime.fromtimestamp(self._host.session.state.clock.time(), VENDOR_ZONE)
        return span_of(since, until, now=now), more

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
            key=attrgetter("id"),
        )


def _windows(span: Span) -> Iterable[Span]:
    """Cut a span that is longer than the vendor allows; with its overlap no part is longer than that."""
    longest = timedelta(days=LONGEST_SPAN)
    return [span] if span.until - span.since <= longest else _CUT(span)
