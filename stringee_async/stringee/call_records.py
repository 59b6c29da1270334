"""Call records: what became of each call. `client.call_records`, on the call host (`api_url`).

Source: developer.stringee.com, call-rest-api-call-log; the fields of a row from that page's samples and from public
projects that read it. The listing asks for version 1 of the log, whose pages are documented in full; a span is read in
windows, because nothing is documented on how deep its pages reach.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Annotated, Any, Final, TypedDict, Unpack
from urllib.parse import unquote

import attrs

from ..core.declarations import Doc, Fields, VendorName
from ..core.decoding import Loader
from ..core.errors import ConfigError
from ..core.field_rules import searched_number
from ..core.model import Model, model
from ..core.operation import Operation
from ..core.options import shown
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions, Resource
from ..core.retry_class import RetryClass
from ..core.unset import Unset
from ..core.validation import boolean, identifier, user_id
from ..core.windows import Span, Windowed, span_of, windows_of
from .pages import ListPages, PageReader

LIST: Final = Operation("call_records.list", "GET", "/v1/call/log", RetryClass.READ)
DAY: Final = timedelta(days=1)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_SECONDS_BELOW: Final = 10**11
"""A time below this is in seconds, as one project has them; in milliseconds it would be before 1974."""
_LATEST: Final = 253_402_300_799_999
"""The last millisecond that a datetime can hold."""
_PLUS: Final = re.compile(r"\+(?=[0-9]+\Z)")


@model(kw_only=True)
class CallRecord(Model):
    """A call. All vendors' call records have the properties of this one; the fields are Stringee's own.

    Args:
        id: The call's id.
        caller: The number or user that called, as the vendor writes it; `from_number` is the readable form.
        called: The number or user that was called, likewise; `to_number` is the readable form.
        from_alias: What the called side sees of the caller.
        to_alias: What the calling side sees of the called.
        from_internal: 1 where a user called, 0 where a telephone did.
        to_internal: 1 where a user was called, 0 where a telephone was.
        from_user_id: The user that called.
        project_id: The project; the vendor writes a number or text.
        project_name: Its name.
        account_id: The account.
        uuid: Another id of the call.
        participants: Who took part, separated by semicolons.
        start_time: When the call began, in milliseconds since 1970.
        first_answer_time: When it was answered first, likewise; 0 for never.
        answer_time: When it was answered, likewise; 0 for never.
        stop_time: When it ended, likewise.
        created: When the record was made, in seconds since 1970.
        answer_duration: Seconds from the answer to the end.
        answer_duration_minutes: Minutes that are charged.
        amount: Price.
        recorded: 1 where there is a recording.
        video_call: 1 for a call with video.
        start_time_datetime: The vendor's local time as text, without a zone; like the next three not used here.
        answer_time_datetime: Likewise; of an unanswered call a date in 1970.
        stop_time_datetime: Likewise.
        created_datetime: Likewise.
    """

    id: str
    caller: str | None = attrs.field(default=None, repr=False)
    called: str | None = attrs.field(default=None, repr=False)
    from_alias: str | None = attrs.field(default=None, repr=False)
    to_alias: str | None = attrs.field(default=None, repr=False)
    from_internal: int | None = None
    to_internal: int | None = None
    from_user_id: str | None = None
    project_id: int | None = None
    project_name: str | None = None
    account_id: int | None = None
    uuid: str | None = None
    participants: str | None = attrs.field(default=None, repr=False)
    start_time: int | None = None
    first_answer_time: int | None = None
    answer_time: int | None = None
    stop_time: int | None = None
    created: int | None = None
    answer_duration: int | None = None
    answer_duration_minutes: int | None = None
    amount: Decimal | None = None
    recorded: int | None = None
    video_call: int | None = None
    start_time_datetime: str | None = None
    answer_time_datetime: str | None = None
    stop_time_datetime: str | None = None
    created_datetime: str | None = None

    @classmethod
    def _vendor_name(cls, field: Any) -> str:
        """Return the vendor's name; the two that the readable forms have are left to these."""
        name = str(field.name)
        return {"caller": "from_number", "called": "to_number"}.get(name, name)

    @property
    def direction(self) -> str | None:
        """`"in"` for a call to a user, `"out"` for one by a user, `"internal"` for both; None where neither is told."""
        by_user, to_user = bool(self.from_internal), bool(self.to_internal)
        if by_user and to_user:
            return "internal"
        return "out" if by_user else "in" if to_user else None

    @property
    def from_number(self) -> str | None:
        """Who called: a number as digits, or a user's id."""
        return _readable(self.caller)

    @property
    def to_number(self) -> str | None:
        """Who was called, likewise."""
        return _readable(self.called)

    @property
    def started(self) -> datetime | None:
        """When the call began."""
        return _moment(self.start_time)

    @property
    def answered(self) -> datetime | None:
        """When it was answered; None for never."""
        return _moment(self.answer_time)

    @property
    def ended(self) -> datetime | None:
        """When it ended."""
        return _moment(self.stop_time)

    @property
    def seconds(self) -> int | None:
        """Seconds from the answer to the end; 0 for a call that was not answered."""
        return self.answer_duration

    @property
    def agent(self) -> str | None:
        """The user's id: of the one who called, or else of the one who was called."""
        if self.from_internal:
            return self.from_user_id or self.from_number
        return self.to_number if self.to_internal else None

    @property
    def recording_id(self) -> str | None:
        """What `client.recordings` takes; None where the vendor says that the call was not recorded."""
        return None if self.recorded == 0 else self.id


