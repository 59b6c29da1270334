"""Call records that the vendor sends by itself, at the end of each call, and handlers for these and for text messages.

A push is not signed: make the address hard to guess, and take nothing that it says as proven. The vendor repeats a push
every 30 minutes, three times, until it gets a response; a record that comes again has the same `call_id`. Source:
itniotech.com, api/call (push).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ..core.errors import WebhookError
from ..core.event_handler import EventHandler, Ordered, event_handler
from ..core.inbox_events import EventSource
from ..core.json_codec import encode
from ..core.model import Malformed, model
from .amounts import AmountLoader
from .call_record_models import EndedCall
from .sms_pushes import SmsDelivery, SmsReply, parse_sms_deliveries, parse_sms_replies

if TYPE_CHECKING:
    from aiohttp.web import Request, StreamResponse

E = TypeVar("E")


@model(kw_only=True)
class CallRecordPush(EndedCall):
    """A call that has ended, as pushed.

    Args:
        call_id: Id of the call; the same for a push that comes again.
    """

    call_id: str

    @property
    def id(self) -> str:
        """Id of the call."""
        return self.call_id


LOADER: Final = AmountLoader(CallRecordPush)


def parse_call_record(body: bytes | str | Mapping[str, Any]) -> CallRecordPush:
    """Return the record that a push holds; sends nothing and is safe to repeat.

    Args:
        body: The push's body, as it came or decoded already.

    Raises:
        WebhookError: It is not JSON, not an object, or holds no `callId`.
    """
    try:
        data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else encode(body)
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise WebhookError("the push cannot be read: it holds what is no JSON") from None
    record = LOADER.load(data)
    if isinstance(record, Malformed):
        raise WebhookError(f"the push cannot be read: {record.path}: {record.reason}")
    if not record.call_id.strip():
        raise WebhookError("the push cannot be read: its callId is empty")
    return record


CALL_RECORDS: Final[EventSource[CallRecordPush]] = EventSource(
    parse=lambda stored: parse_call_record(stored.body),
    event_id=lambda record: record.call_id,
    call_id=lambda record: record.call_id,
)
"""Call records, for an `Inbox`."""
SMS_DELIVERIES: Final[EventSource[tuple[SmsDelivery, ...]]] = EventSource(
    parse=lambda stored: parse_sms_deliveries(stored.body),
    event_id=lambda reports: " ".join(f"{one.msg_id}={one.status}" for one in reports),
    call_id=lambda reports: _only([one.msg_id for one in reports]),
)
"""Delivery reports, for an `Inbox`: all that a push holds, one as a rule.

A report with the same `msg_id` and `status` is one that comes again. Reports on one message are handled in order.
"""
SMS_REPLIES: Final[EventSource[tuple[SmsReply, ...]]] = EventSource(
    parse=lambda stored: parse_sms_replies(stored.body),
    event_id=lambda replies: _digest(
        [(one.msg_id, one.number, one.reply_time, one.content) for one in replies]
    ),
    call_id=lambda replies: _only([_digest(one.number) for one in replies]),
)
"""Messages that came in, for an `Inbox`: all that a push holds, one as a rule.

One with the same `msg_id`, `number`, `reply_time` and `content` is one that comes again. Messages of one sender are handled
in order; the inbox keeps a digest in place of the number.
"""


def _only(keys: Sequence[str]) -> str | None:
    """Return the one key that all events of a push have; None where they have several."""
    return keys[0] if len(set(keys)) == 1 else None


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def call_record_handler(
    callback: Callable[[CallRecordPush], Awaitable[None]], *, grace: float = 30.0
) -> EventHandler:
    """Return a handler for aiohttp's router, which responds to pushes.

    `app.router.add_post("/records", call_record_handler(save))` is all a server needs. The response is 200 when
    `callback` has returned, and 400 to what is no push. If `callback` raises, the error is logged, the response is 500
    and the vendor sends the record again, so `callback` may see a record twice. It never runs twice at once for one
    call: a push that comes again waits for the one before.

    With `app.on_shutdown.append(handler.aclose)`, the app's shutdown waits for callbacks that run, and their pushes
    still get their 200.

    Args:
        callback: What to do with a record.
        grace: Seconds that callbacks under way may take when the app shuts down; each record that is not done by then
            is dropped, with a warning, and its push gets 500, so that the vendor sends it again.

    Raises:
        ConfigError: `grace` is no finite number of seconds of at least 0.
    """
    return _handler(lambda body: (parse_call_record(body),), callback, lambda record: record.call_id, grace)


def sms_delivery_handler(
    callback: Callable[[SmsDelivery], Awaitable[None]], *, grace: float = 30.0
) -> EventHandler:
    """Return a handler for aiohttp's router, which responds to the delivery reports of text messages.

    It responds as `call_record_handler` does. Reports on one message are handled one after the other; one may come
    twice, so go by `msg_id` and `status`.

    Args:
        callback: What to do with a report.
        grace: Seconds that callbacks under way may take when the app shuts down.

    Raises:
        ConfigError: `grace` is no finite number of seconds of at least 0.
    """
    return _handler(parse_sms_deliveries, callback, lambda report: report.msg_id, grace)


def sms_reply_handler(
    callback: Callable[[SmsReply], Awaitable[None]], *, grace: float = 30.0
) -> EventHandler:
    """Return a handler for aiohttp's router, which responds to pushes of text messages that came in.

    It responds as `call_record_handler` does. Messages of one sender are handled one after the other.

    Args:
        callback: What to do with a message.
        grace: Seconds that callbacks under way may take when the app shuts down.

    Raises:
        ConfigError: `grace` is no finite number of seconds of at least 0.
    """
    return _handler(parse_sms_replies, callback, lambda message: message.number, grace)


def _handler(
    parse: Callable[[bytes], Sequence[E]],
    callback: Callable[[E], Awaitable[None]],
    key_of: Callable[[E], Hashable],
    grace: float,
) -> EventHandler:
    from aiohttp.web import Response

    events = Ordered(callback, key_of)

    async def handle(request: Request) -> StreamResponse:
        try:
            found = parse(await request.read())
        except WebhookError:
            return Response(status=400, text="not such a push")
        handling = [events.arrived(event) for event in found]
        if all([await _taken(one) for one in handling]):
            return Response(text="ok")
        return Response(status=500, text="not taken, send it again")

    return event_handler(handle, events, grace)


async def _taken(handling: asyncio.Task[bool]) -> bool:
    """Wait for a callback, which is cancelled with the request; return whether it succeeded."""
    try:
        await asyncio.wait([handling])
    except asyncio.CancelledError:
        handling.cancel()
        raise
    return not handling.cancelled() and handling.result()
