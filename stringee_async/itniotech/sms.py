"""Text messages. `client.sms`; delivery reports that the vendor sends by itself: `webhooks`.

The vendor has no idempotency key for text messages, and nothing finds a message by its reference: a send whose response
was lost is never repeated. Source: itniotech.com, api/sms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Annotated, Any, Final, TypedDict, Unpack

from ..core.declarations import Doc, VendorName
from ..core.errors import ConfigError, SdkError
from ..core.field_rules import word
from ..core.fields import Text
from ..core.operation import Operation
from ..core.options import shown
from ..core.paging import MAX_PASSES, Paged
from ..core.resource import PageOptions
from ..core.retry_class import RetryClass
from ..core.unset import UNSET, Unset
from ..core.validation import boolean, phone_number
from ..core.windows import OVERLAP, Span, Windowed, span_of, windows_of
from .datetimes import ISO_TIME, VENDOR_ZONE
from .resource import CONTENT_TYPE, Resource
from .responses import nothing, top_rows
from .row import fields_of
from .sms_lists import MOST_ROWS, ReceivedPages, SentPages, received_key, sent_key
from .sms_models import RECEIVED, REPORTS, ReceivedSms, SmsMessage, SmsOutcome, SmsReport
from .sms_recipients import Recipient, check_recipients, numbers_of, outcomes, recipients_of, several

SEND: Final = Operation("sms.send", "POST", "/sms/sendSms", RetryClass.CREATE)
SEND_BATCH: Final = Operation("sms.send_batch", "POST", "/sms/sendSms/batch", RetryClass.CREATE)
GET_REPORTS: Final = Operation("sms.reports", "GET", "/sms/getReport", RetryClass.READ)
LIST_SENT: Final = Operation("sms.list_sent", "GET", "/sms/getSentRcd", RetryClass.READ)
LIST_RECEIVED: Final = Operation("sms.list_received", "POST", "/sms/recordMo", RetryClass.READ)
REPORT_ENTERED: Final = Operation(
    "sms.report_entered", "POST", "/sms/postback/backfill", RetryClass.IDEMPOTENT_WRITE
)

_MOST_IDS: Final = 200
_FEW: Final = 5
"""Order ids that the text of an error names; all are in its `ids`."""
_LONGEST: Final = timedelta(days=31)
_WINDOWS: Final = windows_of(_LONGEST - 2 * OVERLAP)
_LOOK: Final = (
    "do not send it again before you know: wait for the delivery reports by these order ids, or look into "
    "sms.list_sent around this time"
)


class SmsSettings(TypedDict, total=False):
    """What can be set of a text message."""

    sender: Annotated[
        str | Unset, Text(32, ours=False), VendorName("senderId"), Doc("The sender that is shown.")
    ]


class SmsFields(SmsSettings, total=False):
    """What is sent of text messages."""

    app_id: Annotated[str, word, Doc("The application that the messages belong to.")]
    text: Annotated[str, Text(1024, lines=True, ours=False), VendorName("content"), Doc("The text.")]
    number: Annotated[str, phone_number, Doc("The number with country code.")]
    msg_id: Annotated[str | Unset, word, VendorName("msgid"), Doc("The vendor's id of the message.")]


FIELDS: Final = fields_of(SmsFields)


class Sms(Resource):
    """Operations on text messages."""

    _declared = FIELDS

    async def send(
        self,
        *,
        app_id: str,
        to: str | Sequence[str],
        text: str,
        order_ids: str | Sequence[str] | Unset = UNSET,
        duplicates: bool = False,
        extra: Mapping[str, Any] | None = None,
        **settings: Unpack[SmsSettings],
    ) -> tuple[SmsOutcome, ...]:
        """Send one text to a number, or to many in one request.

        A number that is refused raises nothing where others were accepted: look at `sent` of each outcome.

        Args:
            to: The number with country code, or several, at most 1,000.
            order_ids: A reference of yours for each number; it comes back with the delivery report, and is all that
                tells what became of a message whose response was lost.
            duplicates: Send to a number that is given twice two messages, instead of refusing it.

        Returns:
            One outcome for each number, in their order.

        Raises:
            ConfigError: An argument is wrong, or a number is given twice; nothing was sent.
            PermissionDeniedError: The balance is not enough, or the account has no price for the destination.
            InvalidRequestError: The vendor takes none of the numbers, or not the text.
            OutcomeUnknownError: The response was lost; the messages may have been sent. Not safe to repeat: they could
                be sent twice. Its `ids` are the order ids, of every error that leaves this unknown.
        """
        recipients = self._recipients(to, order_ids, duplicates=duplicates)
        body = self._body(FIELDS, extra, app_id=app_id, text=text, **settings)
        return await self._sent(SEND, {**body, **numbers_of(recipients)}, recipients)

    async def send_batch(
        self,
        messages: Sequence[SmsMessage],
        *,
        app_id: str,
        duplicates: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> tuple[SmsOutcome, ...]:
        """Send several texts in one request.

        Args:
            messages: The texts and their numbers, at most 1,000 numbers in all.
            duplicates: Send to a number that is given twice two messages, instead of refusing it.

        Returns:
            One outcome for each number, in the order of the messages and their numbers.

        Raises:
            ConfigError: As for `send`.
            PermissionDeniedError: As for `send`.
            InvalidRequestError: As for `send`.
            OutcomeUnknownError: The response was lost; the messages may have been sent. Not safe to repeat: they could
                be sent twice.
        """
        recipients: list[Recipient] = []
        array: list[dict[str, object]] = []
        if isinstance(messages, (str, bytes)) or not isinstance(messages, Sequence) or not messages:
            raise ConfigError(f"messages must be a list of SmsMessage, got {shown(messages)}")
        for message in messages:
            if not isinstance(message, SmsMessage):
                raise ConfigError(f"messages must hold SmsMessage values, got {type(message).__name__}")
            given = UNSET if message.order_ids is None else message.order_ids
            own = self._recipients(message.to, given, duplicates=True)
            sender = UNSET if message.sender is None else message.sender
            array.append({**numbers_of(own), **self._body(FIELDS, text=message.text, sender=sender)})
            recipients += own
        check_recipients(recipients, duplicates=duplicates)
        body = {**self._body(FIELDS, extra, app_id=app_id), "array": array}
        return await self._sent(SEND_BATCH, body, recipients)

    async def reports(self, msg_ids: str | Sequence[str], *, app_id: str) -> list[SmsReport]:
        """Return the states of messages; one that is still queued is not among them.

        Args:
            msg_ids: The vendor's ids of the messages, of the last three months; 200 are asked for at once.

        Returns:
            What the vendor tells, in its order.
        """
        ids = [word("msg_ids", one) for one in several("msg_ids", msg_ids)]
        query = self._body(FIELDS, app_id=app_id)
        found: list[SmsReport] = []
        for begin in range(0, len(ids), _MOST_IDS):
            asked = ",".join(ids[begin : begin + _MOST_IDS])
            found += await self._fetch(GET_REPORTS, {**query, "msgIds": asked}, top_rows(REPORTS, "array"))
        return found

    def list_sent(
        self,
        *,
        app_id: str,
        since: datetime,
        until: datetime | None = None,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Paged[SmsReport]:
        """List the messages whose sending has ended, lazily; nothing is sent before the first row is asked for.

        The vendor takes one such query a minute and returns up to 50,000 rows for each. The client keeps to that, and its
        other calls do not wait for it: where there may be more rows, give `Timeouts(total=None)`. By which of its times it
        filters is not documented: ask for a little more than you need.

        Args:
            since: From when on, with a zone; at most 90 days back.
            until: Until when, at most 31 days later; now if left out.

        Returns:
            A listing: `async for report in client.sms.list_sent(app_id=..., since=...)`.
        """
        found = self._between(since, until)
        if found.until - found.since > _LONGEST:
            raise ConfigError("until must be at most 31 days after since")
        operation = self._host.own(LIST_SENT)
        filters = {**self._body(FIELDS, app_id=app_id), **_times("startTime", found)}
        pages = SentPages(
            host=self._host,
            operation=operation,
            filters=filters,
            first=operation.request(self._host.url, query=filters),
            strict=boolean("strict", strict),
        )
        options = PageOptions(MOST_ROWS, 0, max_passes, strict)
        return self._paged(pages, options, key=sent_key, max_page_size=MOST_ROWS)

    def list_received(
        self,
        *,
        app_id: str,
        since: datetime,
        until: datetime | None = None,
        page_size: int = 50,
        read_ahead: int = 0,
        max_passes: int = MAX_PASSES,
        strict: bool = False,
    ) -> Windowed[ReceivedSms]:
        """List the messages that came in, lazily; nothing is sent before the first row is asked for.

        Args:
            since: From when on, with a zone.
            until: Until when, not included; now if left out.

        Returns:
            A listing: `async for message in client.sms.list_received(app_id=..., since=...)`.
        """
        given = self._body(FIELDS, app_id=app_id)
        options = PageOptions(page_size, read_ahead, max_passes, boolean("strict", strict))
        operation, span, key = self._host.own(LIST_RECEIVED), self._between(since, until), received_key

        def listing(window: Span) -> Paged[ReceivedSms]:
            pages = ReceivedPages(
                host=self._host,
                operation=operation,
                filters={**given, **_times("strTime", window)},
                first=operation.request(self._host.url),
                strict=strict,
                loader=RECEIVED,
            )
            return self._paged(pages, options, key=key)

        moment = attrgetter("received")
        return Windowed(listing, span, cut=_WINDOWS, moment=moment, key=key, ends_now=until is None)

    async def report_entered(
        self, number: str, *, app_id: str, entered: datetime, msg_id: str | Unset = UNSET
    ) -> None:
        """Tell the vendor that a code of a message was entered, for its figures on delivery.

        Args:
            entered: When, with a zone.
        """
        moment = ISO_TIME.moment("entered", entered)
        body = self._body(FIELDS, app_id=app_id, number=number, msg_id=msg_id)
        await self._post(REPORT_ENTERED, {**body, "time": str(int(moment.timestamp() * 1000))}, nothing)

    async def _sent(
        self, operation: Operation, body: Mapping[str, object], recipients: Sequence[Recipient]
    ) -> tuple[SmsOutcome, ...]:
        try:
            return await self._send(
                self._host.own(operation),
                lambda response: outcomes(operation.name, response, recipients),
                body=body,
                content_type=CONTENT_TYPE,
            )
        except SdkError as error:
            if error.outcome == "unknown":
                ids = tuple(one.order_id for one in recipients if one.order_id is not None)
                more = f" and {len(ids) - _FEW:,} more" if len(ids) > _FEW else ""
                named = f"order_ids {','.join(ids[:_FEW])}{more}" if ids else None
                error.add(object=named, ids=ids, next_step=_LOOK)
            raise

    def _recipients(self, to: object, order_ids: object, *, duplicates: bool) -> list[Recipient]:
        return recipients_of(
            [self._phone(one) for one in several("to", to)], order_ids, duplicates=duplicates
        )

    def _between(self, since: object, until: object) -> Span:
        now = datetime.fromtimestamp(self._host.session.state.clock.time(), VENDOR_ZONE)
        return span_of(since, until, now=now)


def _times(begin: str, span: Span) -> dict[str, str]:
    """Return the times of a span as they are sent, widened to whole seconds, but not to more than 31 days."""
    since = span.since.replace(microsecond=0)
    until = span.until + timedelta(microseconds=-span.until.microsecond % 1_000_000)
    if until - since > _LONGEST:
        since += timedelta(seconds=1)
    return {begin: ISO_TIME.write("since", since), "endTime": ISO_TIME.write("until", until)}