class CallRecordFilters(TypedDict, total=False):
    """What call records can be asked for."""

    call_id: Annotated[str | Unset, identifier, VendorName("id"), Doc("Only the call of this id.")]
    from_number: Annotated[str | Unset, searched_number, Doc("Only calls by this number or user.")]
    to_number: Annotated[str | Unset, searched_number, Doc("Only calls to this number or user.")]
    from_user_id: Annotated[str | Unset, user_id, Doc("Only calls by this user.")]


LOADER: Final = Loader(CallRecord)
PAGES: Final = PageReader(LOADER, "calls")
FILTERS: Final = Fields(CallRecordFilters)


class CallRecords(Resource):
    """Operations on call records."""

    def list(
        self,
        *,
        since: datetime,
        until: datetime | None = None,
        window: timedelta = DAY,
        page_size: int = 100,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
        **filters: Unpack[CallRecordFilters],
    ) -> Windowed[CallRecord]:
        """List the records of calls that began in a span of time, lazily; nothing is sent before the first is asked for.

        The vendor takes 100 of these requests a minute. The client keeps to that, beside its own `rate_limit`, and its
        other calls do not wait for them.

        Args:
            since: From when on, with a zone.
            until: Until when, not included; where left out, until now.
            window: The span that is asked for at a time; make it shorter where a day has tens of thousands of calls.

        Returns:
            A listing: `async for record in client.call_records.list(since=...)`.
        """
        given = FILTERS.body(filters, creating=True)
        options = PageOptions(page_size, read_ahead, max_passes, boolean("strict", strict))
        now = datetime.fromtimestamp(self._host.session.state.clock.time(), UTC)
        if not isinstance(window, timedelta) or window < timedelta(minutes=1):
            raise ConfigError(f"window must be a timedelta of at least a minute; got {shown(window)}")
        return Windowed(
            lambda span: self._between(span, given, options),
            span_of(since, until, now=now),
            cut=windows_of(window),
            moment=attrgetter("started"),
            key=attrgetter("id"),
            ends_now=until is None,
        )

    def _between(self, span: Span, given: dict[str, object], options: PageOptions) -> Paged[CallRecord]:
        """Return the listing of one window."""
        filters = {
            "version": 1,
            "from_start_time": (span.since - _EPOCH) // _MILLISECOND,
            "to_start_time": -((_EPOCH - span.until) // _MILLISECOND),
            **given,
        }
        pages = ListPages(
            host=self._host,
            operation=LIST,
            filters=filters,
            first=LIST.request(self._host.url, query=filters),
            strict=options.strict,
            reader=PAGES,
        )
        return self._paged(pages, options, key=attrgetter("id"))


def _readable(text: str | None) -> str | None:
    """Return a number or a user's id without the coding of URLs; a number without plus sign."""
    return None if text is None else _PLUS.sub("", unquote(text))


def _moment(stated: int | None) -> datetime | None:
    """Return a time that the vendor states as a number; None for never, and for what no calendar has."""
    if stated is None or not 0 < stated <= _LATEST:
        return None
    return _EPOCH + (stated * 1000 if stated < _SECONDS_BELOW else stated) * _MILLISECOND
