"""Call records: what became of each call. `client.call_records`; those that the vendor sends by itself: `webhooks`.

Source: itniotech.com, api/call (record query, record push) and the older record query of the voice product.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Annotated, Final, TypedDict, Unpack

from ..core.declarations import Doc, VendorName
from ..core.errors import ConfigError
from ..core.field_rules import codes, names, row_id, row_ids, searched_number, words
from ..core.operation import Operation
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import required_text
from ..core.windows import OVERLAP, Span, Windowed, span_of, windows_of
from .arguments import Ids, Numbers, Texts
from .call_record_models import LOADER, CallRecord
from .datetimes import ISO_TIME, PLAIN_TIME, VENDOR_ZONE, TimeFormat, form_of, span
from .resource import Resource
from .row import fields_of

LIST: Final = Operation("call_records.list", "POST", "/v3/cc/record/query", RetryClass.READ)
LIST_OLDER: Final = Operation("call_records.list_older", "POST", "/voice/ccRecordQuery", RetryClass.READ)

GROUP_CALL: Final = 1
INCOMING: Final = 2
OUTGOING: Final = 3

LONGEST_SPAN: Final = 31
"""Days that a query may span."""

_SECOND: Final = timedelta(seconds=1)
_CUT: Final = windows_of(timedelta(days=LONGEST_SPAN) - 2 * OVERLAP)


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
    asked_from = span.since.replace(microsecond=0)
    return [span] if span.until - asked_from <= longest else _CUT(span)
