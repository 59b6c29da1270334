"""Call records that the vendor sends by itself, at the end of each call.

One job: read such a push, and a handler for aiohttp servers. A push is not signed: let the address be hard to guess,
and take nothing for proven that it says. The vendor repeats a push every 30 minutes, three times, until it is
answered; the same record may therefore come again, and its `call_id` tells. Source: itniotech.com, api/call (push).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..core.decoding import Loader
from ..core.errors import WebhookError
from ..core.event_handler import EventHandler, event_handler
from ..core.json_codec import encode
from ..core.model import Malformed, model
from ..core.ordered import Ordered
from .row import Row

if TYPE_CHECKING:
    from aiohttp.web import Request, StreamResponse


@model(kw_only=True)
class CallRecordPush(Row):
    """A call that has ended, as pushed.

    Args:
        call_id: Id of the call; the same for a push that comes again.
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
        hangup_reason: As in `CallRecord`.
        hanging_direction: Who hung up: 0 the customer, 1 the agent, 3 nobody or the system.
        labels: Tags.
        remark: What the agent noted.
        base_cost: Price of the line.
        cost: Price of the call.
        call_start_time: As the vendor writes it; the zone is not stated.
        answer_time: Likewise.
        call_end_time: Likewise.
        voice_url: The recording; such links may expire.
    """

    call_id: str
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


LOADER: Final = Loader(CallRecordPush)


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
    from aiohttp.web import Response

    records = Ordered(callback, lambda record: record.call_id)

    async def handle(request: Request) -> StreamResponse:
        try:
            record = parse_call_record(await request.read())
        except WebhookError:
            return Response(status=400, text="not a call record")
        done = records.arrived(record)
        try:
            await asyncio.wait([done])
        except asyncio.CancelledError:
            done.cancel()
            raise
        if done.cancelled() or not done.result():
            return Response(status=500, text="not taken, send it again")
        return Response(text="ok")

    return event_handler(handle, records, grace)
